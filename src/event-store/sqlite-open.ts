import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { StoreUnavailable } from './event-store.ts';
import { isBusy } from './sqlite-busy.ts';
import { prepareSchema } from './sqlite-schema.ts';

/** Milliseconds that SQLite may block this process where another holds the file; longer waits leave it its turns. */
const timeout = 10;

/** Milliseconds between two attempts while another process opens the same file. */
const retryEvery = 10;

async function prepared(file: string, patience: number): Promise<DatabaseSync> {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout });
  const deadline = performance.now() + patience;
  try {
    for (;;) {
      try {
        prepareSchema(database);
        return database;
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) throw error;
      }
      await wait(retryEvery);
    }
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens a file as a store, waiting `patience` milliseconds for another process that does the same. Throws StoreUnavailable. */
export async function openDatabase(file: string, patience: number): Promise<DatabaseSync> {
  try {
    return await prepared(file, patience);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreUnavailable(`${file} cannot be opened: ${reason}`, { cause });
  }
}
