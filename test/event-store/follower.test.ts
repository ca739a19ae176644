import type { Test } from 'tap';
import t from 'tap';
import { type EventStore, StoreBehind, StoreUnavailable } from '../../src/event-store/event-store.ts';
import { followLedger } from '../../src/event-store/follower.ts';
import { openSqliteEventStore } from '../../src/event-store/sqlite.ts';
import { numbers, someEvents } from './made-up-events.ts';

/** A store with 300 events, and one over it whose subscriptions break after so many events each, the last one never. */
const withBreaks = async (t: Test, breaks: readonly number[]) => {
  const store = await openSqliteEventStore({ file: ':memory:' });
  t.teardown(store.close);
  await store.append('s', 'no_stream', someEvents(300));
  const left = [...breaks];
  const breaking: Pick<EventStore, 'subscribe'> = {
    async *subscribe(options) {
      let events = left.shift() ?? Number.POSITIVE_INFINITY;
      for await (const item of store.subscribe(options)) {
        if (events === 0) throw new StoreUnavailable('gone for a while');
        events -= 1;
        yield item;
      }
    },
  };
  return { store, breaking };
};

t.test('every event is taken once and in order, however often the subscription breaks', async (t) => {
  const { store, breaking } = await withBreaks(t, [0, 200]);
  const taken: number[] = [];
  const follower = followLedger(
    breaking,
    () => 0,
    (events) => taken.push(...events.map(({ position }) => position)),
  );
  await t.rejects(follower.until(300), StoreUnavailable, 'who waits is told what is wrong');
  while (follower.position() < 300) await new Promise((resolve) => setTimeout(resolve, 50));
  await store.append('s', 299, someEvents(5));
  await follower.until(305);
  await follower.stop();
  t.same(taken, numbers(1, 305));
});

t.test('an error of the consumer is final, and its event does not count as taken', async (t) => {
  const { breaking } = await withBreaks(t, []);
  const follower = followLedger(
    breaking,
    () => 100,
    () => {
      throw new RangeError('a mistake');
    },
  );
  await t.rejects(follower.until(101), RangeError);
  t.match(follower.failure(), RangeError);
  t.equal(follower.position(), 100);
  await follower.stop();
});

t.test('a wait ends with its patience or when nobody follows any more', async (t) => {
  const { breaking } = await withBreaks(t, []);
  const follower = followLedger(
    breaking,
    () => 0,
    () => undefined,
  );
  await t.rejects(follower.until(301, 20), StoreBehind);
  const waiting = t.rejects(follower.until(301), /being closed/);
  await follower.stop();
  await waiting;
  await t.rejects(follower.until(301), /being closed/);
});
