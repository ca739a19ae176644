import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { jsonEvent } from '@eventstore/db-client';
import t from 'tap';
import { StoreUnavailable } from '../../../src/event-store/event-store.ts';
import { collect, madeUp, numbers, someEvents } from '../made-up-events.ts';
import { indexIn, openLedgerOn, otherClient, startLedger } from './on-a-server.ts';

const notes = (count: number, type = 'NoteTaken') =>
  numbers(1, count).map((number) => jsonEvent({ type, data: { number } }));

t.test('events of other applications are not seen and move no position', async (t) => {
  const { server, store } = await startLedger(t);
  const client = otherClient(t, server.connectionString);
  for (const part of numbers(0, 4)) {
    await client.appendToStream('notes', notes(700));
    await client.appendToStream('other_ledger_s', notes(3));
    await store.append('s', part === 0 ? 'no_stream' : part - 1, [madeUp()]);
  }
  await client.appendToStream('notes', notes(1_200));
  t.equal((await store.head()).position, 5);
  t.equal(await store.positionAt('2126-01-01T00:00:00Z'), 5);
  const fresh = await openLedgerOn(t, server.connectionString);
  const all = await collect(fresh.readAll());
  t.same(
    all.map(({ position, stream }) => [position, stream]),
    numbers(1, 5).map((position) => [position, 's']),
  );
  t.same(await store.health(), { ok: true, problems: [] });
});

t.test('a ledger begins and is found again in a log full of other streams', async (t) => {
  const { server, store } = await startLedger(t);
  const client = otherClient(t, server.connectionString);
  for (const _ of numbers(1, 6)) await client.appendToStream('notes', notes(1_000));
  const later = await openLedgerOn(t, server.connectionString);
  t.same(await later.head(), { position: 0, recordedAt: null });
  t.equal(await later.positionAt(new Date().toISOString()), 0);
  const { recordedAt } = await store.append('s', 'no_stream', [madeUp()]);
  for (const _ of numbers(1, 6)) await client.appendToStream('notes', notes(1_000));
  t.equal(await later.positionAt(recordedAt), 1);
  const last = await openLedgerOn(t, server.connectionString);
  t.equal((await last.head()).position, 1);
});

t.test('two ledgers with different prefixes share a server', async (t) => {
  const { server, store } = await startLedger(t, { streamPrefix: 'one_' });
  const other = await openLedgerOn(t, server.connectionString, { streamPrefix: 'two_' });
  await store.append('s', 'no_stream', someEvents(2));
  t.match(await other.append('s', 'no_stream', someEvents(3)), { revision: 2, position: 3 });
  t.equal((await store.head()).position, 2);
  const names = await collect(otherClient(t, server.connectionString).readAll());
  const streams = new Set(names.map(({ event }) => event?.streamId).filter((name) => !name?.startsWith('$')));
  t.same(streams, new Set(['one_s', 'two_s']));
});

t.test('a foreign event in a ledger stream has a position and no meaning', async (t) => {
  const { server, store } = await startLedger(t);
  const client = otherClient(t, server.connectionString);
  const data = new Uint8Array([1, 2, 3]);
  const id = crypto.randomUUID();
  const event = { id, contentType: 'application/octet-stream' as const, type: 'Image', data, metadata: undefined };
  await client.appendToStream('ledger_s', event);
  t.match(await store.append('s', 0, [madeUp()]), { revision: 1, position: 2 });
  t.match(await collect(store.readAll()), [{ type: 'Image', data: {}, metadata: {} }, { position: 2 }]);
});

t.test('an index resumes where it ended and equals a rebuilt one', async (t) => {
  const indexFile = indexIn(t);
  const { server, store } = await startLedger(t, { indexFile });
  await store.append('s', 'no_stream', someEvents(300));
  const before = await collect(store.readAll());
  await store.close();
  const other = await openLedgerOn(t, server.connectionString);
  await other.append('s', 299, someEvents(200));

  const injected = server.faults.injected();
  // Whoever would subscribe from the beginning would be cut before it came to the end.
  server.faults.dropConnection({ call: 'subscribe', after: 250, times: 1_000 });
  const resumed = await openLedgerOn(t, server.connectionString, { indexFile, patienceMs: 2_000 });
  t.equal(server.faults.injected(), injected, 'no more than the rest was sent');
  server.faults.clear();
  const all = await collect(resumed.readAll());
  t.same(all.slice(0, 300), before);
  t.same(all, await collect(other.readAll()));
});

t.test('a server that has lost its events is not taken for the same ledger', async (t) => {
  const indexFile = indexIn(t);
  const { server, store } = await startLedger(t, { indexFile, patienceMs: 500 });
  await store.append('s', 'no_stream', someEvents(50));
  await server.restart({ keep: false });
  const isLost = async () => (await store.health()).problems.some(({ message }) => message.includes('does not hold'));
  while (!(await isLost())) await wait(10);
  t.match(await store.health(), { ok: false, problems: [{ message: /does not hold position 50/ }] });
  t.equal((await store.head()).position, 50);
  await store.append('other', 'no_stream', [madeUp()]).then(
    () => t.fail('a position was made up'),
    (error: unknown) => t.ok(error instanceof StoreUnavailable),
  );
  await store.close();

  const again = await openLedgerOn(t, server.connectionString, { indexFile });
  t.equal((await again.head()).position, 0, 'opened anew, it is numbered anew');
  t.match(await again.append('s', 'no_stream', [madeUp()]), { revision: 0, position: 1 });
});

t.test('an append to a log other than the numbered one is refused', async (t) => {
  const { server, store } = await startLedger(t);
  await store.append('s', 'no_stream', someEvents(3));
  await server.stop();
  // They are tried again and again, until what answers is not the ledger any more.
  const underWay = ['t', 'u'].map((stream) => store.append(stream, 'no_stream', [madeUp()]));
  const refused = Promise.all(underWay.map((append) => t.rejects(append, { message: /does not hold position 3/ })));
  await wait(100);
  await server.restart({ keep: false });
  await refused;
  await t.rejects(store.append('v', 'no_stream', [madeUp()]), { message: /does not hold position 3/ });
  await t.rejects(store.freshHead(), { message: /does not hold position 3/ });
  t.equal((await (await openLedgerOn(t, server.connectionString)).head()).position, 0, 'the other log is as it was');
});

t.test("the answer for an instant stays although this process's clock is a little ahead", async (t) => {
  const noon = Date.parse('2026-11-22T12:00:00.000Z');
  const { server, store } = await startLedger(t, { now: () => noon });
  server.clock.stopAt(noon - 900);
  const { position } = await store.append('s', 'no_stream', [madeUp()]);
  const other = await openLedgerOn(t, server.connectionString);
  // This instant has passed here but not for the server, which then records something.
  const instant = new Date(noon - 60).toISOString();
  const asked = store.positionAt(instant);
  server.clock.stopAt(noon - 61);
  await other.append('s', 0, [madeUp()]);
  t.equal(await asked, position + 1);
  t.equal(await store.positionAt(instant), position + 1);
});

t.test('a server that allows less than 1 MiB refuses a larger append', async (t) => {
  const { store } = await startLedger(t, {}, { maxAppendSize: 1_000 });
  await t.rejects(store.append('s', 'no_stream', [madeUp({ text: 'x'.repeat(1_000) })]), {
    name: 'TooLarge',
    limit: 1_000,
  });
  t.match(await store.append('s', 'no_stream', [madeUp()]), { revision: 0 });
});

t.test('closing does not wait for a server that is gone', async (t) => {
  const { server, store } = await startLedger(t, { deadlineMs: 100, patienceMs: 500 });
  await store.append('s', 'no_stream', [madeUp()]);
  await server.stop();
  const outcome = store.append('s', 0, [madeUp()]).catch((error: unknown) => error);
  const { signal } = new AbortController();
  const following = collect(store.subscribe({ after: 0, signal })).catch((error: unknown) => error);
  const begun = performance.now();
  await store.close();
  t.ok(performance.now() - begun < 60_000);
  t.match(await outcome, { name: /StoreUnavailable|StoreClosed/ });
  t.match(await following, { name: 'StoreClosed' });
});

t.test('a process exits once it has closed its ledger', async (t) => {
  const { server } = await startLedger(t);
  const place = JSON.stringify({ connectionString: server.connectionString, streamPrefix: 'other_' });
  const folder = join(import.meta.dirname, '../contract');
  const [module, writer] = [join(folder, 'eventstoredb-enrolment.ts'), join(folder, 'writer-process.ts')];
  const child = spawn(process.execPath, [writer, module, place, 'name', '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  t.same(await once(child, 'close'), [0, null]);
});
