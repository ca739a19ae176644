import {
  append,
  emptyFrontier,
  type Frontier,
  frontierAt,
  type Hash,
  rootOf,
  type SubtreeLookup,
} from '../../src/proof/merkle-tree.ts';

/** A hash in hex. */
export const hex = (hash: Hash): string => Buffer.from(hash).toString('hex');

const hashLength = 32;

/** `count` distinct leaves. */
export const entries = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, number) => Buffer.from(`entry ${number}`));

export type GrownTree = {
  readonly frontier: Frontier;
  readonly lookup: SubtreeLookup;
  readonly rootAt: (size: number) => Hash;
};

/** A tree that was grown leaf by leaf, with all its complete subtrees, and its root at any size. */
export const grown = (leaves: Iterable<Hash>, count = 300): GrownTree => {
  // A level in one piece of memory: a million hashes by themselves take long to make and to clear away.
  const levels: Uint8Array[] = [];
  let frontier: Frontier = emptyFrontier;
  for (const leaf of leaves) {
    const { frontier: next, completed } = append(frontier, leaf);
    for (const { level, index, hash } of completed) {
      const row = levels[level] ?? new Uint8Array(hashLength * Math.ceil(count / 2 ** level));
      row.set(hash, hashLength * index);
      levels[level] = row;
    }
    frontier = next;
  }
  const { size } = frontier;
  const lookup: SubtreeLookup = (level, index) => {
    const row = levels[level];
    if (row === undefined || (index + 1) * 2 ** level > size) throw new Error(`no subtree ${index} of level ${level}`);
    return row.subarray(hashLength * index, hashLength * (index + 1));
  };
  return { frontier, lookup, rootAt: (size: number): Hash => rootOf(frontierAt(lookup, size)) };
};
