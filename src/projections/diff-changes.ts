import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';

/**
 * What differs between two values of an answer, field by field. Dates, quantities and spans count as one value each.
 * List members are matched by what they are about, so a source that joins is one change wherever it stands.
 */
export function changesBetween(from: unknown, to: unknown): readonly Change[] {
  return between(from, to, { from: '', to: '' });
}

export type Change = Readonly<z.infer<typeof changeShape>>;

export const changeShape = z
  .object({
    path: z.string().describe('JSON pointer (RFC 6901); into the new value, of what is gone into the old one'),
    from: z.unknown().optional().describe('left out: it was not there'),
    to: z.unknown().optional().describe('left out: it is gone'),
  })
  .describe('One field that is another than it was');

function between(from: unknown, to: unknown, paths: Paths): readonly Change[] {
  if (from === undefined && to === undefined) return [];
  if (from === undefined) return [{ path: paths.to, to }];
  if (to === undefined) return [{ path: paths.from, from }];
  if (isRecord(from) && isRecord(to)) return betweenFields(from, to, paths);
  if (Array.isArray(from) && Array.isArray(to)) return betweenLists(from, to, paths);
  return isDeepStrictEqual(from, to) ? [] : [{ path: paths.to, from, to }];
}

/** Where the compared values stand, as JSON pointers into the old and the new value. */
type Paths = { readonly from: string; readonly to: string };

// A date with its bounds, a quantity or a span of days has fields, but a reader takes it as one value.
function isRecord(value: unknown): value is Fields {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !['edtf', 'min', 'max', 'about'].some((field) => field in value)
  );
}

type Fields = Readonly<Record<string, unknown>>;

function betweenFields(from: Fields, to: Fields, paths: Paths): readonly Change[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return names.flatMap((name) => {
    const segment = name.replaceAll('~', '~0').replaceAll('/', '~1');
    return between(from[name], to[name], { from: `${paths.from}/${segment}`, to: `${paths.to}/${segment}` });
  });
}

function betweenLists(from: readonly unknown[], to: readonly unknown[], paths: Paths): readonly Change[] {
  const { taken, put, kept } = align(memberKeys(from), memberKeys(to));
  return [
    ...taken.map((index): Change => ({ path: `${paths.from}/${index}`, from: from[index] })),
    ...put.map((index): Change => ({ path: `${paths.to}/${index}`, to: to[index] })),
    ...kept.flatMap(([old, now]) =>
      between(from[old], to[now], { from: `${paths.from}/${old}`, to: `${paths.to}/${now}` }),
    ),
  ];
}

// A key for each member of a list. The second and later members with the same key get a number.
function memberKeys(members: readonly unknown[]): readonly string[] {
  const counts = new Map<string, number>();
  return members.map((member) => {
    const key = memberKey(member);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return count === 0 ? key : `${key}\u0000${count}`;
  });
}

// A source is known by its report, a decision or a correction by its event, a milestone by its fact, a value on which
// reports disagree by its field, a state by its day. Everything else is what it says.
function memberKey(member: unknown): string {
  if (typeof member !== 'object' || member === null) return JSON.stringify(member);
  const { id, decision, fact, field, value, edtf, asOf } = member as Fields;
  if (typeof id === 'string') return id;
  if (typeof decision === 'string') return decision;
  if (typeof fact === 'string') return fact;
  if (typeof field === 'string') return JSON.stringify([field, value]);
  if (asOf !== undefined) return JSON.stringify(asOf);
  return typeof edtf === 'string' ? edtf : JSON.stringify(member);
}

/** Aligns two lists, each of distinct keys, so that as many members as possible stay where they are. */
export function align(from: readonly string[], to: readonly string[]): Alignment {
  const indexes = new Map(from.map((key, index) => [key, index]));
  const common = to.flatMap((key, now): Pair[] => {
    const old = indexes.get(key);
    return old === undefined ? [] : [[old, now]];
  });
  const kept = longestAscending(common);
  const [keptBefore, keptNow] = [new Set(kept.map(([old]) => old)), new Set(kept.map(([, now]) => now))];
  const indexesBeside = (list: readonly string[], beside: ReadonlySet<number>) =>
    [...list.keys()].filter((index) => !beside.has(index));
  return { taken: indexesBeside(from, keptBefore), put: indexesBeside(to, keptNow), kept };
}

/** How two lists of keys match, as indexes. */
type Alignment = {
  /** In the old list: what the new one lacks, or has at another place. */
  readonly taken: readonly number[];
  /** In the new list: what the old one lacks, or has at another place. */
  readonly put: readonly number[];
  /** In both lists, in the same order. */
  readonly kept: readonly Pair[];
};

/** The index of a member in the old list and in the new one. */
type Pair = readonly [old: number, now: number];

// The longest run of pairs with ascending old indexes (patience sorting); the new indexes ascend already.
function longestAscending(pairs: readonly Pair[]): readonly Pair[] {
  const ends: number[] = [];
  const previous = new Map<number, number>();
  pairs.forEach(([old], index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[ends[middle] as number] as Pair)[0] < old) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous.set(index, ends[low - 1] as number);
    ends[low] = index;
  });
  const run: Pair[] = [];
  for (let index = ends.at(-1); index !== undefined; index = previous.get(index)) run.push(pairs[index] as Pair);
  return run.toReversed();
}
