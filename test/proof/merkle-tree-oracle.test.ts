import { createHash } from 'node:crypto';
import { RFC9162 } from '@transmute/rfc9162';
import t from 'tap';
import {
  consistencyProof,
  frontierAt,
  type Hash,
  inclusionProof,
  leafHash,
  verifyConsistency,
  verifyInclusion,
} from '../../src/proof/merkle-tree.ts';
import { entries, grown, hex } from './grown-tree.ts';

const { leaf, treeHead, verifyConsistencyProof, verifyInclusionProof } = RFC9162;

// It looks for a browser's SHA-256 first, and would throw an error within for each hash. The same ones come again and
// again, and are kept.
const known = new Map<string, Uint8Array>();
const digest = async (_algorithm: string, data: Uint8Array): Promise<Uint8Array> => {
  const key = Buffer.from(data).toString('latin1');
  const hash = known.get(key) ?? createHash('sha256').update(data).digest();
  known.set(key, hash);
  return hash;
};
Object.defineProperty(globalThis, 'window', { value: { crypto: { subtle: { digest } } } });

// As step 2 of RFC 9162, 2.1.4.2, says: the oracle wants the root of a complete first tree in front.
const asOracleTakesIt = (from: number, fromRoot: Hash, proof: readonly Hash[]): Hash[] =>
  Number.isInteger(Math.log2(from)) ? [fromRoot, ...proof] : [...proof];

const consistentForOracle = async (from: number, fromRoot: Hash, to: number, toRoot: Hash, proof: readonly Hash[]) =>
  await verifyConsistencyProof(fromRoot, toRoot, {
    log_id: '',
    tree_size_1: from,
    tree_size_2: to,
    consistency_path: asOracleTakesIt(from, fromRoot, proof),
  });

const includedForOracle = async (index: number, size: number, root: Hash, own: Hash, proof: readonly Hash[]) =>
  await verifyInclusionProof(root, own, { log_id: '', tree_size: size, leaf_index: index, inclusion_path: [...proof] });

t.test('every proof in trees of up to 300 leaves verifies in an independent implementation', async (t) => {
  const most = 300;
  const own = entries(most);
  const { lookup, rootAt } = grown(own.map(leafHash));
  const leaves = await Promise.all(own.map(leaf));
  const roots: Hash[] = [];
  let proofs = 0;
  for (let size = 1; size <= most; size += 1) {
    const root = await treeHead(own.slice(0, size));
    roots[size] = root;
    if (hex(root) !== hex(rootAt(size))) t.fail(`the root of ${size} leaves is another`);
    for (let index = 0; index < size; index += 1) {
      const proof = inclusionProof(lookup, index, size);
      const included = { leaf: leaves[index] as Hash, index, size, root, proof };
      if (!(await includedForOracle(index, size, root, included.leaf, proof)) || !verifyInclusion(included)) {
        t.fail(`leaf ${index} of ${size}`);
      }
      proofs += 1;
    }
    for (let from = 1; from < size; from += 1) {
      const proof = consistencyProof(lookup, from, size);
      const fromRoot = roots[from] as Hash;
      const holds = verifyConsistency({ from, fromRoot, to: size, toRoot: root, proof });
      if (!(await consistentForOracle(from, fromRoot, size, root, proof)) || !holds) t.fail(`${from} to ${size}`);
      proofs += 1;
    }
  }
  t.equal(proofs, 300 * 300);
});

t.test('some proofs in a tree of a million leaves do too', async (t) => {
  const most = 1_000_000;
  const { lookup, frontier, rootAt } = grown(entries(most).map(leafHash));
  t.same(frontierAt(lookup, most), frontier);
  const root = rootAt(most);
  let random = 5;
  const drawn = (): number => {
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
    return random % most;
  };
  const sizes = [1, 2, 299, 300, 65_536, 524_287, 524_288, 524_289, 999_999];
  for (const from of [...sizes, ...Array.from({ length: 200 }, () => drawn() + 1)]) {
    const proof = consistencyProof(lookup, from, most);
    t.ok(proof.length <= 40);
    if (from < most && !(await consistentForOracle(from, rootAt(from), most, root, proof))) t.fail(`from ${from}`);
  }
  for (const index of [...sizes.map((size) => size - 1), ...Array.from({ length: 200 }, drawn)]) {
    const proof = inclusionProof(lookup, index, most);
    const own = leafHash(`entry ${index}`);
    if (!(await includedForOracle(index, most, root, own, proof))) t.fail(`leaf ${index}`);
  }
});
