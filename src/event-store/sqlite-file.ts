import { chmodSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type { DatabaseSync };

/**
 * Opens a file of one kind, and makes its folder and its tables if they are missing. Several processes may have the
 * file open: all write ahead (WAL), so readers never wait. `:memory:` is a database that is gone when it is closed.
 * Throws what SQLite throws (see `isBusy`), and an Error if the file belongs to another application or a newer version.
 */
export function openSqliteFile(file: string, kind: SqliteKind): DatabaseSync {
  try {
    return openPrepared(file, kind);
  } catch (error) {
    if (!kind.isDerived || !damageCodes.has(codeOf(error))) throw error;
    for (const part of ['', '-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
    return openPrepared(file, kind);
  }
}

/** What a SQLite file holds, and what it is worth. */
export type SqliteKind = {
  /** Marks the files of this kind: four letters, as the number that SQLite keeps in the header. */
  readonly applicationId: number;
  /** Raise it whenever the tables or their meaning change. */
  readonly version: number;
  /** Statements that make the tables, which are STRICT. */
  readonly schema: string;
  /** What a power cut may take: nothing (FULL), the last commits (NORMAL), or the whole file (OFF). */
  readonly synchronous: 'FULL' | 'NORMAL' | 'OFF';
  /**
   * Whether all of it can be made again from the ledger. Then a file that is damaged, unmarked or of another version is
   * emptied and made anew; any other is refused, and stays as it is.
   */
  readonly isDerived: boolean;
  /** How long SQLite may block this process while another one writes, in milliseconds. */
  readonly busyTimeoutMs?: number;
};

function openPrepared(file: string, kind: SqliteKind): DatabaseSync {
  makePrivate(file);
  const database = new DatabaseSync(file, { timeout: kind.busyTimeoutMs ?? 10_000 });
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${kind.synchronous}`);
    // Look again inside the transaction: another process may have made the tables meanwhile.
    if (!isCurrent(database, kind)) {
      inTransaction(database, () => {
        if (!isCurrent(database, kind)) prepareTables(database, kind);
      });
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

// Its owner alone may read it: a ledger may hold what nobody else has read yet. SQLite gives the files beside it (-wal,
// -shm) the mode of the file.
function makePrivate(file: string): void {
  if (file === ':memory:') return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  try {
    chmodSync(file, 0o600);
  } catch (error) {
    // The file of another user, which this one may write.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}

function isCurrent(database: DatabaseSync, { applicationId, version }: SqliteKind): boolean {
  return pragma(database, 'application_id') === applicationId && pragma(database, 'user_version') === version;
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/**
 * Runs `work` in one write transaction and returns its answer. If `work` throws, nothing of it is kept. The error
 * thrown is always the first one: SQLite ends a transaction by itself after some errors, and a second ROLLBACK would
 * hide why.
 */
export function inTransaction<Answer>(database: DatabaseSync, work: () => Answer): Answer {
  database.exec('BEGIN IMMEDIATE');
  try {
    const answer = work();
    database.exec('COMMIT');
    return answer;
  } catch (error) {
    try {
      if (database.isTransaction) database.exec('ROLLBACK');
    } catch {
      // The first error says what went wrong.
    }
    throw error;
  }
}

function prepareTables(database: DatabaseSync, kind: SqliteKind): void {
  const application = pragma(database, 'application_id');
  const isUnmarked = application === 0 && (kind.isDerived || pragma(database, 'schema_version') === 0);
  if (application !== kind.applicationId && !isUnmarked) throw new Error('the file is another database');
  if (!isUnmarked && !kind.isDerived) {
    const version = pragma(database, 'user_version');
    throw new Error(`the file has schema ${version}, this version knows ${kind.version}: use a newer version`);
  }
  makeTables(database, kind);
}

/** Drops every table and makes those of this kind, empty. Run it in a transaction, and prepare all statements anew. */
export function makeTables(database: DatabaseSync, { applicationId, version, schema }: SqliteKind): void {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  for (const { name } of tables.all()) database.exec(`DROP TABLE "${String(name)}"`);
  database.exec(`${schema}; PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version}`);
}

function codeOf(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
}

// SQLITE_CORRUPT and SQLITE_NOTADB.
const damageCodes: ReadonlySet<number> = new Set([11, 26]);

/** Opens a file to read it alone. Throws if it is missing, or is not of this kind and version. */
export function readSqliteFile(file: string, kind: SqliteKind): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    if (isCurrent(database, kind)) return database;
    throw new Error('the file is another database, or of another version');
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Whether an error says that another connection is writing (SQLITE_BUSY, of any kind): try again later. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === 5;
}

/** Whether an error says that the bytes of a file are no rows any more (SQLITE_CORRUPT). */
export function isCorrupt(error: unknown): boolean {
  return codeOf(error) === 11;
}
