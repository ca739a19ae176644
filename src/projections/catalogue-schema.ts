import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

// Raised whenever what is derived from events changes: an index of another version is thrown away and made anew.
const version = 2;

const schema = `
  CREATE TABLE checkpoint (position INTEGER NOT NULL, id TEXT NOT NULL, recorded_at TEXT NOT NULL) STRICT;
  INSERT INTO checkpoint VALUES (0, '', '');
  CREATE TABLE ledger (id TEXT NOT NULL, created_at TEXT NOT NULL) STRICT;
  CREATE TABLE stream (
    name TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, revision INTEGER NOT NULL,
    first_recorded_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE article (id TEXT PRIMARY KEY, partnership TEXT NOT NULL, first INTEGER NOT NULL) STRICT;
  CREATE TABLE holder (
    rights_holder TEXT NOT NULL, category TEXT NOT NULL, partnership TEXT NOT NULL, first INTEGER NOT NULL,
    PRIMARY KEY (rights_holder, category, partnership)
  ) STRICT;
  CREATE TABLE concern (
    edition TEXT NOT NULL, partnership TEXT NOT NULL, first INTEGER NOT NULL, PRIMARY KEY (edition, partnership)
  ) STRICT;
  CREATE TABLE actor (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE fact (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${version};
`;

const tables = ['checkpoint', 'ledger', 'stream', 'article', 'holder', 'concern', 'actor', 'fact'];

function drop(database: DatabaseSync) {
  for (const table of tables) database.exec(`DROP TABLE IF EXISTS ${table}`);
}

function versionOf(database: DatabaseSync): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

/** Runs `work` in one write transaction, which other processes wait for. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** Empties the index, so that it is made anew from the first event on. */
export function resetCatalogue(database: DatabaseSync) {
  return inTransaction(database, () => {
    drop(database);
    database.exec(schema);
  });
}

function opened(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    // It can always be made again from the ledger, so a lost write costs nothing but time.
    database.exec('PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    if (versionOf(database) !== version) resetCatalogue(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

// SQLITE_CORRUPT and SQLITE_NOTADB: the file is damaged, or no database at all.
const damaged: ReadonlySet<unknown> = new Set([11, 26]);

/**
 * Opens the file of the index and makes its tables, or makes them anew where another version wrote them or the file is
 * damaged: nothing is in it that the ledger does not hold.
 */
export function openCatalogueFile(file: string): DatabaseSync {
  try {
    return opened(file);
  } catch (error) {
    if (!damaged.has((error as { readonly errcode?: number }).errcode)) throw error;
    for (const part of ['', '-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
    return opened(file);
  }
}
