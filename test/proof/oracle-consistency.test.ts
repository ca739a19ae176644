import t from 'tap';
import { consistencyProof, type Hash, leafHash, verifyConsistency } from '../../src/proof/merkle-tree.ts';
import { entries, grown } from './grown-tree.ts';
import { consistentForOracle } from './oracle.ts';

t.test('an independent implementation accepts every consistency proof up to 150 leaves', async (t) => {
  const most = 150;
  const { lookup, rootAt } = grown(entries(most).map(leafHash));
  const roots = Array.from({ length: most + 1 }, (_, size): Hash => rootAt(size));
  const root = (size: number): Hash => roots[size] as Hash;
  let proofs = 0;
  for (let to = 2; to <= most; to += 1) {
    for (let from = 1; from < to; from += 1) {
      const proof = consistencyProof(lookup, from, to);
      const holds = verifyConsistency({ from, fromRoot: root(from), to, toRoot: root(to), proof });
      if (!holds || !(await consistentForOracle(from, root(from), to, root(to), proof))) t.fail(`${from} to ${to}`);
      proofs += 1;
    }
  }
  t.equal(proofs, (150 * 149) / 2);
});
