import fc from 'fast-check';
import type { Test } from 'tap';
import { type EventStore, type NewEvent, WrongExpectedRevision } from '../../../src/event-store/event-store.ts';
import { collect, madeUp, someEvents } from '../made-up-events.ts';

/** The contract of retries: the writer may not have received the first answer. */
export const retryContract = (t: Test, open: (t: Test) => Promise<EventStore>): void => {
  t.test('a retried append answers like the first and writes nothing', async (t) => {
    const store = await open(t);
    const [begun, more] = [someEvents(2), someEvents(3)];
    const first = await store.append('again', 'no_stream', begun);
    const second = await store.append('again', 1, more);
    t.same(await store.append('again', 'no_stream', begun), first);
    t.same(await store.append('again', 1, more), second);
    t.equal((await store.head()).position, 5);
  });

  t.test('a retry is recognised after later appends to this stream and others', async (t) => {
    const store = await open(t);
    const events = someEvents(2);
    const first = await store.append('again', 'no_stream', events);
    await store.append('again', 1, [madeUp()]);
    await store.append('other', 'no_stream', [madeUp()]);
    t.same(await store.append('again', 'no_stream', events), first);
    t.equal((await store.head()).position, 4);
  });

  t.test('a retry is recognised while the first append is under way', async (t) => {
    const store = await open(t);
    const events = someEvents(2);
    const [first, second] = await Promise.all([
      store.append('again', 'no_stream', events),
      store.append('again', 'no_stream', events),
    ]);
    t.same(first, second);
    t.equal((await store.head()).position, 2);
  });

  t.test('the first few events of an append are a retry too', async (t) => {
    const store = await open(t);
    const events = someEvents(3);
    await store.append('part', 'no_stream', events);
    t.match(await store.append('part', 'no_stream', events.slice(0, 2)), { revision: 1, position: 2 });
    t.match(await store.append('part', 'no_stream', events.slice(0, 1)), { revision: 0, position: 1 });
    t.equal((await store.head()).position, 3);
  });

  t.test('an append that overlaps an earlier one and goes further is a conflict', async (t) => {
    const store = await open(t);
    const events = someEvents(3);
    await store.append('further', 'no_stream', events.slice(0, 2));
    await t.rejects(store.append('further', 'no_stream', events), { name: 'WrongExpectedRevision', actual: 1 });
    t.equal((await store.head()).position, 2);
  });

  t.test('other ids, another order and a later part of an append are conflicts', async (t) => {
    const store = await open(t);
    const events = someEvents(3);
    await store.append('other', 'no_stream', events);
    for (const attempt of [someEvents(3), events.toReversed(), events.slice(1)]) {
      await t.rejects(store.append('other', 'no_stream', attempt), WrongExpectedRevision);
    }
    t.equal((await store.head()).position, 3);
  });

  t.test('the id of an event decides whether it is a retry, not its content', async (t) => {
    const store = await open(t);
    const event = madeUp({ said: 'first' });
    const first = await store.append('content', 'no_stream', [event]);
    t.same(await store.append('content', 'no_stream', [{ ...event, data: { said: 'second' } }]), first);
    t.match(await collect(store.readStream('content')), [{ data: { said: 'first' } }]);
  });

  t.test('the same id at another revision or in another stream is another event', async (t) => {
    const store = await open(t);
    const event = madeUp();
    await store.append('here', 'no_stream', [event]);
    t.match(await store.append('here', 0, [event]), { revision: 1, position: 2 });
    t.match(await store.append('there', 'no_stream', [event, event]), { revision: 1, position: 4 });
  });

  t.test('any sequence of appends leaves the same events as an append-only list', async (t) => {
    const store = await open(t);
    const pool: readonly NewEvent[] = someEvents(4);
    const attempt = fc.record({
      expected: fc.integer({ min: -1, max: 5 }),
      events: fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, { maxLength: 12 }), async (attempts) => {
        run += 1;
        const stream = `list-${run}`;
        const list: string[] = [];
        for (const { expected, events: chosen } of attempts) {
          const events = chosen.flatMap((index) => pool[index] ?? []);
          const ids = events.map(({ id }) => id);
          const there = list.slice(expected + 1, expected + 1 + ids.length);
          const isRetry = there.length === ids.length && there.every((id, index) => id === ids[index]);
          const isNext = expected === list.length - 1;
          if (isNext) list.push(...ids);
          const revision = await store.append(stream, expected === -1 ? 'no_stream' : expected, events).then(
            ({ revision }) => revision,
            ({ actual }: WrongExpectedRevision) => ({ actual }),
          );
          const wanted =
            isNext || isRetry ? expected + ids.length : { actual: list.length === 0 ? 'no_stream' : list.length - 1 };
          if (JSON.stringify(revision) !== JSON.stringify(wanted)) return false;
        }
        const recorded = await collect(store.readStream(stream));
        return recorded.map(({ id }) => id).join() === list.join();
      }),
      { numRuns: 60 },
    );
    t.equal(run, 60);
  });
};
