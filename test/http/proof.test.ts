import { createHash, createPublicKey, verify } from 'node:crypto';
import t from 'tap';
import { checkSignature, readCheckpoint, readVerifierKey } from '../../src/proof/checkpoint.ts';
import { verifyConsistency, verifyInclusion } from '../../src/proof/merkle-tree.ts';
import { openTestApp, problem } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');

t.test('a client can verify every event against the signed checkpoint without our code', async (t) => {
  const { get } = await openTestApp(t);
  const { body: key } = await get('/api/audit/public-key');
  const answer = await get('/api/audit/checkpoint');
  t.match(answer.headers, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' });
  const { origin, size, root, note } = readCheckpoint(answer.text);
  const { body: ledger } = await get('/api');
  t.equal(origin, `partnership-ledger/${ledger.ledger.id}`);
  t.equal(size, ledger.ledger.position);
  t.doesNotThrow(() => checkSignature(note, readVerifierKey(key.verifierKey)));

  // Without any of this project's code: the signature, and that of a leaf.
  const [signed = '', line = ''] = answer.text.split('\n\n');
  const signature = bytes(line.trim().split(' ').at(-1) ?? '').subarray(4);
  t.ok(verify(null, Buffer.from(`${signed}\n`), createPublicKey(key.pem), signature));
  t.same(createPublicKey({ key: key.jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' }), key.pem);

  for (let position = 1; position <= size; position += 1) {
    const { body } = await get(`/api/audit/proofs/inclusion?position=${position}`);
    const own = createHash('sha256').update(`\0${body.leaf}`).digest();
    t.equal(body.leafHash, own.toString('base64'));
    t.equal(body.rootHash, Buffer.from(root).toString('base64'));
    const proof = body.proof.map(bytes);
    if (!verifyInclusion({ leaf: own, index: body.leafIndex, size: body.size, root, proof })) t.fail(`${position}`);
  }
  const { body: first } = await get('/api/audit/proofs/inclusion?position=1&size=1');
  t.same(first.proof, [], 'in a tree of one event nothing is left to prove');
  t.match(JSON.parse(first.leaf), { format: 1, position: 1, event: { type: 'LedgerOpened' } });
});

t.test('an earlier checkpoint stays consistent, whatever is recorded later', async (t) => {
  const { get, post } = await openTestApp(t);
  const earlier = readCheckpoint((await get('/api/audit/checkpoint')).text);
  for (const article of ['one', 'two', 'three']) {
    t.equal((await post(articleText({ article }))).status, 201);
    const later = readCheckpoint((await get('/api/audit/checkpoint')).text);
    t.ok(later.size > earlier.size);
    const { body } = await get(`/api/audit/proofs/consistency?from=${earlier.size}`);
    t.match(body, { from: earlier.size, to: later.size, fromRootHash: Buffer.from(earlier.root).toString('base64') });
    const proof = body.proof.map(bytes);
    const sizes = { from: earlier.size, fromRoot: earlier.root, to: later.size, toRoot: later.root };
    t.ok(verifyConsistency({ ...sizes, proof }));
  }
});

t.test('a client that has a proof gets 304', async (t) => {
  const { get, post } = await openTestApp(t);
  for (const address of [
    '/api/audit/checkpoint',
    '/api/audit/public-key',
    '/api/audit/proofs/inclusion?position=3&size=9',
    '/api/audit/proofs/consistency?from=3&to=9',
  ]) {
    const { headers } = await get(address);
    t.equal((await get(address, { 'if-none-match': headers['etag'] ?? '' })).status, 304, address);
  }
  const { headers } = await get('/api/audit/checkpoint');
  await post(articleText({ article: 'another' }));
  t.equal((await get('/api/audit/checkpoint', { 'if-none-match': headers['etag'] ?? '' })).status, 200);
});

t.test('all mistakes in a request for a proof are reported together', async (t) => {
  const { get } = await openTestApp(t, { seeds: false });
  const inclusion = '/api/audit/proofs/inclusion';
  const consistency = '/api/audit/proofs/consistency';
  t.match(
    await get(inclusion),
    problem('invalid-parameter', 400, { detail: 'position is missing: a whole number from 1' }),
  );
  for (const wrong of ['0', '-1', '1.5', 'one', '', '01', '1e3', '9'.repeat(20)]) {
    t.match(await get(`${inclusion}?position=${wrong}`), problem('invalid-parameter', 400), wrong);
    t.match(await get(`${consistency}?from=${wrong}`), problem('invalid-parameter', 400), wrong);
  }
  t.match(await get(`${inclusion}?position=2`), problem('unknown-position', 404));
  t.match(await get(`${inclusion}?position=1&size=2`), problem('unknown-position', 404));
  t.match(await get(`${consistency}?from=1&to=9`), problem('unknown-position', 404));
  t.match(await get(`${consistency}?from=9&to=1`), problem('invalid-parameter', 400));
  t.match(await get(`${inclusion}?position=1&position=1`), problem('invalid-parameter', 400));
  const { body } = await get(`${inclusion}?position=zero&size=5&at=3`);
  t.equal(body.type, '/problems/unknown-parameter');
  t.same(
    body.errors.map(({ path }: { path: string }) => path),
    ['at', 'position', 'size'],
  );
  t.match(await get('/api/audit/checkpoint?size=1'), problem('unknown-parameter', 400));
});

t.test('the entry point of the API links to the proof', async (t) => {
  const { get } = await openTestApp(t, { seeds: false });
  const { body } = await get('/api');
  for (const address of [body.links.checkpoint, body.links.publicKey, body.links.verifier])
    t.equal((await get(address)).status, 200);
});

t.test('readiness reports the check of the log until it ends', async (t) => {
  const { get, proof } = await openTestApp(t);
  await proof.check.ended;
  const { body } = await get('/health/ready');
  t.match(body, { status: 'ready', log: { state: 'good' } });
  t.ok(body.log.checked >= 1);
});
