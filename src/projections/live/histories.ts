import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { decode, type LedgerEvent } from '../../domain/vocabulary/events.ts';
import { DamagedEvent, type EventStore, isOfTheStore, type RecordedEvent } from '../../event-store/event-store.ts';
import { type History, relevantHistory } from '../relevant-history.ts';
import type { Catalogue } from './catalogue.ts';

/** Keeps the streams that are in use in memory, decoded. */
export function createHistories(store: Pick<EventStore, 'readStream'>): Histories {
  const loading = new Map<string, Promise<LoadedHistory>>();
  const cache = new LRUCache<string, LoadedHistory>({
    maxSize: maxEvents,
    sizeCalculation: ({ events }) => events.length + 1,
  });

  const catchUp = async (stream: string, history: LoadedHistory): Promise<LoadedHistory> => {
    for await (const event of store.readStream(stream, { from: history.revision + 1 })) {
      if (event.revision > history.revision + 1) {
        throw new DamagedEvent(event.position, `the event before it in ${stream} is missing`);
      }
      take(history, event);
    }
    return history;
  };

  const load = async (stream: string): Promise<LoadedHistory> => {
    const history = await catchUp(stream, { events: [], relevant: relevantHistory(), revision: -1 });
    cache.set(stream, history);
    return history;
  };

  const historyOf = async (stream: string): Promise<LoadedHistory> => {
    const cached = cache.get(stream);
    if (cached !== undefined) return cached;
    const started = loading.get(stream) ?? load(stream).finally(() => loading.delete(stream));
    loading.set(stream, started);
    return await started;
  };

  return {
    of: historyOf,
    refreshed: async (stream) => await catchUp(stream, await historyOf(stream)),
    apply: (event) => {
      const history = cache.peek(event.stream);
      if (history !== undefined) take(history, event);
    },
  };
}

/** The streams that are in use, decoded once and kept fresh. Throws DamagedEvent for an event that cannot be decoded. */
export type Histories = {
  /** The whole stream as it was last loaded; loads it if it is not there. */
  readonly of: (stream: string) => Promise<History>;
  /** The stream with everything that the store holds by now. */
  readonly refreshed: (stream: string) => Promise<History>;
  /** Takes in a recorded event, if its stream is loaded and lacks it. */
  readonly apply: (event: RecordedEvent) => void;
};

type LoadedHistory = { -readonly [Part in keyof History]: History[Part] } & { readonly events: LedgerEvent[] };

// The size of the cache: the events of all loaded streams together.
const maxEvents = 1_000_000;

function take(history: LoadedHistory, event: RecordedEvent) {
  if (event.revision !== history.revision + 1) return;
  const decoded = decodeOrThrow(event);
  history.revision = event.revision;
  if (decoded === null) return;
  history.events.push(decoded);
  history.relevant.add(decoded);
}

function decodeOrThrow(event: RecordedEvent): LedgerEvent | null {
  try {
    return decode(event);
  } catch (cause) {
    throw new DamagedEvent(event.position, `its data does not fit the type ${event.type}`, { cause });
  }
}

/** Starts the feed after the catalogue's checkpoint. */
export function startFeed(store: EventStore, catalogue: Catalogue, histories: Histories): Feed {
  const stopping = new AbortController();
  const { signal } = stopping;
  const waiters: { position: number; resolve: () => void; reject: (error: Error) => void }[] = [];
  let position = catalogue.position();
  let failure: Error | null = null;

  const takeIn = (batch: readonly RecordedEvent[]) => {
    catalogue.apply(batch);
    for (const event of batch) histories.apply(event);
    position = batch.at(-1)?.position ?? position;
    for (const waiter of waiters.splice(0)) {
      if (waiter.position <= position) waiter.resolve();
      else waiters.push(waiter);
    }
  };

  const rejectWaiters = (error: Error) => {
    for (const { reject } of waiters.splice(0)) reject(error);
  };

  const follow = async () => {
    const batch: RecordedEvent[] = [];
    let isLive = false;
    for await (const item of store.subscribe({ after: position, signal })) {
      failure = null;
      if (item.kind === 'event') batch.push(item.event);
      else isLive = true;
      if (isLive || batch.length >= batchSize) takeIn(batch.splice(0));
    }
  };

  // If the store is away or refuses us for a while, the feed goes on from its position. Any other error stays.
  const run = async () => {
    while (!signal.aborted) {
      try {
        await follow();
      } catch (cause) {
        failure = cause instanceof Error ? cause : new Error(String(cause));
        rejectWaiters(failure);
        if (!isOfTheStore(cause)) return;
        await wait(reconnectDelayMs, undefined, { signal }).catch(() => undefined);
      }
    }
  };

  const running = run().finally(() => rejectWaiters(failure ?? new Error('the feed was stopped')));

  return {
    position: () => position,
    until: async (awaited) => {
      if (awaited <= position) return;
      if (failure !== null) throw failure;
      await new Promise<void>((resolve, reject) => waiters.push({ position: awaited, resolve, reject }));
    },
    failure: () => failure,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** The one subscription of a process. It keeps the catalogue and the loaded histories fresh. */
export type Feed = {
  /** Position up to which the feed has taken in everything. */
  readonly position: () => number;
  /** Waits until the feed has taken in everything up to a position. Throws if the feed has failed or stopped. */
  readonly until: (position: number) => Promise<void>;
  /** What stopped the feed, for good or until the store can be reached again; null while it works. */
  readonly failure: () => Error | null;
  readonly stop: () => Promise<void>;
};

// During catch-up, this many events share one transaction of the catalogue.
const batchSize = 1_000;

const reconnectDelayMs = 1_000;
