import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { type RecordedEvent, StoreUnavailable, StreamDeleted } from '../event-store.ts';
import { StreamNotFound } from './call-error.ts';
import type { Client } from './client.ts';
import type { IndexedEvent, NumberIndex } from './number-index.ts';
import type { Numbering } from './numbering.ts';
import { readPage } from './read-page.ts';
import { readLedgerRequest, readStreamRequest } from './read-request.ts';
import type { RecentEvents } from './recent-events.ts';
import { commitOf, revisionOf, type SentEvent, toRecordedEvent } from './recorded-event.ts';
import { persistently, type Retries } from './retry.ts';

/** What reads work with. `deadline` bounds the read of one page, in milliseconds. */
export type LedgerParts = {
  readonly client: Client;
  readonly index: NumberIndex;
  readonly numbering: Pick<Numbering, 'until'>;
  readonly recent: RecentEvents;
  readonly prefix: string;
  readonly deadline: number;
  readonly retries: Retries;
};

/** Bounds of a read of a stream, all resolved but the end at which a backward read starts. */
export type StreamBounds = {
  readonly from: number | null;
  readonly direction: 'forwards' | 'backwards';
  readonly limit: number;
};

/** The reads of a ledger: pages of the server's events, each with the number that the index gave it. */
export type LedgerReads = {
  readonly stream: (stream: string, bounds: StreamBounds) => AsyncGenerator<RecordedEvent>;
  /** The events from one number to another, both included and both in the index. */
  readonly between: (first: number, last: number, signal?: AbortSignal) => AsyncGenerator<RecordedEvent>;
};

/** So many events are read at a time, at most. */
const pageSize = 500;

/** From memory fewer: nothing is waited for between them, and others have their turn after each page. */
const pageInMemory = 128;

/** Prepares the reads of a ledger. */
export const ledgerReads = (parts: LedgerParts): LedgerReads => {
  const { client, index, numbering, recent, prefix, deadline, retries } = parts;

  const page = (what: string, request: ReadReq, stream: string | null, signal: AbortSignal) =>
    persistently(what, () => readPage(client, request, { deadline, stream, signal }), { ...retries, closed: signal });

  // A page of a stream; null where the server knows no such stream.
  const streamPage = async (
    stream: string,
    from: number | 'end',
    direction: StreamBounds['direction'],
    count: number,
  ) => {
    const request = readStreamRequest(prefix + stream, from, direction, count);
    try {
      return await page(`${stream} could not be read`, request, stream, retries.closed);
    } catch (error) {
      if (error instanceof StreamNotFound) return null;
      throw error;
    }
  };

  // What others wrote a moment ago may not have its number yet.
  const numbersOf = async (stream: string, first: number, last: number): Promise<readonly IndexedEvent[]> => {
    const find = () => index.ofStream(prefix + stream, first, last);
    let found = find();
    const isSo = () => {
      found = find();
      return found.length === last - first + 1;
    };
    if (found.length === last - first + 1) return found;
    if (await numbering.until({ isSo, patience: retries.patience, isDue: true })) return found;
    throw new StoreUnavailable(`${stream}: revision ${last} was read, and its position is not known yet`);
  };

  const withNumbers = async (stream: string, events: readonly SentEvent[]): Promise<readonly RecordedEvent[]> => {
    const revisions = events.map(revisionOf);
    const first = Math.min(...revisions);
    const numbers = await numbersOf(stream, first, Math.max(...revisions));
    return events.map((event, at) =>
      toRecordedEvent(event, prefix, numbers[(revisions[at] ?? 0) - first] as IndexedEvent),
    );
  };

  const missing = (stream: string): never => {
    throw new StreamDeleted(stream, 'events of it are gone');
  };

  async function* stream(name: string, { from, direction, limit }: StreamBounds): AsyncGenerator<RecordedEvent> {
    const isForwards = direction === 'forwards';
    // Where it ends now, is where a read forwards stops.
    const ending = await streamPage(
      name,
      isForwards ? 'end' : (from ?? 'end'),
      'backwards',
      isForwards ? 1 : Math.min(limit, pageSize),
    );
    const known = index.ofStream(prefix + name, 0, 0).length > 0;
    if (ending === null || ending.length === 0) return known ? missing(name) : undefined;
    const step = isForwards ? 1 : -1;
    let next = isForwards ? (from ?? 0) : revisionOf(ending[0] as SentEvent);
    const last = isForwards
      ? Math.min(revisionOf(ending[0] as SentEvent), next + limit - 1)
      : Math.max(0, next - limit + 1);
    let events: readonly SentEvent[] | null = isForwards ? null : ending;
    while ((last - next) * step >= 0) {
      events ??= await streamPage(name, next, direction, Math.min(pageSize, Math.abs(last - next) + 1));
      if (events === null || events.length === 0 || revisionOf(events[0] as SentEvent) !== next) return missing(name);
      const recorded = await withNumbers(name, events);
      next += step * events.length;
      events = null;
      for (const event of recorded) {
        retries.closed.throwIfAborted();
        yield event;
      }
    }
  }

  // One page of the ledger from a number on, as the server has it.
  const ledgerPage = async (first: number, last: number, signal: AbortSignal): Promise<readonly RecordedEvent[]> => {
    const numbers = index.between(first, Math.min(last, first + pageSize - 1));
    const [start] = numbers;
    if (start === undefined) throw new StoreUnavailable(`position ${first} is not in the index`);
    const from = { commit: start.commit, prepare: start.commit };
    const request = readLedgerRequest(from, prefix, numbers.length);
    const events = await page('the ledger could not be read', request, null, signal);
    const byCommit = new Map(numbers.map((numbered) => [numbered.commit, numbered]));
    const recorded = events.flatMap((event) => {
      const numbered = byCommit.get(commitOf(event));
      return numbered ? [toRecordedEvent(event, prefix, numbered)] : [];
    });
    const gap = recorded.findIndex(({ position }, at) => position !== first + at);
    if (gap === -1 && recorded.length > 0) return recorded;
    throw new StoreUnavailable(`position ${first + Math.max(0, gap)} of the ledger is gone from the event store`);
  };

  async function* between(first: number, last: number, signal = retries.closed): AsyncGenerator<RecordedEvent> {
    for (let next = first; next <= last; ) {
      const inMemory = recent.between(next, Math.min(last, next + pageInMemory - 1));
      const events = inMemory
        ? inMemory.map(({ event, ...numbered }) => toRecordedEvent(event, prefix, numbered))
        : await ledgerPage(next, last, signal);
      next += events.length;
      for (const event of events) {
        retries.closed.throwIfAborted();
        yield event;
      }
      if (inMemory) await nextTurn();
    }
  }

  return { stream, between };
};
