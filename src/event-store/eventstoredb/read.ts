import { setImmediate as nextTurn } from 'node:timers/promises';
import { BACKWARDS, type BaseOptions, END, type EventStoreDBClient, FORWARDS } from '@eventstore/db-client';
import { type RecordedEvent, StoreUnavailable, StreamDeleted, type SubscriptionItem } from '../event-store.ts';
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

/** What the reads of a store work with. */
export type ReadParts = {
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

type EventPages = AsyncGenerator<readonly RecordedEvent[]>;

/** The reads of a store, in pages. Each gives the server's events with the positions that the index knows. */
export type Reads = {
  /** Up to `limit` events of a stream, as the port names it, from a revision on. */
  readonly forwards: (stream: string, from: number, limit: number) => EventPages;
  readonly backwards: (stream: string, from: number | 'end', limit: number) => EventPages;
  /** The events from one position to another, both included and both in the index. */
  readonly between: (first: number, last: number) => EventPages;
  /** The events of some pages, until the store is closed. They are asked for when the first event is. */
  readonly events: (pages: () => EventPages) => AsyncGenerator<RecordedEvent>;
  /** The events after a position, `caught-up`, and then the live ones. Ends when the signal is aborted. */
  readonly follow: (after: number, signal: AbortSignal) => AsyncGenerator<SubscriptionItem>;
};

/** Prepares the reads of a store. */
export function createReads(parts: ReadParts): Reads {
  const { closed } = parts.retries;
  return {
    forwards: (stream, from, limit) => readForwards(parts, stream, from, limit),
    backwards: (stream, from, limit) => readBackwards(parts, stream, from, limit),
    between: (first, last) => readLedger(parts, first, last, closed),
    async *events(pages) {
      for await (const events of pages()) {
        for (const event of events) {
          closed.throwIfAborted();
          yield event;
        }
      }
    },
    follow: (after, signal) => follow(parts, after, signal),
  };
}

async function* readForwards(parts: ReadParts, stream: string, from: number, limit: number): EventPages {
  if (limit === 0) return;
  // The read stops at the event that is the last one now.
  const [newest] = await readStreamPage(parts, stream, 'end', 1);
  const last = newest === undefined ? -1 : Math.min(newest.revision, from + limit - 1);
  if (from > last) return;
  yield* readRevisions(parts, stream, from, last, []);
}

async function* readBackwards(parts: ReadParts, stream: string, from: number | 'end', limit: number): EventPages {
  if (limit === 0) return;
  const newest = await readStreamPage(parts, stream, from, Math.min(limit, pageSize));
  if (newest[0] === undefined) return;
  const first = newest[0].revision;
  yield* readRevisions(parts, stream, first, Math.max(0, first - limit + 1), newest);
}

// Up or down from one revision to another, both included. The first page may have been read already.
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
    return await number(parts, stream, next, events);
  };
  try {
    yield* readAhead(first, last, read);
  } finally {
    pages.close();
  }
}

/** Up to `count` events backwards from a revision or the end; none where there is no such stream, and never was one. */
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
    if (events.length === 0 && parts.index.ofStream(fullName, 0, 0).length > 0) throw gone(stream);
    return events;
  } finally {
    pages.close();
  }
}

function streamRead({ connection, retries, deadlineMs }: ReadParts, stream: string, begin: PagedRead['begin']) {
  const failure = `${stream} could not be read`;
  return { connection, retries, deadlineMs, signal: retries.closed, stream, failure, begin };
}

function gone(stream: string): StreamDeleted {
  return new StreamDeleted(stream, 'events of it are gone');
}

// Events in either direction, the first of which must be the one that was asked for.
async function number(parts: ReadParts, stream: string, wanted: number, events: readonly SentEvent[]) {
  if (events[0]?.revision !== wanted) throw gone(stream);
  const first = Math.min(wanted, events.at(-1)?.revision ?? wanted);
  const numbers = await numbersOf(parts, stream, first, first + events.length - 1);
  return events.map((event) => toRecordedEvent(event, parts.prefix, numbers[event.revision - first] as IndexedEvent));
}

// What others wrote a moment ago may not have its number yet.
async function numbersOf(parts: ReadParts, stream: string, first: number, last: number) {
  const { index, numbering, prefix, retries } = parts;
  let found: readonly IndexedEvent[] = [];
  const isSo = () => {
    found = index.ofStream(prefix + stream, first, last);
    return found.length === last - first + 1;
  };
  if (isSo() || (await numbering.until({ isSo, patienceMs: retries.patienceMs, isDue: true }))) return found;
  throw new StoreUnavailable(`${stream}: revision ${last} was read, and its position is not known yet`);
}

/** From memory fewer at a time: nothing is waited for between them, and others have their turn after each page. */
const pageInMemory = 128;

// What came last from memory, the rest from the server.
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
    const inMemory = recent.between(next, Math.min(last, next + pageInMemory - 1));
    if (inMemory !== null) {
      await nextTurn();
      return inMemory.map(({ event, ...numbered }) => toRecordedEvent(event, prefix, numbered));
    }
    const most = Math.min(pageSize, last - next + 1);
    const events = await pages.take(next, most);
    const numbers = index.between(next, next + events.length - 1);
    const missing = events.findIndex((event, at) => event.commit !== numbers[at]?.commit);
    if (events.length > 0 && missing === -1) {
      return events.map((event, at) => toRecordedEvent(event, prefix, numbers[at] as IndexedEvent));
    }
    throw new StoreUnavailable(`position ${next + Math.max(0, missing)} of the ledger is gone from the event store`);
  }

  try {
    yield* readAhead(first, last, readPage);
  } finally {
    pages.close();
  }
}

/**
 * Pages from a number up or down to another one, each read while the consumer still has the one before: never more than
 * one is waiting. `read` gives at least one item. Where it fails, the consumer hears of it when it asks for that page.
 */
async function* readAhead<Item>(
  first: number,
  last: number,
  read: (next: number) => Promise<readonly Item[]>,
): AsyncGenerator<readonly Item[]> {
  const step = first <= last ? 1 : -1;
  const begin = (next: number): Promise<readonly Item[]> => {
    const page = read(next);
    // The consumer may stop before it asks for this page.
    page.catch(() => undefined);
    return page;
  };
  let coming = begin(first);
  for (let next = first; ; ) {
    const page = await coming;
    next += step * page.length;
    const isLast = (last - next) * step < 0;
    if (!isLast) coming = begin(next);
    yield page;
    if (isLast) return;
  }
}

// Pulled by its consumer, a page at a time.
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
      const isSo = () => index.head().number > position;
      await numbering.until({ isSo, patienceMs: Number.POSITIVE_INFINITY, isDue: false, signal });
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
