import { setTimeout as after } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { articleNamed, decode, type LedgerEvent } from '../../domain/vocabulary/events.ts';
import { DamagedEvent, type EventStore, isOfTheStore, type RecordedEvent } from '../../event-store/event-store.ts';
import type { Catalogue } from './catalogue.ts';

/** The streams that are in use, decoded once and kept fresh. Throws DamagedEvent for what cannot be decoded. */
export type Histories = {
  /** The whole stream as it is loaded; loads it where it is not. */
  readonly of: (stream: string) => Promise<History>;
  /** The same, with everything that the store holds by now. */
  readonly refreshed: (stream: string) => Promise<History>;
  /** Takes in an event that was recorded, if its stream is loaded and lacks it. */
  readonly apply: (event: RecordedEvent) => void;
};

/** A stream as the domain reads it, up to the last event that was loaded. */
export type History = {
  readonly events: readonly LedgerEvent[];
  readonly relevant: RelevantHistory;
  /** Revision of the last event, also of one that means nothing to the domain; -1 for an empty stream. */
  readonly revision: number;
};

/**
 * A history indexed by what its events bear on, so that the events about certain facts are found without reading
 * all of it: their reports, the readings and retractions of the articles of these, and the decisions on them.
 */
export type RelevantHistory = {
  /** Adds the next events, in recorded order. */
  readonly add: (events: readonly LedgerEvent[]) => void;
  /** The facts that events bear on, with those of earlier reports that a reading or a retraction drops. */
  readonly touchedBy: (events: readonly LedgerEvent[]) => ReadonlySet<string>;
  readonly about: (facts: Iterable<string>) => readonly LedgerEvent[];
  readonly facts: () => Iterable<string>;
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

type Loaded = { events: LedgerEvent[]; relevant: RelevantHistory; revision: number };

// Events of all loaded streams together, above which the least recently used ones are let go.
const mostEvents = 1_000_000;

function take(loaded: Loaded, event: RecordedEvent) {
  if (event.revision !== loaded.revision + 1) return;
  const decoded = understood(event);
  loaded.revision = event.revision;
  if (decoded === null) return;
  loaded.events.push(decoded);
  loaded.relevant.add([decoded]);
}

function understood(event: RecordedEvent): LedgerEvent | null {
  try {
    return decode(event);
  } catch (cause) {
    throw new DamagedEvent(event.position, `it is no ${event.type} as one is recorded`, { cause });
  }
}

/** An empty history, to be filled in recorded order. */
export function relevantHistory(): RelevantHistory {
  const byFact = new Map<string, Set<LedgerEvent>>();
  const byArticle = new Map<string, Set<LedgerEvent>>();
  const factsOfArticle = new Map<string, Set<string>>();
  const merges = new Map<string, Set<string>>();

  const addOne = (event: LedgerEvent) => {
    const article = articleNamed(event);
    for (const fact of factsDirectly(event)) gather(byFact, fact, event);
    if (event.kind === 'report') gather(factsOfArticle, event.metadata.article, event.fact);
    else if (article !== null) gather(byArticle, article, event);
    if (event.kind === 'decision' && event.decision.type === 'FactsMerged') {
      gather(merges, event.decision.fact, event.decision.from);
      gather(merges, event.decision.from, event.decision.fact);
    }
  };

  return {
    add: (events) => events.forEach(addOne),
    touchedBy: (events) => {
      const facts = new Set(events.flatMap(factsDirectly));
      for (const event of events) {
        if (event.kind !== 'reading' && event.kind !== 'retraction') continue;
        const article = articleNamed(event) as string;
        if ((byArticle.get(article)?.size ?? 0) < 2) continue;
        for (const fact of factsOfArticle.get(article) ?? []) facts.add(fact);
      }
      // A set may grow while it is walked: merges of merged facts are followed too.
      for (const fact of facts) for (const other of merges.get(fact) ?? []) facts.add(other);
      return facts;
    },
    about: (facts) => {
      const own = [...facts].flatMap((fact) => [...(byFact.get(fact) ?? [])]);
      const articles = new Set(own.flatMap((event) => articleNamed(event) ?? []));
      const around = [...articles].flatMap((article) => [...(byArticle.get(article) ?? [])]);
      return [...new Set([...own, ...around])].toSorted((a, b) => a.position - b.position);
    },
    facts: () => byFact.keys(),
  };
}

function factsDirectly(event: LedgerEvent): readonly string[] {
  if (event.kind === 'report') return [event.fact];
  if (event.kind !== 'decision') return [];
  const { decision } = event;
  return decision.type === 'FactsMerged' ? [decision.fact, decision.from] : [decision.fact];
}

function gather<T>(index: Map<string, Set<T>>, key: string, value: T) {
  const values = index.get(key);
  if (values === undefined) index.set(key, new Set([value]));
  else values.add(value);
}

/** Starts the feed after the catalogue's checkpoint. */
export function startFeed(store: EventStore, catalogue: Catalogue, histories: Histories): Feed {
  const stopping = new AbortController();
  const waiting: { position: number; resolve: () => void; reject: (error: Error) => void }[] = [];
  let taken = catalogue.position();
  let failed: Error | null = null;
  let batch: RecordedEvent[] = [];
  let live = false;

  const flush = () => {
    catalogue.apply(batch);
    for (const event of batch) histories.apply(event);
    taken = batch.at(-1)?.position ?? taken;
    batch = [];
    for (const waiter of waiting.splice(0)) {
      if (waiter.position <= taken) waiter.resolve();
      else waiting.push(waiter);
    }
  };

  const fail = (cause: unknown) => {
    failed = cause instanceof Error ? cause : new Error(String(cause));
    for (const { reject } of waiting.splice(0)) reject(failed);
  };

  const follow = async () => {
    batch = [];
    live = false;
    for await (const item of store.subscribe({ after: taken, signal: stopping.signal })) {
      failed = null;
      if (item.kind === 'event') batch.push(item.event);
      else live = true;
      if (live || batch.length >= batchSize) flush();
    }
  };

  // A store that is away for a while, or refuses us for a while, is followed again from where it was left; anything else
  // is a mistake that stays.
  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        await follow();
      } catch (cause) {
        fail(cause);
        if (!isOfTheStore(cause)) return;
        await after(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  const running = run().finally(() => {
    for (const { reject } of waiting.splice(0)) reject(failed ?? new Error('the feed was stopped'));
  });

  return {
    position: () => taken,
    until: async (position) => {
      if (position <= taken) return;
      if (failed !== null) throw failed;
      await new Promise<void>((resolve, reject) => waiting.push({ position, resolve, reject }));
    },
    failure: () => failed,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** The one subscription of a process, which keeps the catalogue and the loaded histories fresh. */
export type Feed = {
  /** Position up to which everything has been taken in. */
  readonly position: () => number;
  /** Waits until everything up to a position has been taken in; throws where the feed has failed or stopped. */
  readonly until: (position: number) => Promise<void>;
  /** What stopped the feed, for good or until the store can be reached again; null while it works. */
  readonly failure: () => Error | null;
  readonly stop: () => Promise<void>;
};

// While it catches up, so many events share one transaction of the catalogue.
const batchSize = 1_000;

// How long a store that cannot be reached is left alone, in milliseconds.
const pause = 1_000;
