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

/** A place in the log of the server, in bytes. That of an event has both parts alike; `prepare` is never the larger. */
export type LogPosition = { readonly commit: number; readonly prepare: number };

/**
 * An event as the server sends it: its stream with the prefix, where it is in the log of the server, and when the server
 * says that it wrote it (milliseconds since 1970).
 */
export type SentEvent = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly commit: number;
  readonly created: number;
  /** Types of the server itself begin with `$`. */
  readonly type: string;
  readonly data: RecordedEvent['data'];
  readonly metadata: RecordedEvent['metadata'];
};

/** A read or a subscription, as the client begins it, and how many events it has at most. */
export type Call = { readonly events: Readable; readonly count: number; readonly cancel: () => void };

type ClientStream = StreamingRead<ResolvedEvent> | StreamingRead<AllStreamResolvedEvent> | AllStreamSubscription;

/** A stream of the client, as it is typed for an older Node, as a call that gives up to `count` events. */
export function toCall(stream: ClientStream, count: number): Call {
  async function cancel(): Promise<void> {
    try {
      await ('unsubscribe' in stream ? stream.unsubscribe() : stream.cancel());
    } catch {
      // No connection came about, so there is nothing to cancel.
    }
  }
  return { events: stream as unknown as Readable, count, cancel: () => void cancel() };
}

/** What every read needs: how long the server may take to send a page, and what ends the read. */
export type ReadOptions = { readonly deadlineMs: number; readonly signal: AbortSignal };

/** A read that hands over its events in pages; `stream` is the one that is read, as the port names it. */
export type PagedRead = ReadOptions & {
  readonly connection: Connection;
  readonly retries: Retries;
  readonly stream: string | null;
  /** Says what could not be done. */
  readonly failure: string;
  /** Begins the read at the event with this number or revision. */
  readonly begin: (client: EventStoreDBClient, options: BaseOptions, next: number) => Call;
  readonly isWanted?: (event: SentEvent) => boolean;
};

/** The pages of a read. */
export type Pages = {
  /** From the event with this number or revision on, up to so many; none where the read has ended. */
  readonly take: (next: number, most: number) => Promise<readonly SentEvent[]>;
  readonly close: () => void;
};

/** Events that one page has at most: few, so that a page of large ones fits in memory too. */
export const pageSize = 128;

/**
 * Reads page after page in one call, which waits while nobody takes a page. A call that breaks begins again at the
 * event that is asked for next. `step` is 1 for a read forwards, -1 for one backwards.
 */
export function readPages(read: PagedRead, step: 1 | -1): Pages {
  const { failure, retries, signal } = read;
  let open: { readonly call: OpenCall; at: number } | undefined;

  function close(): void {
    open?.call.cancel();
    open = undefined;
  }

  async function takeOnce(next: number, most: number): Promise<readonly SentEvent[]> {
    if (open?.at !== next) {
      close();
      const call = openCall(read.connection, read, (client, options) => read.begin(client, options, next));
      open = { call, at: next };
    }
    const current = open;
    try {
      const events = await current.call.take(most);
      current.at += step * events.length;
      return events;
    } catch (error) {
      close();
      throw toStoreError(error, read.stream);
    }
  }

  return {
    take: (next, most) => persist(failure, () => takeOnce(next, most), { ...retries, closed: signal }),
    close,
  };
}

type OpenCall = {
  readonly take: (most: number) => Promise<readonly SentEvent[]>;
  readonly cancel: () => void;
};

type CallOptions = ReadOptions & { readonly isWanted?: (event: SentEvent) => boolean };

function openCall(
  connection: Connection,
  { deadlineMs, signal, isWanted = () => true }: CallOptions,
  begin: (client: EventStoreDBClient, options: BaseOptions) => Call,
): OpenCall {
  signal.throwIfAborted();
  const { client, options, heard, late } = connection.line();
  const { events: source, count, cancel } = begin(client, options);
  let page: SentEvent[] = [];
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
    heard();
    received += 1;
    if (received === count) hasEnded = true;
    const event = toSentEvent(resolved);
    if (event !== null && isWanted(event)) page.push(event);
    if (page.length >= most || hasAll()) settle?.();
  });
  source.on('end', () => end());
  // This listener stays for good: an error without one would end the process.
  source.on('error', end);
  // A subscription has sent what there is, though some of it may still be in the buffer of the stream.
  source.on('caughtUp', () => {
    heard();
    hasCaughtUp = true;
    if (hasAll()) settle?.();
  });

  return {
    cancel() {
      if (hasEnded) return;
      hasEnded = true;
      cancel();
    },
    take: (wanted) =>
      new Promise((resolve, reject) => {
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
          page = [];
          const isBroken = events.length === 0 && failure !== undefined;
          finish(() => (isBroken ? reject(failure) : resolve(events)));
        };
        const timer = setTimeout(() => {
          if (page.length === 0) {
            late(begunAt);
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

/**
 * Makes a read and gives its first event, null where it has none. Throws StreamNotFound, UnknownOutcome, the port's errors, and
 * the reason of the signal if that is aborted.
 */
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

/** The last event of the whole log, which others write to as well; null where there is none. */
export async function readLogEnd(connection: Connection, options: ReadOptions): Promise<SentEvent | null> {
  return await readOne(connection, null, options, (client, base) =>
    toCall(client.readAll({ ...base, direction: BACKWARDS, fromPosition: END, maxCount: 1 }), 1),
  );
}

/** The event at a place in the log; null where none begins there. */
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

/**
 * The first event of the ledger after a place in the log; null where there is none. The server looks for it, and sends
 * no event of other applications.
 */
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

/** The first revision of a stream, by its full name, that can still be read; null where there is none. */
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

// While it catches up, the server says after so many events of others how far it has looked.
const searchWindow = 500;

/**
 * Subscribes to the streams whose names begin with one of the prefixes, after a place in the log. It is a subscription
 * also where nothing live is wanted: the client's reads of the log take no filter.
 */
export function beginLedgerRead(
  client: EventStoreDBClient,
  options: BaseOptions,
  after: LogPosition | 'start',
  prefixes: readonly string[],
  looked: (position: LogPosition) => void = () => undefined,
): Call {
  const filter = streamNameFilter({
    prefixes: [...prefixes],
    maxSearchWindow: searchWindow,
    checkpointReached: (_subscription, { commit, prepare }) =>
      looked({ commit: Number(commit), prepare: Number(prepare) }),
  });
  const all = { ...options, fromPosition: toPosition(after), filter };
  const subscription = client.subscribeToAll(all, { highWaterMark: 500 });
  return toCall(subscription, Number.POSITIVE_INFINITY);
}

function toPosition(position: LogPosition | 'start'): Position | typeof START {
  if (position === 'start') return START;
  return { commit: BigInt(position.commit), prepare: BigInt(position.prepare) };
}

/** An event of the client's; null for a link whose event is gone. */
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

// What another application wrote may be no JSON, or no object. Bytes that are not marked as JSON may be some after all.
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

/** Whether an event is one of the ledger's: in a stream of its own, and not the server's mark that this was deleted. */
export function isOfLedger({ stream, type }: SentEvent, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => stream.startsWith(prefix)) && type !== '$streamDeleted';
}

/** What the index knows of an event: its number in the ledger, and when it was recorded (milliseconds since 1970). */
export type Numbered = { readonly number: number; readonly recordedAt: number };

/** An event with the number that it has in the ledger. */
export type NumberedEvent = Numbered & { readonly event: SentEvent };

/** The last events that came, so that those who follow live need not read them again. */
export type RecentEvents = {
  /** Keeps an event. Where its number does not follow the last one, those before are forgotten. */
  readonly add: (event: NumberedEvent) => void;
  /** The events from one number to another, both included; null where one of them is not kept. */
  readonly between: (first: number, last: number) => readonly NumberedEvent[] | null;
};

/** Keeps up to so many events of about so many bytes together. */
export function createRecentEvents(most = 2_048, mostBytes = 4 * 1024 * 1024): RecentEvents {
  const kept = new Map<number, NumberedEvent & { readonly bytes: number }>();
  let [oldest, newest, bytes] = [1, 0, 0];

  const isTooMuch = (): boolean => kept.size > most || (bytes > mostBytes && kept.size > 0);

  return {
    add(event) {
      if (event.number !== newest + 1) {
        kept.clear();
        [oldest, bytes] = [event.number, 0];
      }
      newest = event.number;
      const size = weigh(event.event.data) + weigh(event.event.metadata);
      kept.set(newest, { ...event, bytes: size });
      bytes += size;
      while (isTooMuch()) {
        bytes -= kept.get(oldest)?.bytes ?? 0;
        kept.delete(oldest);
        oldest += 1;
      }
    },
    between(first, last) {
      if (first < oldest || last > newest) return null;
      return Array.from({ length: last - first + 1 }, (_, at) => kept.get(first + at)).filter(
        (event) => event !== undefined,
      );
    },
  };
}

const bytesAroundValue = 12;

// About how many bytes a value takes as JSON.
function weigh(value: unknown): number {
  if (typeof value === 'string') return value.length + bytesAroundValue;
  if (typeof value !== 'object' || value === null) return bytesAroundValue;
  let bytes = bytesAroundValue;
  for (const member of Object.values(value)) bytes += weigh(member);
  return bytes;
}
