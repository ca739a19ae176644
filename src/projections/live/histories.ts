import { LRUCache } from 'lru-cache';
import { growingIndex } from '../../domain/decisions/admission.ts';
import type { FactState } from '../../domain/facts/fact.ts';
import { type LedgerEvent, streamReader } from '../../domain/vocabulary/events.ts';
import { DamagedEvent, type EventStore, type RecordedEvent } from '../../event-store/event-store.ts';
import { type Follower, followLedger } from '../../event-store/follower.ts';
import type { KeptGroup, KeptStates } from '../fact-states.ts';
import { type History, relevantHistory } from '../relevant-history.ts';
import type { Catalogue } from './catalogue.ts';

/** Keeps the streams that are in use in memory, decoded: about as many as fit into `maxBytes`. */
export function createHistories(store: Pick<EventStore, 'readStream'>, maxBytes = defaultMaxBytes): Histories {
  const loading = new Map<string, Promise<LoadedHistory>>();
  const states = new LRUCache<string, KeptGroup>({
    maxSize: maxBytes / 2,
    sizeCalculation: ({ states }) => Math.min(bytesOfGroup(states), maxBytes / 2),
  });
  let historiesLoaded = 0;
  const cache = new LRUCache<string, LoadedHistory>({
    maxSize: maxBytes,
    // A history larger than the whole cache is kept alone.
    sizeCalculation: ({ bytes }) => Math.min(bytes + bytesPerEvent, maxBytes),
  });
  const keep = (stream: string, history: LoadedHistory) => {
    cache.delete(stream);
    cache.set(stream, history);
    history.keptBytes = history.bytes;
  };

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
    historiesLoaded += 1;
    const history = await catchUp(stream, {
      events: [],
      relevant: relevantHistory([], statesIn(states, historiesLoaded)),
      articles: growingIndex(),
      revision: -1,
      read: streamReader(),
      bytes: 0,
      keptBytes: 0,
    });
    keep(stream, history);
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
      if (history === undefined) return;
      take(history, event);
      if (history.bytes > growthNoted * history.keptBytes) keep(event.stream, history);
    },
    bytes: () => cache.calculatedSize,
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
  /** About what the kept streams take in memory. */
  readonly bytes: () => number;
};

type LoadedHistory = { -readonly [Part in keyof History]: History[Part] } & {
  readonly events: LedgerEvent[];
  readonly articles: ReturnType<typeof growingIndex>;
  readonly read: ReturnType<typeof streamReader>;
  /** About what it takes in memory, and took when the cache last weighed it. */
  bytes: number;
  keptBytes: number;
};

const defaultMaxBytes = 64 * 1024 * 1024;

// A history that is loaded anew finds none of the states of the one before.
function statesIn(states: LRUCache<string, KeptGroup>, history: number): KeptStates {
  return {
    get: (id) => states.get(`${history} ${id}`),
    set: (id, group) => states.set(`${history} ${id}`, group),
    isEmpty: () => states.size === 0,
  };
}

function bytesOfGroup(states: readonly FactState[]): number {
  return states.reduce((sum, { evidence }) => sum + bytesPerState + bytesPerEvidence * evidence.length, bytesPerState);
}

// A fact with what it was merged from takes 2,000 to 3,500 bytes, and each of its reports about 600.
const [bytesPerState, bytesPerEvidence] = [3_000, 600];

// A decoded event with its place in the index takes 1,130 to 1,480 bytes, without long texts.
const bytesPerEvent = 1_200;

// The cache weighs a history again when it has grown by a tenth.
const growthNoted = 1.1;

function take(history: LoadedHistory, event: RecordedEvent) {
  if (event.revision !== history.revision + 1) return;
  const decoded = decodeOrThrow(history, event);
  history.revision = event.revision;
  if (decoded === null) return;
  history.events.push(decoded);
  history.bytes += bytesPerEvent + 2 * textLength(decoded);
  history.relevant.add(decoded);
  history.articles.add(decoded);
}

function textLength(event: LedgerEvent): number {
  if (event.kind === 'report') return event.note?.length ?? 0;
  return event.kind === 'decision' ? event.decision.reason.length : 0;
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
  let toldTo = catalogue.position();
  const follower = followLedger(store, catalogue.position, (events) => {
    catalogue.apply(events);
    for (const event of events) histories.apply(event);
    // An index that is made anew takes in again what was told long ago.
    const news = events.filter(({ position }) => position > toldTo);
    toldTo = Math.max(toldTo, events.at(-1)?.position ?? 0);
    if (news.length > 0) for (const listener of listeners) listener(news);
  });
  catalogue.whenRenewed(follower.restart);
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
