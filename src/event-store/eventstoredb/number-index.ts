import { StoreUnavailable } from '../event-store.ts';
import { type DatabaseSync, inTransaction, makeTables, openSqliteFile, type SqliteKind } from '../sqlite-file.ts';
import type { LogPosition, SentEvent } from './read-page.ts';

/**
 * The numbers of a ledger's events. They depend on the server's log alone, so a new index has the same numbers. The latest
 * are in memory and go to the file a little later; the server sends again what a crash loses.
 */
export type NumberIndex = {
  readonly head: () => IndexHead;
  /** Numbers events, in their order; null stands for one that has its number already. */
  readonly take: (arrival: {
    readonly events: readonly LoggedEvent[];
    /** How far the log was searched, if further than the last event. */
    readonly searchedTo: LogPosition | null;
    readonly truncations: Truncations;
  }) => readonly (IndexedEvent | null)[];
  /** The events of a stream between two revisions, both included, in order. */
  readonly ofStream: (stream: string, first: number, last: number) => readonly IndexedEvent[];
  /** The events between two numbers, both included, in order. */
  readonly between: (first: number, last: number) => readonly IndexedEvent[];
  /** The number of the last event recorded by then (milliseconds since 1970), 0 if there is none. */
  readonly numberAt: (instant: number) => number;
  readonly truncations: () => ReadonlyMap<string, Truncation>;
  readonly empty: () => void;
  readonly close: () => void;
};

/** An event as the server's log has it: its stream with prefix, `created` in milliseconds since 1970. */
export type LoggedEvent = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly commit: number;
  readonly created: number;
};

/** `number` is the position in the ledger; `recordedAt` is in milliseconds since 1970. */
export type IndexedEvent = {
  readonly number: number;
  readonly revision: number;
  readonly commit: number;
  readonly recordedAt: number;
};

/** The last event, or 0 and commit -1, and where to go on in the server's log. */
type IndexHead = {
  readonly number: number;
  readonly commit: number;
  readonly recordedAt: number;
  readonly id: string;
  readonly checkpoint: LogPosition | 'start';
};

/** What cuts a stream short, in words, and whether it has already done so. */
export type Truncation = { readonly message: string; readonly isCut: boolean };

/** By the name of the stream with prefix; null if nothing cuts it short any more. */
type Truncations = ReadonlyMap<string, Truncation | null>;

type NumberedEvent = IndexedEvent & { readonly stream: string };

/** Opens the index in `file`, or in memory (`:memory:`), of the streams with a prefix. */
export function openNumberIndex(file: string, prefix: string): NumberIndex {
  const saved = openNumberFile(file, prefix);
  const waiting = createWaiting();
  let head = saved.head();
  const truncations = createTruncations(saved.truncations());
  const saving = createSaving(() => {
    saved.add(waiting.events(), head, truncations.changes());
    waiting.clear();
    truncations.clearChanges();
  });

  // The last number in the file, as far as this process knows.
  const lastSaved = (): number => head.number - waiting.events().length;

  function number({ id, stream, revision, commit, created }: LoggedEvent): IndexedEvent | null {
    if (commit <= head.commit) return null;
    const recordedAt = Math.max(head.recordedAt, created);
    head = { number: head.number + 1, commit, recordedAt, id, checkpoint: { commit, prepare: commit } };
    const event = { number: head.number, stream, revision, commit, recordedAt };
    waiting.add(event);
    return event;
  }

  function recordedAt(position: number): number {
    const inMemory = waiting.events()[position - lastSaved() - 1];
    return (inMemory ?? saved.between(position, position)[0])?.recordedAt ?? Number.POSITIVE_INFINITY;
  }

  return {
    head: () => head,
    take({ events, searchedTo, truncations: changes }) {
      if (waiting.events().length > maxEventsWaiting) saving.now();
      const numbered = events.map(number);
      const { checkpoint } = head;
      if (searchedTo && (checkpoint === 'start' || searchedTo.commit > checkpoint.commit)) {
        head = { ...head, checkpoint: searchedTo };
      }
      truncations.apply(changes);
      if (events.length === 0 && searchedTo === null && changes.size === 0) return numbered;
      if (waiting.events().length < saveAfterEvents) saving.soon();
      else saving.ifPossible();
      return numbered;
    },
    ofStream(stream, first, last) {
      const inMemory = waiting.ofStream(stream, first, last);
      const isWhole = inMemory.length === last - first + 1;
      return isWhole ? inMemory : [...saved.ofStream(stream, first, last, lastSaved()), ...inMemory];
    },
    between(first, last) {
      const start = lastSaved();
      const inMemory = waiting.events().slice(Math.max(0, first - start - 1), Math.max(0, last - start));
      return first > start ? inMemory : [...saved.between(first, Math.min(last, start)), ...inMemory];
    },
    numberAt: (instant) => lastNumber(head.number, (position) => recordedAt(position) <= instant),
    truncations: truncations.all,
    empty() {
      saved.empty();
      head = saved.head();
      waiting.clear();
      truncations.clear();
    },
    close() {
      try {
        saving.now();
      } finally {
        saved.close();
      }
    },
  };
}

// The events that are not in the file yet, in the order of their numbers.
function createWaiting() {
  let events: NumberedEvent[] = [];
  let ofStreams = new Map<string, NumberedEvent[]>();

  return {
    events: (): readonly NumberedEvent[] => events,
    add(event: NumberedEvent): void {
      events.push(event);
      const ofStream = ofStreams.get(event.stream);
      if (ofStream === undefined) ofStreams.set(event.stream, [event]);
      else ofStream.push(event);
    },
    ofStream(stream: string, first: number, last: number): readonly NumberedEvent[] {
      const ofStream = ofStreams.get(stream) ?? [];
      // Revisions have no gaps, unless events were gone before they got numbers.
      const offset = first - (ofStream[0]?.revision ?? 0);
      const [from, to] = [ofStream[offset], ofStream[offset + last - first]];
      if (from?.revision === first && to?.revision === last) return ofStream.slice(offset, offset + last - first + 1);
      return ofStream.filter(({ revision }) => revision >= first && revision <= last);
    },
    clear(): void {
      [events, ofStreams] = [[], new Map()];
    },
  };
}

// What cuts streams short, and what of it changed since the last save.
function createTruncations(saved: ReadonlyMap<string, Truncation>) {
  let all = new Map(saved);
  let changes = new Map<string, Truncation | null>();

  return {
    all: (): ReadonlyMap<string, Truncation> => all,
    changes: (): Truncations => changes,
    apply(more: Truncations): void {
      for (const [stream, truncation] of more) {
        changes.set(stream, truncation);
        if (truncation === null) all.delete(stream);
        else all.set(stream, truncation);
      }
    },
    clearChanges(): void {
      changes = new Map();
    },
    clear(): void {
      [all, changes] = [new Map(), new Map()];
    },
  };
}

// When to save: `soon` saves once for all that arrives meanwhile.
function createSaving(save: () => void) {
  let timer: NodeJS.Timeout | undefined;

  function now(): void {
    clearTimeout(timer);
    timer = undefined;
    save();
  }

  function ifPossible(): void {
    try {
      now();
    } catch {
      // The disk may be full, or another process busy. The next events try again.
    }
  }

  return {
    now,
    ifPossible,
    soon(): void {
      timer ??= setTimeout(ifPossible, saveAfterMs).unref();
    },
  };
}

const saveAfterMs = 25;
const saveAfterEvents = 1_000;

// The last number up to `high` that meets a condition, or 0. A binary search: numbers have no gaps, and those that meet
// it come first, as recordedAt never decreases.
function lastNumber(high: number, isMet: (number: number) => boolean): number {
  let [low, top] = [0, high];
  while (low < top) {
    const middle = Math.ceil((low + top) / 2);
    if (isMet(middle)) low = middle;
    else top = middle - 1;
  }
  return low;
}

/** How many events may wait in memory while the file cannot be written. */
const maxEventsWaiting = 100_000;

type NumberFile = Pick<NumberIndex, 'head' | 'between' | 'truncations' | 'empty' | 'close'> & {
  /**
   * Adds events in one transaction. Another process may have added some of them before; throws StoreUnavailable if it
   * gave a number to another event.
   */
  readonly add: (events: readonly NumberedEvent[], head: IndexHead, truncations: Truncations) => void;
  /** The events of a stream between two revisions, both included, in order, with numbers up to `upTo`. */
  readonly ofStream: (stream: string, first: number, last: number, upTo: number) => readonly IndexedEvent[];
};

// Keeps numbers in a SQLite file, for the next start and for what does not fit in memory.
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

  function checkSame(event: NumberedEvent): void {
    const [saved] = between(event.number, event.number);
    if (saved?.commit === event.commit) return;
    throw new StoreUnavailable(
      `the index file has another event at position ${event.number}: delete the file, and the next start makes it again`,
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
        const { commit, prepare } = head.checkpoint === 'start' ? { commit: -1, prepare: -1 } : head.checkpoint;
        if (commit > before.commit) {
          sql.advance.run(commit, prepare, head.number, head.commit, head.recordedAt, head.id);
        }
        for (const [stream, truncation] of truncations) {
          if (truncation === null) sql.removeTruncation.run(stream);
          else sql.addTruncation.run(stream, truncation.message, Number(truncation.isCut));
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

type Checkpoint = Record<'commit' | 'prepare' | 'number' | 'lastCommit' | 'recordedAt', number> & { id: string };

const maxStreamKeysInMemory = 10_000;

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
    addTruncation: database.prepare('INSERT OR REPLACE INTO truncation VALUES (?, ?, ?)'),
    removeTruncation: database.prepare('DELETE FROM truncation WHERE stream = ?'),
  };
}

// Opens the file of an index, and empties it if it belongs to another prefix. Throws StoreUnavailable if the file cannot be
// opened or holds something else.
function openDatabase(file: string, prefix: string): DatabaseSync {
  try {
    const database = openSqliteFile(file, numberFile);
    const checkpoint = database.prepare('SELECT prefix FROM checkpoint').get();
    if (checkpoint?.['prefix'] !== prefix) emptyDatabase(database, prefix);
    return database;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreUnavailable(`the index ${file} cannot be opened: ${reason}`, { cause });
  }
}

// NORMAL: what a power failure loses comes again from the server's log.
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
 * Reads, from an event of the server, a stream (with prefix) and what cuts it short; `truncation` is null if nothing does
 * (any more). Null for any other event.
 */
export function readTruncation({
  stream,
  type,
  data,
}: SentEvent): { readonly stream: string; readonly truncation: Truncation | null } | null {
  if (type === '$streamDeleted') return { stream, truncation: { message: 'it was deleted for good', isCut: true } };
  if (type !== '$metadata' || !stream.startsWith('$$')) return null;
  const settings = Object.entries(truncationBySetting).flatMap(([name, toTruncation]) => {
    const value = data[name];
    return typeof value === 'number' && value > 0 ? [toTruncation(value)] : [];
  });
  const truncation = {
    message: settings.map(({ message }) => message).join(', '),
    isCut: settings.some(({ isCut }) => isCut),
  };
  return { stream: stream.slice(2), truncation: settings.length === 0 ? null : truncation };
}

/** The `$tb` setting of a deleted stream that can be written again. */
const deletedBefore = Number.MAX_SAFE_INTEGER;

const truncationBySetting: Readonly<Record<string, (value: number) => Truncation>> = {
  $maxCount: (count) => ({ message: `its setting $maxCount keeps only the last ${count} events`, isCut: false }),
  $maxAge: (seconds) => ({ message: `its setting $maxAge keeps events for only ${seconds} s`, isCut: false }),
  $tb: (revision) => ({
    message: revision >= deletedBefore ? 'it was deleted' : `its events before revision ${revision} were cut off`,
    isCut: true,
  }),
};
