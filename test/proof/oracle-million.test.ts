import t from 'tap';
import { consistencyProof, frontierAt, type Hash, inclusionProof, leafHash } from '../../src/proof/merkle-tree.ts';
import { randomFrom } from '../support/eventstoredb/random.ts';
import { grown, hex } from './grown-tree.ts';
import { consistentForOracle, includedForOracle } from './oracle.ts';

t.test('an independent implementation accepts proofs from a tree of a million leaves', async (t) => {
  const most = 1_000_000;
  const ownLeaf = (index: number): Hash => leafHash(`entry ${index}`);
  const leaves = function* () {
    for (let index = 0; index < most; index += 1) yield ownLeaf(index);
  };
  const { lookup, frontier, rootAt } = grown(leaves(), most);
  t.same(frontierAt(lookup, most).hashes.map(hex), frontier.hashes.map(hex));
  const root = rootAt(most);
  const random = randomFrom(5);
  const drawn = (): number => Math.floor(random() * most);
  const sizes = [1, 2, 299, 300, 65_536, 524_287, 524_288, 524_289, 999_999];
  for (const from of [...sizes, ...Array.from({ length: 200 }, () => drawn() + 1)]) {
    const proof = consistencyProof(lookup, from, most);
    t.ok(proof.length <= 40);
    if (from < most && !(await consistentForOracle(from, rootAt(from), most, root, proof))) t.fail(`from ${from}`);
  }
  for (const index of [...sizes.map((size) => size - 1), ...Array.from({ length: 200 }, drawn)]) {
    const proof = inclusionProof(lookup, index, most);
    if (!(await includedForOracle(index, most, root, ownLeaf(index), proof))) t.fail(`leaf ${index}`);
  }
});
