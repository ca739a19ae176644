import { statSync } from 'node:fs';
import { join } from 'node:path';
import { streamCategories } from '../domain/vocabulary/events.ts';
import type { EventStore } from './event-store.ts';
import { splitConnectionString } from './eventstoredb/connection-string.ts';
import { copySqliteFile, isReadOnly } from './sqlite-file.ts';

/** Opens the store at a place. Makes the embedded one if it is missing. Throws what the stores throw. */
export async function openStore(place: StorePlace, options: OpenStoreOptions = {}): Promise<EventStore> {
  const { now, indexFile } = options;
  const clock = now === undefined ? {} : { now };
  if (place.engine === 'sqlite') {
    const { openSqliteEventStore } = await import('./sqlite.ts');
    return await openSqliteEventStore({ file: ledgerFile(place.folder), ...clock });
  }
  // Loaded only if needed: the client takes as long to load as everything else together.
  const { openEventStoreDb } = await import('./eventstoredb/eventstoredb.ts');
  const { connectionString, streamPrefix } = place;
  return await openEventStoreDb({
    connectionString,
    streamPrefix,
    streamCategories,
    ...(indexFile && { indexFile }),
    ...clock,
  });
}

/** Where a ledger is kept. */
export type StorePlace =
  | { readonly engine: 'sqlite'; readonly folder: string }
  | { readonly engine: 'eventstoredb'; readonly connectionString: string; readonly streamPrefix: string };

/**
 * `now` is the clock, in milliseconds since 1970. `indexFile` keeps the positions of EventStoreDB's events; else memory
 * does.
 */
type OpenStoreOptions = { readonly now?: () => number; readonly indexFile?: string };

function ledgerFile(folder: string): string {
  return join(folder, 'ledger.sqlite');
}

/** Whether a store can be opened at a place without making one. Does not ask a server. An empty file holds no store. */
export function storeExists(place: StorePlace): boolean {
  if (place.engine === 'eventstoredb') return true;
  return (statSync(ledgerFile(place.folder), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Whether nothing can be written in the folder of a place: then its ledger can only be read. */
export function isOnlyRead(folder: string): boolean {
  return isReadOnly(folder);
}

/** Copies the ledger of one folder, as it is at one moment, to a file that is not there yet. */
export function copyLedgerFile(folder: string, to: string): void {
  copySqliteFile(ledgerFile(folder), to);
}

/** Describes a place without credentials. Throws a TypeError for a malformed connection string. */
export function describePlace(place: StorePlace): string {
  return place.engine === 'sqlite'
    ? `sqlite:${place.folder}`
    : `${splitConnectionString(place.connectionString).address} (${place.streamPrefix}*)`;
}
