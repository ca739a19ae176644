import type { Readable } from 'node:stream';
import {
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  BACKWARDS,
  type BaseOptions,
  END,
  type EventStoreDBClient,
  type Position,
  type ResolvedEvent,
  START,
  type StreamingRead,
  streamNameFilter,
} from '@eventstore/db-client';
import { type RecordedEvent, StreamDeleted } from '../event-store.ts';
import { type Connection, persist, type Retries, StreamNotFound, toStoreError, UnknownOutcome } from './connection.ts';

/** A place in the server's log, in bytes. For an event both parts are equal; `prepare` is never the larger. */
export type LogPosition = { readonly commit: number; readonly prepare: number };

/** An event as the server sends it: its stream with the prefix, `created` in milliseconds since 1970. */
export type SentEvent = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly commit: number;
  readonly created: number;
  /** The server's own types begin with `$`. */
  readonly type: string;
  readonly data: RecordedEvent['data'];
  readonly metadata: RecordedEvent['metadata'];
};

/** A read or a subscription of the client, with at most `count` events. */
export type Call = { readonly events: Readable; readonly count: number; readonly cancel: () => void };

type ClientStream = StreamingRead<ResolvedEvent> | StreamingRead<AllStreamResolvedEvent> | AllStreamSubscription;

/** Wraps a stream of the client, whose type is made for an older Node. */
export function toCall(stream: ClientStream, count: number): Call {
  async function cancel(): Promise<void> {
    try {
      await ('unsubscribe' in stream ? stream.unsubscribe() : stream.cancel());
    } catch {
      // It never connected, so there is nothing to cancel.
    }
  }
  return { events: stream as unknown as Readable, count, cancel: () => void cancel() };
}

/** How long the server may take to send a page, and what ends the read. */
export type ReadOptions = { readonly deadlineMs: number; readonly signal: AbortSignal };

/** A read in pages. `stream` has no prefix; null for the whole ledger. */
export type PagedRead = ReadOptions & {
  readonly connection: Connection;
  readonly retries: Retries;
  readonly stream: string | null;
  /** The beginning of the error message. */
  readonly failure: string;
  /** Begins the read at a number or revision. */
  readonly begin: (client: EventStoreDBClient, options: BaseOptions, next: number) => Call;
  readonly isWanted?: (event: SentEvent) => boolean;
};

/** How many events a page has at most. */
export const pageSize = 128;

/** A page ends with the event that brings it to this size, about: a page of large events must fit in memory. */
const maxPageBytes = 1024 * 1024;

/**
 * Reads page after page in one call, which pauses between pages. If the call breaks, a new one begins at the next event.
 * `step` is 1 for a read forwards, -1 for one backwards. `take(next, most)` gives up to `most` events from a number or
 * revision on, fewer if they are large, none if the read has ended.
 */
export function readPages(read: PagedRead, step: 1 | -1) {
  const { failure, retries, signal } = read;
  let current: { readonly call: OpenCall; next: number } | undefined;

  function close(): void {
    current?.call.cancel();
    current = undefined;
  }

  async function takeOnce(next: number, most: number): Promise<readonly SentEvent[]> {
    if (current?.next !== next) {
      close();
      const call = openCall(read.connection, read, (client, options) => read.begin(client, options, next));
      current = { call, next };
    }
    const taking = current;
    try {
      const events = await taking.call.take(most);
      taking.next += step * events.length;
      return events;
    } catch (error) {
      close();
      throw toStoreError(error, read.stream);
    }
  }

  return {
    take: (next: number, most: number) => persist(failure, () => takeOnce(next, most), { ...retries, closed: signal }),
    close,
  };
}

type OpenCall = ReturnType<typeof openCall>;

type CallOptions = ReadOptions & { readonly isWanted?: (event: SentEvent) => boolean };

function openCall(
  connection: Connection,
  { deadlineMs, signal, isWanted = () => true }: CallOptions,
  begin: (client: EventStoreDBClient, options: BaseOptions) => Call,
) {
  signal.throwIfAborted();
  const { client, options, noteAnswer, noteSilence } = connection.line();
  const { events: source, count, cancel } = begin(client, options);
  let page: SentEvent[] = [];
  let pageBytes = 0;
  let received = 0;
  let most = 0;
  let failure: unknown;
  let hasCaughtUp = false;
  let hasEnded = false;
  let settle: (() => void) | undefined;

  const hasAll = (): boolean => hasEnded || (hasCaughtUp && source.readableLength === 0);

  function end(error?: unknown): void {
    failure ??= error;
    hasEnded = true;
    settle?.();
  }

  source.pause();
  source.on('data', (resolved: ResolvedEvent | AllStreamResolvedEvent) => {
    noteAnswer();
    received += 1;
    if (received === count) hasEnded = true;
    const event = toSentEvent(resolved);
    if (event !== null && isWanted(event)) {
      page.push(event);
      pageBytes += sizeOf(event);
    }
    if (page.length >= most || pageBytes >= maxPageBytes || hasAll()) settle?.();
  });
  source.on('end', () => end());
  // Never remove this listener: an error without one would end the process.
  source.on('error', end);
  // The server has sent everything, but some of it may still be in the buffer of the stream.
  source.on('caughtUp', () => {
    noteAnswer();
    hasCaughtUp = true;
    if (hasAll()) settle?.();
  });

  return {
    cancel(): void {
      if (hasEnded) return;
      hasEnded = true;
      cancel();
    },
    take: (wanted: number) =>
      new Promise<readonly SentEvent[]>((resolve, reject) => {
        const begunAt = performance.now();
        most = wanted;
        const finish = (act: () => void): void => {
          settle = undefined;
          clearTimeout(timer);
          signal.removeEventListener('abort', abort);
          source.pause();
          act();
        };
        const abort = (): void => finish(() => reject(signal.reason as Error));
        const deliver = (): void => {
          const events = page;
          [page, pageBytes] = [[], 0];
          const isBroken = events.length === 0 && failure !== undefined;
          finish(() => (isBroken ? reject(failure) : resolve(events)));
        };
        const timer = setTimeout(() => {
          if (page.length === 0) {
            noteSilence(begunAt);
            failure = new UnknownOutcome(`the event store did not answer within ${deadlineMs} ms`);
          }
          deliver();
        }, deadlineMs);
        signal.addEventListener('abort', abort, { once: true });
        settle = deliver;
        if (signal.aborted) abort();
        else if (hasAll()) deliver();
        else source.resume();
      }),
  };
}

// The first event of a read, or null. Throws what `toStoreError` returns, or the reason of the signal.
async function readOne(
  connection: Connection,
  stream: string | null,
  options: CallOptions,
  begin: (client: EventStoreDBClient, options: BaseOptions) => Call,
): Promise<SentEvent | null> {
  const call = openCall(connection, options, begin);
  try {
    return (await call.take(1))[0] ?? null;
  } catch (error) {
    throw options.signal.aborted ? options.signal.reason : toStoreError(error, stream);
  } finally {
    call.cancel();
  }
}

/** The last event of the whole log, which other applications may write to as well; null if the log is empty. */
export async function readLogEnd(connection: Connection, options: ReadOptions): Promise<SentEvent | null> {
  return await readOne(connection, null, options, (client, base) =>
    toCall(client.readAll({ ...base, direction: BACKWARDS, fromPosition: END, maxCount: 1 }), 1),
  );
}

/** The event at a place in the log, or null. */
export async function readEventAt(
  connection: Connection,
  commit: number,
  options: ReadOptions,
): Promise<SentEvent | null> {
  const fromPosition = toPosition({ commit, prepare: commit });
  const event = await readOne(connection, null, options, (client, base) =>
    toCall(client.readAll({ ...base, fromPosition, maxCount: 1 }), 1),
  );
  return event?.commit === commit ? event : null;
}

/** The first event of the ledger after a place in the log, or null. The server skips events of other applications. */
export async function readNextOfLedger(
  connection: Connection,
  after: LogPosition | 'start',
  isWanted: (event: SentEvent) => boolean,
  prefixes: readonly string[],
  options: ReadOptions,
): Promise<SentEvent | null> {
  return await readOne(connection, null, { ...options, isWanted }, (client, base) =>
    beginLedgerRead(client, base, after, prefixes),
  );
}

/** The first revision of a stream that can still be read, or null. `fullName` has the prefix. */
export async function readFirstRevision(
  connection: Connection,
  fullName: string,
  options: ReadOptions,
): Promise<number | null> {
  try {
    const first = await readOne(connection, fullName, options, (client, base) =>
      toCall(client.readStream(fullName, { ...base, maxCount: 1 }), 1),
    );
    return first?.revision ?? null;
  } catch (error) {
    if (error instanceof StreamNotFound || error instanceof StreamDeleted) return null;
    throw error;
  }
}

// While the server catches up, it reports how far it has searched after so many events of other applications.
const searchWindowEvents = 500;

/**
 * Subscribes to the streams whose names begin with one of the prefixes, after a place in the log. Even a read that wants
 * nothing live is a subscription, because the client's reads of the log take no filter.
 */
export function beginLedgerRead(
  client: EventStoreDBClient,
  options: BaseOptions,
  after: LogPosition | 'start',
  prefixes: readonly string[],
  noteSearched: (position: LogPosition) => void = () => undefined,
): Call {
  const filter = streamNameFilter({
    prefixes: [...prefixes],
    maxSearchWindow: searchWindowEvents,
    checkpointReached: (_subscription, { commit, prepare }) =>
      noteSearched({ commit: Number(commit), prepare: Number(prepare) }),
  });
  const subscription = client.subscribeToAll({ ...options, fromPosition: toPosition(after), filter });
  return toCall(subscription, Number.POSITIVE_INFINITY);
}

function toPosition(position: LogPosition | 'start'): Position | typeof START {
  if (position === 'start') return START;
  return { commit: BigInt(position.commit), prepare: BigInt(position.prepare) };
}

/** Converts an event of the client; null for a link whose event is gone. */
export function toSentEvent({ event }: ResolvedEvent | AllStreamResolvedEvent): SentEvent | null {
  if (event === undefined) return null;
  return {
    id: event.id,
    stream: event.streamId,
    revision: Number(event.revision),
    commit: Number(event.position?.commit ?? -1),
    created: event.created.getTime(),
    type: event.type,
    data: toObject(event.data),
    metadata: toObject(event.metadata),
  };
}

const text = new TextDecoder();

// Another application may write something that is not JSON, or not an object. Bytes that are not marked as JSON may be
// JSON.
function toObject(value: unknown): RecordedEvent['data'] {
  if (value instanceof Uint8Array) {
    try {
      return toObject(JSON.parse(text.decode(value)));
    } catch {
      return {};
    }
  }
  return typeof value === 'object' && value !== null ? (value as RecordedEvent['data']) : {};
}

/** Whether an event is in a stream of the ledger and is not the server's mark that the stream was deleted. */
export function isOfLedger({ stream, type }: SentEvent, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => stream.startsWith(prefix)) && type !== '$streamDeleted';
}

/** The number of an event in the ledger, and when it was recorded (milliseconds since 1970). */
export type Numbered = { readonly number: number; readonly recordedAt: number };

/**
 * Keeps the latest events, so that live subscribers need not read them again: at most `maxCount`, with about `maxBytes`
 * together.
 */
export function createRecentEvents(maxCount = 2_048, maxBytes = 4 * 1024 * 1024): RecentEvents {
  const events = new Map<number, NumberedEvent & { readonly bytes: number }>();
  let [oldest, newest, bytes] = [1, 0, 0];

  const isFull = (): boolean => events.size > maxCount || (bytes > maxBytes && events.size > 0);

  return {
    add(event) {
      if (event.number !== newest + 1) {
        events.clear();
        [oldest, bytes] = [event.number, 0];
      }
      newest = event.number;
      const size = sizeOf(event.event);
      events.set(newest, { ...event, bytes: size });
      bytes += size;
      while (isFull()) {
        bytes -= events.get(oldest)?.bytes ?? 0;
        events.delete(oldest);
        oldest += 1;
      }
    },
    between(first, last) {
      if (first < oldest || last > newest) return null;
      return Array.from({ length: last - first + 1 }, (_, i) => events.get(first + i)).filter(
        (event) => event !== undefined,
      );
    },
  };
}

export type RecentEvents = {
  /** Keeps an event. Forgets all others if its number does not follow the last one. */
  readonly add: (event: NumberedEvent) => void;
  /** The events between two numbers, both included; null if one of them is not kept. */
  readonly between: (first: number, last: number) => readonly NumberedEvent[] | null;
};

type NumberedEvent = Numbered & { readonly event: SentEvent };

function sizeOf({ data, metadata }: SentEvent): number {
  return weigh(data) + weigh(metadata);
}

const bytesAroundValue = 12;

// The approximate size of a value as JSON, in bytes.
function weigh(value: unknown): number {
  if (typeof value === 'string') return value.length + bytesAroundValue;
  if (typeof value !== 'object' || value === null) return bytesAroundValue;
  let bytes = bytesAroundValue;
  for (const member of Object.values(value)) bytes += weigh(member);
  return bytes;
}
