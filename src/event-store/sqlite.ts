import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import {
  type Appended,
  DamagedEvent,
  type EncodedEvent,
  type EventStore,
  type ExpectedRevision,
  encodeAppend,
  type Head,
  type RecordedEvent,
  StoreBehind,
  StoreClosed,
  StoreUnavailable,
  type SubscriptionItem,
  WrongExpectedRevision,
  wholeNumber,
} from './event-store.ts';
import { inTransaction, isBusy, openSqliteFile } from './sqlite-file.ts';
import { instantOf, isInstant, ledgerFile, type SqliteReads, sqliteReads } from './sqlite-tables.ts';

/**
 * Opens the embedded event store. Several processes may have the same file open. Throws StoreUnavailable where the
 * file cannot be opened, holds something else or was written by a newer version.
 */
export async function openSqliteEventStore(options: SqliteOptions): Promise<EventStore> {
  const { file, now = Date.now, patience = 10_000 } = options;
  const database = await openLedgerFile(file, patience);
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

/**
 * `file` is created where it is missing, with its folder; `:memory:` is a store for tests. `now` is the clock that
 * gives recordedAt, in milliseconds since 1970. `patience` is how long a write waits for another process, in milliseconds.
 */
export type SqliteOptions = { readonly file: string; readonly now?: () => number; readonly patience?: number };

// Waits without blocking this process while another one makes the same file, or writes to it.
async function openLedgerFile(file: string, patienceMs: number): Promise<DatabaseSync> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return openSqliteFile(file, ledgerFile);
    } catch (cause) {
      if (!isBusy(cause) || performance.now() > deadline) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new StoreUnavailable(`${file} cannot be opened: ${reason}`, { cause });
      }
    }
    await wait(retryDelayMs);
  }
}

/** Time between two attempts while another process writes. */
const retryDelayMs = 5;

/**
 * Tells of changes by this process at once and of those by others when `version` (cheap, read while anyone waits)
 * differs from what it was. It may wake in vain, and never misses a change after the mark.
 */
export function changeSignal(version: () => number): ChangeSignal {
  const waiting = new Set<() => void>();
  let count = 0;
  let seen = version();
  let timer: NodeJS.Timeout | undefined;

  const changed = (): void => {
    count += 1;
    for (const wake of waiting) wake();
  };

  const look = (): void => {
    const before = seen;
    try {
      seen = version();
    } catch {
      // Whoever waits finds out by reading, and can be told; a timer cannot.
      seen = Number.NaN;
    }
    if (seen !== before) changed();
  };

  const stopWaiting = (wake: () => void): void => {
    waiting.delete(wake);
    if (waiting.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  return {
    mark: () => count,
    changed,
    changedSince: (mark, abort) =>
      new Promise((resolve) => {
        if (count !== mark || abort.aborted) return resolve();
        const wake = (): void => {
          abort.removeEventListener('abort', wake);
          stopWaiting(wake);
          resolve();
        };
        abort.addEventListener('abort', wake, { once: true });
        waiting.add(wake);
        timer ??= setInterval(look, lookEvery);
        look();
      }),
  };
}

/** Wakes those who wait for new events. */
export type ChangeSignal = {
  /** Where one stands before one reads: what comes after is told by `changedSince`. */
  readonly mark: () => number;
  /** Resolves when something may have been written since the mark, when the signal aborts, or when closed. */
  readonly changedSince: (mark: number, abort: AbortSignal) => Promise<void>;
  /** Something was written by this process, or the store is closed: whoever waits looks again. */
  readonly changed: () => void;
};

/** Milliseconds between two looks at what other processes wrote, while anyone waits. */
const lookEvery = 10;

/**
 * Gathers the writes of one turn of the event loop into one transaction, so that they share the wait for the disk.
 * A task must leave nothing behind where it returns an Error; where one throws, or the commit fails, the whole group
 * is rolled back and rejected with StoreUnavailable. While another process holds the file the group grows, for
 * `patience` milliseconds at most. `committed` is called after each commit.
 */
export function groupCommit(database: DatabaseSync, patience: number, committed: () => void): GroupCommit {
  let waiting: Task[] = [];
  let deadline = 0;

  const settleAll = (group: readonly Task[], answer: (index: number) => unknown): void => {
    for (const [index, { settle }] of group.entries()) settle(answer(index));
  };

  const flush = (): void => {
    let group: readonly Task[] = [];
    try {
      const answers = inTransaction(database, () => {
        [group, waiting] = [waiting, []];
        return group.map(({ run }) => run());
      });
      settleAll(group, (index) => answers[index]);
      committed();
    } catch (cause) {
      if (group.length === 0 && isBusy(cause) && performance.now() < deadline) {
        setTimeout(flush, retryDelayMs);
        return;
      }
      if (group.length === 0) [group, waiting] = [waiting, []];
      const unavailable = new StoreUnavailable('the events could not be written', { cause });
      settleAll(group, () => unavailable);
    }
  };

  return {
    submit<Answer>(run: () => Answer): Promise<Exclude<Answer, Error>> {
      return new Promise((resolve, reject) => {
        const settle = (answer: unknown): void =>
          answer instanceof Error ? reject(answer) : resolve(answer as Exclude<Answer, Error>);
        if (waiting.push({ run, settle }) > 1) return;
        deadline = performance.now() + patience;
        setImmediate(flush);
      });
    },
  };
}

export type GroupCommit = {
  /** Runs a task within the next commit. An Error that the task returns rejects this task alone. */
  readonly submit: <Answer>(run: () => Answer) => Promise<Exclude<Answer, Error>>;
};

type Task = { readonly run: () => unknown; readonly settle: (answer: unknown) => void };

/** Prepares appends to a database; `now` is the store's clock in milliseconds since 1970, which may step back. */
export function appendToSqlite(database: DatabaseSync, reads: SqliteReads, now: () => number): AppendToSqlite {
  const addStream = database.prepare('INSERT INTO streams (name) VALUES (?)');
  const addEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const findRetry = database.prepare(
    'SELECT id, position, recorded_at FROM events WHERE stream = ? AND revision > ? AND position >= 1 ORDER BY revision LIMIT ?',
  );

  const retried = (stream: number, after: number, events: readonly EncodedEvent[]): Appended | null => {
    const rows = findRetry.all(stream, after, events.length) as { id: string; position: number; recorded_at: number }[];
    const last = rows.at(-1);
    const same = rows.length === events.length && rows.every(({ id }, index) => id === events[index]?.id);
    return same && last ? appended(after + rows.length, last.position, last.recorded_at) : null;
  };

  return (stream, expected, events) => {
    const found = reads.stream(stream);
    const after = expected === 'no_stream' ? -1 : expected;
    const before = found && after < found.revision ? retried(found.number, after, events) : null;
    if (before) return before;
    if (after !== (found?.revision ?? -1)) {
      return new WrongExpectedRevision(stream, expected, found?.revision ?? 'no_stream');
    }

    const head = reads.head();
    const recordedAt = Math.max(now(), head.recordedAt ?? 0);
    const number = found?.number ?? addStream.run(stream).lastInsertRowid;
    for (const [index, { id, type, data, metadata }] of events.entries()) {
      const next = index + 1;
      addEvent.run(head.position + next, number, after + next, recordedAt, id, type, data, metadata);
    }
    return appended(after + events.length, head.position + events.length, recordedAt);
  };
}

/** One append, to be run inside a write transaction; a conflict is an answer, and leaves nothing behind. */
export type AppendToSqlite = (
  stream: string,
  expected: ExpectedRevision,
  events: readonly EncodedEvent[],
) => Appended | WrongExpectedRevision;

function appended(revision: number, position: number, recordedAt: number): Appended {
  return {
    revision,
    position,
    recordedAt: new Date(recordedAt).toISOString(),
  };
}

/**
 * The events from number `first` up to `last`, both included, a page at a time as the consumer asks for them. Between
 * two pages the event loop has its turn, so that a long read starves nobody.
 */
export async function* pagesUpwards(first: number, last: number, read: ReadRange): AsyncGenerator<RecordedEvent> {
  for (let start = first; start <= last; start += pageSize) {
    for (const event of read(start, Math.min(start + pageSize - 1, last))) yield event;
    await nextTurn();
  }
}

type ReadRange = (first: number, last: number) => readonly RecordedEvent[];

/** How many events are read at a time: enough to be fast, few enough that a page of large events fits in memory. */
const pageSize = 128;

/** The same from `last` down to `first`. */
export async function* pagesDownwards(first: number, last: number, read: ReadRange): AsyncGenerator<RecordedEvent> {
  for (let end = last; end >= first; end -= pageSize) {
    for (const event of read(Math.max(first, end - pageSize + 1), end)) yield event;
    await nextTurn();
  }
}

/** The events after a position: recorded, `caught-up`, live. Pulled by its consumer; ends when the signal aborts. */
export async function* subscription(
  { changes, headPosition, read }: Subscribable,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<SubscriptionItem> {
  let position = after;
  let caughtUp = false;
  while (!signal.aborted) {
    const mark = changes.mark();
    for await (const event of pagesUpwards(position + 1, headPosition(), read)) {
      if (signal.aborted) return;
      position = event.position;
      yield { kind: 'event', event };
    }
    if (!caughtUp && !signal.aborted) yield { kind: 'caught-up', position };
    caughtUp = true;
    await changes.changedSince(mark, signal);
  }
}

/** What a subscription needs of a store that reads at once and knows when to look again. */
export type Subscribable = {
  readonly changes: ChangeSignal;
  readonly headPosition: () => number;
  readonly read: (first: number, last: number) => readonly RecordedEvent[];
};
