import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import {
  type EventStore,
  type Head,
  StoreBehind,
  StoreClosed,
  type StoreHealth,
  type StoreProblem,
  wholeNumber,
} from '../event-store.ts';
import { createAppends } from './append.ts';
import { createConnection, persist, type Retries } from './connection.ts';
import { splitConnectionString } from './connection-string.ts';
import { type NumberIndex, openNumberIndex, type Truncation } from './number-index.ts';
import {
  AnotherLog,
  type CoverOptions,
  checkSameLog,
  cover,
  type Numbering,
  type NumberingParts,
  startNumbering,
} from './numbering.ts';
import { ledgerReads } from './read.ts';
import { createRecentEvents, readFirstRevision } from './read-page.ts';

/**
 * Opens a ledger on EventStoreDB or KurrentDB, and waits until all its events have numbers. Throws StoreUnavailable,
 * AccessDenied, Unauthenticated or InvalidConnectionString (a TypeError).
 */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<EventStore> {
  const { connectionString, streamPrefix: prefix = 'ledger_', streamCategories, indexFile = ':memory:' } = options;
  const prefixes = streamCategories?.map((category) => `${prefix}${category}-`) ?? [prefix];
  const { now = Date.now, random = Math.random, deadlineMs = 5_000, patienceMs = 30_000 } = options;
  const connection = createConnection(splitConnectionString(connectionString), deadlineMs);
  const index = openNumberIndex(indexFile, prefixes.join(' '));
  const closed = new AbortController();
  const retries = { patienceMs, random, closed: closed.signal };
  const checkLog = () => checkSameLog(connection, index, { deadlineMs, signal: closed.signal });
  let closing: Promise<void> | undefined;

  function checkOpen(): void {
    if (closing) throw new StoreClosed();
  }

  async function release(): Promise<void> {
    closed.abort(new StoreClosed());
    // Reads and subscriptions are cancelled in the next turn.
    await nextTurn();
    await connection.close();
    index.close();
  }

  const recent = createRecentEvents();
  const log = { connection, index, recent, prefixes, deadlineMs, now, random, closed: closed.signal };
  const { numbering, coverAll } = await numberLog(log, retries, checkLog).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  const appends = createAppends({ connection, index, numbering, checkLog, prefix, deadlineMs, retries });

  async function finish(): Promise<void> {
    await Promise.race([appends.done(), delay(patienceMs, undefined, { ref: false })]);
    await release();
  }

  return {
    async append(stream, expected, events, options) {
      checkOpen();
      if (expected !== 'no_stream') wholeNumber('the expected revision', expected);
      if (!prefixes.some((start) => `${prefix}${stream}`.startsWith(start))) {
        throw new RangeError(
          `${stream} is in no category of this ledger; begin its name with one of ${streamCategories?.join(', ')}`,
        );
      }
      return await appends.append(stream, expected, events, options);
    },

    ...ledgerReads({ connection, index, numbering, recent, prefix, prefixes, retries, deadlineMs }, checkOpen),
    ...positions({ index, numbering, coverAll, now, patienceMs, deadlineMs }, checkOpen),

    async health() {
      checkOpen();
      const options = { deadlineMs: healthPatienceMs, signal: closed.signal };
      const health = await checkHealth({
        index,
        prefix,
        checkUsable: () => coverAll({ patienceMs: healthPatienceMs, deadlineMs: healthPatienceMs }),
        firstRevision: (fullName) => readFirstRevision(connection, fullName, options),
      });
      checkOpen();
      return health;
    },

    close() {
      closing ??= finish();
      return closing;
    },
  };
}

// Starts to number the events of the server's log, and waits until all have numbers. `checkLog` throws AnotherLog if the
// index is of another log.
async function numberLog(parts: NumberingParts, retries: Retries, checkLog: () => Promise<void>) {
  const { connection, index, prefixes, deadlineMs } = parts;
  await persist('the event store cannot be reached', checkLog, retries).catch((error: unknown) => {
    if (!(error instanceof AnotherLog)) throw error;
    // Numbers of another log are no use for this one.
    index.empty();
  });
  const numbering = startNumbering(parts);
  const coverAll = (limits: CoverOptions) => cover({ connection, index, numbering, prefixes, retries }, limits);
  await coverAll({ patienceMs: retries.patienceMs, deadlineMs, whileEventsArrive: true });
  return { numbering, coverAll };
}

// What a store says of the positions that its index has, and how it waits for those that the index lacks.
function positions(
  { index, numbering, coverAll, now, patienceMs, deadlineMs }: PositionParts,
  checkOpen: () => void,
): Pick<EventStore, 'head' | 'freshHead' | 'positionAt' | 'waitFor'> {
  const settle = createSettling({ index, now, leadMs: numbering.leadMs }, () =>
    coverAll({ patienceMs: Math.min(patienceMs, shortPatienceMs), deadlineMs }),
  );

  function numberedHead(): Head {
    const { number, recordedAt } = index.head();
    return { position: number, recordedAt: number === 0 ? null : new Date(recordedAt).toISOString() };
  }

  return {
    async head() {
      checkOpen();
      return numberedHead();
    },

    async freshHead() {
      checkOpen();
      await coverAll({ patienceMs, deadlineMs });
      return numberedHead();
    },

    async positionAt(instant) {
      const milliseconds = Temporal.Instant.from(instant).epochMilliseconds;
      checkOpen();
      await settle(milliseconds);
      return index.numberAt(milliseconds);
    },

    async waitFor(position, patience = shortPatienceMs) {
      wholeNumber('position', position);
      checkOpen();
      const isMet = () => index.head().number >= position;
      if (await numbering.until({ isMet, patienceMs: patience, isDue: false })) return;
      throw new StoreBehind(position, index.head().number);
    },
  };
}

type PositionParts = Pick<NumberingParts, 'now' | 'deadlineMs'> & {
  readonly index: Pick<NumberIndex, 'head' | 'numberAt'>;
  readonly numbering: Pick<Numbering, 'until' | 'leadMs'>;
  /** Waits until the index has every event that the server holds when it is called. */
  readonly coverAll: (limits: CoverOptions) => Promise<void>;
  readonly patienceMs: number;
};

const shortPatienceMs = 5_000;
const healthPatienceMs = 2_000;

export type EventStoreDbOptions = {
  /** `esdb://` or `esdb+discover://`, with credentials for a secure server. */
  readonly connectionString: string;
  /**
   * What the names of the ledger's streams begin with on the server, which other applications may use too. Default
   * `ledger_`.
   */
  readonly streamPrefix?: string;
  /**
   * What follows in those names, up to a hyphen: `partnership` in `ledger_partnership-a.b`. By default anything may
   * follow; then no other prefix on the same server may begin with this one.
   */
  readonly streamCategories?: readonly string[];
  /** The file that keeps the numbers of the events for the next start. Default `:memory:`: every start numbers anew. */
  readonly indexFile?: string;
  /** The clock of this process, in milliseconds since 1970. */
  readonly now?: () => number;
  /** Gives numbers from 0 up to 1, which spread the retries of many clients. */
  readonly random?: () => number;
  /** How long one call may take. */
  readonly deadlineMs?: number;
  /** How long to retry before the store counts as unavailable. */
  readonly patienceMs?: number;
};

/**
 * Returns a function that waits until the index holds everything recorded up to an instant (milliseconds since 1970), and
 * nothing can be added before that instant; it throws StoreUnavailable if that takes too long. `coverAll` waits until the
 * index has every event that the server holds when it is called. If the clock of this process is ahead, by `leadMs`, an
 * instant passes here before it passes on the server, which may still record something then: wait for that time too.
 */
export function createSettling(
  {
    index,
    now,
    leadMs,
  }: Pick<NumberingParts, 'now'> & Pick<Numbering, 'leadMs'> & { readonly index: Pick<NumberIndex, 'head'> },
  coverAll: () => Promise<void>,
): (instant: number) => Promise<void> {
  // When the last successful `coverAll` began.
  let coveredAt = Number.NEGATIVE_INFINITY;

  return async (instant) => {
    const present = now();
    const ahead = leadMs();
    const margin = ahead > maxLeadMs ? inFlightMs : Math.max(inFlightMs, ahead);
    // recordedAt is a running maximum: later events are recorded no earlier than the last one.
    if (index.head().recordedAt > instant || instant + margin <= coveredAt) return;
    // An instant in the future means "so far". One that has only just passed must be past by the margin.
    if (instant <= present && instant + margin > present) await delay(instant + margin - present);
    const begunAt = now();
    await coverAll();
    coveredAt = Math.max(coveredAt, begunAt);
  };
}

/** The server stamps an event shortly before it can be read: within this time of the present, wait. */
const inFlightMs = 50;

/** Do not wait for a clock that is further ahead than this: set it right. */
const maxLeadMs = 1_000;

// Whether the store can be used, and a problem for each stream that a setting cuts short or will cut short.
async function checkHealth({ index, prefix, checkUsable, firstRevision }: HealthParts): Promise<StoreHealth> {
  async function problemOf([fullName, { message, isCut }]: readonly [string, Truncation]): Promise<StoreProblem> {
    const stream = fullName.slice(prefix.length);
    const problem = (kind: 'truncation' | 'retention', what: string): StoreProblem => ({
      kind,
      stream,
      message: `${stream}: ${message}${what}; a ledger is never truncated`,
    });
    if (isCut) return problem('truncation', '');
    const first = await firstRevision(fullName).catch(() => undefined);
    if (first === undefined) return problem('retention', ', which must be removed');
    if (first !== null && first > 0) return problem('truncation', `: those before revision ${first} are gone`);
    const isGone = first === null && index.ofStream(fullName, 0, 0).length > 0;
    if (isGone) return problem('truncation', ': all of them are gone');
    return problem('retention', ': nothing is gone yet, but the setting must be removed');
  }

  const unavailable = (message: string): StoreProblem => ({ kind: 'unavailable', stream: null, message });

  async function check(): Promise<StoreHealth> {
    const problems = Promise.all([...index.truncations()].map(problemOf));
    try {
      await checkUsable();
      return { ok: true, problems: await problems };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, problems: [unavailable(message), ...(await problems)] };
    }
  }

  const message = `the event store did not answer within ${maxHealthCheckMs} ms`;
  const noAnswer: StoreHealth = { ok: false, problems: [unavailable(message)] };
  return await Promise.race([check(), delay(maxHealthCheckMs, noAnswer, { ref: false })]);
}

type HealthParts = {
  readonly index: Pick<NumberIndex, 'truncations' | 'ofStream'>;
  readonly prefix: string;
  /** Throws if the store cannot be used. */
  readonly checkUsable: () => Promise<void>;
  /** The first revision of a stream that can still be read, or null. */
  readonly firstRevision: (fullName: string) => Promise<number | null>;
};

const maxHealthCheckMs = 3_000;
