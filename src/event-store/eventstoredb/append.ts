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

/**
 * The appends of a store. Each is repeated until its outcome is known, and answers once its events have positions. `done`
 * resolves when all appends so far have their outcome.
 */
export function createAppends(parts: AppendParts) {
  const { prefix, retries } = parts;
  // An append is in flight until it has its position: writers that are faster than the subscription would starve it. More
  // appends wait here, where no deadline runs.
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
    const messages = encoded.map((event, i) => toMessage(event, events[i]?.data ?? {}));
    const attempt = { stream, fullName: prefix + stream, expected, bytes, messages };
    await admission.enter(bytes);
    try {
      const call = () => checkBefore(() => appendOnce(parts, attempt));
      const written = await persist(`the events of ${stream} could not be written`, call, retries);
      onWritten();
      return await waitForPosition(parts, stream, written);
    } finally {
      admission.leave(bytes);
    }
  }

  return {
    async append(
      stream: string,
      expected: ExpectedRevision,
      events: readonly NewEvent[],
      { onWritten = () => undefined }: AppendOptions = {},
    ): Promise<Appended> {
      const working = append(stream, expected, events, onWritten);
      inFlight.add(working);
      try {
        return await working;
      } finally {
        inFlight.delete(working);
      }
    },
    async done(): Promise<void> {
      await Promise.allSettled(inFlight);
    },
  };
}

type AppendParts = {
  readonly connection: Connection;
  readonly index: Pick<NumberIndex, 'ofStream'>;
  readonly numbering: Pick<Numbering, 'covered' | 'failure' | 'until'>;
  /** Throws AnotherLog unless the server still has the log that was numbered. */
  readonly checkLog: () => Promise<void>;
  readonly prefix: string;
  readonly deadlineMs: number;
  readonly retries: Retries;
};

const maxAppendsInFlight = 256;
const maxBytesInFlight = 16 * 1024 * 1024;

/**
 * Bounds the work in flight to `maxCount` pieces and `maxBytes` together, first come, first served; a larger piece goes
 * alone. `enter` resolves when a piece may begin; call `leave` when it has ended.
 */
export function createAdmission(maxCount: number, maxBytes: number) {
  const waiting: { readonly bytes: number; readonly begin: () => void }[] = [];
  let next = 0;
  let inFlight = 0;
  let bytesInFlight = 0;

  function admit(): void {
    for (let first = waiting[next]; first !== undefined; first = waiting[next]) {
      if (inFlight >= maxCount || (inFlight > 0 && bytesInFlight + first.bytes > maxBytes)) return;
      next += 1;
      inFlight += 1;
      bytesInFlight += first.bytes;
      first.begin();
    }
    waiting.length = 0;
    next = 0;
  }

  return {
    enter: (bytes: number) =>
      new Promise<void>((begin) => {
        waiting.push({ bytes, begin });
        admit();
      }),
    leave(bytes: number): void {
      inFlight -= 1;
      bytesInFlight -= bytes;
      admit();
    },
  };
}

// After a failure, of the subscription or of an append, the connection may lead to another server: check its log before
// the next append.
function createLogGuard({ numbering, checkLog }: Pick<AppendParts, 'numbering' | 'checkLog'>) {
  let isInDoubt = false;
  let checking: Promise<void> | undefined;

  async function check(): Promise<void> {
    checking ??= checkLog().finally(() => {
      checking = undefined;
    });
    await checking;
    isInDoubt = false;
  }

  return async <Answer>(append: () => Promise<Answer>): Promise<Answer> => {
    if (isInDoubt || numbering.failure() !== null) await check();
    try {
      return await append();
    } catch (error) {
      if (error instanceof UnknownOutcome) isInDoubt = true;
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

// The client encodes the data. Metadata may be bytes, so it is not encoded again.
function toMessage({ id, type, metadata }: EncodedEvent, data: NewEvent['data']): EventData {
  return { id, contentType: 'application/json', type, data, metadata: encoder.encode(metadata) };
}

/** Where the last event of an append is; `commit` is null if the server does not say. */
type Written = { readonly revision: number; readonly commit: number | null };

async function appendOnce({ connection, deadlineMs }: AppendParts, attempt: Attempt): Promise<Written> {
  const { client, appendOptions, noteAnswer, noteSilence } = connection.line();
  const { stream, fullName, expected, messages } = attempt;
  const begunAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  // The client's own deadline begins only when it has found a node.
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      noteSilence(begunAt);
      reject(new UnknownOutcome(`the event store did not answer within ${deadlineMs} ms`));
    }, deadlineMs);
  });
  try {
    const expectedRevision: AppendExpectedRevision = expected === 'no_stream' ? NO_STREAM : BigInt(expected);
    const options = { ...appendOptions, expectedRevision, deadline: deadlineMs };
    const result = await Promise.race([client.appendToStream(fullName, messages, options), tooLate]);
    noteAnswer();
    return toWritten(result, attempt);
  } catch (error) {
    if (error instanceof Error && isCommandError(error)) {
      if (error.type === ErrorType.DEADLINE_EXCEEDED) noteSilence(begunAt);
      if (error.type === ErrorType.WRONG_EXPECTED_VERSION) {
        noteAnswer();
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
  // With `throwOnAppendFailure=false` in the connection string, the client returns conflicts.
  if (!success) {
    const actual = nextExpectedRevision < 0n ? 'no_stream' : toActual(nextExpectedRevision);
    throw new WrongExpectedRevision(stream, expected, actual);
  }
  return { revision: Number(nextExpectedRevision), commit: position === undefined ? null : Number(position.commit) };
}

function toActual(revision: bigint | 'no_stream'): ExpectedRevision {
  return revision === 'no_stream' ? revision : Number(revision);
}

async function waitForPosition(parts: AppendParts, stream: string, { revision, commit }: Written): Promise<Appended> {
  const { index, numbering, prefix, retries } = parts;
  const find = () => index.ofStream(prefix + stream, revision, revision)[0];
  let event: IndexedEvent | undefined;
  const isMet = () => {
    if (commit === null || numbering.covered() >= commit) event = find();
    return event !== undefined;
  };
  await numbering.until({ isMet, patienceMs: retries.patienceMs, isDue: true });
  // To a retry the server may answer with another commit position. Then the revision alone finds the event.
  event ??= find();
  if (event !== undefined) {
    return { revision, position: event.number, recordedAt: new Date(event.recordedAt).toISOString() };
  }
  throw new StoreUnavailable(`${stream} is written up to revision ${revision}, but its position is not known yet`);
}
