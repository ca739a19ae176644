import { EventStoreDBClient } from '@eventstore/db-client';
import type { Test } from 'tap';
import { type EventStoreDb, type ServerOptions, startEventStoreDb } from './event-store-db.ts';

/** A new client for a connection string; it closes when the test ends. */
export const connectTo = (t: Test, connectionString: string): EventStoreDBClient => {
  const client = EventStoreDBClient.connectionString(connectionString);
  t.teardown(() => client.dispose());
  return client;
};

/** A new server and a client; both close when the test ends. */
export const startConnected = async (
  t: Test,
  options?: ServerOptions,
): Promise<{ readonly server: EventStoreDb; readonly client: EventStoreDBClient }> => {
  const server = await startEventStoreDb(options);
  t.teardown(() => server.stop());
  return { server, client: connectTo(t, server.connectionString) };
};
