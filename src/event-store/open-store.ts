import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { streamCategories } from '../domain/vocabulary/events.ts';
import type { EventStore } from './event-store.ts';
import { splitConnectionString } from './eventstoredb/connection-string.ts';

/** Opens the store at a place; the embedded one is made where it is missing. Throws what the adapters throw. */
export async function openStore(place: StorePlace, options: OpenStoreOptions = {}): Promise<EventStore> {
  const { now, indexFile } = options;
  const clock = now === undefined ? {} : { now };
  if (place.engine === 'sqlite') {
    const { openSqliteEventStore } = await import('./sqlite.ts');
    return await openSqliteEventStore({ file: fileIn(place.folder), ...clock });
  }
  // The client is loaded only where it is used: it takes as long as everything else together.
  const { openEventStoreDb } = await import('./eventstoredb.ts');
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

/** How a store is opened: its clock in milliseconds since 1970, and where EventStoreDB's numbers are kept (else in memory). */
export type OpenStoreOptions = { readonly now?: () => number; readonly indexFile?: string };

function fileIn(folder: string): string {
  return join(folder, 'ledger.sqlite');
}

/** Whether something is there that can be opened without making it. */
export function isThere(place: StorePlace): boolean {
  return place.engine === 'eventstoredb' || existsSync(fileIn(place.folder));
}

/** A place in words, without credentials. Throws a TypeError for a connection string that is none. */
export function describePlace(place: StorePlace): string {
  return place.engine === 'sqlite'
    ? `sqlite:${place.folder}`
    : `${splitConnectionString(place.connectionString).address} (${place.streamPrefix}*)`;
}
