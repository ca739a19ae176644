import { LRUCache } from 'lru-cache';
import { type LedgerEvent, streamReader } from '../../domain/vocabulary/events.ts';
import { DamagedEvent, type EventStore, type RecordedEvent } from '../../event-store/event-store.ts';
import { type Follower, followLedger } from '../../event-store/follower.ts';
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
    const history = await catchUp(stream, {
      events: [],
      relevant: relevantHistory(),
      revision: -1,
      read: streamReader(),
    });
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

type LoadedHistory = { -readonly [Part in keyof History]: History[Part] } & {
  readonly events: LedgerEvent[];
  readonly read: ReturnType<typeof streamReader>;
};

// The size of the cache: the events of all loaded streams together.
const maxEvents = 1_000_000;

function take(history: LoadedHistory, event: RecordedEvent) {
  if (event.revision !== history.revision + 1) return;
  const decoded = decodeOrThrow(history, event);
  history.revision = event.revision;
  if (decoded === null) return;
  history.events.push(decoded);
  history.relevant.add(decoded);
}

function decodeOrThrow({ read }: LoadedHistory, event: RecordedEvent): LedgerEvent | null {
  try {
    return read(event);
  } catch (cause) {
    throw new DamagedEvent(event.position, `its data does not fit the type ${event.type}`, { cause });
  }
}

/** Starts the one subscription of a process, which keeps the catalogue and the loaded histories fresh. */
export function startFeed(store: EventStore, catalogue: Catalogue, histories: Histories): Feed {
  const listeners = new Set<Listener>();
  const follower = followLedger(store, catalogue.position(), (events) => {
    catalogue.apply(events);
    for (const event of events) histories.apply(event);
    for (const listener of listeners) listener(events);
  });
  return {
    ...follower,
    listen: (listener) => {
      listeners.add(listener);
    },
  };
}

/** The one subscription of a process. */
export type Feed = Follower & {
  /**
   * Calls a listener with all further events, after the catalogue and the histories have taken them in. A listener must
   * not throw: that would end the feed.
   */
  readonly listen: (listener: Listener) => void;
};

type Listener = (events: readonly RecordedEvent[]) => void;
