import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import type { Test } from 'tap';
import type { EventStore, RecordedEvent } from '../../../src/event-store/event-store.ts';
import { type EventStoreDbOptions, openEventStoreDb } from '../../../src/event-store/eventstoredb/eventstoredb.ts';
import { type EventStoreDb, type ServerOptions, startEventStoreDb } from '../../support/eventstoredb/event-store-db.ts';

/** Opens a ledger until the test ends. Calls are given up soon, so that tests are short. */
export const openLedgerOn = async (
  t: Test,
  connectionString: string,
  options: Partial<EventStoreDbOptions> = {},
): Promise<EventStore> => {
  const store = await openEventStoreDb({ connectionString, deadlineMs: 1_000, patienceMs: 10_000, ...options });
  t.teardown(store.close);
  return store;
};

/** A server with a ledger on it, until the test ends. */
export const startLedger = async (
  t: Test,
  options: Partial<EventStoreDbOptions> = {},
  server: ServerOptions = {},
): Promise<{ readonly server: EventStoreDb; readonly store: EventStore }> => {
  const started = await startEventStoreDb(server);
  t.teardown(() => started.stop());
  return { server: started, store: await openLedgerOn(t, started.connectionString, options) };
};

/** A place for an index in a folder of the test's own. */
export const indexIn = (t: Test): string => join(t.testdir(), 'numbers.db');

/** What every server must say alike of an event. */
export const placeOf = ({ id, stream, revision, position, recordedAt }: RecordedEvent) => ({
  id,
  stream,
  revision,
  position,
  recordedAt,
});

/** A client as another application has one, or an administrator. */
export const otherClient = (t: Test, connectionString: string): EventStoreDBClient => {
  const client = EventStoreDBClient.connectionString(connectionString);
  t.teardown(() => client.dispose());
  return client;
};
