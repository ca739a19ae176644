import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import {
  type Appended,
  DamagedEvent,
  DiskFull,
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
import { groupCommit, retryDelayMs, writeHealth } from './group-commit.ts';
import { type DatabaseSync, isBusy, isReadOnly, openSqliteFile, readSqliteFile } from './sqlite-file.ts';
import {
  formatInstant,
  isInstant,
  ledgerKind,
  mendSchema,
  oddSchema,
  type SqliteReads,
  sqliteReads,
} from './sqlite-tables.ts';

/**
 * Opens the embedded event store. Makes `file`, and its folder, if it is missing; `:memory:` is a store for tests.
 * Several processes may have the file open. `now` is the clock that gives recordedAt, in milliseconds since 1970;
 * `patienceMs` is how long a write waits for another process. Throws StoreUnavailable if the file cannot be opened,
 * holds something else, or was written by a newer version.
 */
export async function openSqliteEventStore({
  file,
  now = Date.now,
  patienceMs = 10_000,
}: {
  readonly file: string;
  readonly now?: () => number;
  readonly patienceMs?: number;
}): Promise<EventStore> {
  const database = await openLedgerFile(file, patienceMs);
  const reads = sqliteReads(database);
  const changes = changeSignal(reads.dataVersion);
  const writes = writeHealth(file);
  const commits = groupCommit(database, patienceMs, {
    committed: () => {
      writes.work();
      changes.changed();
    },
    failed: writes.fail,
  });
  let seen = 0;
  const append = prepareAppend(database, reads, now, () => seen);
  let closing: Promise<void> | undefined;

  const whileOpen = <Answer>(ask: () => Answer): Answer => {
    if (closing) throw new StoreClosed();
    return readOrFail(ask);
  };
  const head = () => {
    const last = whileOpen(reads.head);
    seen = Math.max(seen, last.position);
    return last;
  };
  const headPosition = () => head().position;

  return {
    async append(stream, expected, events) {
      if (closing) throw new StoreClosed();
      if (expected !== 'no_stream') wholeNumber('the expected revision', expected);
      const encoded = encodeAppend(stream, events);
      return commits.submit(() => append(stream, expected, encoded));
    },

    ...ledgerReads(reads, head, whileOpen),

    oddSchema: async () => whileOpen(() => oddSchema(database)),
    mendSchema: async () => whileOpen(() => mendSchema(database)),

    async *subscribe({ after, signal }) {
      const read = (first: number, last: number) => whileOpen(() => reads.all(first, last));
      yield* subscription({ changes, headPosition, read }, wholeNumber('after', after), signal);
    },

    async waitFor(position, patienceMs = 5_000) {
      wholeNumber('position', position);
      const enough = AbortSignal.timeout(patienceMs);
      for (;;) {
        const mark = changes.mark();
        const reached = headPosition();
        if (reached >= position) return;
        if (enough.aborted) throw new StoreBehind(position, reached);
        await changes.changedSince(mark, enough);
      }
    },

    async health() {
      try {
        headPosition();
        // Nobody may send a write to a server that is not ready, so it tries one itself.
        await writes.retry(async () => await commits.submit(() => database.exec(sameVersion)));
        return { ok: true, problems: [] };
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        const kind = error instanceof DiskFull ? 'full' : 'unavailable';
        return { ok: false, problems: [{ kind, stream: null, message: error.message }] };
      }
    },

    close() {
      const closeDatabase = async (): Promise<void> => {
        // The queue is first come, first served: when this task has its turn, every accepted append has had its own.
        await commits.submit(() => undefined).catch(() => undefined);
        database.close();
        changes.changed();
      };
      closing ??= closeDatabase();
      return closing;
    },
  };
}

// Changes nothing, and is a write all the same.
const sameVersion = `PRAGMA user_version = ${ledgerKind.version}`;

// Waits without blocking this process while another one makes the same file.
async function openLedgerFile(file: string, patienceMs: number): Promise<DatabaseSync> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      // Where nothing can be written, a ledger can still be read.
      const isToRead = file !== ':memory:' && existsSync(file) && isReadOnly(dirname(file));
      return isToRead ? readSqliteFile(file, ledgerKind) : openSqliteFile(file, ledgerKind);
    } catch (cause) {
      if (!isBusy(cause) || performance.now() > deadline) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new StoreUnavailable(`${file} cannot be opened: ${reason}`, { cause });
      }
    }
    await wait(retryDelayMs);
  }
}

/**
 * Wakes waiting readers at once when this process writes, and within `lookIntervalMs` when another one does: then
 * `readVersion` gives another number. It may wake readers in vain, and never misses a change after the mark.
 */
export function changeSignal(readVersion: () => number): ChangeSignal {
  const wakers = new Set<() => void>();
  let changeCount = 0;
  let version = readVersion();
  let timer: NodeJS.Timeout | undefined;

  const changed = (): void => {
    changeCount += 1;
    for (const wake of wakers) wake();
  };

  const look = (): void => {
    const before = version;
    try {
      version = readVersion();
    } catch {
      // Wake the readers: they run into the same error and report it.
      version = Number.NaN;
    }
    if (version !== before) changed();
  };

  return {
    mark: () => changeCount,
    changed,
    changedSince: (mark, abort) =>
      new Promise((resolve) => {
        if (changeCount !== mark || abort.aborted) return resolve();
        const wake = (): void => {
          abort.removeEventListener('abort', wake);
          wakers.delete(wake);
          if (wakers.size === 0) {
            clearInterval(timer);
            timer = undefined;
          }
          resolve();
        };
        abort.addEventListener('abort', wake, { once: true });
        wakers.add(wake);
        timer ??= setInterval(look, lookIntervalMs);
        look();
      }),
  };
}

/** Wakes readers that wait for new events. */
export type ChangeSignal = {
  /** Take a mark before you read; then `changedSince` reports every later change. */
  readonly mark: () => number;
  /** Resolves when something may have been written since the mark, when the signal aborts, or when the store closes. */
  readonly changedSince: (mark: number, abort: AbortSignal) => Promise<void>;
  /** This process has written something or closed the store: wakes every reader. */
  readonly changed: () => void;
};

// How often this process looks for writes of others while a reader waits.
const lookIntervalMs = 10;

// Appends run inside a write transaction. A conflict is returned, not thrown, and writes nothing. `now` may step back;
// recordedAt never does. `seen` is a position that the ledger has reached.
function prepareAppend(database: DatabaseSync, reads: SqliteReads, now: () => number, seen: () => number) {
  const addStream = database.prepare('INSERT INTO streams (name) VALUES (?)');
  const addEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const selectAfter = database.prepare(
    `SELECT id, position, recorded_at FROM events WHERE stream = ? AND revision > ? AND position >= 1
      ORDER BY revision LIMIT ?`,
  );

  // The answer of the first attempt, if the events after a revision are the ones to append.
  const answerOfRetry = (stream: number, after: number, events: readonly EncodedEvent[]): Appended | null => {
    const rows = selectAfter.all(stream, after, events.length) as {
      id: string;
      position: number;
      recorded_at: number;
    }[];
    const last = rows.at(-1);
    const isSame = rows.length === events.length && rows.every(({ id }, index) => id === events[index]?.id);
    return isSame && last ? toAppended(after + rows.length, last.position, last.recorded_at) : null;
  };

  return (
    name: string,
    expected: ExpectedRevision,
    events: readonly EncodedEvent[],
  ): Appended | WrongExpectedRevision | DamagedEvent => {
    const head = reads.head();
    if (head.position < seen()) {
      return new DamagedEvent(head.position + 1, `it is gone; this ledger had reached position ${seen()}`);
    }
    const stream = reads.stream(name);
    const after = expected === 'no_stream' ? -1 : expected;
    const earlier = stream && after < stream.revision ? answerOfRetry(stream.number, after, events) : null;
    if (earlier) return earlier;
    if (after !== (stream?.revision ?? -1)) {
      return new WrongExpectedRevision(name, expected, stream?.revision ?? 'no_stream');
    }

    const recordedAt = Math.max(now(), head.recordedAt ?? 0);
    const number = stream?.number ?? addStream.run(name).lastInsertRowid;
    for (const [index, { id, type, data, metadata }] of events.entries()) {
      const next = index + 1;
      addEvent.run(head.position + next, number, after + next, recordedAt, id, type, data, metadata);
    }
    return toAppended(after + events.length, head.position + events.length, recordedAt);
  };
}

function toAppended(revision: number, position: number, recordedAt: number): Appended {
  return { revision, position, recordedAt: new Date(recordedAt).toISOString() };
}

function readOrFail<Answer>(ask: () => Answer): Answer {
  try {
    return ask();
  } catch (cause) {
    if (cause instanceof DamagedEvent) throw cause;
    throw new StoreUnavailable('the events could not be read', { cause });
  }
}

function ledgerReads(
  reads: SqliteReads,
  lastEvent: () => ReturnType<SqliteReads['head']>,
  whileOpen: <Answer>(ask: () => Answer) => Answer,
): Pick<EventStore, 'readStream' | 'readAll' | 'head' | 'freshHead' | 'stray' | 'positionAt'> {
  const headPosition = () => lastEvent().position;

  // Every process sees at once what any of them wrote to the file.
  const head = async (): Promise<Head> => {
    const { position, recordedAt } = lastEvent();
    // The end of the ledger is known even if the last event has no valid time; reading that event reports the damage.
    const isValid = recordedAt !== null && isInstant(recordedAt);
    return { position, recordedAt: isValid ? formatInstant(position, recordedAt) : null };
  };

  return {
    async *readStream(name, { from, direction = 'forwards', limit = Number.MAX_SAFE_INTEGER } = {}) {
      wholeNumber('limit', limit);
      if (from !== undefined) wholeNumber('from', from);
      const stream = whileOpen(() => reads.stream(name));
      if (stream === null) return;
      const { number, revision } = stream;
      if (direction === 'forwards') {
        const first = from ?? 0;
        const last = Math.min(revision, first + limit - 1);
        yield* pagesUpwards(first, last, (low, high) => whileOpen(() => reads.forwards(number, low, high)));
      } else {
        const last = Math.min(revision, from ?? revision);
        const first = Math.max(0, last - limit + 1);
        yield* pagesDownwards(first, last, (low, high) => whileOpen(() => reads.backwards(number, low, high)));
      }
    },

    async *readAll({ after = 0, limit = Number.MAX_SAFE_INTEGER, exact = false } = {}) {
      const read = exact ? reads.allExact : reads.all;
      const first = wholeNumber('after', after) + 1;
      const last = Math.min(headPosition(), after + wholeNumber('limit', limit));
      yield* pagesUpwards(first, last, (low, high) => whileOpen(() => read(low, high)));
    },

    head,
    freshHead: head,

    stray: async () => whileOpen(reads.stray),

    async positionAt(instant) {
      const milliseconds = Temporal.Instant.from(instant).epochMilliseconds;
      let [low, high] = [0, headPosition()];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (whileOpen(() => reads.recordedAt(middle)) <= milliseconds) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}

// The events from number `first` up to `last`, both included, a page at a time as the consumer pulls. The event loop
// has its turn between two pages, so a long read starves nobody.
async function* pagesUpwards(first: number, last: number, read: ReadRange): AsyncGenerator<RecordedEvent> {
  for (let start = first; start <= last; start += pageSize) {
    for (const event of read(start, Math.min(start + pageSize - 1, last))) yield event;
    await nextTurn();
  }
}

type ReadRange = (first: number, last: number) => readonly RecordedEvent[];

// Enough events to be fast, few enough that a page of large ones fits in memory.
const pageSize = 128;

async function* pagesDownwards(first: number, last: number, read: ReadRange): AsyncGenerator<RecordedEvent> {
  for (let end = last; end >= first; end -= pageSize) {
    for (const event of read(Math.max(first, end - pageSize + 1), end)) yield event;
    await nextTurn();
  }
}

/** The events after a position: the recorded ones, `caught-up`, the live ones. Ends when the signal aborts. */
export async function* subscription(
  { changes, headPosition, read }: { changes: ChangeSignal; headPosition: () => number; read: ReadRange },
  after: number,
  signal: AbortSignal,
): AsyncGenerator<SubscriptionItem> {
  let position = after;
  let hasCaughtUp = false;
  while (!signal.aborted) {
    const mark = changes.mark();
    for await (const event of pagesUpwards(position + 1, headPosition(), read)) {
      if (signal.aborted) return;
      position = event.position;
      yield { kind: 'event', event };
    }
    if (!hasCaughtUp && !signal.aborted) yield { kind: 'caught-up', position };
    hasCaughtUp = true;
    await changes.changedSince(mark, signal);
  }
}
