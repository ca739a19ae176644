import type { DatabaseSync } from 'node:sqlite';
import { DamagedEvent, type RecordedEvent } from './event-store.ts';
import { isCorrupt, type SqliteKind } from './sqlite-file.ts';

/** Whether milliseconds since 1970 are an instant that a date can hold. */
export function isInstant(milliseconds: number): boolean {
  return Math.abs(milliseconds) <= latest;
}

const latest = 8_640_000_000_000_000;

/** When the event at a position was recorded, from milliseconds since 1970. Throws DamagedEvent where that is no instant. */
export function instantOf(position: number, milliseconds: number): string {
  if (isInstant(milliseconds)) return new Date(milliseconds).toISOString();
  throw new DamagedEvent(position, 'when it was recorded is no instant');
}

/** Prepares the reads of a database. None stays open between two turns, so that the log can be folded into the file. */
export function sqliteReads(database: DatabaseSync): SqliteReads {
  const range = (where: string) => {
    const statement = database.prepare(`SELECT ${columns} WHERE ${where}`);
    statement.setReturnArrays(true);
    return (...bounds: number[]) => (statement.all(...bounds) as unknown as Row[]).map(recorded);
  };
  const oneByOne = range('e.position = ?');

  // Of rows that cannot be read together the first that is broken is named.
  const naming = (positions: readonly number[]): readonly RecordedEvent[] =>
    positions.flatMap((position) => {
      try {
        return oneByOne(position);
      } catch (cause) {
        throw isBroken(cause) ? new DamagedEvent(position, 'its row cannot be read', { cause }) : cause;
      }
    });

  const between = range('e.position BETWEEN ? AND ? ORDER BY e.position');
  const all = (first: number, last: number): readonly RecordedEvent[] => {
    try {
      return between(first, last);
    } catch (error) {
      if (!isBroken(error)) throw error;
      return naming(Array.from({ length: last - first + 1 }, (_, index) => first + index));
    }
  };

  const ofStream = (order: 'ASC' | 'DESC') => {
    const where = `e.stream = ? AND e.revision BETWEEN ? AND ? AND ${isEvent} ORDER BY e.revision ${order}`;
    const read = range(where);
    const positions = database.prepare(`SELECT e.position FROM events e WHERE ${where}`);
    return (...bounds: [stream: number, first: number, last: number]): readonly RecordedEvent[] => {
      try {
        return read(...bounds);
      } catch (error) {
        if (!isBroken(error)) throw error;
        return naming(positions.all(...bounds).map(({ position }) => Number(position)));
      }
    };
  };

  const head = database.prepare(
    `SELECT e.position, e.recorded_at AS recordedAt FROM events e WHERE ${isEvent} ORDER BY e.position DESC LIMIT 1`,
  );
  // The last revision by the index alone, which holds the position too.
  const stream = database.prepare(
    `SELECT number, (SELECT e.revision FROM events e WHERE e.stream = number AND ${isEvent}
      ORDER BY e.revision DESC LIMIT 1) AS revision FROM streams WHERE name = ?`,
  );
  const at = database.prepare('SELECT recorded_at AS recordedAt FROM events WHERE position = ?');
  // A number that the ledger never wrote may be too large for JavaScript; rounded, it is no instant either.
  head.setReadBigInts(true);
  at.setReadBigInts(true);
  const stray = database.prepare('SELECT position FROM events WHERE position < 1 ORDER BY position LIMIT 1');
  stray.setReadBigInts(true);
  const version = database.prepare('PRAGMA data_version');
  return {
    head: () => {
      const last = head.get();
      if (last === undefined) return { position: 0, recordedAt: null };
      return { position: Number(last['position']), recordedAt: Number(last['recordedAt']) };
    },
    stream: (name) => (stream.get(name) as { number: number; revision: number } | undefined) ?? null,
    forwards: ofStream('ASC'),
    backwards: ofStream('DESC'),
    all,
    recordedAt: (position) => Number(at.get(position)?.['recordedAt']),
    stray: () => {
      const first = stray.get();
      return first === undefined ? null : Number(first['position']);
    },
    dataVersion: () => (version.get() as { data_version: number }).data_version,
  };
}

/** What one asks the tables. Bounds are both included, and since neither revisions nor positions have gaps they count. */
export type SqliteReads = {
  /** Instants are milliseconds since 1970. */
  readonly head: () => StoredHead;
  readonly stream: (name: string) => { readonly number: number; readonly revision: number } | null;
  readonly forwards: (stream: number, first: number, last: number) => readonly RecordedEvent[];
  readonly backwards: (stream: number, first: number, last: number) => readonly RecordedEvent[];
  readonly all: (first: number, last: number) => readonly RecordedEvent[];
  readonly recordedAt: (position: number) => number;
  /** The first position of a row that stands before position 1, where the ledger begins; null where there is none. */
  readonly stray: () => number | null;
  /** A number that changes when another connection has written. */
  readonly dataVersion: () => number;
};

type StoredHead = { readonly position: number; readonly recordedAt: number | null };

const columns = `e.id, e.type, e.data, e.metadata, s.name, e.revision, e.position, e.recorded_at
  FROM events e JOIN streams s ON s.number = e.stream`;

type Row = readonly [
  id: string,
  type: string,
  data: string,
  metadata: string,
  stream: string,
  revision: number,
  position: number,
  recordedAt: number,
];

function recorded([id, type, data, metadata, stream, revision, position, recordedAt]: Row): RecordedEvent {
  return {
    id,
    type,
    data: objectIn(position, 'data', data),
    metadata: objectIn(position, 'metadata', metadata),
    stream,
    revision,
    position,
    recordedAt: instantOf(position, recordedAt),
  };
}

function objectIn(position: number, column: string, json: string): RecordedEvent['data'] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new DamagedEvent(position, `its ${column} is no JSON`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RecordedEvent['data'];
  throw new DamagedEvent(position, `its ${column} is no JSON object`);
}

// The bytes of the file are no rows any more, or a number is one that the ledger never wrote.
function isBroken(error: unknown): boolean {
  return isCorrupt(error) || (error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE');
}

// A row that was put in before position 1, behind the application's back, is no event: no read comes upon it.
const isEvent = 'e.position >= 1';

/**
 * `position` is the rowid, so a scan of the ledger is a scan of the table; a stream is read through its one index. There
 * is no index on the random id (it would cost most of the speed of a batch): a retry is found by its revision. Nor is
 * there one on `recorded_at`, which grows with the position.
 *
 * The triggers hold the promises against every writer, a SQL shell included. An `INSERT OR REPLACE` deletes without
 * a delete trigger, hence the check that a new row comes next in the ledger and in its stream.
 */
const schema = `
  CREATE TABLE streams (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams (number),
    revision INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);

  CREATE TRIGGER events_come_next BEFORE INSERT ON events
    WHEN new.position <> 1 + ifnull((SELECT max(position) FROM events), 0)
      OR new.revision <> 1 + ifnull((SELECT max(revision) FROM events WHERE stream = new.stream), -1)
      OR new.recorded_at < (SELECT recorded_at FROM events ORDER BY position DESC LIMIT 1)
    BEGIN SELECT raise(ABORT, 'events are appended, one after another'); END;
  CREATE TRIGGER events_stay_unchanged BEFORE UPDATE ON events
    BEGIN SELECT raise(ABORT, 'recorded events are never changed'); END;
  CREATE TRIGGER events_stay BEFORE DELETE ON events
    BEGIN SELECT raise(ABORT, 'recorded events are never deleted'); END;
  CREATE TRIGGER streams_come_next BEFORE INSERT ON streams
    WHEN EXISTS (SELECT 1 FROM streams WHERE number = new.number OR name = new.name)
    BEGIN SELECT raise(ABORT, 'a stream is there already'); END;
  CREATE TRIGGER streams_stay_unchanged BEFORE UPDATE ON streams
    BEGIN SELECT raise(ABORT, 'streams are never changed'); END;
  CREATE TRIGGER streams_stay BEFORE DELETE ON streams
    BEGIN SELECT raise(ABORT, 'streams are never deleted'); END;
`;

/** The file that is the ledger: every commit is on the disk before it is acknowledged. */
export const ledgerFile: SqliteKind = {
  // "PLed"
  applicationId: 0x504c6564,
  version: 1,
  schema,
  synchronous: 'FULL',
  isDerived: false,
  // Longer waits are not SQLite's: it would block the whole process.
  busyTimeoutMs: 10,
};
