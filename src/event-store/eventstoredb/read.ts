import { setImmediate as nextTurn } from 'node:timers/promises';
import { BACKWARDS, type BaseOptions, END, type EventStoreDBClient, FORWARDS } from '@eventstore/db-client';
import {
  type EventStore,
  type RecordedEvent,
  StoreUnavailable,
  StreamDeleted,
  type SubscriptionItem,
  wholeNumber,
} from '../event-store.ts';
import { type Connection, type Retries, StreamNotFound } from './connection.ts';
import type { IndexedEvent, NumberIndex } from './number-index.ts';
import type { Numbering } from './numbering.ts';
import {
  beginLedgerRead,
  type Call,
  isOfLedger,
  type Numbered,
  type PagedRead,
  pageSize,
  type RecentEvents,
  readPages,
  type SentEvent,
  toCall,
} from './read-page.ts';

/** The reads of a store; `checkOpen` throws StoreClosed. */
export function ledgerReads(
  parts: ReadParts,
  checkOpen: () => void,
): Pick<EventStore, 'readStream' | 'readAll' | 'subscribe'> {
  const { index, retries } = parts;
  return {
    async *readStream(name, { from, direction = 'forwards', limit = Number.MAX_SAFE_INTEGER } = {}) {
      wholeNumber('limit', limit);
      if (from !== undefined) wholeNumber('from', from);
      checkOpen();
      const pages =
        direction === 'forwards'
          ? readForwards(parts, name, from ?? 0, limit)
          : readBackwards(parts, name, from ?? 'end', limit);
      yield* eachEvent(pages, retries.closed);
    },

    async *readAll({ after = 0, limit = Number.MAX_SAFE_INTEGER } = {}) {
      wholeNumber('after', after);
      wholeNumber('limit', limit);
      checkOpen();
      const last = Math.min(index.head().number, after + limit);
      yield* eachEvent(readLedger(parts, after + 1, last, retries.closed), retries.closed);
    },

    async *subscribe({ after, signal }) {
      wholeNumber('after', after);
      checkOpen();
      yield* follow(parts, after, signal);
    },
  };
}

// The events of some pages, until the store is closed.
async function* eachEvent(pages: EventPages, closed: AbortSignal): AsyncGenerator<RecordedEvent> {
  for await (const events of pages) {
    for (const event of events) {
      closed.throwIfAborted();
      yield event;
    }
  }
}

type EventPages = AsyncGenerator<readonly RecordedEvent[]>;

// Up to `limit` events of a stream, from a revision on. `stream` has no prefix, here and below.
async function* readForwards(parts: ReadParts, stream: string, from: number, limit: number): EventPages {
  if (limit === 0) return;
  // The read ends at the event that is the last one now.
  const [newest] = await readStreamPage(parts, stream, 'end', 1);
  const last = newest === undefined ? -1 : Math.min(newest.revision, from + limit - 1);
  if (from > last) return;
  yield* readRevisions(parts, stream, from, last, []);
}

type ReadParts = {
  readonly connection: Connection;
  readonly index: Pick<NumberIndex, 'ofStream' | 'between' | 'head'>;
  readonly numbering: Pick<Numbering, 'until'>;
  readonly recent: Pick<RecentEvents, 'between'>;
  /** What the names of all streams of the ledger begin with; the port leaves it out. */
  readonly prefix: string;
  /** The prefix with each category that a stream may have. */
  readonly prefixes: readonly string[];
  readonly retries: Retries;
  readonly deadlineMs: number;
};

// Up to `limit` events of a stream, from a revision down.
async function* readBackwards(parts: ReadParts, stream: string, from: number | 'end', limit: number): EventPages {
  if (limit === 0) return;
  const newest = await readStreamPage(parts, stream, from, Math.min(limit, pageSize));
  if (newest[0] === undefined) return;
  const first = newest[0].revision;
  yield* readRevisions(parts, stream, first, Math.max(0, first - limit + 1), newest);
}

// Reads up or down from one revision to another, both included. `firstPage` is what was read already.
async function* readRevisions(
  parts: ReadParts,
  stream: string,
  first: number,
  last: number,
  firstPage: readonly SentEvent[],
): EventPages {
  const direction = first <= last ? FORWARDS : BACKWARDS;
  const pages = readPages(
    streamRead(parts, stream, (client, options, next) => {
      const count = Math.abs(last - next) + 1;
      const read = client.readStream(parts.prefix + stream, {
        ...options,
        direction,
        fromRevision: BigInt(next),
        maxCount: count,
      });
      return toCall(read, count);
    }),
    direction === FORWARDS ? 1 : -1,
  );
  const read = async (next: number) => {
    const isRead = next === first && firstPage.length > 0;
    const events = isRead ? firstPage : await pages.take(next, Math.min(pageSize, Math.abs(last - next) + 1));
    return await addPositions(parts, stream, next, events);
  };
  try {
    yield* readAhead(first, last, read);
  } finally {
    pages.close();
  }
}

// Up to `count` events backwards from a revision or the end. A stream that never existed has none.
async function readStreamPage(
  parts: ReadParts,
  stream: string,
  from: number | 'end',
  count: number,
): Promise<readonly SentEvent[]> {
  const fullName = parts.prefix + stream;
  const pages = readPages(
    streamRead(parts, stream, (client, options) => {
      const fromRevision = from === 'end' ? END : BigInt(from);
      const read = client.readStream(fullName, { ...options, direction: BACKWARDS, fromRevision, maxCount: count });
      return toCall(read, count);
    }),
    -1,
  );
  try {
    const events = await pages.take(0, count).catch((error: unknown) => {
      if (error instanceof StreamNotFound) return [];
      throw error;
    });
    if (events.length === 0 && parts.index.ofStream(fullName, 0, 0).length > 0) throw streamGone(stream);
    return events;
  } finally {
    pages.close();
  }
}

function streamRead({ connection, retries, deadlineMs }: ReadParts, stream: string, begin: PagedRead['begin']) {
  const failure = `${stream} could not be read`;
  return { connection, retries, deadlineMs, signal: retries.closed, stream, failure, begin };
}

function streamGone(stream: string): StreamDeleted {
  return new StreamDeleted(stream, 'events of it are gone');
}

// Throws StreamDeleted if the first event is not the one at `start`: events are gone. Works in either direction.
async function addPositions(parts: ReadParts, stream: string, start: number, events: readonly SentEvent[]) {
  if (events[0]?.revision !== start) throw streamGone(stream);
  const first = Math.min(start, events.at(-1)?.revision ?? start);
  const numbers = await numbersOf(parts, stream, first, first + events.length - 1);
  return events.map((event) => toRecordedEvent(event, parts.prefix, numbers[event.revision - first] as IndexedEvent));
}

// Waits: what others wrote a moment ago may not have its number yet.
async function numbersOf(parts: ReadParts, stream: string, first: number, last: number) {
  const { index, numbering, prefix, retries } = parts;
  let events: readonly IndexedEvent[] = [];
  const isMet = () => {
    events = index.ofStream(prefix + stream, first, last);
    return events.length === last - first + 1;
  };
  if (await numbering.until({ isMet, patienceMs: retries.patienceMs, isDue: true })) return events;
  throw new StoreUnavailable(`${stream}: revision ${last} was read, but its position is not known yet`);
}

// The events between two positions, both included and both in the index: the latest from memory, the others from the
// server.
async function* readLedger(parts: ReadParts, first: number, last: number, signal: AbortSignal): EventPages {
  if (first > last) return;
  const { connection, retries, deadlineMs, index, recent, prefix, prefixes } = parts;
  const begin = (client: EventStoreDBClient, options: BaseOptions, next: number): Call => {
    const [before] = next === 1 ? [] : index.between(next - 1, next - 1);
    const after = before === undefined ? 'start' : { commit: before.commit, prepare: before.commit };
    return beginLedgerRead(client, options, after, prefixes);
  };
  const isWanted = (event: SentEvent) => isOfLedger(event, prefixes);
  const failure = 'the ledger could not be read';
  const read = { connection, retries, deadlineMs, signal, stream: null, failure, begin, isWanted };
  const pages = readPages(read, 1);

  async function readPage(next: number): Promise<readonly RecordedEvent[]> {
    const inMemory = recent.between(next, Math.min(last, next + pageSize - 1));
    if (inMemory !== null) {
      // Nothing else here waits: let others have their turn.
      await nextTurn();
      return inMemory.map(({ event, ...numbered }) => toRecordedEvent(event, prefix, numbered));
    }
    const most = Math.min(pageSize, last - next + 1);
    const events = await pages.take(next, most);
    const numbers = index.between(next, next + events.length - 1);
    const missing = events.findIndex((event, i) => event.commit !== numbers[i]?.commit);
    if (events.length > 0 && missing === -1) {
      return events.map((event, i) => toRecordedEvent(event, prefix, numbers[i] as IndexedEvent));
    }
    throw new StoreUnavailable(`position ${next + Math.max(0, missing)} of the ledger is gone from the event store`);
  }

  try {
    yield* readAhead(first, last, readPage);
  } finally {
    pages.close();
  }
}

// Reads pages from one number up or down to another, one page ahead of its consumer. `read` returns at least one item. If
// it fails, the consumer gets the error when it asks for that page.
async function* readAhead<Item>(
  first: number,
  last: number,
  read: (next: number) => Promise<readonly Item[]>,
): AsyncGenerator<readonly Item[]> {
  const step = first <= last ? 1 : -1;
  const begin = (next: number): Promise<readonly Item[]> => {
    const page = read(next);
    // The consumer may never ask for this page.
    page.catch(() => undefined);
    return page;
  };
  let upcoming = begin(first);
  for (let next = first; ; ) {
    const page = await upcoming;
    next += step * page.length;
    const isLast = (last - next) * step < 0;
    if (!isLast) upcoming = begin(next);
    yield page;
    if (isLast) return;
  }
}

// The events after a position, `caught-up`, and then the live ones. Ends when the signal is aborted.
async function* follow(parts: ReadParts, after: number, signal: AbortSignal): AsyncGenerator<SubscriptionItem> {
  const { index, numbering, retries } = parts;
  const either = AbortSignal.any([retries.closed, signal]);
  let position = after;
  let hasCaughtUp = false;
  try {
    while (!signal.aborted) {
      for await (const events of readLedger(parts, position + 1, index.head().number, either)) {
        for (const event of events) {
          if (signal.aborted) return;
          retries.closed.throwIfAborted();
          position = event.position;
          yield { kind: 'event', event };
        }
      }
      if (!hasCaughtUp && !signal.aborted) yield { kind: 'caught-up', position };
      hasCaughtUp = true;
      const isMet = () => index.head().number > position;
      await numbering.until({ isMet, patienceMs: Number.POSITIVE_INFINITY, isDue: false, signal });
    }
  } catch (error) {
    if (retries.closed.aborted || !signal.aborted) throw error;
  }
}

function toRecordedEvent(event: SentEvent, prefix: string, { number, recordedAt }: Numbered): RecordedEvent {
  return {
    id: event.id,
    type: event.type,
    data: event.data,
    metadata: event.metadata,
    stream: event.stream.slice(prefix.length),
    revision: event.revision,
    position: number,
    recordedAt: new Date(recordedAt).toISOString(),
  };
}
