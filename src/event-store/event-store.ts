/**
 * An append-only log of events in streams. Every method throws StoreClosed after `close`, and StoreUnavailable where
 * the store cannot be reached or does not work, after it was tried for a while; a number that is no revision, position
 * or limit is a RangeError. A store with access rights throws AccessDenied and Unauthenticated. Reads throw DamagedEvent
 * where an event can no longer be read.
 */
export type EventStore = {
  /**
   * Appends all the events or none, durably, if the stream ends at `expected`; else throws WrongExpectedRevision.
   * A retry, the same ids (or the first of them) at the same expected revision, is a success that answers as the
   * first did and writes nothing; ids alone decide, content is not compared. After StoreUnavailable it is unknown
   * whether the events were written: retry with the same ids. Throws EmptyAppend, TooLarge, StreamDeleted.
   */
  readonly append: (stream: string, expected: ExpectedRevision, events: readonly NewEvent[]) => Promise<Appended>;

  /**
   * The events of one stream, as recorded when the read began; a missing stream is empty. Throws StreamDeleted where
   * events of it are gone.
   */
  readonly readStream: (stream: string, options?: ReadStreamOptions) => AsyncIterable<RecordedEvent>;

  /** All events in order of position, as recorded when the read began. */
  readonly readAll: (options?: ReadAllOptions) => AsyncIterable<RecordedEvent>;

  /**
   * All events after a position: the recorded ones, `caught-up` once, then the live ones as they are written, by
   * whatever process. Nothing is read ahead of the consumer by more than a page. Ends quietly when aborted.
   */
  readonly subscribe: (options: SubscribeOptions) => AsyncIterable<SubscriptionItem>;

  /** The last event that this process knows of; what others wrote a moment ago may still be on its way. */
  readonly head: () => Promise<Head>;

  /**
   * The last event that the store holds when this is called, whoever wrote it: a server is asked, and what it holds is
   * waited for. For decisions that must not miss what was acknowledged to others; reads do with `head`.
   */
  readonly freshHead: () => Promise<Head>;

  /**
   * The position of the last event with recordedAt <= `instant` (ISO 8601 with an offset), 0 if there is none; for an
   * instant in the future, so far. What is recorded later does not change the answer for an instant that has passed.
   */
  readonly positionAt: (instant: string) => Promise<number>;

  /**
   * The position of what stands where the ledger has no position, before the first, and so was never recorded; null where
   * there is none. No read gives it. A store that numbers its events itself has none, and no such method.
   */
  readonly stray?: () => Promise<number | null>;

  /** Waits until `head` has come to a position, by whatever writer, for so many milliseconds; else throws StoreBehind. */
  readonly waitFor: (position: number, patience?: number) => Promise<void>;

  /** How the store is, asked now; it answers within seconds and throws only StoreClosed. */
  readonly health: () => Promise<StoreHealth>;

  /** Waits for the appends that were accepted, then lets go of everything; a second close does nothing. */
  readonly close: () => Promise<void>;
};

/** The revision of the last event of a stream, or that there is no such stream. */
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

/** Bounds of a read of one stream: `from` is a revision and included, by default the end at which the read starts. */
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

/** Bounds of a read of the whole ledger: `after` is a position and not included, by default 0. */
export type ReadAllOptions = { readonly after?: number; readonly limit?: number };

/** Where a subscription starts (a position, not included, 0 for all) and what ends it. */
export type SubscribeOptions = { readonly after: number; readonly signal: AbortSignal };

/** What a subscriber gets: events, and once, between the recorded and the live ones, that it has caught up. */
export type SubscriptionItem =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'caught-up'; readonly position: number };

/** The last event of the ledger; 0 and null where nothing is recorded. */
export type Head = { readonly position: number; readonly recordedAt: string | null };

/** `ok` where the store can be used now; a problem with a stream does not keep the others from being used. */
export type StoreHealth = { readonly ok: boolean; readonly problems: readonly StoreProblem[] };

/**
 * Something that is wrong with a store: it cannot be used now (`unavailable`); events of one of its streams are gone
 * (`truncation`: a ledger is never truncated), or will be by a setting that has not cut anything yet (`retention`); or
 * what says that it was copied is not believed (`copy`). The message may be shown: it holds no secret.
 */
export type StoreProblem = {
  readonly kind: 'unavailable' | 'truncation' | 'retention' | 'copy';
  readonly stream: string | null;
  readonly message: string;
};

/** Whether an error is about the store, or about what it allows, rather than a mistake in this program: its message says it all. */
export function isOfTheStore(error: unknown): boolean {
  return [StoreUnavailable, AccessDenied, Unauthenticated, StreamDeleted, DamagedEvent].some(
    (kind) => error instanceof kind,
  );
}

/** The store cannot be reached or does not work at the moment; `cause` says why. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable';
}

/** The credentials are good, and do not allow this. */
export class AccessDenied extends Error {
  override readonly name = 'AccessDenied';
}

/** The store does not accept the credentials, or there are none. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';
}

/** Events of a stream are gone: it was deleted or cut short, by whatever means. A ledger is never truncated. */
export class StreamDeleted extends Error {
  override readonly name = 'StreamDeleted';
  readonly stream: string;

  constructor(stream: string, what = 'it was deleted') {
    super(`${stream}: ${what}; a ledger is never truncated`);
    this.stream = stream;
  }
}

/** What stands at a position cannot be read as an event, and so is not what the ledger wrote there. */
export class DamagedEvent extends Error {
  override readonly name = 'DamagedEvent';
  readonly position: number;

  constructor(position: number, what: string, options?: ErrorOptions) {
    super(`position ${position} of the ledger cannot be read: ${what}`, options);
    this.position = position;
  }
}

/** Gives back a revision, position or limit; a RangeError that names it where it is not a whole number from 0. */
export function wholeNumber(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} must be 0 or more, not ${value}`);
  return value;
}

/** Bytes of the events of one append together, as they count against its limit. */
export function appendSize(events: readonly EncodedEvent[]): number {
  return events.reduce((sum, event) => sum + size(event), 0);
}

/** An event whose data and metadata are JSON text. */
export type EncodedEvent = {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
};

/** As EventStoreDB counts: the bytes of data and metadata, and two for every character of the type. */
function size({ type, data, metadata }: EncodedEvent): number {
  return Buffer.byteLength(data) + Buffer.byteLength(metadata) + 2 * type.length;
}

/** Checks and encodes the events of one append, alike on every store. Throws EmptyAppend, TooLarge, TypeError. */
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

/** What one append may have, all events together: 1 MiB, as EventStoreDB has it by default. */
export const appendLimit = 1024 * 1024;

/** The events of one append are too large together; `limit` is the same on every store. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
  readonly bytes: number;
  readonly limit: number;

  constructor(bytes: number, limit: number) {
    super(`the events have ${bytes} bytes together, one append may have ${limit}`);
    this.bytes = bytes;
    this.limit = limit;
  }
}

function revisionInWords(revision: ExpectedRevision): string {
  return revision === 'no_stream' ? 'no such stream' : `revision ${revision}`;
}

/** The stream does not end where the writer thought; read it again and decide again. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly actual: ExpectedRevision;

  constructor(stream: string, expected: ExpectedRevision, actual: ExpectedRevision) {
    super(`${stream}: expected ${revisionInWords(expected)}, found ${revisionInWords(actual)}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** The store was closed by this process. */
export class StoreClosed extends Error {
  override readonly name = 'StoreClosed';

  constructor() {
    super('the event store is closed');
  }
}

/** The node that answers is not the leader of its cluster, and no leader could be reached in its stead. */
export class NotLeader extends StoreUnavailable {
  override readonly name = 'NotLeader';
}

/** This process has not yet seen the ledger up to a position; try again a moment later. */
export class StoreBehind extends StoreUnavailable {
  override readonly name = 'StoreBehind';
  readonly position: number;
  readonly head: number;

  constructor(position: number, head: number) {
    super(`the ledger is known here up to position ${head}, not yet up to ${position}`);
    this.position = position;
    this.head = head;
  }
}
