import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import type { Recorder } from './articles/record.ts';
import { idOf } from './domain/identity.ts';
import { ledgerStream } from './domain/streams.ts';
import { type EventStore, WrongExpectedRevision } from './event-store/event-store.ts';
import { type Catalogue, openCatalogue } from './projections/catalogue.ts';
import { type Feed, startFeed } from './projections/feed.ts';
import { createHistories, type Histories } from './projections/histories.ts';
import { type LedgerViews, ledgerViews } from './projections/ledger-views.ts';

/** A ledger that is open: what writes to it, what reads it, and how to let go of it. */
export type Ledger = {
  readonly store: EventStore;
  readonly views: LedgerViews;
  readonly histories: Histories;
  readonly feed: Feed;
  readonly recorder: Recorder & { readonly store: EventStore };
  readonly close: () => Promise<void>;
};

/** Where a ledger is kept, and its clock in milliseconds since 1970. */
export type LedgerOptions = {
  /** Folder of the embedded store and of the index, which is made where it is missing. */
  readonly dataDir: string;
  /** `sqlite`, the default, or the connection string of EventStoreDB. */
  readonly eventStore?: string;
  readonly streamPrefix?: string;
  readonly now?: () => number;
};

const ledgerFile = (dataDir: string): string => join(dataDir, 'ledger.sqlite');
const numbersFile = (dataDir: string): string => join(dataDir, 'numbers.sqlite');

const openStore = async ({ dataDir, eventStore = 'sqlite', streamPrefix, now }: LedgerOptions): Promise<EventStore> => {
  const clock = now === undefined ? {} : { now };
  if (eventStore === 'sqlite') {
    const { openSqliteEventStore } = await import('./event-store/sqlite.ts');
    return await openSqliteEventStore({ file: ledgerFile(dataDir), ...clock });
  }
  // The client is loaded only where it is used: it takes as long as everything else together.
  const { openEventStoreDb } = await import('./event-store/eventstoredb.ts');
  const prefix = streamPrefix === undefined ? {} : { streamPrefix };
  return await openEventStoreDb({
    connectionString: eventStore,
    indexFile: numbersFile(dataDir),
    ...prefix,
    ...clock,
  });
};

// The first event of all gives the ledger its id; null where there is none.
const ledgerIn = async (store: EventStore): Promise<string | null> => {
  for await (const { data } of store.readStream(ledgerStream, { limit: 1 })) return String(data['ledger']);
  return null;
};

const openLedgerStream = async (store: EventStore): Promise<string> => {
  const known = await ledgerIn(store);
  if (known !== null) return known;
  const ledger = uuidv7();
  const id = idOf('LedgerOpened', ledger);
  const metadata = { recordedBy: 'ledger', correlationId: id, causationId: null, schema: 1 };
  const opened = { id, type: 'LedgerOpened', data: { ledger }, metadata };
  try {
    await store.append(ledgerStream, 'no_stream', [opened]);
    return ledger;
  } catch (error) {
    if (error instanceof WrongExpectedRevision) return await openLedgerStream(store);
    throw error;
  }
};

// An index of another ledger, or of one that was longer, says nothing about this one.
const checkCatalogue = async (catalogue: Catalogue, store: EventStore, ledger: string): Promise<void> => {
  const { position } = await store.head();
  const foreign = catalogue.position() > 0 && catalogue.ledger()?.id !== ledger;
  if (foreign || catalogue.position() > position) catalogue.reset();
};

// What reads and writes a ledger over its store, with its feed started.
const ledgerOver = async (store: EventStore, ledger: string, options: LedgerOptions): Promise<Ledger> => {
  const { dataDir, eventStore = 'sqlite', now = Date.now } = options;
  const catalogue = openCatalogue(join(dataDir, 'catalogue.sqlite'));
  await checkCatalogue(catalogue, store, ledger);
  const histories = createHistories(store);
  const feed = startFeed(store, catalogue, histories);
  const views = ledgerViews({
    store,
    catalogue,
    histories,
    feed,
    now: () => new Date(now()).toISOString(),
    sharesLog: eventStore !== 'sqlite',
  });
  await views.head();
  return {
    store,
    views,
    histories,
    feed,
    recorder: {
      store,
      read: (stream) => histories.refreshed(stream),
      partnershipOf: async (article) => {
        await views.head();
        return catalogue.article(article)?.partnership ?? null;
      },
    },
    close: async () => {
      await feed.stop();
      catalogue.close();
      await store.close();
    },
  };
};

// A store that is left open would keep the process from ending.
const closingOnError = async <Answer>(store: EventStore, work: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await work();
  } catch (error) {
    await store.close();
    throw error;
  }
};

/** Opens the ledger in a folder, which is made where it is missing, and starts its feed. */
export const openLedger = async (options: LedgerOptions): Promise<Ledger> => {
  await mkdir(options.dataDir, { recursive: true });
  const store = await openStore(options);
  return await closingOnError(store, async () => await ledgerOver(store, await openLedgerStream(store), options));
};

/** Opens the ledger if there is one; else gives null, and makes nothing. */
export const openExistingLedger = async (options: LedgerOptions): Promise<Ledger | null> => {
  const { dataDir, eventStore = 'sqlite' } = options;
  if (eventStore === 'sqlite' && !existsSync(ledgerFile(dataDir))) return null;
  const hadNumbers = existsSync(numbersFile(dataDir));
  const made = await mkdir(dataDir, { recursive: true });
  const store = await openStore(options);
  const ledger = await closingOnError(store, async () => await ledgerIn(store));
  if (ledger !== null) return await closingOnError(store, async () => await ledgerOver(store, ledger, options));
  await store.close();
  if (made !== undefined) await rm(made, { recursive: true });
  else if (!hadNumbers) await rm(numbersFile(dataDir), { force: true });
  return null;
};
