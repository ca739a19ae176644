import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EventStore, type Head, StoreBehind, StoreClosed, wholeNumber } from './event-store.ts';
import { createAppender } from './eventstoredb/appender.ts';
import { createAppends } from './eventstoredb/appends.ts';
import { createClient } from './eventstoredb/client.ts';
import { splitConnectionString } from './eventstoredb/connection-string.ts';
import { covering } from './eventstoredb/covering.ts';
import { readFirstRevision } from './eventstoredb/first-revision.ts';
import { followLedger } from './eventstoredb/follow-ledger.ts';
import { healthOf } from './eventstoredb/health.ts';
import { openNumberIndex } from './eventstoredb/number-index.ts';
import { startNumbering } from './eventstoredb/numbering.ts';
import { ledgerReader } from './eventstoredb/read-ledger.ts';
import { pageReader } from './eventstoredb/read-page.ts';
import { streamReads } from './eventstoredb/read-stream.ts';
import { createRecentEvents } from './eventstoredb/recent-events.ts';
import { persistently } from './eventstoredb/retry.ts';
import { AnotherLog, checkSameLog } from './eventstoredb/same-log.ts';
import { settling } from './eventstoredb/settled.ts';

/** How a ledger on EventStoreDB or KurrentDB is opened. Times are milliseconds. */
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
  readonly deadline?: number;
  /** How long something is tried before it counts as unavailable. */
  readonly patience?: number;
};

const shortPatience = 5_000;
const healthPatience = 2_000;

/**
 * Opens a ledger on EventStoreDB or KurrentDB, and waits until all that it holds is numbered. Throws StoreUnavailable,
 * AccessDenied or Unauthenticated where that cannot be done, and a TypeError for a connection string that is none.
 */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<EventStore> {
  const { connectionString, streamPrefix: prefix = 'ledger_', indexFile = ':memory:' } = options;
  const { streamCategories } = options;
  const prefixes = streamCategories?.map((category) => `${prefix}${category}-`) ?? [prefix];
  const { now = Date.now, random = Math.random, deadline = 5_000, patience = 30_000 } = options;
  const client = createClient(splitConnectionString(connectionString), deadline);
  const index = openNumberIndex(indexFile, prefixes.join(' '));
  const recent = createRecentEvents();
  const closed = new AbortController();
  const retries = { patience, random, closed: closed.signal };
  const checkLog = () => checkSameLog(client, index, { deadline, signal: closed.signal });
  const appender = createAppender(client, deadline, checkLog);
  let closing: Promise<void> | undefined;

  const letGo = async (): Promise<void> => {
    closed.abort(new StoreClosed());
    appender.close();
    // A connection is let go of at once only where no call is on it any more.
    await nextTurn();
    await client.close();
    index.close();
  };

  const begin = async () => {
    await persistently('the event store cannot be reached', checkLog, retries).catch((error: unknown) => {
      if (!(error instanceof AnotherLog)) throw error;
      // The numbers of another log say nothing about this one.
      index.empty();
    });
    const numbering = startNumbering({ client, index, recent, prefixes, deadline, now, random, closed: closed.signal });
    const cover = covering({ client, index, numbering, prefixes, retries });
    await cover({ patience, deadline, whileTheyCome: true });
    return { numbering, cover };
  };
  const { numbering, cover } = await begin().catch(async (error: unknown) => {
    await letGo();
    throw error;
  });

  const appends = createAppends({ append: appender.append, index, numbering, prefix, retries });
  const readPage = pageReader(client, deadline, retries);
  const streams = streamReads({ readPage, index, numbering, prefix, patience, closed: closed.signal });
  const read = ledgerReader({ readPage, index, recent, prefix, prefixes, closed: closed.signal });
  const settled = settling({ index, now, lead: numbering.lead }, () =>
    cover({ patience: Math.min(patience, shortPatience), deadline }),
  );

  const open = (): void => {
    if (closing) throw new StoreClosed();
  };

  const numberedHead = (): Head => {
    const { number, recordedAt } = index.head();
    return { position: number, recordedAt: number === 0 ? null : new Date(recordedAt).toISOString() };
  };

  return {
    async append(stream, expected, events) {
      open();
      if (expected !== 'no_stream') wholeNumber('the expected revision', expected);
      if (!prefixes.some((each) => `${prefix}${stream}`.startsWith(each))) {
        throw new RangeError(`${stream} is of no category of this ledger: ${streamCategories?.join(', ')}`);
      }
      return await appends.append(stream, expected, events);
    },

    async *readStream(name, { from, direction = 'forwards', limit = Number.MAX_SAFE_INTEGER } = {}) {
      wholeNumber('limit', limit);
      if (from !== undefined) wholeNumber('from', from);
      open();
      if (limit === 0) return;
      if (direction === 'forwards') yield* streams.forwards(name, from ?? 0, limit);
      else yield* streams.backwards(name, from ?? 'end', limit);
    },

    async *readAll({ after = 0, limit = Number.MAX_SAFE_INTEGER } = {}) {
      const first = wholeNumber('after', after) + 1;
      wholeNumber('limit', limit);
      open();
      yield* read(first, Math.min(index.head().number, after + limit));
    },

    async *subscribe({ after, signal }) {
      wholeNumber('after', after);
      open();
      yield* followLedger({ index, numbering, read, closed: closed.signal }, after, signal);
    },

    async head() {
      open();
      return numberedHead();
    },

    async freshHead() {
      open();
      await cover({ patience, deadline });
      return numberedHead();
    },

    async positionAt(instant) {
      const milliseconds = Temporal.Instant.from(instant).epochMilliseconds;
      open();
      await settled(milliseconds);
      return index.numberAt(milliseconds);
    },

    async waitFor(position, patience = shortPatience) {
      wholeNumber('position', position);
      open();
      const isSo = () => index.head().number >= position;
      if (isSo() || (await numbering.until({ isSo, patience, isDue: false }))) return;
      throw new StoreBehind(position, index.head().number);
    },

    async health() {
      open();
      const asked = { deadline: healthPatience, signal: closed.signal };
      const health = await healthOf({
        index,
        prefix,
        cover: () => cover({ patience: healthPatience, deadline: healthPatience }),
        firstRevision: (fullName) => readFirstRevision(client, fullName, asked),
      });
      open();
      return health;
    },

    close() {
      const finish = async (): Promise<void> => {
        const enough = AbortSignal.timeout(patience);
        const tooLate = new Promise<void>((resolve) => enough.addEventListener('abort', () => resolve()));
        await Promise.race([appends.done(), tooLate]);
        await letGo();
      };
      closing ??= finish();
      return closing;
    },
  };
}
