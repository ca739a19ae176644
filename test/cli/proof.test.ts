import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import t from 'tap';
import { openSqliteEventStore } from '../../src/event-store/sqlite.ts';
import { openProof } from '../../src/open-ledger.ts';
import { readCheckpoint, signerKey, verifierKeyText } from '../../src/proof/checkpoint.ts';
import { shellIn } from '../proof/tampering.ts';
import { articleText } from '../support/article-text.ts';
import {
  environmentOf,
  onEventStoreDb,
  openTestLedger,
  placeOf,
  signingKeyOfTests,
  unlessEmbedded,
} from '../support/open-test-ledger.ts';
import { program } from './program.ts';
import { run } from './run-command.ts';

/** A ledger with an article, whose tree was kept and whose head was signed as a server does. */
const begun = async (t: Test) => {
  const folder = t.testdir();
  const dataDir = join(folder, 'data');
  t.equal((await run(dataDir, ['ingest', '-'], { stdin: articleText({ article: 'one' }) })).code, 0);
  const ledger = await openTestLedger({ dataDir });
  const signingKey = onEventStoreDb ? signingKeyOfTests : undefined;
  const proof = await openProof(ledger, { dataDir, signingKey, report: () => undefined });
  await proof.check.ended;
  const { position: head } = await ledger.store.head();
  const checkpoint = await proof.checkpoint(head);
  const key = verifierKeyText(proof.key);
  await proof.stop();
  await ledger.close();
  const earlier = join(folder, 'earlier');
  writeFileSync(earlier, checkpoint);
  return { folder, dataDir, head, key, earlier, bundle: join(folder, 'bundle.ndjson') };
};

t.test('an exported bundle verifies without the ledger', async (t) => {
  const { folder, dataDir, head, key, earlier, bundle } = await begun(t);
  t.equal((await run(dataDir, ['ingest', '-'], { stdin: articleText({ article: 'two' }) })).code, 0);
  const exported = await run(dataDir, ['export', bundle]);
  t.match(exported, { code: 0, messages: '' });
  t.match(exported.out, /^\d+ events exported to .*bundle\.ndjson\.\n {2}ledger {5}\S+\n {2}root/);
  t.match(exported.out, key);
  t.same(readdirSync(folder).toSorted(), ['bundle.ndjson', 'data', 'earlier'], 'nothing else is left');

  // In another folder, without settings or a store.
  const environment = { DATA_DIR: join(folder, 'nowhere'), EVENT_STORE: '', SIGNING_KEY: '', WRITE_TOKEN: '' };
  const verified = await program(['verify', bundle, '--key', key, '--checkpoint', earlier], { environment });
  t.match(verified, { code: 0, errors: '' });
  t.match(verified.out, `continues the checkpoint of ${head} events`);
  t.notOk(existsSync(join(folder, 'nowhere')));
  const brought = await program(['verify', bundle], { environment });
  t.match(brought.out, 'it came with the file: compare it');

  const apart = [bundle, '--key', key, '--checkpoint', earlier];
  for (const node of nodes) {
    const whole = standAlone(node, apart);
    t.match(whole, { status: 0, stderr: '' });
    t.match(whole.stdout, `continues the checkpoint of ${head} events`);
    t.match(standAlone(node, [bundle, '--key', verifierKeyText(signerKey('other', Buffer.alloc(32)))]), { status: 1 });
    t.match(standAlone(node, [bundle, '--key', 'mine']), { status: 2, stderr: /is not the Ed25519 key of a signer/ });
  }

  const lines = readFileSync(bundle, 'utf8').split('\n');
  writeFileSync(bundle, lines.with(2, (lines[2] ?? '').replace('"position":2', '"position":3')).join('\n'));
  t.match(await program(['verify', bundle], { environment }), { code: 1, out: '', errors: /error: .*: position 2: / });
  for (const node of nodes) t.match(standAlone(node, apart), { status: 1, stdout: '', stderr: /: position 2: / });
});

// This one, and the one of the machine.
const nodes = [process.execPath, 'node'];

/** Runs the stand-alone verifier on a Node of the path, without the packages of this project. */
const standAlone = (node: string, words: readonly string[]) => {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const options = { encoding: 'utf8', env: { PATH: path.join(delimiter) } } as const;
  return spawnSync(node, [fileURLToPath(new URL('../../dist/verify.mjs', import.meta.url)), ...words], options);
};

t.test('verify checks the ledger itself, beside a running server and against an earlier checkpoint', async (t) => {
  const { dataDir, head, earlier, key } = await begun(t);
  const { code, out, messages } = await run(dataDir, ['verify', '--checkpoint', earlier, '--key', key]);
  t.match({ code, messages }, { code: 0, messages: '' });
  t.match(out, new RegExp(`^${head} events: none was changed`));
  t.match(out, `${head} events compared with the kept tree`);
  t.match(out, `continues the kept checkpoint of ${head} events`);
  t.match((await run(dataDir, ['ingest', '-'], { stdin: articleText({ article: 'two' }) })).code, 0);
  t.match(await run(dataDir, ['verify']), { code: 0 }, 'what came since is no fault');
});

t.test("verify says what it could not compare when a server's tree and checkpoint are missing", async (t) => {
  const dataDir = join(t.testdir(), 'data');
  t.equal((await run(dataDir, ['ingest', '-'], { stdin: articleText({ article: 'one' }) })).code, 0);
  const before = readdirSync(dataDir).toSorted();
  const { code, messages } = await run(dataDir, ['verify']);
  t.equal(code, 0);
  t.match(messages, /warning: there is no kept tree[\s\S]*warning: there is no kept checkpoint/);
  t.same(readdirSync(dataDir).toSorted(), before, 'and makes nothing');
});

t.test('verify and export on a missing ledger say so and create nothing', async (t) => {
  const folder = t.testdir();
  const dataDir = join(folder, 'data');
  if (!onEventStoreDb) {
    t.match(await run(dataDir, ['verify']), { code: 1, messages: /there is no ledger/ });
    t.notOk(existsSync(dataDir));
  }
  t.match(await run(dataDir, ['export', join(folder, 'x')]), { code: 1, messages: /there is no ledger/ });
  t.notOk(existsSync(join(folder, 'x')));
});

t.test('export does not replace an existing file unless told to', async (t) => {
  const { dataDir, bundle } = await begun(t);
  writeFileSync(bundle, 'mine');
  t.match(await run(dataDir, ['export', bundle]), { code: 2, messages: /already exists: --force/ });
  t.equal(readFileSync(bundle, 'utf8'), 'mine');
  t.match(await run(dataDir, ['export', bundle, '--force']), { code: 0 });
  t.match(readFileSync(bundle, 'utf8'), /^\{"bundle":"partnership-ledger"/);
});

t.test('verify and export report all wrong arguments together', async (t) => {
  const { dataDir, bundle, earlier } = await begun(t);
  t.match(await run(dataDir, ['export']), { code: 2, messages: /the file is missing/ });
  t.match(await run(dataDir, ['export', 'a', 'b']), { code: 2, messages: /export writes one file/ });
  t.match(await run(dataDir, ['verify', 'a', 'b']), { code: 2, messages: /verify takes one file/ });
  t.match(await run(dataDir, ['verify', `${bundle}-not`]), { code: 2, messages: /no such file/ });
  t.match(await run(dataDir, ['verify', dataDir]), { code: 2, messages: /is not a file/ });
  const wrong = await run(dataDir, ['verify', '--key', 'mine', '--checkpoint', `${earlier}-not`, '--kee', 'x']);
  t.equal(wrong.code, 2);
  for (const part of [/--key: a verifier key has three parts/, /--checkpoint .*no such file/, /--kee .*--key/]) {
    t.match(wrong.messages, part);
  }
  writeFileSync(bundle, 'not a checkpoint');
  t.match(await run(dataDir, ['verify', '--checkpoint', bundle]), { code: 2, messages: /--checkpoint .*empty line/ });
});

t.test('verify refuses a checkpoint of another ledger or another key', async (t) => {
  const { dataDir, earlier, bundle } = await begun(t);
  const { origin } = readCheckpoint(readFileSync(earlier, 'utf8'));
  const other = verifierKeyText(signerKey(origin, Buffer.alloc(32, 1)));
  t.match(await run(dataDir, ['verify', '--key', other, '--checkpoint', earlier]), {
    code: 1,
    messages: /not signed by/,
  });
  t.equal((await run(dataDir, ['export', bundle])).code, 0);
  const genuine = readFileSync(earlier, 'utf8');
  const { size } = readCheckpoint(genuine);
  writeFileSync(earlier, genuine.replace(`\n${size}\n`, `\n${size - 1}\n`));
  const accused = await run(dataDir, ['verify', bundle, '--checkpoint', earlier]);
  t.match(accused, { code: 1, messages: /the earlier checkpoint: / });
  t.notMatch(accused.messages, /written anew/, 'a checkpoint whose size was changed accuses nobody');
  const forged = genuine.replace(`${origin} `, `${origin}x `);
  writeFileSync(earlier, forged);
  t.match(await run(dataDir, ['verify', bundle, '--checkpoint', earlier]), { code: 1, messages: /not signed by/ });
  t.match(await run(dataDir, ['verify', '--checkpoint', earlier]), { code: 1, messages: /not signed by/ });
});

const embedded = { skip: unlessEmbedded('a file that is changed is one of the embedded store') };

t.test('verify reports tampering with the file, and export refuses it', embedded, async (t) => {
  const { dataDir, bundle, earlier } = await begun(t);
  const shell = shellIn(dataDir);
  shell.exec(`UPDATE events SET metadata = replace(metadata, 'revision', 'revisiom') WHERE position = 2`);
  shell.close();
  const where = /the ledger is not what was recorded: position 2: /;
  t.match(await run(dataDir, ['verify']), { code: 1, out: '', messages: where });
  t.match(await run(dataDir, ['export', bundle]), { code: 1, out: '', messages: where });
  t.notOk(existsSync(bundle));
  for (const part of ['', '-wal', '-shm']) rmSync(join(dataDir, `proof.sqlite${part}`), { force: true });
  rmSync(join(dataDir, 'checkpoint'));
  const store = await openSqliteEventStore({ file: join(dataDir, 'ledger.sqlite') });
  await store.mendSchema?.();
  await store.close();
  t.match(await run(dataDir, ['verify']), { code: 0 }, 'whoever deletes all that is kept has changed history here');
  t.match(
    await run(dataDir, ['verify', '--checkpoint', earlier]),
    { code: 1, messages: /positions 1 to \d+: .*checkpoint/ },
    'but not elsewhere',
  );
});

t.test('verify reports a ledger whose first or last event is not JSON', embedded, async (t) => {
  for (const position of ['1', '(SELECT max(position) FROM events)']) {
    const { dataDir, bundle } = await begun(t);
    const shell = shellIn(dataDir);
    shell.exec(`UPDATE events SET data = '{' WHERE position = ${position}`);
    shell.close();
    t.match(await run(dataDir, ['verify']), { code: 1, messages: /position \d+: .*its data is not JSON/ });
    t.match(await run(dataDir, ['export', bundle]), { code: 1, messages: /position \d+/ });
  }
});

t.test('verify finds a deleted ledger file by the tree and checkpoint that remain', embedded, async (t) => {
  const { dataDir } = await begun(t);
  for (const part of ['', '-wal', '-shm']) rmSync(join(dataDir, `ledger.sqlite${part}`), { force: true });
  t.match(await run(dataDir, ['verify']), { code: 1, messages: /position 1: the event recorded here is missing/ });
});

t.test('export from EventStoreDB needs the signing key that all servers share', async (t) => {
  const folder = t.testdir();
  const place = await placeOf(join(folder, 'data'));
  if (place.eventStore === undefined) return;
  const { SIGNING_KEY: _key, ...environment } = environmentOf(place);
  t.match(await program(['export', join(folder, 'x')], { environment }), {
    code: 2,
    errors: /set SIGNING_KEY with EventStoreDB/,
  });
});
