import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { DiskFull, StoreUnavailable } from './event-store.ts';

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
    if (!kind.isDerived || !isDamaged(error)) throw error;
    setAside(file, inodeOf(file));
    return openPrepared(file, kind);
  }
}

/**
 * Moves a damaged file out of the way, where somebody can still look at it, and gives its new name. Close it first. One
 * that was set aside before is replaced: what is damaged again and again does not fill the disk. A file that is not the
 * one of this inode any more stays: another process, or another thread, has made it anew already.
 */
export function setAside(file: string, inode: number | null): string {
  const aside = `${file}.damaged`;
  if (inodeOf(file) !== inode) return aside;
  for (const part of ['', '-wal', '-shm']) {
    if (existsSync(`${file}${part}`)) renameSync(`${file}${part}`, `${aside}${part}`);
  }
  return aside;
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
   * Whether all of it can be made again from the ledger. Then a file that is damaged is set aside, one that is unmarked or
   * of another version is emptied, and it is made anew; any other is refused, and stays as it is.
   */
  readonly isDerived: boolean;
  /** How long SQLite may block this process while another one writes, in milliseconds. */
  readonly busyTimeoutMs?: number;
};

/** Copies a database as it is at one moment, whoever has it open, into a new file; the copy is whole or not there. */
export function copySqliteFile(from: string, to: string): void {
  const database = openToRead(from);
  try {
    database.prepare('VACUUM INTO ?').run(to);
    const copy = openSync(to, 'r+');
    fsyncSync(copy);
    closeSync(copy);
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  } finally {
    database.close();
  }
}

/** The inode of a file; null if there is none. */
export function inodeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null;
}

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

/** Whether an error says that a file is damaged or no database at all (SQLITE_CORRUPT, SQLITE_NOTADB). */
export function isDamaged(error: unknown): boolean {
  return [11, 26].includes(codeOf(error));
}

// A file that was written ahead cannot be opened in a folder where nothing can be written, unless SQLite is told that
// nobody changes it; and only if nothing waits in its log.
function openToRead(file: string): DatabaseSync {
  const hasLog = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (hasLog || !isReadOnly(dirname(file))) return new DatabaseSync(file, { readOnly: true });
  const address = pathToFileURL(file);
  address.searchParams.set('immutable', '1');
  return new DatabaseSync(address, { readOnly: true });
}

/** Whether nothing can be written in a folder. */
export function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return ['EROFS', 'EACCES', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code));
  }
}

/** Opens a file to read it alone. Throws if it is missing, or is not of this kind and version. */
export function readSqliteFile(file: string, kind: SqliteKind): DatabaseSync {
  const database = openToRead(file);
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

/**
 * The error of a store for what may pass by itself: DiskFull, or StoreUnavailable while a file cannot be read or written.
 * Null for any other error. `what` says what could not be done.
 */
export function passingError(cause: unknown, what: string): StoreUnavailable | null {
  const systemCode = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (codeOf(cause) === 13 || ['ENOSPC', 'EDQUOT'].includes(systemCode)) {
    return new DiskFull(`${what}: the disk is full`, { cause });
  }
  if (!passingCodes.has(codeOf(cause)) && !['EIO', 'EROFS', 'EMFILE', 'ENFILE'].includes(systemCode)) return null;
  return new StoreUnavailable(`${what}: ${(cause as Error).message}`, { cause });
}

// SQLITE_BUSY, _LOCKED, _NOMEM, _READONLY, _IOERR, _CANTOPEN and _PROTOCOL.
const passingCodes: ReadonlySet<number> = new Set([5, 6, 7, 8, 10, 14, 15]);

/** Whether an error says that the bytes of a file are no rows any more (SQLITE_CORRUPT). */
export function isCorrupt(error: unknown): boolean {
  return codeOf(error) === 11;
}
