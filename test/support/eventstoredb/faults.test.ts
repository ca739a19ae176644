import { setTimeout as sleep } from 'node:timers/promises';
import { type EventStoreDBClient, jsonEvent, START, streamNameFilter } from '@eventstore/db-client';
import t from 'tap';
import { connectTo, startConnected } from './connected.ts';
import { errorOf, events, eventWithId, ids, idsOf } from './made-up.ts';

// Streams.Append is what the client uses when a call has credentials, BatchAppend otherwise.
const plainAppend = { credentials: { username: 'nobody', password: 'asked' } };
const bothWays = [
  ['BatchAppend', {}],
  ['Append', plainAppend],
] as const;
const unavailable = { type: 'unavailable', code: 14 };

// A client that lost its connection may fail once more before it connects again.
const again = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === 20) throw error;
      await sleep(5);
    }
  }
};

const written = (client: EventStoreDBClient, stream: string): Promise<string[]> =>
  again(() =>
    idsOf(client.readStream(stream)).catch((error) => (error.type === 'stream-not-found' ? [] : Promise.reject(error))),
  );

for (const [way, options] of bothWays) {
  t.test(`${way}: a connection cut before the commit writes nothing`, async (t) => {
    const { server, client } = await startConnected(t);
    server.faults.dropConnection({ call: 'append', after: 2 });
    t.match(await errorOf(client.appendToStream('cut', events(5), options)), unavailable);
    t.strictSame(await written(client, 'cut'), []);
    t.equal(server.faults.injected(), 1);
  });

  t.test(`${way}: after a lost answer a retry is recognised by its ids`, async (t) => {
    const { server, client } = await startConnected(t);
    const list = ids(3);
    const append = () =>
      client.appendToStream('lost', list.map(eventWithId), { expectedRevision: 'no_stream', ...options });
    server.faults.loseAnswer();
    t.match(await errorOf(append()), unavailable);
    t.strictSame(await written(client, 'lost'), list);
    t.equal((await again(append)).nextExpectedRevision, 2n);
    t.strictSame(await written(client, 'lost'), list);
  });

  t.test(`${way}: an election refuses appends until it ends`, async (t) => {
    const { server, client } = await startConnected(t);
    const append = () => client.appendToStream('elected', events(1), options);
    server.faults.elect(60_000);
    const error = await errorOf(append());
    t.match(
      error,
      way === 'Append'
        ? { ...unavailable, message: /Server Is Not Ready/ }
        : { type: 'unknown', message: /Server Is Not Ready/ },
    );
    server.faults.clear();
    t.equal((await again(append)).nextExpectedRevision, 0n);
  });

  t.test(`${way}: a follower names its leader to a client that requires one and serves others`, async (t) => {
    const { server, client } = await startConnected(t);
    const leader = { host: '127.0.0.1', port: 4_711 };
    server.faults.follow(leader);
    const forLeader = connectTo(t, server.connectionString);
    const error = await errorOf(forLeader.appendToStream('led', events(1), { requiresLeader: true, ...options }));
    t.match(error, { type: 'not-leader', leader: { address: leader.host, port: leader.port } });
    t.equal((await client.appendToStream('led', events(1), options)).success, true);
  });

  t.test(`${way}: the test server refuses access as told`, async (t) => {
    const { server, client } = await startConnected(t);
    for (const how of ['access-denied', 'unauthenticated'] as const) {
      server.faults.refuse(how);
      t.match(await errorOf(client.appendToStream('mine', events(1), options)), { type: 'access-denied' });
      t.match(await errorOf(idsOf(client.readStream('mine'))), { type: 'access-denied' });
    }
    server.faults.clear();
    t.equal((await again(() => client.appendToStream('mine', events(1), options))).nextExpectedRevision, 0n);
  });
}

for (const [commits, atOnce, inTheEnd] of [
  ['at-once', 1, 1],
  ['late', 0, 1],
  ['never', 0, 0],
] as const) {
  t.test(`an append answered after its deadline commits ${commits}`, async (t) => {
    const { server, client } = await startConnected(t);
    server.faults.answerLate({ commits, milliseconds: 700 });
    const append = client.appendToStream('late', events(1), { deadline: 100, ...plainAppend });
    t.match(await errorOf(append), { type: 'deadline-exceeded' });
    t.equal((await written(client, 'late')).length, atOnce);
    while (server.faults.held() > 0) await sleep(5);
    t.equal((await written(client, 'late')).length, inTheEnd);
  });
}

t.test('the client waits for a slow batch answer even past its deadline', async (t) => {
  const { server, client } = await startConnected(t);
  server.faults.answerLate({ milliseconds: 300 });
  const before = performance.now();
  t.equal((await client.appendToStream('late', events(1), { deadline: 100 })).nextExpectedRevision, 0n);
  t.ok(performance.now() - before >= 290);
});

t.test('the test server delays every call as told', async (t) => {
  const { server, client } = await startConnected(t);
  server.faults.slow(100);
  for (const call of [
    () => client.appendToStream('slow', events(1)),
    () => client.appendToStream('slow', events(1), plainAppend),
    () => idsOf(client.readStream('slow')),
  ]) {
    const before = performance.now();
    await call();
    t.ok(performance.now() - before >= 95);
  }
});

t.test('the test server cuts a read or a subscription between whole events', async (t) => {
  const { server, client } = await startConnected(t);
  const all = ids(60);
  await client.appendToStream('long-1', all.map(eventWithId));
  const filter = streamNameFilter({ prefixes: ['long-'] });
  for (const [call, after, source] of [
    ['read', 25, () => client.readStream('long-1')],
    ['subscribe', 40, () => client.subscribeToAll({ fromPosition: START, filter })],
    ['subscribe', 0, () => client.subscribeToStream('long-1', { fromRevision: START })],
  ] as const) {
    await again(() => client.readStream('long-1', { maxCount: 1 })[Symbol.asyncIterator]().next());
    server.faults.dropConnection({ call, after });
    const seen: string[] = [];
    const collect = async (): Promise<void> => {
      for await (const { event } of source()) seen.push(event?.id ?? '');
    };
    t.match(await errorOf(collect()), unavailable);
    t.strictSame(seen, all.slice(0, after));
  }
});

t.test('connections drop reproducibly by seed, and retries with the same ids write everything once', async (t) => {
  const { server, client } = await startConnected(t);
  const run = async (stream: string, seed: number): Promise<number> => {
    const before = server.faults.injected();
    server.faults.dropRandomly({ rate: 0.3, seed });
    const list = ids(80);
    for (const [i, id] of list.entries()) {
      const event = jsonEvent({ id, type: 'Retried', data: {} });
      const expectedRevision = i === 0 ? 'no_stream' : BigInt(i - 1);
      await again(() => client.appendToStream(stream, event, { expectedRevision }));
    }
    server.faults.clear();
    t.strictSame(await written(client, stream), list);
    return server.faults.injected() - before;
  };
  const first = await run('first', 7);
  t.ok(first > 10);
  t.equal(await run('second', 7), first);
});
