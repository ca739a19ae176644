import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { openTestApp, problem } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { unlessEmbedded } from '../support/open-test-ledger.ts';
import { startServerProcess } from '../support/server-process.ts';
import { shellIn } from './tampering.ts';

const skip = unlessEmbedded('a file that is changed is one of the embedded store');

/** A start on the data folder of a test, in this process. */
const opened = async (t: Test, data: string) => {
  const faults: string[] = [];
  const { get, proof } = await openTestApp(t, {
    seeds: false,
    place: { dataDir: data },
    report: ({ fault }) => fault !== null && faults.push(fault.message),
  });
  t.not(proof.check.state().state, 'checking');
  return {
    ready: () => get('/health/ready'),
    get: async (path: string) => (await get(path)).status,
    stop: async () => faults.join('\n'),
  };
};

/** A server process on the data folder of a test. */
const served = async (t: Test, folder: string) => {
  const server = startServerProcess(folder, {});
  t.teardown(() => server.stop('SIGKILL'));
  const origin = await server.origin();
  const ready = async () => {
    for (;;) {
      const answer = await fetch(`${origin}/health/ready`);
      const body = (await answer.json()) as { readonly detail?: string; readonly log?: { readonly state: string } };
      if (answer.status !== 200 || body.log?.state !== 'checking') return { status: answer.status, body };
      await wait(20);
    }
  };
  const get = async (path: string) => (await fetch(`${origin}${path}`)).status;
  const stop = async (): Promise<string> => {
    t.equal(await server.stop('SIGTERM'), 0);
    return await server.errors;
  };
  return { server, origin, ready, get, stop };
};

type Begun = { readonly folder: string; readonly data: string; readonly head: number };

// The first start records the seeds once. Every test works on a copy of its folder.
const first = async (): Promise<Begun> => {
  const folder = mkdtempSync(join(tmpdir(), 'partnership-ledger-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const { server, origin, ready } = await served(t, folder);
  t.match(await ready(), { status: 200, body: { log: { state: 'good' } } });
  const { ledger } = (await (await fetch(`${origin}/api`)).json()) as {
    readonly ledger: { readonly position: number };
  };
  t.equal(await server.stop('SIGTERM'), 0);
  return { folder, data: join(folder, 'data'), head: ledger.position };
};
let original: Promise<Begun> | undefined;

const begun = async (t: Test): Promise<Begun> => {
  original ??= first();
  const { folder, head } = await original;
  const copy = t.testdir();
  cpSync(folder, copy, { recursive: true });
  return { folder: copy, data: join(copy, 'data'), head };
};

const tampered: Readonly<Record<string, readonly [RegExp, (head: number) => string]>> = {
  'an event is changed': [/position 50: /, () => `UPDATE events SET data = '{"fact":"x"}' WHERE position = 50`],
  'an event is no JSON any more': [/position 50: /, () => `UPDATE events SET data = 'x' || data WHERE position = 50`],
  'the last event is no JSON any more': [
    /cannot be read/,
    (head) => `UPDATE events SET data = 'x' WHERE position = ${head}`,
  ],
  'when an event was recorded is a number that is none': [
    /position 50: .*its row cannot be read/,
    () => 'UPDATE events SET recorded_at = 9007199254740993 WHERE position = 50',
  ],
  'an event is put in before the first': [
    /position -3: somebody put an event in here/,
    (head) => `INSERT INTO events SELECT -3, stream, 1000, recorded_at, id, type, data, metadata FROM events
      WHERE position = ${head}`,
  ],
  'the first event is changed': [
    /position 1: .*that event was changed, or this is another ledger/,
    () => `UPDATE events SET data = '{}' WHERE position = 1`,
  ],
  'when the last event was recorded is no instant': [
    /position \d+: /,
    (head) => `UPDATE events SET recorded_at = 9007199254740990 WHERE position = ${head}`,
  ],
  'an event is gone': [/position 50: .*missing/, () => 'DELETE FROM events WHERE position = 50'],
  'the last events are gone': [/missing: there were/, (head) => `DELETE FROM events WHERE position > ${head - 3}`],
};

// Here the program itself starts: it meets the damage while it replays the seeds, in a value or in a whole row.
const ofTheProgram = new Set(['an event is changed', 'an event is no JSON any more']);

for (const [name, [reason, sql]] of Object.entries(tampered)) {
  t.test(`after tampering (${name}) the next start serves and says where`, { skip }, async (t) => {
    const { folder, data, head } = await begun(t);
    const shell = shellIn(data);
    shell.exec(sql(head));
    shell.close();
    const { ready, get, stop } = ofTheProgram.has(name) ? await served(t, folder) : await opened(t, data);
    t.equal(await get('/health/live'), 200);
    t.equal(await get('/openapi.json'), 200);
    const { status, body } = await ready();
    t.match({ status, body }, { status: 503, body: { type: '/problems/ledger-altered', detail: reason } });
    for (const path of ['checkpoint', 'proofs/inclusion?position=1', 'proofs/consistency?from=1']) {
      t.equal(await get(`/api/audit/${path}`), 503, path);
    }
    const errors = await stop();
    t.match(errors, reason, 'and the log says so');
    t.notMatch(errors, /\n\s+at .*node:internal/, 'without a stack');
  });
}

t.test('a changed event is found by the signed checkpoint after the kept tree is deleted', { skip }, async (t) => {
  const { data, head } = await begun(t);
  const kept = readFileSync(join(data, 'checkpoint'), 'utf8');
  t.match(kept, `\n${head}\n`, 'the last checkpoint is of all that there was');
  const shell = shellIn(data);
  shell.exec(`UPDATE events SET metadata = replace(metadata, 'seeds', 'nobody') WHERE position = 50`);
  shell.close();
  for (const part of ['', '-wal', '-shm']) rmSync(join(data, `proof.sqlite${part}`), { force: true });
  const { ready, get } = await opened(t, data);
  t.match(await ready(), { status: 503, body: { detail: new RegExp(`^positions 1 to ${head}: .*checkpoint`) } });
  t.equal(await get('/api/audit/checkpoint'), 503, 'nothing is signed that contradicts it');
  t.equal(readFileSync(join(data, 'checkpoint'), 'utf8'), kept, 'and it stays');
});

t.test('a start reports a changed checkpoint', { skip }, async (t) => {
  const { data } = await begun(t);
  writeFileSync(join(data, 'checkpoint'), 'nothing\n');
  const { ready } = await opened(t, data);
  t.match(await ready(), { status: 503, body: { detail: /kept checkpoint was changed/ } });
});

t.test('a deleted tree is rebuilt and is the same', { skip }, async (t) => {
  const { data } = await begun(t);
  for (const part of ['', '-wal', '-shm']) rmSync(join(data, `proof.sqlite${part}`), { force: true });
  const { ready } = await opened(t, data);
  t.match(await ready(), { status: 200, body: { log: { state: 'good' } } });
});

t.test('the signing key is made once and is readable only for its owner', { skip }, async (t) => {
  const { folder, data } = await begun(t);
  const file = join(data, 'signing-key');
  const key = readFileSync(file, 'utf8');
  t.match(key, /^[A-Za-z0-9+/]{43}=\n$/);
  if (process.platform !== 'win32') t.equal(statSync(file).mode & 0o777, 0o600);
  const { server, ready } = await served(t, folder);
  await ready();
  t.equal(await server.stop('SIGTERM'), 0);
  t.equal(readFileSync(file, 'utf8'), key);
  t.notMatch(server.output() + (await server.errors), key.trim(), 'and it is never shown');
});

t.test('a malformed SIGNING_KEY is refused and not shown', async (t) => {
  const folder = t.testdir();
  const wrong = startServerProcess(folder, { SIGNING_KEY: 'a-key-of-our-own', EVENT_STORE: 'sqlite' });
  const { code, errors } = await wrong.ended();
  t.equal(code, 2);
  t.match(errors, /SIGNING_KEY must be 32 random bytes in base64/);
  t.notMatch(errors, 'a-key-of-our-own');
});

t.test('a ledger records while it is checked, and the new events are in the tree', async (t) => {
  const { post, get, proof } = await openTestApp(t);
  const { status, body } = await post(articleText({ article: 'later' }));
  t.equal(status, 201);
  t.match(await get(`/api/audit/proofs/inclusion?position=${body.position}`), { status: 200 });
  await proof.check.ended;
  t.match(proof.check.state(), { state: 'good' });
  t.match(await get('/api/audit/proofs/inclusion?position=99999'), problem('unknown-position', 404));
});
