import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { type EventStore, type NewEvent, StoreUnavailable } from '../../../src/event-store/event-store.ts';
import { randomFrom } from '../../support/eventstoredb/random.ts';
import { collect, madeUp, numbers, someEvents } from '../made-up-events.ts';
import { openLedgerOn, startLedger } from './on-a-server.ts';

/** What a subscriber sees until it has seen so many events. */
const followUpTo = async (store: EventStore, last: number): Promise<readonly number[]> => {
  const end = new AbortController();
  const seen: number[] = [];
  for await (const item of store.subscribe({ after: 0, signal: end.signal })) {
    if (item.kind === 'event') seen.push(item.event.position);
    if (seen.length === last) end.abort();
  }
  return seen;
};

const idsIn = async (store: EventStore): Promise<readonly string[]> =>
  (await collect(store.readAll())).map(({ id }) => id);

t.test('an append whose connection is cut is recorded once', async (t) => {
  const { server, store } = await startLedger(t);
  const events = someEvents(3);
  server.faults.dropConnection({ call: 'append', times: 2 });
  t.match(await store.append('s', 'no_stream', events), { revision: 2, position: 3 });
  t.equal(server.faults.injected(), 2);
  t.same(
    await idsIn(store),
    events.map(({ id }) => id),
  );
});

t.test('an append whose answer is lost is recorded once and answered', async (t) => {
  const { server, store } = await startLedger(t);
  await store.append('s', 'no_stream', [madeUp()]);
  server.faults.loseAnswer(3);
  const events = someEvents(2);
  t.match(await store.append('s', 0, events), { revision: 2, position: 3 });
  t.equal(server.faults.injected(), 3);
  t.equal((await store.head()).position, 3);
});

for (const commits of ['at-once', 'late', 'never'] as const) {
  t.test(`an append whose answer misses the deadline is retried (it commits ${commits})`, async (t) => {
    const { server, store } = await startLedger(t, { deadlineMs: 100 });
    server.faults.answerLate({ milliseconds: 300, commits });
    t.match(await store.append('s', 'no_stream', someEvents(2)), { revision: 1, position: 2 });
    t.equal(server.faults.injected(), 1);
    while (server.faults.held() > 0) await wait(5);
    t.equal((await collect(store.readStream('s'))).length, 2);
    t.match(await store.append('s', 1, [madeUp()]), { revision: 2, position: 3 });
  });
}

t.test('one late answer delays no other append', async (t) => {
  const { server, store } = await startLedger(t, { deadlineMs: 1_000 });
  await store.append('warm', 'no_stream', [madeUp()]);
  server.faults.answerLate({ milliseconds: 1_500 });
  const answers: string[] = [];
  const append = async (stream: string, last: number): Promise<void> => {
    await store.append(stream, last === -1 ? 'no_stream' : last, [madeUp()]);
    answers.push(stream);
  };
  const late = append('late', -1);
  for (const last of numbers(-1, 3)) await append('s', last);
  await late;
  t.same(answers, ['s', 's', 's', 's', 's', 'late']);
});

t.test('a conflict after a lost answer is reported as a conflict', async (t) => {
  const { server, store } = await startLedger(t);
  const other = await openLedgerOn(t, server.connectionString);
  await store.append('s', 'no_stream', [madeUp()]);
  server.faults.loseAnswer();
  const first = someEvents(1);
  const [mine, theirs] = await Promise.allSettled([store.append('s', 0, first), other.append('s', 0, [madeUp()])]);
  t.same([mine.status, theirs.status].toSorted(), ['fulfilled', 'rejected']);
  const rejected = mine.status === 'rejected' ? mine : theirs;
  t.match(rejected, { reason: { name: 'WrongExpectedRevision', stream: 's', expected: 0, actual: 1 } });
});

t.test('an interrupted read resumes and gives each event once', async (t) => {
  const { server, store } = await startLedger(t, { deadlineMs: 5_000 });
  for (const part of numbers(0, 2)) await store.append('s', part === 0 ? 'no_stream' : part * 700 - 1, someEvents(700));
  const fresh = await openLedgerOn(t, server.connectionString);
  for (const after of [0, 1, 300, 499]) {
    server.faults.dropConnection({ call: 'read', after, times: 2 });
    const forwards = (await collect(fresh.readStream('s'))).map(({ revision }) => revision);
    t.same(forwards, numbers(0, 2_099));
    server.faults.dropConnection({ call: 'read', after, times: 2 });
    const backwards = (await collect(fresh.readStream('s', { direction: 'backwards' }))).map((event) => event.revision);
    t.same(backwards, numbers(0, 2_099).toReversed());
    server.faults.dropConnection({ call: 'read', after, times: 2 });
    const all = (await collect(fresh.readAll({ after: 10, limit: 1_500 }))).map(({ position }) => position);
    t.same(all, numbers(11, 1_510));
    server.faults.clear();
  }
});

t.test('an interrupted subscription resumes without losing or repeating an event', async (t) => {
  const { server, store } = await startLedger(t);
  await store.append('s', 'no_stream', someEvents(300));
  server.faults.dropConnection({ call: 'subscribe', after: 7, times: 10 });
  const late = await openLedgerOn(t, server.connectionString);
  const following = followUpTo(late, 600);
  for (const part of numbers(0, 29)) {
    if (part % 5 === 0) server.faults.dropConnection({ call: 'subscribe', after: 3 });
    await store.append('s', 299 + part * 10, someEvents(10));
  }
  t.same(await following, numbers(1, 600));
  t.ok(server.faults.injected() >= 10, `${server.faults.injected()} cuts`);
});

t.test('a subscriber dropped as too slow subscribes again and misses nothing', async (t) => {
  const { server, store } = await startLedger(t, { deadlineMs: 5_000 }, { liveBuffer: 20 });
  const following = followUpTo(store, 600);
  const appended: number[] = [];
  // Each append alone is more than a live subscriber may be behind.
  for (const part of numbers(0, 5)) {
    const last = part * 100 - 1;
    appended.push((await store.append('s', last < 0 ? 'no_stream' : last, someEvents(100))).position);
  }
  t.same(appended, [100, 200, 300, 400, 500, 600]);
  t.same(await following, numbers(1, 600));
  t.ok(server.dropped() > 0, `it was dropped ${server.dropped()} times`);
});

t.test('writers, readers and subscribers reconnect to a restarted server', async (t) => {
  const { server, store } = await startLedger(t);
  const following = followUpTo(store, 40);
  const acknowledged: NewEvent[] = [];
  const writing = (async () => {
    for (const part of numbers(0, 39)) {
      const event = madeUp();
      await store.append('s', part === 0 ? 'no_stream' : part - 1, [event]);
      acknowledged.push(event);
      await wait(10);
    }
  })();
  for (const _ of numbers(1, 2)) {
    await wait(100);
    await server.stop();
    await wait(150);
    await server.start();
  }
  await writing;
  t.same(await following, numbers(1, 40));
  t.same(
    await idsIn(store),
    acknowledged.map(({ id }) => id),
  );
});

t.test('an append to an absent server fails as unavailable and succeeds once the server is there', async (t) => {
  const { server, store } = await startLedger(t, { deadlineMs: 100, patienceMs: 400 });
  const events = someEvents(2);
  await store.append('s', 'no_stream', [madeUp()]);
  await server.stop();
  const begun = performance.now();
  await t.rejects(store.append('s', 0, events), { name: 'StoreUnavailable', message: /s could not be written/ });
  await t.rejects(collect(store.readStream('s')), { name: 'StoreUnavailable', message: /s could not be read/ });
  await t.rejects(store.positionAt(new Date().toISOString()), StoreUnavailable);
  t.ok(performance.now() - begun < 60_000);
  const { ok, problems } = await store.health();
  t.notOk(ok);
  t.match(problems, [{ kind: 'unavailable', stream: null }]);
  t.equal((await store.head()).position, 1, 'what is known here is still known');
  await server.start();
  t.match(await store.append('s', 0, events), { revision: 2, position: 3 });
  t.same(await store.health(), { ok: true, problems: [] });
});

t.test('a thousand acknowledged appends are each recorded once while connections drop at random', async (t) => {
  const { server, store } = await startLedger(t, { random: randomFrom(4), patienceMs: 60_000 });
  const following = followUpTo(store, 1_000);
  server.faults.dropRandomly({ rate: 0.05, seed: 11 });
  const streams = numbers(1, 20);
  const written = await Promise.all(
    streams.map(async (stream) => {
      const events = someEvents(50);
      for (const [at, event] of events.entries()) {
        const { revision } = await store.append(`s-${stream}`, at === 0 ? 'no_stream' : at - 1, [event]);
        if (revision !== at) t.fail(`revision ${revision} instead of ${at}`);
      }
      return events.map(({ id }) => id);
    }),
  );
  t.ok(server.faults.injected() > 20, `${server.faults.injected()} connections were cut`);
  server.faults.clear();
  t.same((await idsIn(store)).toSorted(), written.flat().toSorted());
  t.same(await following, numbers(1, 1_000), 'the subscriber saw each once, in order');
  for (const [at, stream] of streams.entries()) {
    const ids = (await collect(store.readStream(`s-${stream}`))).map(({ id }) => id);
    t.same(ids, written[at]);
  }
  const fresh = await openLedgerOn(t, server.connectionString);
  t.same(await collect(fresh.readAll()), await collect(store.readAll()), 'numbered anew it is the same');
});
