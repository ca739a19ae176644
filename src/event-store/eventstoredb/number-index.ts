import { StoreUnavailable } from '../event-store.ts';
import { type DatabaseSync, inTransaction, makeTables, openSqliteFile, type SqliteKind } from '../sqlite-file.ts';
import type { LogPosition, SentEvent } from './read-page.ts';

/**
 * The numbers of the events of a ledger. They depend on the log of the server alone: made anew they are the same. What
 * came last is in memory and goes to the file a little later. What a crash loses comes again from the server.
 */
export type NumberIndex = {
  readonly head: () => IndexHead;
  /** Numbers events. Gives what it made of each, in their order; null for one that has its number already. */
  readonly take: (taken: Taken) => readonly (IndexedEvent | null)[];
  /** The events of a stream between two revisions, both included, in order. */
  readonly ofStream: (stream: string, first: number, last: number) => readonly IndexedEvent[];
  /** The events between two numbers, both included, in order. */
  readonly between: (first: number, last: number) => readonly IndexedEvent[];
  /** The number of the last event recorded by then (milliseconds since 1970), 0 if there is none. */
  readonly numberAt: (instant: number) => number;
  /** What cuts streams short, by the name of the stream with prefix. */
  readonly truncations: () => ReadonlyMap<string, Truncation>;
  readonly empty: () => void;
  readonly close: () => void;
};

/** An event of the ledger as the log of the server has it: its stream with prefix, its clock in milliseconds. */
export type LoggedEvent = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly commit: number;
  readonly created: number;
};

/** What came from the log of the server, in its order. */
export type Taken = {
  readonly events: readonly LoggedEvent[];
  /** Up to where the log was looked at, if that is further than the last event. */
  readonly looked: LogPosition | null;
  readonly truncations: Truncations;
};

/** An event that has its number, which is its position in the ledger, and when it was recorded (milliseconds). */
export type IndexedEvent = {
  readonly number: number;
  readonly revision: number;
  readonly commit: number;
  readonly recordedAt: number;
};

/** The last event, 0 and -1 where there is none, and where to go on in the log of the server. */
export type IndexHead = {
  readonly number: number;
  readonly commit: number;
  readonly recordedAt: number;
  readonly id: string;
  readonly checkpoint: LogPosition | 'start';
};

/** What cuts a stream short: in words, and whether it has done so, or will when there are more events or older ones. */
export type Truncation = { readonly message: string; readonly isCut: boolean };

/** What cuts streams short, by the name of the stream with prefix; null where nothing does any more. */
export type Truncations = ReadonlyMap<string, Truncation | null>;

type KeptEvent = IndexedEvent & { readonly stream: string };

const keepAfterMs = 25;
const keepAfterEvents = 1_000;

/** Where the file cannot be written, so many events may wait in memory. */
const maxEventsWaiting = 100_000;

/** Opens the index in `file`, for streams with a prefix. `:memory:` is an index that is made anew at each start. */
export function openNumberIndex(file: string, prefix: string): NumberIndex {
  const kept = openNumberFile(file, prefix);
  let head = kept.head();
  let truncations = new Map(kept.truncations());
  let changed = new Map<string, Truncation | null>();
  let waiting: KeptEvent[] = [];
  let ofStreams = new Map<string, KeptEvent[]>();
  let timer: NodeJS.Timeout | undefined;

  function keep(): void {
    clearTimeout(timer);
    timer = undefined;
    kept.add(waiting, head, changed);
    [waiting, ofStreams, changed] = [[], new Map(), new Map()];
  }

  function keepIfPossible(): void {
    try {
      keep();
    } catch {
      // The disk may be full, or another process busy. The next events try again.
    }
  }

  // The last number that is in the file, as far as this process knows.
  const lastKept = (): number => head.number - waiting.length;

  function number({ id, stream, revision, commit, created }: LoggedEvent): IndexedEvent | null {
    if (commit <= head.commit) return null;
    const recordedAt = Math.max(head.recordedAt, created);
    head = { number: head.number + 1, commit, recordedAt, id, checkpoint: { commit, prepare: commit } };
    const event = { number: head.number, stream, revision, commit, recordedAt };
    waiting.push(event);
    const events = ofStreams.get(stream);
    if (events === undefined) ofStreams.set(stream, [event]);
    else events.push(event);
    return event;
  }

  function recordedAt(position: number): number {
    const inMemory = waiting[position - lastKept() - 1];
    return (inMemory ?? kept.between(position, position)[0])?.recordedAt ?? Number.POSITIVE_INFINITY;
  }

  return {
    head: () => head,
    take(taken) {
      if (waiting.length > maxEventsWaiting) keep();
      const numbered = taken.events.map(number);
      const { checkpoint } = head;
      if (taken.looked && (checkpoint === 'start' || taken.looked.commit > checkpoint.commit)) {
        head = { ...head, checkpoint: taken.looked };
      }
      for (const [stream, truncation] of taken.truncations) {
        changed.set(stream, truncation);
        if (truncation === null) truncations.delete(stream);
        else truncations.set(stream, truncation);
      }
      const isNothing = taken.events.length === 0 && taken.looked === null && taken.truncations.size === 0;
      if (isNothing) return numbered;
      if (waiting.length < keepAfterEvents) timer ??= setTimeout(keepIfPossible, keepAfterMs).unref();
      else keepIfPossible();
      return numbered;
    },
    ofStream(stream, first, last) {
      const events = ofStreams.get(stream) ?? [];
      // Their revisions have no gaps, unless events were gone before they were numbered.
      const at = first - (events[0]?.revision ?? 0);
      const [from, to] = [events[at], events[at + last - first]];
      if (from?.revision === first && to?.revision === last) return events.slice(at, at + last - first + 1);
      const inMemory = events.filter(({ revision }) => revision >= first && revision <= last);
      return [...kept.ofStream(stream, first, last, lastKept()), ...inMemory];
    },
    between(first, last) {
      const start = lastKept();
      const inMemory = waiting.slice(Math.max(0, first - start - 1), Math.max(0, last - start));
      return first > start ? inMemory : [...kept.between(first, Math.min(last, start)), ...inMemory];
    },
    // By halving: numbers have no gaps, and recordedAt never goes back.
    numberAt(instant) {
      let [low, high] = [0, head.number];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (recordedAt(middle) <= instant) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    truncations: () => truncations,
    empty() {
      kept.empty();
      head = kept.head();
      truncations = new Map();
      [waiting, ofStreams, changed] = [[], new Map(), new Map()];
    },
    close() {
      try {
        keep();
      } finally {
        kept.close();
      }
    },
  };
}

/** The numbers of events in a SQLite file, for the next start and for what does not fit in memory. */
type NumberFile = Pick<NumberIndex, 'head' | 'between' | 'truncations' | 'empty' | 'close'> & {
  /**
   * Adds events, up to the last of them, in one transaction. What another process has added before is left out; throws
   * StoreUnavailable where that is another event.
   */
  readonly add: (events: readonly KeptEvent[], head: IndexHead, truncations: Truncations) => void;
  /** The events of a stream between two revisions, both included, in order; none beyond a number. */
  readonly ofStream: (stream: string, first: number, last: number, upTo: number) => readonly IndexedEvent[];
};

type Checkpoint = Record<'commit' | 'prepare' | 'number' | 'lastCommit' | 'recordedAt', number> & { id: string };

const maxStreamKeysInMemory = 10_000;

function openNumberFile(file: string, prefix: string): NumberFile {
  const database = openDatabase(file, prefix);
  let sql = prepareStatements(database);
  const streamKeys = new Map<string, number>();

  const checkpoint = (): Checkpoint => sql.checkpoint.get() as unknown as Checkpoint;
  const between = (first: number, last: number) => sql.between.all(first, last) as unknown as IndexedEvent[];

  function keyOf(name: string): number | undefined {
    const key = streamKeys.get(name) ?? (sql.stream.get(name) as { number: number } | undefined)?.number;
    if (key === undefined) return undefined;
    if (streamKeys.size >= maxStreamKeysInMemory) streamKeys.clear();
    streamKeys.set(name, key);
    return key;
  }

  function checkSame(event: KeptEvent): void {
    const [found] = between(event.number, event.number);
    if (found?.commit === event.commit) return;
    throw new StoreUnavailable(
      `the index has another event at position ${event.number}: delete it, and it is made anew`,
    );
  }

  return {
    head() {
      const { number, lastCommit, recordedAt, id, commit, prepare } = checkpoint();
      return { number, commit: lastCommit, recordedAt, id, checkpoint: commit < 0 ? 'start' : { commit, prepare } };
    },
    add(events, head, truncations) {
      inTransaction(database, () => {
        const before = checkpoint();
        for (const event of events) {
          if (event.number <= before.number) {
            checkSame(event);
            continue;
          }
          const stream = keyOf(event.stream) ?? Number(sql.addStream.run(event.stream).lastInsertRowid);
          sql.addEvent.run(event.number, stream, event.revision, event.commit, event.recordedAt);
        }
        const at = head.checkpoint === 'start' ? { commit: -1, prepare: -1 } : head.checkpoint;
        if (at.commit > before.commit) {
          sql.advance.run(at.commit, at.prepare, head.number, head.commit, head.recordedAt, head.id);
        }
        for (const [stream, truncation] of truncations) {
          if (truncation === null) sql.mended.run(stream);
          else sql.truncated.run(stream, truncation.message, Number(truncation.isCut));
        }
      });
    },
    ofStream(name, first, last, upTo) {
      const key = keyOf(name);
      return key === undefined ? [] : (sql.ofStream.all(key, first, last, upTo) as unknown as IndexedEvent[]);
    },
    between,
    truncations() {
      const rows = sql.truncations.all() as { stream: string; message: string; isCut: number }[];
      return new Map(rows.map(({ stream, message, isCut }) => [stream, { message, isCut: isCut === 1 }]));
    },
    empty() {
      emptyDatabase(database, prefix);
      streamKeys.clear();
      sql = prepareStatements(database);
    },
    close: () => database.close(),
  };
}

const columns = 'number, revision, commit_position AS "commit", recorded_at AS recordedAt';

function prepareStatements(database: DatabaseSync) {
  return {
    addEvent: database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?)'),
    stream: database.prepare('SELECT number FROM stream WHERE name = ?'),
    addStream: database.prepare('INSERT INTO stream (name) VALUES (?)'),
    ofStream: database.prepare(`SELECT ${columns} FROM event
      WHERE stream = ? AND revision BETWEEN ? AND ? AND number <= ? ORDER BY revision`),
    between: database.prepare(`SELECT ${columns} FROM event WHERE number BETWEEN ? AND ? ORDER BY number`),
    checkpoint: database.prepare(`SELECT commit_position AS "commit", prepare_position AS "prepare",
      last_number AS number, last_commit_position AS lastCommit, last_recorded_at AS recordedAt, last_id AS id
      FROM checkpoint`),
    advance: database.prepare(`UPDATE checkpoint SET commit_position = ?, prepare_position = ?,
      last_number = ?, last_commit_position = ?, last_recorded_at = ?, last_id = ?`),
    truncations: database.prepare('SELECT stream, message, is_cut AS isCut FROM truncation ORDER BY stream'),
    truncated: database.prepare('INSERT OR REPLACE INTO truncation VALUES (?, ?, ?)'),
    mended: database.prepare('DELETE FROM truncation WHERE stream = ?'),
  };
}

// Opens the file of an index, and empties it where another prefix filled it. Throws StoreUnavailable where that cannot be
// done, and where the file holds something else.
function openDatabase(file: string, prefix: string): DatabaseSync {
  try {
    const database = openSqliteFile(file, numberFile);
    const kept = database.prepare('SELECT prefix FROM checkpoint').get();
    if (kept?.['prefix'] !== prefix) emptyDatabase(database, prefix);
    return database;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreUnavailable(`the index ${file} cannot be opened: ${reason}`, { cause });
  }
}

// A commit that is lost with the power is made again from the log of the server.
const numberFile: SqliteKind = {
  applicationId: 0x504c6e69, // "PLni"
  version: 2,
  synchronous: 'NORMAL',
  isDerived: true,
  busyTimeoutMs: 5_000,
  schema: `
    CREATE TABLE stream (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE event (
      number INTEGER PRIMARY KEY,
      stream INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      commit_position INTEGER NOT NULL,
      recorded_at INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX event_by_stream ON event (stream, revision);
    CREATE TABLE checkpoint (
      prefix TEXT NOT NULL,
      commit_position INTEGER NOT NULL,
      prepare_position INTEGER NOT NULL,
      last_number INTEGER NOT NULL,
      last_commit_position INTEGER NOT NULL,
      last_recorded_at INTEGER NOT NULL,
      last_id TEXT NOT NULL
    ) STRICT;
    CREATE TABLE truncation (stream TEXT PRIMARY KEY, message TEXT NOT NULL, is_cut INTEGER NOT NULL) STRICT;
  `,
};

function emptyDatabase(database: DatabaseSync, prefix: string): void {
  inTransaction(database, () => {
    makeTables(database, numberFile);
    database.prepare("INSERT INTO checkpoint VALUES (?, -1, -1, 0, -1, 0, '')").run(prefix);
  });
}

/**
 * What an event of the server says of a stream being cut short: the stream, with its prefix, and what cuts it, or null
 * where nothing does (any more). Null for an event that says nothing of the kind.
 */
export function readTruncation({
  stream,
  type,
  data,
}: SentEvent): { readonly stream: string; readonly truncation: Truncation | null } | null {
  if (type === '$streamDeleted') return { stream, truncation: { message: 'it was deleted for ever', isCut: true } };
  if (type !== '$metadata' || !stream.startsWith('$$')) return null;
  const found = Object.entries(limits).flatMap(([name, say]) => {
    const value = data[name];
    return typeof value === 'number' && value > 0 ? [say(value)] : [];
  });
  const truncation = {
    message: found.map(({ message }) => message).join(', '),
    isCut: found.some(({ isCut }) => isCut),
  };
  return { stream: stream.slice(2), truncation: found.length === 0 ? null : truncation };
}

/** What a server writes as `$tb` into the settings of a stream that is deleted until it is written again. */
const deletedBefore = Number.MAX_SAFE_INTEGER;

const limits: Readonly<Record<string, (value: number) => Truncation>> = {
  $maxCount: (count) => ({ message: `its setting $maxCount keeps only the last ${count} events`, isCut: false }),
  $maxAge: (seconds) => ({ message: `its setting $maxAge keeps events for only ${seconds} s`, isCut: false }),
  $tb: (revision) => ({
    message: revision >= deletedBefore ? 'it was deleted' : `its events before revision ${revision} were cut off`,
    isCut: true,
  }),
};
