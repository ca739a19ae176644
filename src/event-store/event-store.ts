/**
 * An append-only log of events in streams. Every method throws StoreClosed after `close`, StoreUnavailable if the store
 * cannot be reached or does not work after some attempts, and a RangeError for a number that is no revision, position
 * or limit. A store with access rights also throws AccessDenied and Unauthenticated. Reads throw DamagedEvent if an
 * event can no longer be read.
 */
export type EventStore = {
  /**
   * Appends all the events or none, durably, if the stream ends at `expected`; else throws WrongExpectedRevision.
   * A retry, the same ids (or the first of them) at the same expected revision, is a success that answers as the
   * first did and writes nothing; ids alone decide, content is not compared. After StoreUnavailable it is unknown
   * whether the events were written: retry with the same ids. Throws EmptyAppend, TooLarge, StreamDeleted.
   */
  readonly append: (
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    options?: AppendOptions,
  ) => Promise<Appended>;

  /**
   * The events of one stream that were recorded when the read began. A missing stream is empty. Throws StreamDeleted if
   * events of the stream are gone.
   */
  readonly readStream: (stream: string, options?: ReadStreamOptions) => AsyncIterable<RecordedEvent>;

  /** All events that were recorded when the read began, in order of position. */
  readonly readAll: (options?: ReadAllOptions) => AsyncIterable<RecordedEvent>;

  /**
   * All events after a position: the recorded ones, `caught-up` once, then the live ones, whichever process writes
   * them. Reads at most a page ahead of its consumer. Ends without an error when the signal aborts.
   */
  readonly subscribe: (options: SubscribeOptions) => AsyncIterable<SubscriptionItem>;

  /** The last event that this process has seen. Events that others wrote a moment ago may be missing. */
  readonly head: () => Promise<Head>;

  /**
   * The last event that the store holds now, whoever wrote it: asks the server, and waits until this process has seen
   * that event. For decisions that must not miss an acknowledged write; `head` is enough for reads.
   */
  readonly freshHead: () => Promise<Head>;

  /**
   * The position of the last event with recordedAt <= `instant` (ISO 8601 with an offset), 0 if there is none. Once an
   * instant has passed, its answer never changes; for an instant in the future the answer holds so far.
   */
  readonly positionAt: (instant: string) => Promise<number>;

  /**
   * The position of a row in front of position 1, which somebody put in: no read gives it. Null if there is none. A
   * store that numbers its events itself cannot hold one, and lacks this method.
   */
  readonly stray?: () => Promise<number | null>;

  /**
   * What of the store itself is not as it must be, such as a trigger that is gone; null if nothing is. A store that is a
   * server of its own lacks this method.
   */
  readonly oddSchema?: () => Promise<string | null>;

  /** Repairs what `oddSchema` finds wrong with the schema. It changes no event. */
  readonly mendSchema?: () => Promise<void>;

  /** Waits until `head` reaches a position. Throws StoreBehind after `patienceMs`. */
  readonly waitFor: (position: number, patienceMs?: number) => Promise<void>;

  /** Checks the store now. Answers within seconds, and throws only StoreClosed. */
  readonly health: () => Promise<StoreHealth>;

  /** Waits for the accepted appends, then releases everything. A second call does nothing. */
  readonly close: () => Promise<void>;
};

/** The revision of the last event of a stream, or `no_stream` if the stream does not exist. */
export type ExpectedRevision = 'no_stream' | number;

/** An event as a writer hands it over. `id` is a UUID in lower case; `data` and `metadata` are JSON objects. */
export type NewEvent = {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** Where the last event of an append stands. */
export type Appended = { readonly revision: number; readonly position: number; readonly recordedAt: string };

/** `onWritten` is called once the events are durable, which may be before their position is known. */
export type AppendOptions = { readonly onWritten?: () => void };

/** Bounds of a read of one stream. `from` is a revision, included; by default the end at which the read starts. */
export type ReadStreamOptions = {
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  readonly limit?: number;
};

/**
 * An event as the store gives it back. `revision` counts from 0 within the stream. `position` counts from 1 over the
 * whole ledger, without gaps. `recordedAt` is the store's clock when it was written (UTC, milliseconds, never
 * decreasing from one position to the next).
 */
export type RecordedEvent = NewEvent & {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly recordedAt: string;
};

/**
 * Bounds of a read of the whole ledger. `after` is a position, not included; 0 by default. An `exact` read of a store
 * that keeps text also throws DamagedEvent for a text that is not what its value prints as.
 */
export type ReadAllOptions = { readonly after?: number; readonly limit?: number; readonly exact?: boolean };

/** `after` is the position in front of the first event, 0 for all events. `signal` ends the subscription. */
type SubscribeOptions = { readonly after: number; readonly signal: AbortSignal };

/** What a subscriber gets: events, and once, between the recorded and the live ones, `caught-up`. */
export type SubscriptionItem =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'caught-up'; readonly position: number };

/** The last event of the ledger; 0 and null if nothing is recorded. */
export type Head = { readonly position: number; readonly recordedAt: string | null };

/** `ok`: the store can be used now. A problem with one stream does not affect the others. */
export type StoreHealth = { readonly ok: boolean; readonly problems: readonly StoreProblem[] };

/**
 * Something that is wrong with a store: it cannot be used now (`unavailable`), nothing can be written because the disk is
 * full (`full`), events of a stream are gone (`truncation`), a setting will delete events later (`retention`), or its events are not what the copy says it wrote
 * (`copy`). The message holds no secret.
 */
export type StoreProblem = {
  readonly kind: 'unavailable' | 'full' | 'truncation' | 'retention' | 'copy';
  readonly stream: string | null;
  readonly message: string;
};

/** Whether an error comes from the store, not from a mistake in this program. Its message says everything. */
export function isStoreError(error: unknown): boolean {
  return [StoreUnavailable, AccessDenied, Unauthenticated, StreamDeleted, DamagedEvent].some(
    (kind) => error instanceof kind,
  );
}

/** The store cannot be reached or does not work at the moment. `cause` says why. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable';
}

/** Nothing can be written, because the disk is full: a StoreUnavailable that passes once there is room again. */
export class DiskFull extends StoreUnavailable {
  override readonly name = 'DiskFull';
}

/** The credentials are valid but do not allow this. */
export class AccessDenied extends Error {
  override readonly name = 'AccessDenied';
}

/** The credentials are missing, or the store does not accept them. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';
}

/** Events of a stream are gone: somebody deleted the stream or cut it short. A ledger is never truncated. */
export class StreamDeleted extends Error {
  override readonly name = 'StreamDeleted';
  readonly stream: string;

  constructor(stream: string, what = 'it was deleted') {
    super(`${stream}: ${what}; a ledger is never truncated`);
    this.stream = stream;
  }
}

/** The event at a position cannot be read, so it is not what the ledger wrote there. */
export class DamagedEvent extends Error {
  override readonly name = 'DamagedEvent';
  readonly position: number;

  constructor(position: number, what: string, options?: ErrorOptions) {
    super(`position ${position} of the ledger cannot be read: ${what}`, options);
    this.position = position;
  }
}

/** Returns a revision, position or limit. Throws a RangeError that names it unless it is a whole number from 0. */
export function wholeNumber(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} must be 0 or more, not ${value}`);
  return value;
}

/**
 * The size of an append in bytes, as EventStoreDB counts it: data and metadata, and two bytes for each character of the
 * type.
 */
export function appendSize(events: readonly EncodedEvent[]): number {
  return events.reduce(
    (sum, { type, data, metadata }) => sum + Buffer.byteLength(data) + Buffer.byteLength(metadata) + 2 * type.length,
    0,
  );
}

/** An event whose data and metadata are JSON text. */
export type EncodedEvent = {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
};

/** Checks and encodes the events of one append, for every store. Throws EmptyAppend, TooLarge or a TypeError. */
export function encodeAppend(stream: string, events: readonly NewEvent[]): readonly EncodedEvent[] {
  if (stream === '') throw new TypeError('a stream needs a name');
  if (events.length === 0) throw new EmptyAppend(stream);
  const encoded = events.map(encode);
  const bytes = appendSize(encoded);
  if (bytes > appendLimit) throw new TooLarge(bytes, appendLimit);
  return encoded;
}

/** An append must have at least one event. */
export class EmptyAppend extends Error {
  override readonly name = 'EmptyAppend';
  readonly stream: string;

  constructor(stream: string) {
    super(`${stream}: an append needs at least one event`);
    this.stream = stream;
  }
}

function encode({ id, type, data, metadata }: NewEvent): EncodedEvent {
  if (!uuid.test(id)) throw new TypeError(`${type}: the id must be a UUID in lower case, not ${JSON.stringify(id)}`);
  if (type === '') throw new TypeError(`${id}: an event needs a type`);
  return { id, type, data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The most bytes that one append may have, all events together: 1 MiB, the default of EventStoreDB. */
export const appendLimit = 1024 * 1024;

/** The events of one append are too large together. Every store has the same `limit`. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
  readonly bytes: number;
  readonly limit: number;

  constructor(bytes: number, limit: number) {
    super(`the events of this append have ${bytes} bytes together, more than ${limit}: append fewer at a time`);
    this.bytes = bytes;
    this.limit = limit;
  }
}

/** The stream does not end where the writer expected. Read it again and decide again. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly actual: ExpectedRevision;

  constructor(stream: string, expected: ExpectedRevision, actual: ExpectedRevision) {
    const describe = (revision: ExpectedRevision) =>
      revision === 'no_stream' ? 'no such stream' : `revision ${revision}`;
    super(`${stream}: expected ${describe(expected)}, found ${describe(actual)}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** This process has closed the store. */
export class StoreClosed extends Error {
  override readonly name = 'StoreClosed';

  constructor() {
    super('the event store is closed');
  }
}

/** The node that answers is not the leader of its cluster, and the leader cannot be reached. */
export class NotLeader extends StoreUnavailable {
  override readonly name = 'NotLeader';
}

/** This process has not yet seen the ledger up to a position. Try again a moment later. */
export class StoreBehind extends StoreUnavailable {
  override readonly name = 'StoreBehind';
  readonly position: number;
  readonly head: number;

  constructor(position: number, head: number) {
    super(`this server has seen the ledger up to position ${head}, not yet up to ${position}`);
    this.position = position;
    this.head = head;
  }
}
