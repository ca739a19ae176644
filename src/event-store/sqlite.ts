import { changeSignal } from './change-signal.ts';
import { encodeAppend } from './encode-append.ts';
import { pagesDownwards, pagesUpwards } from './event-pages.ts';
import { DamagedEvent, type EventStore, type Head, StoreBehind, StoreClosed, StoreUnavailable } from './event-store.ts';
import { groupCommit } from './group-commit.ts';
import { appendToSqlite } from './sqlite-append.ts';
import { openDatabase } from './sqlite-open.ts';
import { instantOf, isInstant, sqliteReads } from './sqlite-read.ts';
import { subscription } from './subscription.ts';
import { wholeNumber } from './whole-number.ts';

/**
 * `file` is created where it is missing, with its folder; `:memory:` is a store for tests. `now` is the clock that
 * gives recordedAt, in milliseconds since 1970. `patience` is how long a write waits for another process, in milliseconds.
 */
export type SqliteOptions = { readonly file: string; readonly now?: () => number; readonly patience?: number };

/**
 * Opens the embedded event store. Several processes may have the same file open. Throws StoreUnavailable where the
 * file cannot be opened, holds something else or was written by a newer version.
 */
export async function openSqliteEventStore(options: SqliteOptions): Promise<EventStore> {
  const { file, now = Date.now, patience = 10_000 } = options;
  const database = await openDatabase(file, patience);
  const reads = sqliteReads(database);
  const changes = changeSignal(reads.dataVersion);
  const commits = groupCommit(database, patience, changes.changed);
  const append = appendToSqlite(database, reads, now);
  let closing: Promise<void> | undefined;

  const whileOpen = <Answer>(ask: () => Answer): Answer => {
    if (closing) throw new StoreClosed();
    try {
      return ask();
    } catch (cause) {
      if (cause instanceof DamagedEvent) throw cause;
      throw new StoreUnavailable('the events could not be read', { cause });
    }
  };
  const head = () => whileOpen(reads.head);
  // Of a file every process sees all that was written to it.
  const headNow = async (): Promise<Head> => {
    const { position, recordedAt } = head();
    // Who only asks where the ledger ends is not kept from it by an instant that is none: reading that event names it.
    return {
      position,
      recordedAt: recordedAt === null || !isInstant(recordedAt) ? null : instantOf(position, recordedAt),
    };
  };

  return {
    async append(stream, expected, events) {
      if (closing) throw new StoreClosed();
      if (expected !== 'no_stream') wholeNumber('the expected revision', expected);
      const encoded = encodeAppend(stream, events);
      return commits.submit(() => append(stream, expected, encoded));
    },

    async *readStream(name, { from, direction = 'forwards', limit = Number.MAX_SAFE_INTEGER } = {}) {
      wholeNumber('limit', limit);
      const start = from === undefined ? undefined : wholeNumber('from', from);
      const found = whileOpen(() => reads.stream(name));
      if (found === null) return;
      const { number, revision } = found;
      if (direction === 'forwards') {
        const first = start ?? 0;
        const last = Math.min(revision, first + limit - 1);
        yield* pagesUpwards(first, last, (low, high) => whileOpen(() => reads.forwards(number, low, high)));
      } else {
        const last = Math.min(revision, start ?? revision);
        const first = Math.max(0, last - limit + 1);
        yield* pagesDownwards(first, last, (low, high) => whileOpen(() => reads.backwards(number, low, high)));
      }
    },

    async *readAll({ after = 0, limit = Number.MAX_SAFE_INTEGER } = {}) {
      const first = wholeNumber('after', after) + 1;
      const last = Math.min(head().position, after + wholeNumber('limit', limit));
      yield* pagesUpwards(first, last, (low, high) => whileOpen(() => reads.all(low, high)));
    },

    async *subscribe({ after, signal }) {
      const source = {
        changes,
        headPosition: () => head().position,
        read: (first: number, last: number) => whileOpen(() => reads.all(first, last)),
      };
      yield* subscription(source, wholeNumber('after', after), signal);
    },

    head: headNow,
    freshHead: headNow,

    stray: async () => whileOpen(reads.stray),

    async positionAt(instant) {
      const milliseconds = Temporal.Instant.from(instant).epochMilliseconds;
      let [low, high] = [0, head().position];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (whileOpen(() => reads.recordedAt(middle)) <= milliseconds) low = middle;
        else high = middle - 1;
      }
      return low;
    },

    async waitFor(position, patience = 5_000) {
      wholeNumber('position', position);
      const enough = AbortSignal.timeout(patience);
      for (;;) {
        const mark = changes.mark();
        const reached = head().position;
        if (reached >= position) return;
        if (enough.aborted) throw new StoreBehind(position, reached);
        await changes.changedSince(mark, enough);
      }
    },

    async health() {
      try {
        head();
        return { ok: true, problems: [] };
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        return { ok: false, problems: [{ kind: 'unavailable', stream: null, message: error.message }] };
      }
    },

    close() {
      const letGo = async (): Promise<void> => {
        // The queue is first come, first served: when this has its turn, every accepted append has had one.
        await commits.submit(() => undefined).catch(() => undefined);
        database.close();
        changes.changed();
      };
      closing ??= letGo();
      return closing;
    },
  };
}
