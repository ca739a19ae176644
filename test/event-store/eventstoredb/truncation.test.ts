import t from 'tap';
import { startEventStoreDb } from '../../support/eventstoredb/event-store-db.ts';
import { startProxy } from '../../support/eventstoredb/proxy.ts';
import { collect, madeUp, someEvents } from '../made-up-events.ts';
import { openLedgerOn, otherClient, startLedger } from './on-a-server.ts';

for (const [name, truncate, kind, message] of [
  [
    '$maxCount, reached',
    { maxCount: 2 },
    'truncation',
    /\$maxCount keeps only the last 2 .* before revision 3 are gone/,
  ],
  ['$maxCount', { maxCount: 5 }, 'retention', /\$maxCount keeps only the last 5 events: nothing is gone yet/],
  ['$maxAge', { maxAge: 3_600 }, 'retention', /\$maxAge keeps events for only 3600 s: nothing is gone yet/],
  [
    '$maxAge and $maxCount, reached',
    { maxAge: 3_600, maxCount: 1 },
    'truncation',
    /\$maxCount .*\$maxAge .* revision 4/,
  ],
  ['$tb', { truncateBefore: 3 }, 'truncation', /before revision 3 were cut off/],
] as const) {
  t.test(`a stream with ${name} is reported, now and at the next start`, async (t) => {
    const { server, store } = await startLedger(t);
    await store.append('s', 'no_stream', someEvents(5));
    await store.append('t', 'no_stream', [madeUp()]);
    const client = otherClient(t, server.connectionString);
    await client.setStreamMetadata('ledger_s', truncate);
    await client.setStreamMetadata('ledger_t', { cacheControl: 10, custom: 'fine' });
    await client.setStreamMetadata('notes', truncate);
    await store.append('t', 0, [madeUp()]);
    const later = await openLedgerOn(t, server.connectionString);
    for (const each of [store, later]) {
      const health = await each.health();
      t.match(health, { ok: true, problems: [{ kind, stream: 's', message }] });
      t.equal(health.problems.length, 1);
    }
    t.equal((await later.head()).position, 7, 'every event keeps its position');
    await client.setStreamMetadata('ledger_s', {});
    await store.append('t', 1, [madeUp()]);
    t.same(await store.health(), { ok: true, problems: [] });
  });
}

t.test('a retention limit becomes a truncation when the stream outgrows it', async (t) => {
  const { server, store } = await startLedger(t);
  server.clock.stopAt('2026-01-01T00:00:00Z');
  const client = otherClient(t, server.connectionString);
  await client.setStreamMetadata('ledger_none', { maxCount: 1 });
  await client.setStreamMetadata('ledger_counted', { maxCount: 2 });
  await client.setStreamMetadata('ledger_aging', { maxAge: 60 });
  await store.append('counted', 'no_stream', someEvents(2));
  await store.append('aging', 'no_stream', someEvents(2));
  const kinds = async () =>
    Object.fromEntries((await store.health()).problems.map(({ stream, kind }) => [stream, kind]));
  t.same(await kinds(), { none: 'retention', counted: 'retention', aging: 'retention' });
  await store.append('counted', 1, [madeUp()]);
  server.clock.shift(61_000);
  t.same(await kinds(), { none: 'retention', counted: 'truncation', aging: 'truncation' });
  await store.append('aging', 1, [madeUp()]);
  t.match(
    (await store.health()).problems.find(({ stream }) => stream === 'aging'),
    { kind: 'truncation', message: /before revision 2 are gone/ },
  );
});

t.test('a silent server is reported with what was known of its streams', async (t) => {
  const server = await startEventStoreDb();
  t.teardown(server.stop);
  const proxy = await startProxy(server);
  t.teardown(proxy.stop);
  const store = await openLedgerOn(t, proxy.connectionString);
  await store.append('s', 'no_stream', someEvents(2));
  await otherClient(t, server.connectionString).setStreamMetadata('ledger_s', { maxCount: 5 });
  await store.append('t', 'no_stream', [madeUp()]);
  proxy.pause();
  const begun = performance.now();
  const { ok, problems } = await store.health();
  t.equal(ok, false);
  t.ok(performance.now() - begun < 60_000);
  t.match(problems, [
    { kind: 'unavailable', stream: null },
    { kind: 'retention', stream: 's', message: /must be removed/ },
  ]);
  proxy.resume();
});

t.test('a read of a truncated stream fails instead of looking complete', async (t) => {
  const { server, store } = await startLedger(t);
  await store.append('s', 'no_stream', someEvents(5));
  await otherClient(t, server.connectionString).setStreamMetadata('ledger_s', { maxCount: 2 });
  await t.rejects(collect(store.readStream('s')), { name: 'StreamDeleted', stream: 's' });
  t.equal((await collect(store.readStream('s', { from: 3 }))).length, 2, 'what is there can be read');
  await t.rejects(collect(store.readStream('s', { direction: 'backwards' })), { name: 'StreamDeleted', stream: 's' });
});

t.test('a deleted stream is an error and a health problem, not an empty stream', async (t) => {
  const { server, store } = await startLedger(t);
  await store.append('soft', 'no_stream', someEvents(2));
  await store.append('hard', 'no_stream', someEvents(2));
  const client = otherClient(t, server.connectionString);
  await client.deleteStream('ledger_soft');
  await client.tombstoneStream('ledger_hard');
  await t.rejects(collect(store.readStream('soft')), { name: 'StreamDeleted', stream: 'soft' });
  await t.rejects(collect(store.readStream('hard')), { name: 'StreamDeleted', stream: 'hard' });
  await t.rejects(store.append('hard', 1, [madeUp()]), { name: 'StreamDeleted', stream: 'hard' });
  t.match(await store.append('other', 'no_stream', [madeUp()]), { position: 5 });
  t.match(await store.health(), {
    ok: true,
    problems: [
      { kind: 'truncation', stream: 'soft', message: /soft: it was deleted/ },
      { kind: 'truncation', stream: 'hard', message: /hard: it was deleted for good/ },
    ],
  });
  t.equal((await collect(store.readStream('missing'))).length, 0, 'one that never was is empty');
});
