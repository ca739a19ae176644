import { DamagedEvent, type RecordedEvent } from './event-store.ts';
import { type DatabaseSync, inTransaction, isCorrupt, openSqliteFile, type SqliteKind } from './sqlite-file.ts';

/** Prepares the reads of a ledger file. None stays open between two turns, or SQLite could not shorten its log. */
export function sqliteReads(database: DatabaseSync): SqliteReads {
  // A damaged number may be too large for JavaScript: read as a bigint and rounded, it is still no instant.
  const prepareNumbers = (sql: string) => {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    return (...values: number[]) => statement.get(...values);
  };
  const head = prepareNumbers(
    `SELECT e.position, e.recorded_at AS recordedAt FROM events e WHERE ${isEvent} ORDER BY e.position DESC LIMIT 1`,
  );
  const recordedAt = prepareNumbers('SELECT recorded_at AS recordedAt FROM events WHERE position = ?');
  const stray = prepareNumbers('SELECT position FROM events WHERE position < 1 ORDER BY position LIMIT 1');
  // The index alone gives the last revision: it holds the position too.
  const stream = database.prepare(
    `SELECT number, (SELECT e.revision FROM events e WHERE e.stream = number AND ${isEvent}
      ORDER BY e.revision DESC LIMIT 1) AS revision FROM streams WHERE name = ?`,
  );
  const version = database.prepare('PRAGMA data_version');
  return {
    head: () => {
      const last = head();
      if (last === undefined) return { position: 0, recordedAt: null };
      return { position: Number(last['position']), recordedAt: Number(last['recordedAt']) };
    },
    stream: (name) => (stream.get(name) as { number: number; revision: number } | undefined) ?? null,
    ...prepareEventReads(database),
    recordedAt: (position) => Number(recordedAt(position)?.['recordedAt']),
    stray: () => {
      const first = stray();
      return first === undefined ? null : Number(first['position']);
    },
    dataVersion: () => Number(version.get()?.['data_version']),
  };
}

/**
 * The reads of a ledger file. Both bounds are included; revisions and positions have no gaps, so the bounds also give
 * the number of events. Times are milliseconds since 1970.
 */
export type SqliteReads = {
  readonly head: () => { readonly position: number; readonly recordedAt: number | null };
  readonly stream: (name: string) => { readonly number: number; readonly revision: number } | null;
  readonly forwards: (stream: number, first: number, last: number) => readonly RecordedEvent[];
  readonly backwards: (stream: number, first: number, last: number) => readonly RecordedEvent[];
  readonly all: (first: number, last: number) => readonly RecordedEvent[];
  /** The same; a text that is not what its value prints as is damage. */
  readonly allExact: (first: number, last: number) => readonly RecordedEvent[];
  readonly recordedAt: (position: number) => number;
  /** The first position of a row in front of position 1, where the ledger begins; null if there is none. */
  readonly stray: () => number | null;
  /** A number that changes when another connection has written. */
  readonly dataVersion: () => number;
};

function prepareEventReads(database: DatabaseSync): Pick<SqliteReads, 'forwards' | 'backwards' | 'all' | 'allExact'> {
  const prepareRead = (where: string, convert = toEvent) => {
    const statement = database.prepare(`SELECT ${columns} WHERE ${where}`);
    statement.setReturnArrays(true);
    return (...bounds: number[]) => (statement.all(...bounds) as unknown as Row[]).map(convert);
  };
  const readOne = prepareRead('e.position = ?');

  // Reads a page that failed again, row by row, to name the first damaged row.
  const readEach = (positions: readonly number[]): readonly RecordedEvent[] =>
    positions.flatMap((position) => {
      try {
        return readOne(position);
      } catch (cause) {
        throw isDamage(cause) ? new DamagedEvent(position, 'its row cannot be read', { cause }) : cause;
      }
    });

  const readAll = (convert: typeof toEvent) => {
    const read = prepareRead('e.position BETWEEN ? AND ? ORDER BY e.position', convert);
    return (first: number, last: number): readonly RecordedEvent[] => {
      try {
        return read(first, last);
      } catch (error) {
        if (!isDamage(error)) throw error;
        return readEach(Array.from({ length: last - first + 1 }, (_, index) => first + index));
      }
    };
  };
  const readStream = (order: 'ASC' | 'DESC') => {
    const where = `e.stream = ? AND e.revision BETWEEN ? AND ? AND ${isEvent} ORDER BY e.revision ${order}`;
    const read = prepareRead(where);
    const positions = database.prepare(`SELECT e.position FROM events e WHERE ${where}`);
    return (...bounds: [stream: number, first: number, last: number]): readonly RecordedEvent[] => {
      try {
        return read(...bounds);
      } catch (error) {
        if (!isDamage(error)) throw error;
        return readEach(positions.all(...bounds).map(({ position }) => Number(position)));
      }
    };
  };

  return {
    forwards: readStream('ASC'),
    backwards: readStream('DESC'),
    all: readAll(toEvent),
    allExact: readAll(toExactEvent),
  };
}

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

function toEvent([id, type, data, metadata, stream, revision, position, recordedAt]: Row): RecordedEvent {
  return {
    id,
    type,
    data: parseObject(position, 'data', data),
    metadata: parseObject(position, 'metadata', metadata),
    stream,
    revision,
    position,
    recordedAt: formatInstant(position, recordedAt),
  };
}

// The ledger writes a value in one way. Any other text, such as one that names a member twice, was put in.
function toExactEvent(row: Row): RecordedEvent {
  const event = toEvent(row);
  for (const [column, text] of [
    ['data', row[2]],
    ['metadata', row[3]],
  ] as const) {
    if (JSON.stringify(event[column]) === text) continue;
    throw new DamagedEvent(event.position, `the text of its ${column} is not what its value prints as`);
  }
  return event;
}

function parseObject(position: number, column: string, json: string): RecordedEvent['data'] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new DamagedEvent(position, `its ${column} is not JSON`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RecordedEvent['data'];
  throw new DamagedEvent(position, `its ${column} is not a JSON object`);
}

/**
 * When the event at a position was recorded, from milliseconds since 1970. Throws DamagedEvent if that is no instant.
 */
export function formatInstant(position: number, milliseconds: number): string {
  // Events that were appended together have the same time, and writing it takes a tenth of reading an event.
  if (milliseconds === last.milliseconds) return last.text;
  if (!isInstant(milliseconds)) throw new DamagedEvent(position, 'the time when it was recorded is not valid');
  last = { milliseconds, text: new Date(milliseconds).toISOString() };
  return last.text;
}

let last = { milliseconds: Number.NaN, text: '' };

/** Whether a date can hold milliseconds since 1970. */
export function isInstant(milliseconds: number): boolean {
  return Math.abs(milliseconds) <= 8_640_000_000_000_000;
}

// The bytes of the file are no rows any more, or a number is too large: the ledger never wrote that.
function isDamage(error: unknown): boolean {
  return isCorrupt(error) || (error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE');
}

// A row in front of position 1 was put in behind the application's back. It is no event, and no read gives it.
const isEvent = 'e.position >= 1';

/**
 * `position` is the rowid, so a scan of the ledger is a scan of the table. A stream is read through its one index.
 * There is no index on the random id: it would cost most of the speed of a batch, and a retry is found by its revision.
 * Nor is there one on `recorded_at`, which grows with the position.
 *
 * The triggers bind every writer, even a SQL shell. `INSERT OR REPLACE` deletes without firing a delete trigger, so a
 * trigger checks that each new row comes next in the ledger and in its stream.
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
    BEGIN SELECT raise(ABORT, 'events can only be appended, one after another'); END;
  CREATE TRIGGER events_stay_unchanged BEFORE UPDATE ON events
    BEGIN SELECT raise(ABORT, 'recorded events are never changed'); END;
  CREATE TRIGGER events_stay BEFORE DELETE ON events
    BEGIN SELECT raise(ABORT, 'recorded events are never deleted'); END;
  CREATE TRIGGER streams_come_next BEFORE INSERT ON streams
    WHEN EXISTS (SELECT 1 FROM streams WHERE number = new.number OR name = new.name)
    BEGIN SELECT raise(ABORT, 'the stream exists already'); END;
  CREATE TRIGGER streams_stay_unchanged BEFORE UPDATE ON streams
    BEGIN SELECT raise(ABORT, 'streams are never changed'); END;
  CREATE TRIGGER streams_stay BEFORE DELETE ON streams
    BEGIN SELECT raise(ABORT, 'streams are never deleted'); END;
`;

/** What of the tables, the index and the triggers of a ledger file is not as it must be; null if nothing is. */
export function oddSchema(database: DatabaseSync): string | null {
  const model = openSqliteFile(':memory:', ledgerKind);
  const must = schemaOf(model);
  model.close();
  const is = schemaOf(database);
  const [name] = [...new Set([...must.keys(), ...is.keys()])].filter((one) => must.get(one) !== is.get(one));
  if (name === undefined) return null;
  const how = is.has(name) ? (must.has(name) ? 'was changed' : 'was put in') : 'is gone';
  return `the ${name} of the ledger file ${how}: only the ledger itself makes them`;
}

// What stands on the tables of a ledger, with its text.
function schemaOf(database: DatabaseSync): ReadonlyMap<string, string | null> {
  const rows = database
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE tbl_name IN ('events', 'streams') AND sql IS NOT NULL")
    .all() as unknown as readonly { readonly type: string; readonly name: string; readonly sql: string }[];
  return new Map(rows.map(({ type, name, sql }) => [`${type} ${name}`, sql]));
}

/** Makes the index and the triggers of a ledger file anew, as they must be. Its tables stay. */
export function mendSchema(database: DatabaseSync): void {
  inTransaction(database, () => {
    for (const name of schemaOf(database).keys()) if (!name.startsWith('table ')) database.exec(`DROP ${name}`);
    database.exec(schema.slice(schema.indexOf('CREATE UNIQUE INDEX')));
  });
}

/** The file that holds a ledger. Every commit is on the disk before it is acknowledged. */
export const ledgerKind: SqliteKind = {
  // "PLed"
  applicationId: 0x504c6564,
  version: 1,
  schema,
  synchronous: 'FULL',
  isDerived: false,
  // The store waits longer by itself: SQLite would block the whole process.
  busyTimeoutMs: 10,
};
