import { createHash, randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { type Ledger, type LedgerOptions, openLedger } from '../../src/open-ledger.ts';
import type { Clock } from './eventstoredb/database/clock.ts';
import { startEventStoreDb } from './eventstoredb/event-store-db.ts';

/** A server for tests, and its clock; that of a real one (EVENTSTORE_URL) cannot be set. */
export type TestServer = { readonly connectionString: string; readonly clock: Clock | null };

/** Where a ledger is: its folder and, on EventStoreDB, the server, the prefix of its streams and the server's clock. */
export type Place = Pick<LedgerOptions, 'dataDir' | 'eventStore' | 'streamPrefix'> & { readonly clock?: Clock | null };

const { TEST_EVENT_STORE = 'sqlite', EVENTSTORE_URL = '' } = process.env;

/** Whether the ledgers of the tests are on EventStoreDB (`TEST_EVENT_STORE=esdb`) rather than on the embedded store. */
export const onEventStoreDb = TEST_EVENT_STORE === 'esdb';

/** Why a test is skipped that is about the embedded store alone; false where it runs. */
export const unlessEmbedded = (why: string): string | false => onEventStoreDb && why;

/** Why a test is skipped that sets the time at which a server of tests records; false where it runs. */
export const unlessClockCanBeSet: string | false =
  EVENTSTORE_URL !== '' && 'the clock of the server at EVENTSTORE_URL cannot be set';

/** The same, where the ledgers of the tests may be on the embedded store, whose clock can be set. */
export const unlessRecordedAtCanBeSet: string | false = onEventStoreDb && unlessClockCanBeSet;

const startServer = async (): Promise<TestServer> => {
  if (EVENTSTORE_URL !== '') return { connectionString: EVENTSTORE_URL, clock: null };
  const server = await startEventStoreDb();
  t.teardown(() => server.stop());
  return server;
};

let server: Promise<TestServer> | undefined;

/** The server of this process: the one at EVENTSTORE_URL, or one that is started now and runs until the tests end. */
export const testServer = (): Promise<TestServer> => {
  server ??= startServer();
  return server;
};

// Each run has prefixes of its own, so that nothing has to be cleared away on a real server.
const run = randomUUID();

/** A place on a server, by default that of the tests. The same folder is the same ledger as long as this process runs. */
export const placeOnEventStoreDb = async (dataDir: string, on?: TestServer): Promise<Required<Place>> => {
  const { connectionString, clock } = on ?? (await testServer());
  const name = createHash('sha256')
    .update(`${run} ${resolve(dataDir)}`)
    .digest('hex');
  return { dataDir, eventStore: connectionString, streamPrefix: `test_${name.slice(0, 16)}_`, clock };
};

/** The place of the ledger of a folder, on the store that the tests run on. */
export const placeOf = async (dataDir: string): Promise<Place> =>
  onEventStoreDb ? await placeOnEventStoreDb(dataDir) : { dataDir };

/** The token for writes of a server in a process of its own, where one has to be set. */
export const tokenOfTests = 'a-token-for-tests-only';

/** The signing key of a server in a process of its own, where one has to be set. */
export const signingKeyOfTests = Buffer.alloc(32, 'a signing key').toString('base64');

/** The settings with which another process opens the ledger of a place. */
export const environmentOf = ({ dataDir, eventStore, streamPrefix }: Place): Readonly<Record<string, string>> => ({
  DATA_DIR: dataDir,
  ...(eventStore !== undefined && {
    EVENT_STORE: eventStore,
    WRITE_TOKEN: tokenOfTests,
    SIGNING_KEY: signingKeyOfTests,
  }),
  ...(streamPrefix !== undefined && { STREAM_PREFIX: streamPrefix }),
});

/** Opens the ledger of a place. With `now` (milliseconds since 1970) its store records by that clock, if it can be set. */
export const openLedgerAt = async ({ clock, ...place }: Place, now?: () => number): Promise<Ledger> => {
  if (now === undefined) clock?.run();
  else clock?.follow(now);
  return await openLedger(now === undefined ? place : { ...place, now });
};

/** Opens the ledger of a folder, on the store that the tests run on. */
export const openTestLedger = async ({ dataDir, now }: { dataDir: string; now?: () => number }): Promise<Ledger> =>
  await openLedgerAt(await placeOf(dataDir), now);
