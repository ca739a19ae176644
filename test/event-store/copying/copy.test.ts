import t from 'tap';
import { appendLimit, type EventStore } from '../../../src/event-store/event-store.ts';
import { openEventStoreDb } from '../../../src/event-store/eventstoredb/eventstoredb.ts';
import { startEventStoreDb } from '../../support/eventstoredb/event-store-db.ts';
import { collect, madeUp, numbers, someEvents } from '../made-up-events.ts';
import { appendAfter, copyOf, eventsSeen, madeUpLedger, storeAt } from './copy-support.ts';

const july = '2026-07-01T00:00:00Z';

/** A target of which each append is counted, and which ends as a killed process does after so many. */
const dyingAfter = (target: EventStore, appends: number): EventStore & { readonly sizes: number[] } => {
  const sizes: number[] = [];
  return {
    ...target,
    sizes,
    append: async (stream, expected, events) => {
      if (sizes.length >= appends) throw new Error('killed');
      sizes.push(events.length);
      return await target.append(stream, expected, events);
    },
  };
};

t.test('a copy has the same events at the same positions with the same recordedAt', async (t) => {
  const source = await madeUpLedger(t);
  const { store: target } = await storeAt(t, july);
  const end = await copyOf(source, target);
  t.match(end, { outcome: 'closed', count: 11, appended: 11, left: 0, digest: /^[0-9a-f]{64}$/ });
  t.same(await eventsSeen(target, 11), await collect(source.readAll()));
  const [closing, ...more] = (await eventsSeen(target)).slice(11);
  t.same(more, []);
  t.match(closing, {
    type: 'LedgerCopied',
    stream: 'ledger-main',
    revision: 1,
    position: 12,
    data: { count: 11, digest: end.outcome === 'closed' ? end.digest : '' },
    recordedAt: '2026-07-01T00:00:00.000Z',
  });
});

t.test('a copy appends consecutive events of one stream together, as many as fit', async (t) => {
  const source = await madeUpLedger(t);
  const { store: target } = await storeAt(t, july);
  const counting = dyingAfter(target, Number.POSITIVE_INFINITY);
  await copyOf(source, counting);
  t.same(counting.sizes, [1, 4, 2, 2, 2, 1], 'one event opens the ledger, one closes the copy');

  const large = await madeUpLedger(t);
  const third = 'x'.repeat(appendLimit / 3);
  await large.append('partnership-a.b', 5, [madeUp({ third }), madeUp({ third })]);
  await large.append('partnership-a.b', 7, [madeUp({ third })]);
  const { store: other } = await storeAt(t, july);
  const again = dyingAfter(other, Number.POSITIVE_INFINITY);
  t.match(await copyOf(large, again), { outcome: 'closed', count: 14 });
  t.same(again.sizes, [1, 4, 2, 2, 2, 2, 1, 1]);
});

t.test('a copy goes on writing while the positions of what it wrote are not known yet', async (t) => {
  const source = await madeUpLedger(t);
  const { store } = await storeAt(t, july);
  // The ledger is opened, and four batches are appended, before any of them has its position.
  const awaited = 5;
  const { promise: enough, resolve: release } = Promise.withResolvers<void>();
  let writing = 0;
  const target: EventStore = {
    ...store,
    append: async (stream, expected, events, { onWritten } = {}) => {
      const appended = await store.append(stream, expected, events);
      writing += 1;
      if (writing === awaited) release();
      onWritten?.();
      await enough;
      return appended;
    },
  };
  t.match(await copyOf(source, target), { outcome: 'closed', count: 11, appended: 11 });
  t.same(await eventsSeen(store, 11), await collect(source.readAll()));
});

t.test('a copy notices an event that somebody else appended between its own', async (t) => {
  const source = await madeUpLedger(t);
  const { store } = await storeAt(t, july);
  let writing = 0;
  const target: EventStore = {
    ...store,
    append: async (stream, expected, events, { onWritten } = {}) => {
      writing += 1;
      if (writing === 3) await store.append('games-2024S', 'no_stream', [madeUp()]);
      const appended = await store.append(stream, expected, events);
      onWritten?.();
      return appended;
    },
  };
  await t.rejects(copyOf(source, target), {
    name: 'CopyRefused',
    message: /belongs to position 7 got 8: .* must be empty/,
  });
});

t.test('a copy killed at any append continues from there when run again', async (t) => {
  for (const appends of numbers(0, 5)) {
    const source = await madeUpLedger(t);
    const { store: target } = await storeAt(t, july);
    await t.rejects(copyOf(source, dyingAfter(target, appends)), /killed/);
    const { position: before } = await target.head();
    t.match(await copyOf(source, target), { outcome: 'closed', count: 11, appended: 11 - before });
    t.same(await eventsSeen(target, 11), await collect(source.readAll()), `after ${appends} appends`);
  }
});

t.test('a copy killed right after closing is found finished', async (t) => {
  const source = await madeUpLedger(t);
  const { store: target } = await storeAt(t, july);
  await copyOf(source, target);
  t.match(await copyOf(source, target), { outcome: 'closed', count: 11, appended: 0 });
  t.equal((await target.head()).position, 12, 'and nothing is written');
});

t.test('a copy stopped by its user ends after the current append', async (t) => {
  const source = await madeUpLedger(t);
  const { store: target } = await storeAt(t, july);
  const stopping = new AbortController();
  const stops: EventStore = {
    ...target,
    append: async (...append) => {
      stopping.abort();
      return await target.append(...append);
    },
  };
  t.match(await copyOf(source, stops, stopping.signal), { outcome: 'stopped', count: 1, total: 11 });
  t.equal((await target.head()).position, 1);
  t.match(await copyOf(source, target), { outcome: 'closed', appended: 10 });
});

t.test('a copy refuses a target that holds anything else and leaves it unchanged', async (t) => {
  const source = await madeUpLedger(t);
  const targets: Record<string, readonly [RegExp, (target: EventStore) => Promise<unknown>]> = {
    'another ledger': [
      /at position 1 .* recorded there and not copied.*must be empty/s,
      (target) => target.append('ledger-main', 'no_stream', [{ ...madeUp(), type: 'LedgerOpened' }]),
    ],
    'a longer one': [/holds 12 events.*must be empty/, (target) => target.append('s', 'no_stream', someEvents(12))],
    'what was copied from another ledger': [
      /at position 1 the source holds LedgerOpened .*the target LedgerOpened/,
      async (target) => {
        await copyOf(await madeUpLedger(t), dyingAfter(target, 2)).catch(() => undefined);
      },
    ],
    'a finished copy of another ledger': [
      /at position 1 the source holds LedgerOpened/,
      async (target) => await copyOf(await madeUpLedger(t), target),
    ],
    'a finished copy that has gone on': [
      /finished copy of 11 events and has gone on/,
      async (target) => {
        await copyOf(source, target);
        await appendAfter(target, 'partnership-a.b', 6, madeUp());
      },
    ],
    'an unfinished copy that somebody else wrote to': [
      /at position 6 .*the target TermAgreed .* recorded there and not copied/,
      async (target) => {
        await copyOf(source, dyingAfter(target, 2)).catch(() => undefined);
        await appendAfter(target, 'partnership-x.y', 0, madeUp());
      },
    ],
    'an event that was copied and is another now': [
      /at position 1 .*the same event with other content/,
      async (target) => {
        const [opened] = await collect(source.readAll({ limit: 1 }));
        const metadata = { ...opened?.metadata, originalRecordedAt: '2025-01-01T00:00:00.000Z' };
        await target.append('ledger-main', 'no_stream', [{ ...madeUp(), ...opened, metadata }]);
      },
    ],
  };
  for (const [what, [message, fill]] of Object.entries(targets)) {
    const { store: target } = await storeAt(t, july);
    await fill(target);
    const before = await collect(target.readAll());
    await t.rejects(copyOf(source, target), { name: 'CopyRefused', message }, what);
    t.same(await collect(target.readAll()), before, what);
  }
});

t.test('a copy notices another writer to its target', async (t) => {
  const source = await madeUpLedger(t);
  for (const stream of ['partnership-a.b', 'partnership-x.y']) {
    const { store: target } = await storeAt(t, july);
    let isWritten = false;
    const disturbed: EventStore = {
      ...target,
      append: async (...append) => {
        if (append[0] === 'partnership-a.b' && !isWritten) {
          isWritten = true;
          await target.append(stream, 'no_stream', [madeUp()]);
        }
        return await target.append(...append);
      },
    };
    await t.rejects(copyOf(source, disturbed), { name: 'CopyRefused', message: /nobody else may write/ });
  }
});

t.test('two copies at once make one copy', async (t) => {
  const source = await madeUpLedger(t);
  const { store: target } = await storeAt(t, july);
  const [one, other] = await Promise.all([copyOf(source, target), copyOf(source, target)]);
  t.match(
    [one, other],
    [
      { outcome: 'closed', count: 11 },
      { outcome: 'closed', count: 11 },
    ],
  );
  t.equal((await target.head()).position, 12);
});

t.test('a copy includes events that its source gets meanwhile', async (t) => {
  const source = await madeUpLedger(t);
  const { store: target } = await storeAt(t, july);
  let isGrown = false;
  const growing: EventStore = {
    ...target,
    append: async (...append) => {
      if (!isGrown) await appendAfter(source, 'partnership-a.b', 6, madeUp());
      isGrown = true;
      return await target.append(...append);
    },
  };
  const end = await copyOf(source, growing);
  t.match(end, { outcome: 'closed', count: 12, left: 0 });
  t.match(
    end.news.filter(({ kind }) => kind === 'grown'),
    [{ by: 1 }],
  );
  t.same(await eventsSeen(target, 12), await collect(source.readAll()));
});

t.test('a copy reports events that its source gets while it closes', async (t) => {
  const source = await madeUpLedger(t);
  const { store: target } = await storeAt(t, july);
  const late: EventStore = {
    ...target,
    append: async (stream, expected, events) => {
      if (events[0]?.type === 'LedgerCopied') await appendAfter(source, 'partnership-a.b', 6, madeUp());
      return await target.append(stream, expected, events);
    },
  };
  t.match(await copyOf(source, late), { outcome: 'closed', count: 11, left: 1 });
  await t.rejects(copyOf(source, target), { message: /finished copy of 11 events, the source 12/ });
});

t.test('a store that is not a ledger is not copied', async (t) => {
  const { store: target } = await storeAt(t, july);
  const { store: empty } = await storeAt(t, july);
  await t.rejects(copyOf(empty, target), { name: 'CopyRefused', message: /no ledger in the source/ });
  await empty.append('orders-1', 'no_stream', someEvents(2));
  const found = /the source is not a ledger: position 1 holds TermAgreed in orders-1/;
  await t.rejects(copyOf(empty, target), { name: 'CopyRefused', message: found }, 'what was found there is said');
  t.equal((await target.head()).position, 0);
});

t.test('a copy that differs from its source is not closed', async (t) => {
  const source = await madeUpLedger(t);
  const { store: target } = await storeAt(t, july);
  const careless: EventStore = {
    ...target,
    append: (stream, expected, events) =>
      target.append(
        stream,
        expected,
        events.map((event) => ('day' in event.data ? { ...event, data: { ...event.data, day: 0 } } : event)),
      ),
  };
  await t.rejects(copyOf(source, careless), { message: /at position 4 .*the same event with other content/ });
  t.equal((await target.head()).position, 11);
});

t.test('a truncated store, or one with a retention limit, is neither source nor target', async (t) => {
  const source = await madeUpLedger(t);
  const { store: target } = await storeAt(t, july);
  const problem = { kind: 'truncation' as const, stream: 'ledger-main', message: 'ledger-main: was cut short' };
  const cut = (store: EventStore): EventStore => ({
    ...store,
    health: async () => ({ ok: true, problems: [problem] }),
  });
  await t.rejects(copyOf(cut(source), target), { message: /source cannot be used: ledger-main: was cut short/ });
  await t.rejects(copyOf(source, cut(target)), { message: /target cannot be used: ledger-main: was cut short/ });
  t.equal((await target.head()).position, 0);
});

t.test('dropped connections and lost answers leave no trace in a copy', async (t) => {
  const server = await startEventStoreDb();
  t.teardown(server.stop);
  const open = async (streamPrefix: string): Promise<EventStore> => {
    const store = await openEventStoreDb({ connectionString: server.connectionString, streamPrefix, deadlineMs: 500 });
    t.teardown(store.close);
    return store;
  };
  const source = await madeUpLedger(t);
  for (const stream of ['partnership-a.b', 'partnership-c.b', 'games-2024S', 'games-2026W']) {
    const { revision = -1 } = (await collect(source.readStream(stream))).at(-1) ?? {};
    await source.append(stream, revision < 0 ? 'no_stream' : revision, someEvents(300));
  }
  const [there, back] = [await open('there_'), await storeAt(t, july)];
  server.faults.dropRandomly({ rate: 0.4, seed: 5 });
  t.match(await copyOf(source, there), { outcome: 'closed', count: 1211 });
  t.match(await copyOf(there, back.store), { outcome: 'closed', count: 1212 });
  t.ok(server.faults.injected() > 3, `${server.faults.injected()} faults`);
  server.faults.clear();
  t.same(await eventsSeen(back.store, 1211), await collect(source.readAll()));
});
