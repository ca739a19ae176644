import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import type { EventStore } from '../../../src/event-store/event-store.ts';
import { type Cluster, startCluster } from '../../support/eventstoredb/cluster.ts';
import { collect, madeUp, numbers, someEvents } from '../made-up-events.ts';
import { openLedgerOn, placeOf, startLedger } from './on-a-server.ts';

const startedCluster = async (t: import('tap').Test, secure = false): Promise<Cluster> => {
  const cluster = await startCluster({ secure });
  t.teardown(cluster.stop);
  return cluster;
};

for (const secure of [false, true]) {
  t.test(`a ledger on ${secure ? 'a secure' : 'an insecure'} cluster survives the death of its leader`, async (t) => {
    const cluster = await startedCluster(t, secure);
    const store = await openLedgerOn(t, cluster.connectionString);
    const seen: number[] = [];
    const end = new AbortController();
    const following = (async () => {
      for await (const item of store.subscribe({ after: 0, signal: end.signal })) {
        if (item.kind === 'event') seen.push(item.event.position);
        if (seen.length === 30) end.abort();
      }
    })();
    const dying = wait(60).then(() => cluster.killLeader());
    const ids: string[] = [];
    for (const part of numbers(0, 29)) {
      const event = madeUp();
      await store.append('s', part === 0 ? 'no_stream' : part - 1, [event]);
      ids.push(event.id);
      if (part < 10) await wait(10);
    }
    await Promise.all([dying, following]);
    t.same(
      (await collect(store.readAll())).map(({ id }) => id),
      ids,
    );
    t.same(seen, numbers(1, 30));
  });
}

t.test('readers and writers leave a leader that answers nothing but pings', async (t) => {
  const cluster = await startedCluster(t);
  const stores = [await openLedgerOn(t, cluster.connectionString), await openLedgerOn(t, cluster.connectionString)];
  const [reader, writer] = stores as [EventStore, EventStore];
  await writer.append('s', 'no_stream', someEvents(2));
  await reader.waitFor(2);
  cluster.hangLeader();
  t.equal((await collect(reader.readStream('s'))).length, 2);
  t.match(await writer.append('s', 1, [madeUp()]), { revision: 2, position: 3 });
  t.equal((await reader.freshHead()).position, 3);
  for (const store of stores) t.same(await store.health(), { ok: true, problems: [] });
});

t.test('a client connected to a follower is sent to the leader', async (t) => {
  const cluster = await startedCluster(t);
  const [follower] = cluster.followers();
  const store = await openLedgerOn(t, follower?.connectionString ?? '');
  t.match(await store.append('s', 'no_stream', someEvents(2)), { revision: 1, position: 2 });
  t.equal((await collect(store.readStream('s'))).length, 2);
});

t.test('one node is enough to find the leader', async (t) => {
  const cluster = await startedCluster(t);
  const [follower] = cluster.followers();
  const connectionString = `esdb+discover://${follower?.address}?tls=false`;
  const store = await openLedgerOn(t, connectionString);
  t.match(await store.append('s', 'no_stream', [madeUp()]), { position: 1 });
});

t.test('a cluster of which no node answers is unavailable', async (t) => {
  const connectionString = 'esdb://127.0.0.1:1,127.0.0.1:2?tls=false&maxDiscoverAttempts=2&discoveryInterval=10';
  const opening = openLedgerOn(t, connectionString, { patienceMs: 300 });
  await t.rejects(opening, { name: 'StoreUnavailable', message: /Failed to discover/ });
});

t.test('an unreachable leader is reported as such', async (t) => {
  const { server, store } = await startLedger(t, { deadlineMs: 200, patienceMs: 600 });
  server.faults.follow({ host: '127.0.0.1', port: server.endpoint.port });
  await t.rejects(store.append('s', 'no_stream', [madeUp()]), { name: 'NotLeader', message: /not the leader/ });
  server.faults.clear();
  t.match(await store.append('s', 'no_stream', [madeUp()]), { revision: 0 });
});

t.test('a call waits for an election', async (t) => {
  const { server, store } = await startLedger(t);
  await store.append('s', 'no_stream', [madeUp()]);
  server.faults.elect(700);
  const begun = performance.now();
  t.match(await store.append('s', 0, [madeUp()]), { revision: 1, position: 2 });
  t.ok(performance.now() - begun > 500, 'nothing was written before');
  server.faults.elect(300);
  t.equal((await collect(store.readStream('s'))).length, 2);
});

t.test('several servers of one ledger agree on it', async (t) => {
  const cluster = await startedCluster(t);
  const stores = await Promise.all([1, 2, 3].map(() => openLedgerOn(t, cluster.connectionString)));
  const [first, second, third] = stores as [(typeof stores)[0], (typeof stores)[0], (typeof stores)[0]];
  const written = await Promise.all(
    stores.map(async (store, server) => {
      const answers = [];
      for (const part of numbers(0, 19)) {
        answers.push(await store.append(`s-${server}`, part === 0 ? 'no_stream' : part * 2 - 1, someEvents(2)));
      }
      return answers;
    }),
  );
  const last = Math.max(...written.flat().map(({ position }) => position));
  t.equal(last, 120);
  await Promise.all(stores.map((store) => store.waitFor(last)));
  const [one, two, three] = await Promise.all(
    stores.map(async (store) => (await collect(store.readAll())).map(placeOf)),
  );
  t.same(one, two);
  t.same(one, three);
  t.same(
    one?.map(({ position }) => position),
    numbers(1, 120),
  );

  const { position, recordedAt } = await first.append('s-0', 39, [madeUp()]);
  t.equal(await second.positionAt(recordedAt), position, 'an instant that has passed is answered alike at once');
  const [read] = await collect(third.readStream('s-0', { from: 40 }));
  t.match(read, { position, recordedAt }, 'a stream that was read has its positions');
  await second.waitFor(position);
  t.same(await second.append('s-0', 39, [{ ...madeUp(), id: read?.id ?? '' }]), { revision: 40, position, recordedAt });
});

t.test('recordedAt goes back on no server when the clock of a new leader is behind', async (t) => {
  const cluster = await startedCluster(t);
  const store = await openLedgerOn(t, cluster.connectionString);
  cluster.clock.stopAt('2026-11-22T12:00:00.000Z');
  await store.append('s', 'no_stream', [madeUp()]);
  cluster.clock.shift(-60_000);
  const { recordedAt } = await store.append('s', 0, [madeUp()]);
  t.equal(recordedAt, '2026-11-22T12:00:00.000Z');
  cluster.clock.shift(61_000);
  await store.append('s', 1, [madeUp()]);
  const fresh = await openLedgerOn(t, cluster.connectionString);
  for (const server of [store, fresh]) {
    t.same(
      (await collect(server.readAll())).map((event) => event.recordedAt),
      ['2026-11-22T12:00:00.000Z', '2026-11-22T12:00:00.000Z', '2026-11-22T12:00:01.000Z'],
    );
  }
});
