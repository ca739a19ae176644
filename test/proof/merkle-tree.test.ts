import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import {
  append,
  consistencyProof,
  emptyFrontier,
  emptyRoot,
  type Frontier,
  frontierAt,
  type Hash,
  inclusionProof,
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../src/proof/merkle-tree.ts';
import { entries, grown, hex } from './grown-tree.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'hex');

// The tree that Certificate Transparency and its successors are tested with (testonly/constants.go and proof_test.go
// of transparency-dev/merkle).
const vectors = {
  leaves: ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'],
  roots: [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ],
  inclusion: [
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ],
  consistency: [
    [1, 1, []],
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
    [
      6,
      7,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
  ],
} as const;

const vectorLeaves = vectors.leaves.map((leaf) => leafHash(bytes(leaf)));

t.test('the published vectors: roots of every size', async (t) => {
  let frontier: Frontier = emptyFrontier;
  const roots = [hex(rootOf(frontier))];
  for (const leaf of vectorLeaves) {
    ({ frontier } = append(frontier, leaf));
    roots.push(hex(rootOf(frontier)));
  }
  t.same(roots, vectors.roots);
  const { lookup } = grown(vectorLeaves);
  t.same(
    vectors.roots.map((_, size) => hex(rootOf(frontierAt(lookup, size)))),
    vectors.roots,
  );
});

t.test('the published vectors: inclusion proofs', async (t) => {
  const { lookup, rootAt } = grown(vectorLeaves);
  for (const [index, size, expected] of vectors.inclusion) {
    const proof = inclusionProof(lookup, index, size);
    t.same(proof.map(hex), expected, `leaf ${index} of ${size}`);
    t.ok(verifyInclusion({ leaf: vectorLeaves[index] as Hash, index, size, root: rootAt(size), proof }));
  }
});

t.test('the published vectors: consistency proofs', async (t) => {
  const { lookup, rootAt } = grown(vectorLeaves);
  for (const [from, to, expected] of vectors.consistency) {
    const proof = consistencyProof(lookup, from, to);
    t.same(proof.map(hex), expected, `${from} to ${to}`);
    t.ok(verifyConsistency({ from, fromRoot: rootAt(from), to, toRoot: rootAt(to), proof }));
  }
});

t.test('the example of RFC 6962, 2.1.3, a tree of seven leaves d0 to d6 with its nodes a to l', async (t) => {
  const { lookup } = grown(vectorLeaves.slice(0, 7));
  const [b, c, d, f, j] = [lookup(0, 1), lookup(0, 2), lookup(0, 3), lookup(0, 5), lookup(0, 6)];
  const [g, h, i, k] = [lookup(1, 0), lookup(1, 1), lookup(1, 2), lookup(2, 0)];
  const l = createHash('sha256')
    .update(Buffer.concat([Buffer.of(1), i, j]))
    .digest();
  t.same(inclusionProof(lookup, 0, 7), [b, h, l]);
  t.same(inclusionProof(lookup, 3, 7), [c, g, l]);
  t.same(inclusionProof(lookup, 4, 7), [f, j, k]);
  t.same(inclusionProof(lookup, 6, 7), [i, k]);
  t.same(consistencyProof(lookup, 3, 7), [c, d, g, l]);
  t.same(consistencyProof(lookup, 4, 7), [l]);
  t.same(consistencyProof(lookup, 6, 7), [i, j, k]);
});

const twoSizes = fc
  .tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }))
  .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);
const tree200 = grown(entries(200).map(leafHash));

t.test('a proof of any other leaf, size or root is refused', async () => {
  const { lookup, rootAt } = tree200;
  const flip = (hash: Hash): Hash => Uint8Array.from(hash, (byte, at) => (at === 7 ? byte ^ 1 : byte));
  fc.assert(
    fc.property(twoSizes, fc.nat(), ([from, to], choice) => {
      const index = from - 1;
      const included = { leaf: lookup(0, index), index, size: to, root: rootAt(to) };
      const path = inclusionProof(lookup, index, to);
      const consistent = { from, fromRoot: rootAt(from), to, toRoot: rootAt(to) };
      const proof = consistencyProof(lookup, from, to);
      const damaged = (hashes: readonly Hash[]): readonly (readonly Hash[])[] => [
        [...hashes, rootAt(3)],
        ...(hashes.length === 0 ? [] : [hashes.slice(1), hashes.slice(0, -1)]),
        ...(hashes.length === 0 ? [] : [hashes.map((hash, at) => (at === choice % hashes.length ? flip(hash) : hash))]),
      ];
      const wrong = [
        ...damaged(path).map((one) => verifyInclusion({ ...included, proof: one })),
        verifyInclusion({ ...included, proof: path, leaf: flip(included.leaf) }),
        verifyInclusion({ ...included, proof: path, root: flip(included.root) }),
        verifyInclusion({ ...included, proof: path, index: to }),
        ...damaged(proof).map((one) => verifyConsistency({ ...consistent, proof: one })),
        verifyConsistency({ ...consistent, proof, fromRoot: flip(consistent.fromRoot) }),
        verifyConsistency({ ...consistent, proof, toRoot: flip(consistent.toRoot) }),
      ];
      return (
        verifyInclusion({ ...included, proof: path }) &&
        verifyConsistency({ ...consistent, proof }) &&
        !wrong.some(Boolean)
      );
    }),
  );
});

t.test('a tree goes on from the frontier that its kept subtrees give at any size', async (t) => {
  for (let size = 0; size <= 200; size += 1) {
    const frontier = frontierAt(tree200.lookup, size);
    t.equal(hex(rootOf(frontier)), hex(tree200.rootAt(size)));
    if (size < 200) {
      const { frontier: next } = append(frontier, tree200.lookup(0, size));
      t.equal(hex(rootOf(next)), hex(tree200.rootAt(size + 1)));
    }
  }
});

t.test('appending completes a subtree a leaf and, for each power of two that it fills, one more', async (t) => {
  const { frontier } = tree200;
  t.equal(append(frontierAt(tree200.lookup, 127), leafHash('x')).completed.length, 8, '128 leaves: levels 0 to 7');
  t.equal(append(frontier, leafHash('x')).completed.length, 1, '201 leaves: the leaf itself');
});

t.test('there is no proof of a leaf or size beyond the tree', async (t) => {
  const { lookup } = tree200;
  for (const [index, size] of [
    [5, 5],
    [-1, 5],
    [0.5, 5],
    [0, 0],
  ] as const) {
    t.throws(() => inclusionProof(lookup, index, size), RangeError);
  }
  for (const [from, to] of [
    [0, 5],
    [6, 5],
    [1.5, 5],
  ] as const) {
    t.throws(() => consistencyProof(lookup, from, to), RangeError);
    const [fromRoot, toRoot] = [emptyRoot, emptyRoot];
    t.notOk(verifyConsistency({ from, fromRoot, to, toRoot, proof: [] }));
  }
});
