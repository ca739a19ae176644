import { LRUCache } from 'lru-cache';
import { decode, type LedgerEvent } from '../domain/ledger-event.ts';
import { DamagedEvent, type EventStore, type RecordedEvent } from '../event-store/event-store.ts';
import { type RelevantHistory, relevantHistory } from './relevant-history.ts';

/** A stream as the domain reads it, up to the last event that was loaded. */
export type History = {
  readonly events: readonly LedgerEvent[];
  readonly relevant: RelevantHistory;
  /** Revision of the last event, also of one that means nothing to the domain; -1 for an empty stream. */
  readonly revision: number;
};

/** The streams that are in use, decoded once and kept fresh. Throws DamagedEvent for what cannot be decoded. */
export type Histories = {
  /** The whole stream as it is loaded; loads it where it is not. */
  readonly of: (stream: string) => Promise<History>;
  /** The same, with everything that the store holds by now. */
  readonly refreshed: (stream: string) => Promise<History>;
  /** Takes in an event that was recorded, if its stream is loaded and lacks it. */
  readonly apply: (event: RecordedEvent) => void;
};

/** The events of a history up to a position; a copy, since a history grows. */
export function upTo(events: readonly LedgerEvent[], position: number): readonly LedgerEvent[] {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle] as LedgerEvent).position <= position) low = middle + 1;
    else high = middle;
  }
  return events.slice(0, low);
}

type Loaded = { events: LedgerEvent[]; relevant: RelevantHistory; revision: number };

function understood(event: RecordedEvent): LedgerEvent | null {
  try {
    return decode(event);
  } catch (cause) {
    throw new DamagedEvent(event.position, `it is no ${event.type} as one is recorded`, { cause });
  }
}

function take(loaded: Loaded, event: RecordedEvent) {
  if (event.revision !== loaded.revision + 1) return;
  const decoded = understood(event);
  loaded.revision = event.revision;
  if (decoded === null) return;
  loaded.events.push(decoded);
  loaded.relevant.add([decoded]);
}

// Events of all loaded streams together, above which the least recently used ones are let go.
const mostEvents = 1_000_000;

/** Keeps the streams that are asked for in memory. */
export function createHistories(store: Pick<EventStore, 'readStream'>): Histories {
  const loading = new Map<string, Promise<Loaded>>();
  const cache = new LRUCache<string, Loaded>({
    maxSize: mostEvents,
    sizeCalculation: ({ events }) => events.length + 1,
  });

  const catchUp = async (stream: string, loaded: Loaded): Promise<Loaded> => {
    for await (const event of store.readStream(stream, { from: loaded.revision + 1 })) {
      if (event.revision > loaded.revision + 1) {
        throw new DamagedEvent(event.position, `the event before it in ${stream} is missing`);
      }
      take(loaded, event);
    }
    return loaded;
  };

  const load = async (stream: string): Promise<Loaded> => {
    const loaded = await catchUp(stream, { events: [], relevant: relevantHistory(), revision: -1 });
    cache.set(stream, loaded);
    return loaded;
  };

  const of = async (stream: string): Promise<Loaded> => {
    const cached = cache.get(stream);
    if (cached !== undefined) return cached;
    const started = loading.get(stream) ?? load(stream).finally(() => loading.delete(stream));
    loading.set(stream, started);
    return await started;
  };

  return {
    of,
    refreshed: async (stream) => await catchUp(stream, await of(stream)),
    apply: (event) => {
      const loaded = cache.peek(event.stream);
      if (loaded !== undefined) take(loaded, event);
    },
  };
}
