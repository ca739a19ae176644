import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../event-store.ts';

/** Marks a SQLite file as an index of this kind ("PLni"). */
const applicationId = 0x504c6e69;

// Raised whenever what is kept changes: an index of another version is thrown away and made anew.
const version = 2;

/** Milliseconds that a transaction waits for another process that has the same file open. */
const timeout = 5_000;

const schema = `
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
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${version};
`;

const tables = ['stream', 'event', 'checkpoint', 'truncation'];

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/** Runs `work` in one write transaction, which other processes wait for. */
export function inTransaction<Answer>(database: DatabaseSync, work: () => Answer): Answer {
  database.exec('BEGIN IMMEDIATE');
  try {
    const answer = work();
    database.exec('COMMIT');
    return answer;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Empties an index, for streams with a prefix. */
export function emptyNumberFile(database: DatabaseSync, prefix: string): void {
  inTransaction(database, () => {
    for (const table of tables) database.exec(`DROP TABLE IF EXISTS ${table}`);
    database.exec(schema);
    database.prepare("INSERT INTO checkpoint VALUES (?, -1, -1, 0, -1, 0, '')").run(prefix);
  });
}

function open(file: string, prefix: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout });
  try {
    // A commit that is lost with the power is made again from the log of the server.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    const isNew = pragma(database, 'schema_version') === 0;
    if (!isNew && pragma(database, 'application_id') !== applicationId) throw new Error('it is another database');
    const isKnown = !isNew && pragma(database, 'user_version') === version;
    const kept = isKnown ? database.prepare('SELECT prefix FROM checkpoint').get() : undefined;
    if (kept?.['prefix'] !== prefix) emptyNumberFile(database, prefix);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens the file of an index, made where it is missing, and empties it where another version or another prefix filled
 * it. Throws StoreUnavailable where that cannot be done, and where the file holds something else.
 */
export function openNumberFileDatabase(file: string, prefix: string): DatabaseSync {
  try {
    return open(file, prefix);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreUnavailable(`the index ${file} cannot be opened: ${reason}`, { cause });
  }
}
