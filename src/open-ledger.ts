import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { idOf, ledgerStream, ownWriters } from './domain/vocabulary/events.ts';
import { type CopiedLedger, copiedLedger, copyMemory } from './event-store/copying/copied-ledger.ts';
import { DamagedEvent, type EventStore, WrongExpectedRevision } from './event-store/event-store.ts';
import { describePlace, openStore, type StorePlace, storeExists } from './event-store/open-store.ts';
import { type Catalogue, openCatalogue } from './projections/live/catalogue.ts';
import { createHistories, type Feed, type Histories, startFeed } from './projections/live/histories.ts';
import { type LedgerViews, ledgerViews } from './projections/live/views.ts';
import { keptCheckpoint } from './proof/checkpoint.ts';
import { type LedgerProof, type ProofParts, proveLedger } from './proof/ledger-proof.ts';
import { openTreeFile } from './proof/tree.ts';
import type { Recorder } from './recording/record-article.ts';
import { seedIn, seedOf } from './secrets.ts';

/** Opens the ledger in a folder, which is made where it is missing, and starts its feed. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  await mkdir(options.dataDir, { recursive: true });
  const store = await openStoreOf(options);
  return await closingOnError(store, async () => await ledgerOver(store, await openLedgerStream(store), options));
}

/** Where a ledger is kept, and its clock in milliseconds since 1970. */
export type LedgerOptions = {
  /** Folder of the embedded store and of the index, which is made where it is missing. */
  readonly dataDir: string;
  /** `sqlite`, the default, or the connection string of EventStoreDB. */
  readonly eventStore?: string;
  readonly streamPrefix?: string;
  readonly now?: () => number;
  /** Is told, once and in a line without credentials, that a store is waited for which takes more than a moment. */
  readonly waiting?: (message: string) => void;
};

/** A ledger that is open: what writes to it, what reads it, and how to let go of it. */
export type Ledger = {
  /** The ledger's own id, from its first event. */
  readonly id: string;
  readonly store: EventStore;
  /** All events as they are checked: with the times that came with a copy, whether these are believed or not. */
  readonly readAsCopied: EventStore['readAll'];
  readonly views: LedgerViews;
  readonly histories: Histories;
  readonly feed: Feed;
  readonly recorder: Recorder & { readonly store: EventStore };
  readonly close: () => Promise<void>;
};

async function openStoreOf(options: LedgerOptions): Promise<EventStore> {
  const place = placeOf(options);
  const tell = (): void =>
    options.waiting?.(
      `Waiting for the event store ${describePlace(place)}: it cannot be reached yet, or the ledger is still being read`,
    );
  const notice = setTimeout(tell, moment);
  try {
    return await openStore(place, {
      indexFile: numbersFile(options.dataDir),
      ...(options.now === undefined ? {} : { now: options.now }),
    });
  } finally {
    clearTimeout(notice);
  }
}

function placeOf({ dataDir, eventStore = 'sqlite', streamPrefix = 'ledger_' }: LedgerOptions): StorePlace {
  return eventStore === 'sqlite'
    ? { engine: 'sqlite', folder: dataDir }
    : { engine: 'eventstoredb', connectionString: eventStore, streamPrefix };
}

// A moment, in milliseconds.
const moment = 2_000;

function numbersFile(dataDir: string): string {
  return join(dataDir, 'numbers.sqlite');
}

// A store that is left open would keep the process from ending.
async function closingOnError<Answer>(store: EventStore, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    await store.close();
    throw error;
  }
}

// What reads and writes a ledger over its store, with its feed started.
async function ledgerOver(recorded: EventStore, ledger: string, options: LedgerOptions): Promise<Ledger> {
  const { dataDir, eventStore = 'sqlite', now = Date.now } = options;
  const seen = await seenThrough(recorded, options);
  const { store } = seen;
  const catalogue = openCatalogue(join(dataDir, 'catalogue.sqlite'));
  await checkCatalogue(catalogue, seen, ledger);
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
    id: ledger,
    store,
    readAsCopied: seen.readAsCopied,
    views,
    histories,
    feed,
    recorder: {
      store,
      read: (stream) => histories.refreshed(stream),
      partnershipOf: async (article) => {
        const known = catalogue.article(article);
        // An id that is taken stays so; that one is free is for the store to say, which other servers write to as well.
        if (known !== null) return known.partnership;
        const { position } = await store.freshHead();
        await feed.until(position);
        return catalogue.article(article)?.partnership ?? null;
      },
    },
    close: async () => {
      await feed.stop();
      catalogue.close();
      await store.close();
    },
  };
}

// What the domain is to see of a store, whether its events were recorded there or copied to it.
async function seenThrough(recorded: EventStore, options: LedgerOptions): Promise<CopiedLedger> {
  const place = placeOf(options);
  const where = place.engine === 'sqlite' ? 'sqlite' : describePlace(place);
  return await copiedLedger(recorded, copyMemory(join(options.dataDir, 'checked.json'), where));
}

// An index of another ledger says nothing about this one; nor does one of this ledger as it went on before it was
// restored to an earlier state, however far it has come since.
async function checkCatalogue(catalogue: Catalogue, { store, isAnother }: CopiedLedger, ledger: string): Promise<void> {
  const last = catalogue.checkpoint();
  if (last === null) return;
  const holds = async (): Promise<boolean> => {
    for await (const event of store.readAll({ after: last.position - 1, limit: 1 })) {
      return event.id === last.id && event.recordedAt === last.recordedAt;
    }
    return false;
  };
  // What cannot be read any more was taken in when it could be.
  if (isAnother || catalogue.ledger()?.id !== ledger || !(await unlessDamaged(holds, true))) catalogue.reset();
}

async function unlessDamaged<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DamagedEvent) return otherwise;
    throw error;
  }
}

async function openLedgerStream(store: EventStore): Promise<string> {
  const known = await ledgerIn(store);
  if (known !== null) return known;
  const ledger = uuidv7();
  const id = idOf('LedgerOpened', ledger);
  const metadata = { recordedBy: ownWriters.ledger, correlationId: id, causationId: null, schema: 1 };
  const opened = { id, type: 'LedgerOpened', data: { ledger }, metadata };
  try {
    await store.append(ledgerStream, 'no_stream', [opened]);
    return ledger;
  } catch (error) {
    if (error instanceof WrongExpectedRevision) return await openLedgerStream(store);
    throw error;
  }
}

// The first event of all gives the ledger its id; null where there is none.
async function ledgerIn(store: EventStore): Promise<string | null> {
  for await (const { data } of store.readStream(ledgerStream, { limit: 1 })) return String(data['ledger']);
  return null;
}

/** Opens a ledger to check it, whatever was done to its events; null where there is none. */
export async function openToCheck(options: LedgerOptions): Promise<LedgerToCheck | null> {
  if (!storeExists(placeOf(options))) return null;
  await mkdir(options.dataDir, { recursive: true });
  const store = await openStoreOf(options);
  return await closingOnError(store, async () => {
    const id = await unlessDamaged(() => ledgerIn(store), null);
    const asItIs = { store, readAsCopied: store.readAll, isAnother: false };
    const seen = await unlessDamaged(() => seenThrough(store, options), asItIs);
    return { id, store: seen.store, readAsCopied: seen.readAsCopied, close: store.close };
  });
}

/** A ledger as far as it can be checked: its store alone, and nothing that understands events. */
export type LedgerToCheck = Pick<Ledger, 'store' | 'readAsCopied' | 'close'> & {
  /** Null where the first event is not there, or cannot be read. */
  readonly id: string | null;
};

/** Opens the ledger if there is one; else gives null, and makes nothing. */
export async function openExistingLedger(options: LedgerOptions): Promise<Ledger | null> {
  const { dataDir } = options;
  if (!storeExists(placeOf(options))) return null;
  const hadNumbers = existsSync(numbersFile(dataDir));
  const made = await mkdir(dataDir, { recursive: true });
  const store = await openStoreOf(options);
  const ledger = await closingOnError(store, async () => await ledgerIn(store));
  if (ledger !== null) return await closingOnError(store, async () => await ledgerOver(store, ledger, options));
  await store.close();
  if (made !== undefined) await rm(made, { recursive: true });
  else if (!hadNumbers) await rm(numbersFile(dataDir), { force: true });
  return null;
}

/** The files of a ledger's proof: the kept tree, and the last checkpoint that was signed. */
export function proofFiles(dataDir: string): { readonly tree: string; readonly checkpoint: string } {
  return {
    tree: join(dataDir, 'proof.sqlite'),
    checkpoint: join(dataDir, 'checkpoint'),
  };
}

/** Opens the proof of an open ledger: begins to keep its tree, and to check its log. Stop it before the ledger is closed. */
export async function openProof(
  { id, store, readAsCopied }: Pick<Ledger, 'id' | 'store' | 'readAsCopied'>,
  { dataDir, signingKey, report }: ProofOptions,
): Promise<LedgerProof> {
  const files = proofFiles(dataDir);
  return await proveLedger({
    store: { ...store, readAll: readAsCopied },
    ledger: id,
    seed: signingKey === undefined ? await seedIn(dataDir) : seedOf(signingKey),
    tree: openTreeFile(files.tree),
    kept: keptCheckpoint(files.checkpoint),
    pause,
    report,
  });
}

/** How the proof of a ledger is opened: where its files are, the signing key if one is set, and who is told of the check. */
export type ProofOptions = { readonly dataDir: string; readonly signingKey?: string | undefined } & Pick<
  ProofParts,
  'report'
>;

// Between two slices of its check the log is left alone for so many milliseconds: requests come first.
const pause = 5;
