import t from 'tap';
import { type Check, checksOf } from '../../src/page/live/verify.ts';
import { signCheckpoint, signerKey, verifierKeyText } from '../../src/proof/checkpoint.ts';
import { openTestApp } from '../support/app.ts';

const open = async () => {
  const { get, proof } = await openTestApp(t);
  const [{ position, event }] = (await get('/api/audit?fact=partnership/alibaba.ioc/term-agreed')).body.entries;
  const { text: checkpoint } = await get('/api/audit/checkpoint');
  return { get, proof, position: Number(position), id: String(event.id), checkpoint };
};
const opening = open();

type Answers = Readonly<Record<string, (answer: string) => string>>;

// Checks as the browser does, with answers of the app, some of which somebody has changed.
const verify = async (changes: Answers = {}, pasted = '') => {
  const { get, position, id } = await opening;
  const fetchFrom = async (address: string): Promise<Response> => {
    const { status, text } = await get(address);
    const change = Object.entries(changes).find(([name]) => address.includes(name))?.[1];
    return new Response(change === undefined ? text : change(text), { status });
  };
  return await checksOf({ position, id, pasted }, fetchFrom);
};

const changeProof = (change: (proof: Record<string, unknown>) => Record<string, unknown>): Answers => ({
  inclusion: (text) => {
    const { ...given } = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify({ ...given, ...change(given) });
  },
});

const failure = (checks: readonly Check[]): string => checks.find(({ holds }) => holds === false)?.text ?? '';

t.test('an event is verified against the newest checkpoint, and against one that somebody kept', async (t) => {
  const { checkpoint, position, proof } = await opening;
  for (const pasted of ['', checkpoint, checkpoint.trim().replaceAll('\n', '\r\n'), await proof.checkpoint(position)]) {
    const checks = await verify({}, pasted);
    t.same(
      checks.map(({ holds }) => holds),
      [true, true, true],
      failure(checks),
    );
  }
});

t.test('a check that fails says where', async (t) => {
  const { checkpoint, id, position, proof } = await opening;
  const other = `${'A'.repeat(43)}=`;
  const cases: readonly (readonly [RegExp, Answers, string?])[] = [
    [/text of the event, or a hash/, changeProof(({ leaf }) => ({ leaf: String(leaf).replace('2028', '2038') }))],
    [
      /text of the event, or a hash/,
      changeProof(({ proof: hashes }) => ({ proof: (hashes as string[]).with(1, other) })),
    ],
    [
      /The proof has 2 hashes, but \d+ lead/,
      changeProof(({ proof: hashes }) => ({ proof: (hashes as string[]).slice(0, 2) })),
    ],
    [/another event than the page shows/, changeProof(({ leaf }) => ({ leaf: String(leaf).replace(id, 'x') }))],
    [/signature under the checkpoint .* does not fit/, {}, checkpoint.replace(/\n\d+\n/, '\n300\n')],
    [/is of another ledger/, {}, checkpoint.replaceAll('partnership-ledger/', 'another-ledger/')],
    [/is no checkpoint/, {}, 'something else'],
    [/says nothing about event/, {}, await proof.checkpoint(position - 1)],
  ];
  for (const [expected, changes, pasted = ''] of cases) t.match(failure(await verify(changes, pasted)), expected);
});

t.test('a server with another history than the kept checkpoint is found out, though its proof is sound', async (t) => {
  const { position, proof } = await opening;
  const origin = proof.key.name;
  const key = signerKey(origin, new Uint8Array(32).fill(7));
  const kept = signCheckpoint({ origin, size: position + 10, root: new Uint8Array(32) }, key);
  const jwk = key.publicKey.export({ format: 'jwk' });
  const published = JSON.stringify({ origin, verifierKey: verifierKeyText(key), jwk });
  t.match(failure(await verify({ 'public-key': () => published }, kept)), /^The server has another history/);
});
