import type { DatabaseSync } from 'node:sqlite';
import type { RecordedEvent } from './event-store.ts';

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

const recorded = ([id, type, data, metadata, stream, revision, position, recordedAt]: Row): RecordedEvent => ({
  id,
  type,
  data: JSON.parse(data) as RecordedEvent['data'],
  metadata: JSON.parse(metadata) as RecordedEvent['metadata'],
  stream,
  revision,
  position,
  recordedAt: new Date(recordedAt).toISOString(),
});

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
    all: range('e.position BETWEEN ? AND ? ORDER BY e.position'),
    recordedAt: (position) => (at.get(position) as { recordedAt: number }).recordedAt,
    dataVersion: () => (version.get() as { data_version: number }).data_version,
  };
};
