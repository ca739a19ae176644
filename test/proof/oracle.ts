import { createHash } from 'node:crypto';
import { RFC9162 } from '@transmute/rfc9162';
import type { Hash } from '../../src/proof/merkle-tree.ts';

/** The oracle: an implementation of RFC 9162 that is not ours. */
export const { leaf, treeHead } = RFC9162;
const { verifyConsistencyProof, verifyInclusionProof } = RFC9162;

// It looks for a browser's SHA-256 first, and would throw an error within for each hash. The same ones come again and
// again, and are kept.
const known = new Map<string, Uint8Array>();
const digest = (_algorithm: string, data: Uint8Array): Uint8Array => {
  const key = Buffer.from(data).toString('latin1');
  const hash = known.get(key) ?? createHash('sha256').update(data).digest();
  known.set(key, hash);
  return hash;
};
Object.defineProperty(globalThis, 'window', { value: { crypto: { subtle: { digest } } } });

// As step 2 of RFC 9162, 2.1.4.2, says: the oracle wants the root of a complete first tree in front.
const asOracleTakesIt = (from: number, fromRoot: Hash, proof: readonly Hash[]): Hash[] =>
  Number.isInteger(Math.log2(from)) ? [fromRoot, ...proof] : [...proof];

/** Whether the oracle finds that one tree goes on from another. */
export const consistentForOracle = async (
  from: number,
  fromRoot: Hash,
  to: number,
  toRoot: Hash,
  proof: readonly Hash[],
) =>
  await verifyConsistencyProof(fromRoot, toRoot, {
    log_id: '',
    tree_size_1: from,
    tree_size_2: to,
    consistency_path: asOracleTakesIt(from, fromRoot, proof),
  });

/** Whether the oracle finds that a leaf is in a tree. */
export const includedForOracle = async (index: number, size: number, root: Hash, own: Hash, proof: readonly Hash[]) =>
  await verifyInclusionProof(root, own, { log_id: '', tree_size: size, leaf_index: index, inclusion_path: [...proof] });
