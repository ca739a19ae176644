import { createHash } from 'node:crypto';
import { half, inclusionPath, isOdd } from './inclusion-path.ts';

/** The hash of a leaf: SHA-256 of 0x00 and the bytes of the leaf (RFC 6962, 2.1). */
export function leafHash(data: Uint8Array | string): Hash {
  return createHash('sha256').update(leafPrefix).update(data).digest();
}

/** The SHA-256 of a leaf, a node or a whole tree: 32 bytes. */
export type Hash = Uint8Array;

const leafPrefix = Uint8Array.of(0);

/** The hash of a node: SHA-256 of 0x01 and the hashes of both children (RFC 6962, 2.1). */
export function nodeHash(left: Hash, right: Hash): Hash {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest();
}

const nodePrefix = Uint8Array.of(1);

/** Whether two hashes are equal. Hashes are no secret, so the comparison need not take constant time. */
export function sameHash(one: Hash, other: Hash): boolean {
  return Buffer.compare(one, other) === 0;
}

/** A hash as text, as checkpoints and proofs write it. */
export function toBase64(hash: Hash): string {
  return Buffer.from(hash).toString('base64');
}

/**
 * Appends a leaf to a tree, in O(log n). Also returns the complete subtrees that end with this leaf, smallest first: the
 * first is the leaf itself.
 */
export function append(
  { size, hashes }: Frontier,
  leaf: Hash,
): { readonly frontier: Frontier; readonly completed: readonly Subtree[] } {
  const left = [...hashes];
  const completed: Subtree[] = [{ level: 0, index: size, hash: leaf }];
  let hash = leaf;
  let level = 0;
  let index = size;
  while (isOdd(index)) {
    hash = nodeHash(left.pop() as Hash, hash);
    level += 1;
    index = half(index);
    completed.push({ level, index, hash });
  }
  return { frontier: { size: size + 1, hashes: [...left, hash] }, completed };
}

/**
 * What an append needs to know of a tree: its size, and the hashes of the complete subtrees that make it up from left
 * to right, the largest first. There is one for each 1 in the binary form of the size.
 */
export type Frontier = { readonly size: number; readonly hashes: readonly Hash[] };

/** A complete subtree: it covers the 2^level leaves from number `index` * 2^level on, counted from 0. */
type Subtree = { readonly level: number; readonly index: number; readonly hash: Hash };

/** The root of a tree (RFC 6962, 2.1). */
export function rootOf({ hashes }: Frontier): Hash {
  return hashes.length === 0 ? emptyRoot : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The root of the empty tree: SHA-256 of nothing (RFC 6962, 2.1). */
export const emptyRoot: Hash = createHash('sha256').digest();

/**
 * The root of a tree, from the roots of its parts from left to right. Every part has the same number of leaves, a power
 * of two; only the last part may have fewer.
 */
export function rootOfParts(parts: readonly Hash[]): Hash {
  const [first, ...more] = parts;
  if (first === undefined) return emptyRoot;
  if (more.length === 0) return first;
  const split = splitOf(parts.length);
  return nodeHash(rootOfParts(parts.slice(0, split)), rootOfParts(parts.slice(split)));
}

// Where RFC 6962 splits a tree: the largest power of two below its size, which is above 1.
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** The frontier of the first `size` leaves of a kept tree, in O(log n). */
export function frontierAt(lookup: SubtreeLookup, size: number): Frontier {
  const hashes: Hash[] = [];
  let start = 0;
  for (let width = splitOf(size + 1), level = Math.log2(width); level >= 0; width /= 2, level -= 1) {
    if (size - start < width) continue;
    hashes.push(lookup(level, start / width));
    start += width;
  }
  return { size, hashes };
}

/** Returns the hash of a complete subtree. Throws if the tree lacks it. */
export type SubtreeLookup = (level: number, index: number) => Hash;

/**
 * Proves that the leaf with the number `index` is in the tree of the first `size` leaves: PATH of RFC 6962, 2.1.1, the
 * lowest node first. Throws a RangeError if the tree has no such leaf.
 */
export function inclusionProof(lookup: SubtreeLookup, index: number, size: number): readonly Hash[] {
  if (!areWholeNumbers(index, size) || index < 0 || index >= size) {
    throw new RangeError(`a tree of size ${size} has no leaf ${index}`);
  }
  const path = (start: number, end: number): readonly Hash[] => {
    if (end - start === 1) return [];
    const middle = start + splitOf(end - start);
    return index < middle
      ? [...path(start, middle), rangeHash(lookup, middle, end)]
      : [...path(middle, end), rangeHash(lookup, start, middle)];
  };
  return path(0, size);
}

function areWholeNumbers(...numbers: readonly number[]): boolean {
  return numbers.every(Number.isSafeInteger);
}

// MTH(D[start:end]) of RFC 6962, for the ranges that its recursions reach.
function rangeHash(lookup: SubtreeLookup, start: number, end: number): Hash {
  const width = end - start;
  const level = Math.log2(width);
  if (Number.isInteger(level) && 2 ** level === width) return lookup(level, start / width);
  const middle = start + splitOf(width);
  return nodeHash(rangeHash(lookup, start, middle), rangeHash(lookup, middle, end));
}

/**
 * Proves that the tree of the first `to` leaves continues the tree of the first `from` leaves: PROOF of RFC 6962,
 * 2.1.2. Empty if both are the same tree. Throws a RangeError unless 1 <= from <= to.
 */
export function consistencyProof(lookup: SubtreeLookup, from: number, to: number): readonly Hash[] {
  if (!areWholeNumbers(from, to) || from < 1 || from > to) {
    throw new RangeError(`a tree of size ${to} does not continue one of size ${from}`);
  }
  const subproof = (start: number, end: number, isFirstTree: boolean): readonly Hash[] => {
    if (from === end) return isFirstTree ? [] : [rangeHash(lookup, start, end)];
    const middle = start + splitOf(end - start);
    return from <= middle
      ? [...subproof(start, middle, isFirstTree), rangeHash(lookup, middle, end)]
      : [...subproof(middle, end, false), rangeHash(lookup, start, middle)];
  };
  return subproof(0, to, true);
}

/** Whether a proof shows that a leaf is in a tree (RFC 9162, 2.1.3.2). */
export function verifyInclusion({ leaf, index, size, root, proof }: Inclusion): boolean {
  const path = inclusionPath(index, size);
  if (path?.length !== proof.length) return false;
  const climb = (hash: Hash, sibling: Hash, i: number) =>
    path[i] === 'left' ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  return sameHash(proof.reduce(climb, leaf), root);
}

/** The hash of a leaf, its number (from 0), the size and root of the tree, and the proof. */
type Inclusion = {
  readonly leaf: Hash;
  readonly index: number;
  readonly size: number;
  readonly root: Hash;
  readonly proof: readonly Hash[];
};

/** Whether a proof shows that the second tree begins with all the leaves of the first (RFC 9162, 2.1.4.2). */
export function verifyConsistency({ from, fromRoot, to, toRoot, proof }: Consistency): boolean {
  if (!areWholeNumbers(from, to) || from < 1 || from > to) return false;
  if (from === to) return proof.length === 0 && sameHash(fromRoot, toRoot);
  // If the first tree is complete, its root is the first hash of the proof, which leaves it out.
  const [first, ...rest] = splitOf(from + 1) === from ? [fromRoot, ...proof] : proof;
  if (first === undefined || proof.length === 0) return false;
  let [node, last] = [from - 1, to - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let [old, now] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      [old, now] = [nodeHash(hash, old), nodeHash(hash, now)];
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      now = nodeHash(now, hash);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && sameHash(old, fromRoot) && sameHash(now, toRoot);
}

/** The sizes and roots of both trees, and the proof. */
type Consistency = {
  readonly from: number;
  readonly fromRoot: Hash;
  readonly to: number;
  readonly toRoot: Hash;
  readonly proof: readonly Hash[];
};

/** The frontier of the empty tree. */
export const emptyFrontier: Frontier = { size: 0, hashes: [] };
