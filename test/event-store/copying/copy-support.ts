import { randomUUID } from 'node:crypto';
import { type CopyMemory, copiedLedger } from '../../../src/event-store/copying/copied-ledger.ts';
import { type CopyEnd, type CopyNews, copyLedger } from '../../../src/event-store/copying/copy.ts';
import type { EventStore, NewEvent, RecordedEvent } from '../../../src/event-store/event-store.ts';
import { openSqliteEventStore } from '../../../src/event-store/sqlite.ts';
import { collect, madeUp } from '../made-up-events.ts';

type Testing = { readonly teardown: (after: () => Promise<void>) => void };

/** An embedded store in memory, whose clock shows the instant given (ISO 8601) until another one is set. */
export const storeAt = async (t: Testing, instant: string) => {
  let clock = Date.parse(instant);
  const store = await openSqliteEventStore({ file: ':memory:', now: () => clock });
  t.teardown(store.close);
  const setClock = (next: string): void => {
    clock = Date.parse(next);
  };
  return { store, setClock };
};

/** What is in a made-up ledger after it was opened: by stream, and each recorded at an instant of its own. */
const madeUpStreams = ['partnership-a.b', 'partnership-a.b', 'games-2022W', 'partnership-a.b', 'partnership-c.b'];

/** Opens a made-up ledger in a store, and records two events each in some streams, a day after another from January on. */
export const madeUpLedger = async (t: Testing): Promise<EventStore> => {
  const { store, setClock } = await storeAt(t, '2026-01-01T00:00:00Z');
  const ledger = randomUUID();
  await store.append('ledger-main', 'no_stream', [{ ...madeUp({ ledger }), type: 'LedgerOpened' }]);
  const ends = new Map<string, number>();
  for (const [day, stream] of madeUpStreams.entries()) {
    setClock(`2026-01-0${day + 2}T12:00:00.${day}00Z`);
    const end = ends.get(stream);
    const events = [madeUp({ name: 'Ärger 北京', day }), madeUp({ list: [1, { b: 2, a: 1 }], nothing: null })];
    await store.append(stream, end ?? 'no_stream', events);
    ends.set(stream, (end ?? -1) + 2);
  }
  return store;
};

/** Copies from one store to another, as the domain sees the first; what was told is in `news`. */
export const copyOf = async (
  source: EventStore,
  target: EventStore,
  signal: AbortSignal = new AbortController().signal,
): Promise<CopyEnd & { readonly news: readonly CopyNews[] }> => {
  const news: CopyNews[] = [];
  const { store } = await copiedLedger(source, null);
  return { ...(await copyLedger(store, target, { tell: (item) => news.push(item), signal })), news };
};

/** A store as the domain sees it. */
export const seen = async (store: EventStore, memory: CopyMemory | null = null): Promise<EventStore> =>
  (await copiedLedger(store, memory)).store;

/** All the events of a store as the domain sees them, up to a position. */
export const eventsSeen = async (store: EventStore, upTo?: number): Promise<readonly RecordedEvent[]> =>
  (await collect((await seen(store)).readAll())).slice(0, upTo);

/** Appends an event to a stream that has so many of them. */
export const appendAfter = async (store: EventStore, stream: string, length: number, event: NewEvent) =>
  await store.append(stream, length === 0 ? 'no_stream' : length - 1, [event]);
