import {
  type AppendExpectedRevision,
  type AppendResult,
  ErrorType,
  type EventData,
  isCommandError,
  NO_STREAM,
} from '@eventstore/db-client';
import {
  type Appended,
  type AppendOptions,
  appendSize,
  type EncodedEvent,
  type ExpectedRevision,
  encodeAppend,
  type NewEvent,
  StoreUnavailable,
  TooLarge,
  WrongExpectedRevision,
} from '../event-store.ts';
import { type Connection, persist, type Retries, toStoreError, UnknownOutcome } from './connection.ts';
import type { IndexedEvent, NumberIndex } from './number-index.ts';
import type { Numbering } from './numbering.ts';

/** What appends work with. */
export type AppendParts = {
  readonly connection: Connection;
  readonly index: Pick<NumberIndex, 'ofStream'>;
  readonly numbering: Pick<Numbering, 'covered' | 'failure' | 'until'>;
  /** Throws where the log is not the one that was numbered, which must not be written to. */
  readonly checkLog: () => Promise<void>;
  readonly prefix: string;
  readonly deadlineMs: number;
  readonly retries: Retries;
};

/** The appends of a store. */
export type Appends = {
  readonly append: (
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    options?: AppendOptions,
  ) => Promise<Appended>;
  /** Resolves when all appends so far have had their outcome. */
  readonly done: () => Promise<void>;
};

const maxAppendsInFlight = 256;
const maxBytesInFlight = 16 * 1024 * 1024;

/** Appends, each until its outcome is known, and answers when the events have their positions. */
export function createAppends(parts: AppendParts): Appends {
  const { prefix, retries } = parts;
  // More appends wait here, where no deadline runs. One is in flight until it has its position: writers who are faster
  // than the subscription would leave it no time to follow them.
  const admission = createAdmission(maxAppendsInFlight, maxBytesInFlight);
  const checkBefore = createLogGuard(parts);
  const inFlight = new Set<Promise<unknown>>();

  async function append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    onWritten: () => void,
  ): Promise<Appended> {
    const encoded = encodeAppend(stream, events);
    const bytes = appendSize(encoded);
    const messages = encoded.map((event, at) => toMessage(event, events[at]?.data ?? {}));
    const attempt = { stream, fullName: prefix + stream, expected, bytes, messages };
    await admission.enter(bytes);
    try {
      const call = () => checkBefore(() => appendOnce(parts, attempt));
      const written = await persist(`the events of ${stream} could not be written`, call, retries);
      onWritten();
      return await place(parts, stream, written);
    } finally {
      admission.leave(bytes);
    }
  }

  return {
    async append(stream, expected, events, { onWritten = () => undefined } = {}) {
      const working = append(stream, expected, events, onWritten);
      inFlight.add(working);
      try {
        return await working;
      } finally {
        inFlight.delete(working);
      }
    },
    async done() {
      await Promise.allSettled(inFlight);
    },
  };
}

/** Lets work begin in the order in which it came, so many pieces of so many bytes together at a time. */
export type Admission = {
  /** Resolves when the work may begin. */
  readonly enter: (bytes: number) => Promise<void>;
  /** Tells that it has ended. */
  readonly leave: (bytes: number) => void;
};

/** Bounds how much is in flight. A piece that is larger than all that is allowed goes alone. */
export function createAdmission(most: number, mostBytes: number): Admission {
  const waiting: { readonly bytes: number; readonly begin: () => void }[] = [];
  let next = 0;
  let inFlight = 0;
  let bytesInFlight = 0;

  function admit(): void {
    for (let first = waiting[next]; first !== undefined; first = waiting[next]) {
      if (inFlight >= most || (inFlight > 0 && bytesInFlight + first.bytes > mostBytes)) return;
      next += 1;
      inFlight += 1;
      bytesInFlight += first.bytes;
      first.begin();
    }
    waiting.length = 0;
    next = 0;
  }

  return {
    enter: (bytes) =>
      new Promise((begin) => {
        waiting.push({ bytes, begin });
        admit();
      }),
    leave(bytes) {
      inFlight -= 1;
      bytesInFlight -= bytes;
      admit();
    },
  };
}

// While the subscription follows the log and every append is answered, all of them go to the log that was numbered.
// After a failure the connection may lead to another server: the log is checked before the next append is sent.
function createLogGuard({ numbering, checkLog }: Pick<AppendParts, 'numbering' | 'checkLog'>) {
  let isDoubtful = false;
  let checking: Promise<void> | undefined;

  async function check(): Promise<void> {
    checking ??= checkLog().finally(() => {
      checking = undefined;
    });
    await checking;
    isDoubtful = false;
  }

  return async <Answer>(append: () => Promise<Answer>): Promise<Answer> => {
    if (isDoubtful || numbering.failure() !== null) await check();
    try {
      return await append();
    } catch (error) {
      if (error instanceof UnknownOutcome) isDoubtful = true;
      throw error;
    }
  };
}

type Attempt = {
  readonly stream: string;
  readonly fullName: string;
  readonly expected: ExpectedRevision;
  readonly bytes: number;
  readonly messages: EventData[];
};

const encoder = new TextEncoder();

// The client encodes the data. It takes metadata as bytes, so that this is encoded only once.
function toMessage({ id, type, metadata }: EncodedEvent, data: NewEvent['data']): EventData {
  return { id, contentType: 'application/json', type, data, metadata: encoder.encode(metadata) };
}

/** Where the last event of an append is; `commit` is null where the server does not say. */
type Written = { readonly revision: number; readonly commit: number | null };

async function appendOnce({ connection, deadlineMs }: AppendParts, attempt: Attempt): Promise<Written> {
  const { client, appendOptions, heard, late } = connection.line();
  const { stream, fullName, expected, messages } = attempt;
  const begunAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  // The deadline of the call begins only once a node is found.
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late(begunAt);
      reject(new UnknownOutcome(`the event store did not answer within ${deadlineMs} ms`));
    }, deadlineMs);
  });
  try {
    const expectedRevision: AppendExpectedRevision = expected === 'no_stream' ? NO_STREAM : BigInt(expected);
    const options = { ...appendOptions, expectedRevision, deadline: deadlineMs };
    const result = await Promise.race([client.appendToStream(fullName, messages, options), tooLate]);
    heard();
    return toWritten(result, attempt);
  } catch (error) {
    if (error instanceof Error && isCommandError(error)) {
      if (error.type === ErrorType.DEADLINE_EXCEEDED) late(begunAt);
      if (error.type === ErrorType.WRONG_EXPECTED_VERSION) {
        heard();
        throw new WrongExpectedRevision(stream, expected, toActual(error.actualVersion));
      }
      if (error.type === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED) {
        throw new TooLarge(attempt.bytes, error.maxAppendSize);
      }
    }
    throw toStoreError(error, stream);
  } finally {
    clearTimeout(timer);
  }
}

function toWritten({ success, nextExpectedRevision, position }: AppendResult, { stream, expected }: Attempt): Written {
  // A connection string may ask for conflicts to be returned.
  if (!success) {
    const actual = nextExpectedRevision < 0n ? 'no_stream' : toActual(nextExpectedRevision);
    throw new WrongExpectedRevision(stream, expected, actual);
  }
  return { revision: Number(nextExpectedRevision), commit: position === undefined ? null : Number(position.commit) };
}

function toActual(revision: bigint | 'no_stream'): ExpectedRevision {
  return revision === 'no_stream' ? revision : Number(revision);
}

// Waits until the last event of an append has its position.
async function place(parts: AppendParts, stream: string, { revision, commit }: Written): Promise<Appended> {
  const { index, numbering, prefix, retries } = parts;
  const find = () => index.ofStream(prefix + stream, revision, revision)[0];
  let found: IndexedEvent | undefined;
  const isSo = () => {
    if (commit === null || numbering.covered() >= commit) found = find();
    return found !== undefined;
  };
  if (!isSo()) await numbering.until({ isSo, patienceMs: retries.patienceMs, isDue: true });
  // A server may name another place for what was written before. Then the revision alone says where it is.
  found ??= find();
  if (found !== undefined) {
    return { revision, position: found.number, recordedAt: new Date(found.recordedAt).toISOString() };
  }
  throw new StoreUnavailable(
    `${stream}: the events are recorded up to revision ${revision}, their position is not known yet`,
  );
}
