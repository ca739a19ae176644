import t from 'tap';
import { inclusionProof, leafHash, verifyInclusion } from '../../src/proof/merkle-tree.ts';
import { entries, grown, hex } from './grown-tree.ts';
import { includedForOracle, leaf, treeHead } from './oracle.ts';

t.test('an independent implementation accepts every inclusion proof up to 150 leaves', async (t) => {
  const most = 150;
  const own = entries(most);
  const { lookup, rootAt } = grown(own.map(leafHash));
  const leaves = await Promise.all(own.map(leaf));
  let proofs = 0;
  for (let size = 1; size <= most; size += 1) {
    const root = await treeHead(own.slice(0, size));
    if (hex(root) !== hex(rootAt(size))) t.fail(`the root of ${size} leaves is another`);
    for (const [index, hash] of leaves.slice(0, size).entries()) {
      const proof = inclusionProof(lookup, index, size);
      const holds = verifyInclusion({ leaf: hash, index, size, root, proof });
      if (!holds || !(await includedForOracle(index, size, root, hash, proof))) t.fail(`leaf ${index} of ${size}`);
      proofs += 1;
    }
  }
  t.equal(proofs, (150 * 151) / 2);
});
