/** A sequence of numbers that looks random; the same seed gives the same sequence on every machine. */
export function random(seed: string): Random {
  let state = hash(seed);
  // mulberry32
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(fraction() * end);
  return {
    fraction,
    below,
    chance: (share) => fraction() < share,
    one: (items) => items[below(items.length)] as (typeof items)[number],
    shuffle: (items) => {
      for (let last = items.length - 1; last > 0; last--) {
        const other = below(last + 1);
        [items[last], items[other]] = [items[other], items[last]] as [(typeof items)[number], (typeof items)[number]];
      }
    },
  };
}

/** Draws from such a sequence. */
export type Random = {
  /** From 0 up to 1, 1 excluded. */
  readonly fraction: () => number;
  /** A whole number from 0, below `end`. */
  readonly below: (end: number) => number;
  /** True in such a share of all cases. */
  readonly chance: (share: number) => boolean;
  readonly one: <T>(items: readonly T[]) => T;
  /** Puts a list in another order, in place. */
  readonly shuffle: (items: unknown[]) => void;
};

// FNV-1a
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) as number), 0x01000193);
  return value;
}
