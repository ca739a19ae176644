import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Test } from 'tap';
import type { EventStore, SubscriptionItem } from '../../../src/event-store/event-store.ts';
import { madeUp, numbers, someEvents } from '../made-up-events.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

// The memory in use after garbage collection: the least of several measurements, as some work is always in flight.
const memoryHeld = async (): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (const _ of [1, 2, 3]) {
    await wait(40);
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    least = Math.min(least, heapUsed + external);
  }
  return least;
};

/** What a subscription gave until `enough` said so: positions, and `caught-up at` a position. */
const follow = async (
  store: EventStore,
  after: number,
  enough: (seen: readonly (number | string)[]) => boolean,
  each: (item: SubscriptionItem) => Promise<unknown> | undefined = () => undefined,
): Promise<readonly (number | string)[]> => {
  const end = new AbortController();
  const seen: (number | string)[] = [];
  for await (const item of store.subscribe({ after, signal: end.signal })) {
    seen.push(item.kind === 'event' ? item.event.position : `caught up at ${item.position}`);
    if (enough(seen)) end.abort();
    await each(item);
  }
  return seen;
};

const until =
  (last: number | string) =>
  (seen: readonly (number | string)[]): boolean =>
    seen.at(-1) === last;

/** The contract of subscribing. */
export const subscribeContract = (t: Test, open: (t: Test) => Promise<EventStore>): void => {
  t.test('a subscriber starts at the start, in the middle or at the end', async (t) => {
    const store = await open(t);
    await store.append('a', 'no_stream', someEvents(2));
    await store.append('b', 'no_stream', someEvents(2));
    t.same(await follow(store, 0, until('caught up at 4')), [1, 2, 3, 4, 'caught up at 4']);
    t.same(await follow(store, 2, until('caught up at 4')), [3, 4, 'caught up at 4']);
    t.same(await follow(store, 4, until('caught up at 4')), ['caught up at 4']);
  });

  t.test('a subscriber to an empty ledger catches up once and sees every event', async (t) => {
    const store = await open(t);
    const seen = await follow(store, 0, until(3), (item) =>
      item.kind === 'caught-up'
        ? store.append('first', 'no_stream', [madeUp()])
        : store.append('first', item.event.revision, [madeUp()]),
    );
    t.same(seen, ['caught up at 0', 1, 2, 3]);
  });

  t.test('events written while a subscriber catches up follow, each once', async (t) => {
    const store = await open(t);
    await store.append('history', 'no_stream', someEvents(500));
    let written = 0;
    const seen = await follow(store, 0, until(700), async () => {
      if (written === 200) return;
      written += 1;
      await store.append('live', written === 1 ? 'no_stream' : written - 2, [madeUp()]);
    });
    t.same(
      seen.filter((one) => typeof one === 'number'),
      numbers(1, 700),
    );
    t.equal(seen.filter((one) => typeof one === 'string').length, 1, 'caught up is said once');
  });

  t.test('a live subscriber sees whole appends, in order, while several write', async (t) => {
    const store = await open(t);
    const writer = async (stream: string): Promise<void> => {
      for (let last = -1; last < 59; last += 3) {
        await store.append(stream, last === -1 ? 'no_stream' : last, someEvents(3));
        await wait(0);
      }
    };
    const following = follow(store, 0, until(240));
    await Promise.all(['a', 'b', 'c', 'd'].map(writer));
    t.same(
      (await following).filter((one) => typeof one === 'number'),
      numbers(1, 240),
    );
  });

  t.test('a slow subscriber misses nothing and delays no writer', async (t) => {
    const store = await open(t);
    await store.append('s', 'no_stream', [madeUp()]);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const following = follow(store, 0, until(1001), (item) => (item.kind === 'caught-up' ? held : undefined));
    for (const part of numbers(0, 9)) await store.append('s', part * 100, someEvents(100));
    release();
    t.same(await following, [1, 'caught up at 1', ...numbers(2, 1001)]);
  });

  t.test('a backlog of a subscriber is not held in memory', async (t) => {
    const store = await open(t);
    const perAppend = 15;
    for (const part of numbers(0, 29)) {
      const events = Array.from({ length: perAppend }, () => madeUp({ text: 'x'.repeat(65_000) }));
      await store.append('large', part === 0 ? 'no_stream' : part * perAppend - 1, events);
    }
    const before = await memoryHeld();
    const { signal } = new AbortController();
    let seen = 0;
    let most = 0;
    for await (const item of store.subscribe({ after: 0, signal })) {
      if (item.kind === 'caught-up') break;
      seen += 1;
      if (seen % 150 === 1) most = Math.max(most, (await memoryHeld()) - before);
    }
    t.equal(seen, 30 * perAppend);
    t.ok(most < 14_000_000, `${Math.round(most / 1e6)} of 29 MB`);
  });

  t.test('several subscribers see the same events, each from its own place', async (t) => {
    const store = await open(t);
    await store.append('s', 'no_stream', someEvents(3));
    const following = Promise.all([0, 1, 3].map((after) => follow(store, after, until(4))));
    await store.append('s', 2, [madeUp()]);
    const positions = (await following).map((seen) => seen.filter((one) => typeof one === 'number'));
    t.same(positions, [[1, 2, 3, 4], [2, 3, 4], [4]]);
  });

  t.test('an aborted subscription ends quietly before, during or between events', async (t) => {
    const store = await open(t);
    await store.append('s', 'no_stream', someEvents(10));
    const before: SubscriptionItem[] = [];
    for await (const item of store.subscribe({ after: 0, signal: AbortSignal.abort() })) before.push(item);
    t.same(before, []);
    t.same(await follow(store, 0, until(4)), [1, 2, 3, 4]);

    const end = new AbortController();
    const seen: SubscriptionItem[] = [];
    for await (const item of store.subscribe({ after: 10, signal: end.signal })) {
      seen.push(item);
      // By now it waits for the next event.
      setImmediate(() => end.abort());
    }
    t.same(seen, [{ kind: 'caught-up', position: 10 }]);
  });

  t.test('a subscriber may stop without aborting', async (t) => {
    const store = await open(t);
    await store.append('s', 'no_stream', someEvents(3));
    const { signal } = new AbortController();
    for await (const item of store.subscribe({ after: 0, signal })) if (item.kind === 'caught-up') break;
    t.match(await store.append('s', 2, [madeUp()]), { position: 4 });
  });

  t.test('a subscription from beyond the end waits for it', async (t) => {
    const store = await open(t);
    await store.append('s', 'no_stream', someEvents(2));
    const following = follow(store, 5, until(6));
    await store.append('s', 1, someEvents(4));
    t.same(await following, ['caught up at 5', 6]);
  });
};
