import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { CopyUnfinished, copiedLedger, copyMemory } from '../../../src/event-store/copying/copied-ledger.ts';
import { type EventStore, type RecordedEvent, StoreUnavailable } from '../../../src/event-store/event-store.ts';
import { asWritten, collect, madeUp, someEvents } from '../made-up-events.ts';
import { appendAfter, copyOf, eventsSeen, madeUpLedger, seen, storeAt } from './copy-support.ts';

// Before the clock of the made-up ledger, and after it.
const earlier = '2025-06-01T00:00:00.000Z';
const later = '2026-07-01T00:00:00.000Z';
const lastOfSource = '2026-01-06T12:00:00.400Z';
const mark = { originalRecordedAt: '2020-02-02T02:02:02.002Z' };

const marked = (metadata: Record<string, unknown> = mark) => ({ ...madeUp(), metadata });

/** A copy of a made-up ledger that was made at an instant, and that ledger. */
const copied = async (t: Parameters<typeof storeAt>[0], instant: string) => {
  const source = await madeUpLedger(t);
  const { store: target, setClock } = await storeAt(t, instant);
  await copyOf(source, target);
  return { source, target, setClock };
};

const recordedAtOf = (events: readonly RecordedEvent[]): readonly string[] =>
  events.map(({ recordedAt }) => recordedAt);

const messagesOf = async (store: EventStore): Promise<readonly string[]> =>
  (await store.health()).problems.map(({ kind, message }) => `${kind}: ${message}`);

for (const instant of [earlier, later]) {
  t.test(`a ledger copied at ${instant} reads like the first in every way`, async (t) => {
    const { source, target } = await copied(t, instant);
    const store = await seen(target);
    const events = await collect(source.readAll());
    t.same((await collect(store.readAll())).slice(0, 11), events);
    t.same(await collect(store.readAll({ after: 3, limit: 2 })), events.slice(3, 5));
    for (const stream of new Set(events.map((event) => event.stream))) {
      const bounds = stream === 'ledger-main' ? { limit: 1 } : {};
      t.same(await collect(store.readStream(stream, bounds)), await collect(source.readStream(stream)));
    }
    const backwards = { direction: 'backwards', limit: 3 } as const;
    t.same(
      await collect(store.readStream('partnership-a.b', backwards)),
      await collect(source.readStream('partnership-a.b', backwards)),
    );
    const stop = new AbortController();
    const live: RecordedEvent[] = [];
    for await (const item of store.subscribe({ after: 0, signal: stop.signal })) {
      if (item.kind === 'event') live.push(item.event);
      else stop.abort();
    }
    t.same(live.slice(0, 11), events);
  });

  t.test(`events recorded in a copy of ${instant} come after the copied ones`, async (t) => {
    const { target } = await copied(t, instant);
    const store = await seen(target);
    const own = instant > lastOfSource ? instant : lastOfSource;
    t.same(await store.head(), { position: 12, recordedAt: own });
    t.equal((await appendAfter(store, 'partnership-a.b', 6, madeUp())).recordedAt, own);
    t.same(await store.head(), { position: 13, recordedAt: own });
    t.same(recordedAtOf((await collect(store.readAll())).slice(10)), [lastOfSource, own, own]);
  });

  t.test(`a copy of ${instant} says what was recorded by any instant`, async (t) => {
    const { source, target, setClock } = await copied(t, instant);
    setClock('2026-08-01T00:00:00.000Z');
    await appendAfter(target, 'partnership-a.b', 6, madeUp());
    const store = await seen(target);
    const all = recordedAtOf(await collect(store.readAll()));
    t.same(all.slice(0, 11), recordedAtOf(await collect(source.readAll())));
    for (const recordedAt of [...all, '2025-12-31T23:59:59.999Z', '2026-07-15T00:00:00Z', '2099-01-01T00:00:00Z']) {
      for (const distance of [-1, 0, 1]) {
        const instant = new Date(Date.parse(recordedAt) + distance).toISOString();
        t.equal(await store.positionAt(instant), all.filter((one) => one <= instant).length, instant);
      }
    }
    await t.rejects(store.positionAt('2026-01-02'), RangeError);
  });
}

t.test('a retry of a copied append gets the recordedAt of its first append', async (t) => {
  const { source, target } = await copied(t, later);
  const store = await seen(target);
  const [first, second] = await collect(source.readStream('partnership-c.b'));
  if (first === undefined || second === undefined) throw new Error('the made-up ledger has none');
  const retried = await store.append('partnership-c.b', 'no_stream', [first, second].map(asWritten));
  t.same(retried, { revision: 1, position: 11, recordedAt: second.recordedAt });
});

t.test('a ledger copied twice keeps the first recordedAt of its events', async (t) => {
  const { source, target, setClock } = await copied(t, later);
  setClock('2026-07-02T00:00:00.000Z');
  await appendAfter(target, 'partnership-a.b', 6, madeUp({ own: true }));
  const { store: third } = await storeAt(t, '2026-09-01T00:00:00.000Z');
  t.match(await copyOf(target, third), { outcome: 'closed', count: 13 });
  t.same(await eventsSeen(third, 11), await collect(source.readAll()));
  t.same(await eventsSeen(third, 13), await eventsSeen(target));
  t.same(recordedAtOf(await eventsSeen(third)).slice(11), [
    later,
    '2026-07-02T00:00:00.000Z',
    '2026-09-01T00:00:00.000Z',
  ]);
  t.same(await messagesOf(await seen(third)), [], 'the LedgerCopied that was copied says nothing here');
});

t.test('an unfinished copy is not opened, and the error says what to do', async (t) => {
  const source = await madeUpLedger(t);
  const { store: target } = await storeAt(t, later);
  const stops = new AbortController();
  const stopping: EventStore = {
    ...target,
    append: async (...append) => {
      stops.abort();
      return await target.append(...append);
    },
  };
  await copyOf(source, stopping, stops.signal);
  const opening = seen(target);
  await t.rejects(opening, { name: 'CopyUnfinished', message: /position 1 .*run "partnership-ledger copy" again/ });
  await t.rejects(opening, CopyUnfinished);
  await opening.catch((error: unknown) => t.ok(error instanceof StoreUnavailable, 'it may be there the next time'));
  await t.rejects(copyOf(target, (await storeAt(t, later)).store), CopyUnfinished, 'nor is it a source');

  await appendAfter(target, 'partnership-x.y', 0, madeUp());
  await t.rejects(seen(target), { message: /TermAgreed in partnership-x.y.*copy into an empty store/ });
});

t.test('a copy whose events do not match its digest is not trusted and is reported', async (t) => {
  const source = await madeUpLedger(t);
  const closings: Record<string, (data: Record<string, unknown>) => Record<string, unknown>> = {
    'another digest': (data) => ({ ...data, digest: '0'.repeat(64) }),
    'another count': (data) => ({ ...data, count: 10 }),
    nothing: () => ({}),
  };
  for (const [what, change] of Object.entries(closings)) {
    const { store: target } = await storeAt(t, later);
    const forging: EventStore = {
      ...target,
      append: (stream, expected, events) =>
        target.append(
          stream,
          expected,
          events.map((event) => (event.type === 'LedgerCopied' ? { ...event, data: change(event.data) } : event)),
        ),
    };
    await copyOf(source, forging);
    const store = await seen(target);
    t.match(await messagesOf(store), [/^copy: the copy that LedgerCopied closes at position 12 .* are ignored/], what);
    t.ok((await store.health()).ok, 'the ledger can be used');
    const events = await collect(store.readAll());
    t.same([...new Set(recordedAtOf(events))], [later], 'recorded when this store recorded it');
    t.notMatch(JSON.stringify(events), 'originalRecordedAt');
    t.equal(await store.positionAt('2026-06-01T00:00:00Z'), 0);
    await t.rejects(copyOf(source, target), { name: 'CopyRefused' }, 'nor is it taken for finished');
  }
});

t.test('a copy that goes back in time is not trusted although its digest matches', async (t) => {
  const source = await madeUpLedger(t);
  const { store: target } = await storeAt(t, later);
  const backwards: EventStore = {
    ...source,
    async *readAll(options) {
      for await (const event of source.readAll(options)) {
        yield event.position === 5 ? { ...event, recordedAt: '2020-01-01T00:00:00.000Z' } : event;
      }
    },
  };
  t.match(await copyOf(backwards, target), { outcome: 'closed' });
  t.match(await messagesOf(await seen(target)), [/are ignored/]);
});

t.test('copy metadata on an event that was not copied is hidden, ignored and reported', async (t) => {
  const own = await madeUpLedger(t);
  const { target: copy } = await copied(t, later);
  for (const [store, length] of [
    [own, 11],
    [copy, 12],
  ] as const) {
    const { metadata } = madeUp();
    await store.append('partnership-a.b', 5, [madeUp(), marked({ ...metadata, ...mark })]);
    await store.append('partnership-a.b', 7, [marked({ originalRecordedAt: 'yesterday' })]);
    const opened = await seen(store);
    const events = (await collect(opened.readAll())).slice(length);
    t.notMatch(JSON.stringify(events), 'originalRecordedAt');
    t.same(events[1]?.metadata, metadata, 'the rest is there');
    t.same(new Set(recordedAtOf(events)), new Set([(await store.head()).recordedAt]));
    t.match(await messagesOf(opened), [
      new RegExp(`^copy: events that were not copied .* position ${length + 2}, ${length + 3}$`),
    ]);

    await opened.append('partnership-a.b', 8, [marked()]);
    await collect(opened.readStream('partnership-a.b'));
    t.match(await messagesOf(opened), [new RegExp(`position ${length + 2}, ${length + 3}, ${length + 4}$`)]);
  }
});

t.test('a LedgerCopied in a ledger that was not copied has no effect', async (t) => {
  const source = await madeUpLedger(t);
  const events = await collect(source.readAll());
  await source.append('ledger-main', 0, [{ ...madeUp({ count: 11, digest: '0'.repeat(64) }), type: 'LedgerCopied' }]);
  t.same(await eventsSeen(source, 11), events);
  t.same(await messagesOf(await seen(source)), []);
});

/** A store that counts the events that are read from it. */
const counting = (store: EventStore): EventStore & { readonly read: () => number } => {
  let read = 0;
  return {
    ...store,
    read: () => read,
    async *readAll(options) {
      for await (const event of store.readAll(options)) {
        read += 1;
        yield event;
      }
    },
  };
};

t.test('a checked copy is remembered, and another one is checked again', async (t) => {
  const file = join(t.testdir(), 'checked.json');
  const open = async (store: EventStore, where = 'here') => {
    const counted = counting(store);
    const { store: opened, isAnother } = await copiedLedger(counted, copyMemory(file, where));
    const read = counted.read();
    return { read, isAnother, events: await collect(opened.readAll()), messages: await messagesOf(opened) };
  };
  const { source, target } = await copied(t, later);
  const first = await open(target);
  t.match(first, { read: 12, isAnother: false });

  const second = await open(target);
  t.ok(second.read <= 2, `only ${second.read} events are read the second time`);
  t.same({ ...second, read: 12 }, first, 'and all is as it was');

  await target.append('partnership-a.b', 5, [marked(), madeUp()]);
  const third = await open(target);
  t.ok(third.read <= 4, 'what came since is looked at');
  t.match(third.messages, [/position 13$/]);
  const fourth = await open(target);
  t.ok(fourth.read <= 2);
  t.same(fourth.messages, third.messages, 'what was found is told at every start');

  t.match(await open(target, 'elsewhere'), { read: 14, isAnother: true }, 'another store is looked at as a whole');
  const { store: other } = await storeAt(t, later);
  await copyOf(source, other);
  await other.append('partnership-a.b', 5, someEvents(2));
  t.match(await open(other, 'elsewhere'), { isAnother: true, messages: [] }, 'so is one that has gone on otherwise');
  const shorter = await madeUpLedger(t);
  t.match(await open(shorter, 'elsewhere'), { read: 11, isAnother: true, messages: [] });

  await writeFile(file, '{"version":1,"store":"elsewhere"');
  t.match(
    await open(shorter, 'elsewhere'),
    { read: 11, isAnother: false },
    'what cannot be read is as good as nothing',
  );
  await rm(file);
  t.match(await open(shorter, 'elsewhere'), { read: 11, isAnother: false });
});
