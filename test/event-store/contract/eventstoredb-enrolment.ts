import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { EventStore } from '../../../src/event-store/event-store.ts';
import { openEventStoreDb } from '../../../src/event-store/eventstoredb/eventstoredb.ts';
import { type EventStoreDb, startEventStoreDb } from '../../support/eventstoredb/event-store-db.ts';
import type { Enrolment } from './enrolment.ts';

type Place = { readonly connectionString: string; readonly streamPrefix: string; readonly indexFile: string };

// A prefix of its own makes a ledger of its own on a server that others use too.
const placeOn = (connectionString: string, folder: string): string => {
  const streamPrefix = `contract-${randomUUID()}_`;
  return JSON.stringify({ connectionString, streamPrefix, indexFile: join(folder, `numbers-${randomUUID()}.db`) });
};

/** The server of the tests, started when it is first asked for in a process. */
let server: Promise<EventStoreDb> | undefined;

export const testServer = (): Promise<EventStoreDb> => {
  server ??= startEventStoreDb();
  return server;
};

// The server stamps what is written: its clock is set to that of the test before each append.
const withClock = (store: EventStore, now: () => number, { clock }: EventStoreDb): EventStore => ({
  ...store,
  append: async (...append) => {
    clock.stopAt(now());
    return await store.append(...append);
  },
  close: async () => {
    clock.run();
    await store.close();
  },
});

/** EventStoreDB as the test server plays it. */
export const enrolment: Enrolment = {
  place: async (folder) => placeOn((await testServer()).connectionString, folder),
  open: async (place, now) => {
    const options = JSON.parse(place) as Place;
    if (now === undefined) return await openEventStoreDb(options);
    return withClock(await openEventStoreDb({ ...options, now }), now, await testServer());
  },
  module: import.meta.url,
};

/** A real server, at an address; its clock cannot be set. */
export const enrolmentAt = (connectionString: string): Enrolment => ({
  place: async (folder) => placeOn(connectionString, folder),
  open: (place) => openEventStoreDb(JSON.parse(place) as Place),
  module: import.meta.url,
  keepsItsClock: true,
});
