/** How two lists of keys go with each other; in each list a key stands once. Numbers are indexes. */
export type Alignment = {
  /** In the first list: what the second lacks or has at another place among the rest. */
  readonly taken: readonly number[];
  /** In the second list: what the first lacks or has at another place among the rest. */
  readonly put: readonly number[];
  /** In both, in the same order: the index in the first list and in the second. */
  readonly kept: readonly (readonly [number, number])[];
};

type Pair = readonly [number, number];

// The longest run of pairs whose first numbers ascend (patience sorting); the second ones do already.
function longestAscending(pairs: readonly Pair[]): readonly Pair[] {
  const ends: number[] = [];
  const before = new Map<number, number>();
  pairs.forEach(([index], at) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[ends[middle] as number] as Pair)[0] < index) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before.set(at, ends[low - 1] as number);
    ends[low] = at;
  });
  const run: Pair[] = [];
  for (let at = ends.at(-1); at !== undefined; at = before.get(at)) run.push(pairs[at] as Pair);
  return run.toReversed();
}

/** Aligns two lists of keys so that as much as possible stays where it is. */
export function align(from: readonly string[], to: readonly string[]): Alignment {
  const places = new Map(from.map((key, index) => [key, index]));
  const common = to.flatMap((key, index): Pair[] => {
    const place = places.get(key);
    return place === undefined ? [] : [[place, index]];
  });
  const kept = longestAscending(common);
  const [stays, holds] = [new Set(kept.map(([index]) => index)), new Set(kept.map(([, index]) => index))];
  const others = (list: readonly string[], known: ReadonlySet<number>) =>
    list.flatMap((_key, index) => (known.has(index) ? [] : [index]));
  return { taken: others(from, stays), put: others(to, holds), kept };
}
