import t from 'tap';
import { checkSignature, originOf, readCheckpoint, signCheckpoint, signerKey } from '../../src/proof/checkpoint.ts';
import { leafHash } from '../../src/proof/merkle-tree.ts';

const origin = originOf('0191');
const key = signerKey(origin, Buffer.alloc(32, 3));

// The example of C2SP tlog-checkpoint.
const example = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`;

t.test('the example of the specification is read', async (t) => {
  const { origin, size, root } = readCheckpoint(example);
  t.equal(origin, 'example.com/behind-the-sofa');
  t.equal(size, 20_852_163);
  t.equal(Buffer.from(root).toString('base64'), 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=');
});

t.test('a signed checkpoint is read back under the name of its origin', async (t) => {
  const root = leafHash('a leaf');
  const text = signCheckpoint({ origin, size: 1, root }, key);
  const read = readCheckpoint(text);
  t.match(read, { origin: 'partnership-ledger/0191', size: 1 });
  t.same(Buffer.from(read.root), Buffer.from(root));
  t.doesNotThrow(() => checkSignature(read.note, key));
  t.equal(read.note.signatures[0]?.name, origin);
});

t.test('extension lines of a checkpoint are skipped', async (t) => {
  t.equal(readCheckpoint(example.replace('q2I=\n', 'q2I=\nmore\n')).size, 20_852_163);
});

t.test('a text that is not a checkpoint is refused with the reason', async (t) => {
  for (const [text, reason] of [
    [example.replace('20852163\n', ''), /three lines/],
    [example.replace('q2I=\n', 'q2I=\n\nmore\n'), /three lines/],
    [`\n${example}`, /three lines/],
    [example.replace('20852163', '020852163'), /size/],
    [example.replace('20852163', '-1'), /size/],
    [example.replace('20852163', '20852163 '), /size/],
    [example.replace('20852163', '9007199254740993'), /size/],
    [example.replace('CsUY', 'CsU'), /root/],
    [example.replace('q2I=', 'q2J='), /root/],
    ['', /empty line/],
  ] as const) {
    t.throws(() => readCheckpoint(text), { name: 'MalformedNote', message: reason });
  }
});
