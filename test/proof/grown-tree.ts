import {
  append,
  emptyFrontier,
  type Frontier,
  frontierAt,
  type Hash,
  rootOf,
  type SubtreeLookup,
} from '../../src/proof/merkle-tree.ts';

/** A hash as texts show it. */
export const hex = (hash: Hash): string => Buffer.from(hash).toString('hex');

/** So many leaves, each another. */
export const entries = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, number) => Buffer.from(`entry ${number}`));

export type GrownTree = {
  readonly frontier: Frontier;
  readonly lookup: SubtreeLookup;
  readonly rootAt: (size: number) => Hash;
};

/** A tree that was grown leaf by leaf, with all its complete subtrees, and its root at any size. */
export const grown = (leaves: readonly Hash[]): GrownTree => {
  const subtrees: Hash[][] = [];
  let frontier: Frontier = emptyFrontier;
  for (const leaf of leaves) {
    const { frontier: next, completed } = append(frontier, leaf);
    for (const { level, index, hash } of completed) {
      const row = subtrees[level] ?? [];
      row[index] = hash;
      subtrees[level] = row;
    }
    frontier = next;
  }
  const lookup: SubtreeLookup = (level, index) => {
    const hash = subtrees[level]?.[index];
    if (hash === undefined) throw new Error(`no subtree ${index} of level ${level}`);
    return hash;
  };
  return { frontier, lookup, rootAt: (size: number): Hash => rootOf(frontierAt(lookup, size)) };
};
