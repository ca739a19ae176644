import type { DatabaseSync } from 'node:sqlite';
import { DamagedEvent, type RecordedEvent } from './event-store.ts';

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

const columns = `e.id, e.type, e.data, e.metadata, s.name, e.revision, e.position, e.recorded_at
  FROM events e JOIN streams s ON s.number = e.stream`;

const objectIn = (position: number, column: string, json: string): RecordedEvent['data'] => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new DamagedEvent(position, `its ${column} is no JSON`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RecordedEvent['data'];
  throw new DamagedEvent(position, `its ${column} is no JSON object`);
};

const latest = 8_640_000_000_000_000;

/** When the event at a position was recorded, from milliseconds since 1970. Throws DamagedEvent where that is no instant. */
export const instantOf = (position: number, milliseconds: number): string => {
  if (Math.abs(milliseconds) <= latest) return new Date(milliseconds).toISOString();
  throw new DamagedEvent(position, 'when it was recorded is no instant');
};

const recorded = ([id, type, data, metadata, stream, revision, position, recordedAt]: Row): RecordedEvent => ({
  id,
  type,
  data: objectIn(position, 'data', data),
  metadata: objectIn(position, 'metadata', metadata),
  stream,
  revision,
  position,
  recordedAt: instantOf(position, recordedAt),
});

// SQLITE_CORRUPT: the bytes of the file are no rows any more. Or a number is one that the ledger never wrote.
const isBroken = (error: unknown): boolean =>
  error instanceof Error &&
  (('errcode' in error && (Number(error.errcode) & 0xff) === 11) ||
    ('code' in error && error.code === 'ERR_OUT_OF_RANGE'));

type StoredHead = { readonly position: number; readonly recordedAt: number | null };

/** What one asks the tables. Bounds are both included, and since neither revisions nor positions have gaps they count. */
export type SqliteReads = {
  /** Instants are milliseconds since 1970. */
  readonly head: () => StoredHead;
  readonly stream: (name: string) => { readonly number: number; readonly revision: number } | null;
  readonly forwards: (stream: number, first: number, last: number) => readonly RecordedEvent[];
  readonly backwards: (stream: number, first: number, last: number) => readonly RecordedEvent[];
  readonly all: (first: number, last: number) => readonly RecordedEvent[];
  readonly recordedAt: (position: number) => number;
  /** A number that changes when another connection has written. */
  readonly dataVersion: () => number;
};

/** Prepares the reads of a database. None stays open between two turns, so that the log can be folded into the file. */
export const sqliteReads = (database: DatabaseSync): SqliteReads => {
  const range = (where: string) => {
    const statement = database.prepare(`SELECT ${columns} WHERE ${where}`);
    statement.setReturnArrays(true);
    return (...bounds: number[]) => (statement.all(...bounds) as unknown as Row[]).map(recorded);
  };
  const oneByOne = range('e.position = ?');
  const between = range('e.position BETWEEN ? AND ? ORDER BY e.position');
  const all = (first: number, last: number): readonly RecordedEvent[] => {
    try {
      return between(first, last);
    } catch (error) {
      if (!isBroken(error)) throw error;
      const events: RecordedEvent[] = [];
      for (let position = first; position <= last; position += 1) {
        try {
          events.push(...oneByOne(position));
        } catch (cause) {
          throw isBroken(cause) ? new DamagedEvent(position, 'its row cannot be read', { cause }) : cause;
        }
      }
      return events;
    }
  };
  const head = database.prepare(
    'SELECT position, recorded_at AS recordedAt FROM events ORDER BY position DESC LIMIT 1',
  );
  const stream = database.prepare(
    'SELECT number, (SELECT max(revision) FROM events WHERE stream = number) AS revision FROM streams WHERE name = ?',
  );
  const at = database.prepare('SELECT recorded_at AS recordedAt FROM events WHERE position = ?');
  const version = database.prepare('PRAGMA data_version');
  return {
    head: () => (head.get() as StoredHead | undefined) ?? { position: 0, recordedAt: null },
    stream: (name) => (stream.get(name) as { number: number; revision: number } | undefined) ?? null,
    forwards: range('e.stream = ? AND e.revision BETWEEN ? AND ? ORDER BY e.revision'),
    backwards: range('e.stream = ? AND e.revision BETWEEN ? AND ? ORDER BY e.revision DESC'),
    all,
    recordedAt: (position) => (at.get(position) as { recordedAt: number }).recordedAt,
    dataVersion: () => (version.get() as { data_version: number }).data_version,
  };
};
