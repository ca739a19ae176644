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
import { createConnection, persist } from './connection.ts';
import { splitConnectionString } from './connection-string.ts';
import { type NumberIndex, openNumberIndex, type Truncation } from './number-index.ts';
import { AnotherLog, type CoverOptions, checkSameLog, cover, startNumbering } from './numbering.ts';
import { createReads } from './read.ts';
import { createRecentEvents, readFirstRevision } from './read-page.ts';

/** How a ledger on EventStoreDB or KurrentDB is opened. */
export type EventStoreDbOptions = {
  /** `esdb://` or `esdb+discover://`, with credentials where the server asks for them. */
  readonly connectionString: string;
  /** What the names of the ledger's streams begin with in the log, which others may use too; `ledger_` by default. */
  readonly streamPrefix?: string;
  /**
   * What comes next in those names, up to a hyphen: `partnership` in `ledger_partnership-a.b`. Left out: anything, so
   * that no other prefix on the same server may begin with this one.
   */
  readonly streamCategories?: readonly string[];
  /** Where the numbers of the events are kept between two starts; `:memory:`, the default, makes them anew each time. */
  readonly indexFile?: string;
  /** The clock by which an instant has passed, in milliseconds since 1970. */
  readonly now?: () => number;
  /** Chance, from 0 up to 1, which spreads the attempts of many. */
  readonly random?: () => number;
  /** How long one call may take. */
  readonly deadlineMs?: number;
  /** How long something is tried before it counts as unavailable. */
  readonly patienceMs?: number;
};

const shortPatienceMs = 5_000;
const healthPatienceMs = 2_000;

/**
 * Opens a ledger on EventStoreDB or KurrentDB, and waits until all that it holds is numbered. Throws StoreUnavailable,
 * AccessDenied or Unauthenticated where that cannot be done, and InvalidConnectionString, a TypeError.
 */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<EventStore> {
  const { connectionString, streamPrefix: prefix = 'ledger_', indexFile = ':memory:' } = options;
  const { streamCategories } = options;
  const prefixes = streamCategories?.map((category) => `${prefix}${category}-`) ?? [prefix];
  const { now = Date.now, random = Math.random, deadlineMs = 5_000, patienceMs = 30_000 } = options;
  const connection = createConnection(splitConnectionString(connectionString), deadlineMs);
  const index = openNumberIndex(indexFile, prefixes.join(' '));
  const recent = createRecentEvents();
  const closed = new AbortController();
  const retries = { patienceMs, random, closed: closed.signal };
  const checkLog = () => checkSameLog(connection, index, { deadlineMs, signal: closed.signal });
  let closing: Promise<void> | undefined;

  async function letGo(): Promise<void> {
    closed.abort(new StoreClosed());
    // Reads and subscriptions are cancelled in the next turn.
    await nextTurn();
    await connection.close();
    index.close();
  }

  async function begin() {
    await persist('the event store cannot be reached', checkLog, retries).catch((error: unknown) => {
      if (!(error instanceof AnotherLog)) throw error;
      // The numbers of another log say nothing about this one.
      index.empty();
    });
    const { signal } = closed;
    const numbering = startNumbering({ connection, index, recent, prefixes, deadlineMs, now, random, closed: signal });
    const coverAll = (how: CoverOptions) => cover({ connection, index, numbering, prefixes, retries }, how);
    await coverAll({ patienceMs, deadlineMs, whileTheyCome: true });
    return { numbering, coverAll };
  }
  const { numbering, coverAll } = await begin().catch(async (error: unknown) => {
    await letGo();
    throw error;
  });

  const appends = createAppends({ connection, index, numbering, checkLog, prefix, deadlineMs, retries });
  const reads = createReads({ connection, index, numbering, recent, prefix, prefixes, retries, deadlineMs });
  const settle = createSettling({ index, now, leadMs: numbering.leadMs }, () =>
    coverAll({ patienceMs: Math.min(patienceMs, shortPatienceMs), deadlineMs }),
  );

  function checkOpen(): void {
    if (closing) throw new StoreClosed();
  }

  function numberedHead(): Head {
    const { number, recordedAt } = index.head();
    return { position: number, recordedAt: number === 0 ? null : new Date(recordedAt).toISOString() };
  }

  return {
    async append(stream, expected, events, options) {
      checkOpen();
      if (expected !== 'no_stream') wholeNumber('the expected revision', expected);
      if (!prefixes.some((each) => `${prefix}${stream}`.startsWith(each))) {
        throw new RangeError(`${stream} is of no category of this ledger: ${streamCategories?.join(', ')}`);
      }
      return await appends.append(stream, expected, events, options);
    },

    readStream: (name, { from, direction = 'forwards', limit = Number.MAX_SAFE_INTEGER } = {}) =>
      reads.events(() => {
        wholeNumber('limit', limit);
        if (from !== undefined) wholeNumber('from', from);
        checkOpen();
        return direction === 'forwards'
          ? reads.forwards(name, from ?? 0, limit)
          : reads.backwards(name, from ?? 'end', limit);
      }),

    readAll: ({ after = 0, limit = Number.MAX_SAFE_INTEGER } = {}) =>
      reads.events(() => {
        wholeNumber('after', after);
        wholeNumber('limit', limit);
        checkOpen();
        return reads.between(after + 1, Math.min(index.head().number, after + limit));
      }),

    async *subscribe({ after, signal }) {
      wholeNumber('after', after);
      checkOpen();
      yield* reads.follow(after, signal);
    },

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
      const isSo = () => index.head().number >= position;
      if (isSo() || (await numbering.until({ isSo, patienceMs: patience, isDue: false }))) return;
      throw new StoreBehind(position, index.head().number);
    },

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

  async function finish(): Promise<void> {
    const enough = AbortSignal.timeout(patienceMs);
    const tooLate = new Promise<void>((resolve) => enough.addEventListener('abort', () => resolve()));
    await Promise.race([appends.done(), tooLate]);
    await letGo();
  }
}

/**
 * An event is stamped a little before it can be read: what is asked for closer than this to the present is read only
 * when that time is over.
 */
const inFlightMs = 50;

// A clock that is ahead by more is not one to wait for: it must be set right.
const longestLeadMs = 1_000;

/** What an instant is judged by: the last event, the clock of this process, and by how much it is ahead at most. */
export type SettlingParts = {
  readonly index: Pick<NumberIndex, 'head'>;
  readonly now: () => number;
  readonly leadMs: () => number;
};

/**
 * Gives a function that waits until what was recorded up to an instant (milliseconds since 1970) is in the index and will
 * not grow; it throws StoreUnavailable where that cannot be said. It goes by the clocks, and by `coverAll`, which waits
 * until every event that the server holds when it is called is in the index. Where the clock of this process is ahead, an
 * instant passes here before it does for the server, which may still record something then: that time is waited for too.
 */
export function createSettling(
  { index, now, leadMs }: SettlingParts,
  coverAll: () => Promise<void>,
): (instant: number) => Promise<void> {
  // When the last read of the server's head began that the index has caught up with.
  let coveredAt = Number.NEGATIVE_INFINITY;

  return async (instant) => {
    const present = now();
    const ahead = leadMs();
    const margin = ahead > longestLeadMs ? inFlightMs : Math.max(inFlightMs, ahead);
    // The running maximum: what comes later is recorded no earlier than the last event.
    if (index.head().recordedAt > instant || instant + margin <= coveredAt) return;
    // An instant in the future means "so far"; one that has just passed must have passed for long enough.
    if (instant <= present && instant + margin > present) await delay(instant + margin - present);
    const begunAt = now();
    await coverAll();
    coveredAt = Math.max(coveredAt, begunAt);
  };
}

type HealthParts = {
  readonly index: Pick<NumberIndex, 'truncations' | 'ofStream'>;
  readonly prefix: string;
  /** Throws where the store cannot be used. */
  readonly checkUsable: () => Promise<void>;
  /** The first revision of a stream, named with prefix, that can still be read; null where there is none. */
  readonly firstRevision: (fullName: string) => Promise<number | null>;
};

/** A store that does not say how it is for so long counts as unavailable, whatever it was asked. */
const longestHealthCheckMs = 3_000;

// How a store is, and a problem for each stream of the ledger, its name without the prefix, that something cuts short. A
// setting that has not cut anything yet is told from one that has.
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
    if (first === undefined) return problem('retention', ', which has to be taken away');
    if (first !== null && first > 0) return problem('truncation', `: those before revision ${first} are gone`);
    const isGone = first === null && index.ofStream(fullName, 0, 0).length > 0;
    if (isGone) return problem('truncation', ': all of them are gone');
    return problem('retention', ': nothing is gone yet, but the setting has to be taken away');
  }

  const unavailable = (message: string): StoreProblem => ({ kind: 'unavailable', stream: null, message });

  async function ask(): Promise<StoreHealth> {
    const problems = Promise.all([...index.truncations()].map(problemOf));
    try {
      await checkUsable();
      return { ok: true, problems: await problems };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, problems: [unavailable(message), ...(await problems)] };
    }
  }

  const enough = new AbortController();
  async function giveUp(): Promise<StoreHealth> {
    await delay(longestHealthCheckMs, undefined, { signal: enough.signal }).catch(() => undefined);
    const message = `the event store has not said within ${longestHealthCheckMs} ms how it is`;
    return { ok: false, problems: [unavailable(message)] };
  }
  return await Promise.race([ask(), giveUp()]).finally(() => enough.abort());
}
