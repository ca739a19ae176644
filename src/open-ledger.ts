import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { decode, idOf, ledgerStream, ownWriters } from './domain/vocabulary/events.ts';
import { type CopiedLedger, copiedLedger, copyMemory } from './event-store/copying/copied-ledger.ts';
import { DamagedEvent, type EventStore, WrongExpectedRevision } from './event-store/event-store.ts';
import { describePlace, isOnlyRead, openStore, type StorePlace, storeExists } from './event-store/open-store.ts';
import { LedgerMissing, traceOfLedger } from './ledger-traces.ts';
import { type Catalogue, IndexDamaged, openCatalogue } from './projections/live/catalogue.ts';
import { createHistories, type Feed, type Histories, startFeed } from './projections/live/histories.ts';
import { type LedgerViews, ledgerViews } from './projections/live/views.ts';
import { faultAt } from './proof/check-log.ts';
import { keptCheckpoint } from './proof/checkpoint.ts';
import { type KeptFault, keptFault, LedgerAltered } from './proof/kept-fault.ts';
import { type LedgerProof, type ProofParts, proveLedger } from './proof/ledger-proof.ts';
import { openTreeFile } from './proof/tree-file.ts';
import type { Recorder } from './recording/record-article.ts';
import { turns } from './recording/turns.ts';
import { loadSigningSeed } from './secrets.ts';

/**
 * Opens a ledger and starts its feed. Makes the folder and the ledger if they are missing; but throws LedgerMissing where
 * there was a ledger, by what it has left behind.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { dataDir } = options;
  if (!storeExists(placeOf(options))) refuseTraces(dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const store = await openStoreAt(options);
  return await closeOnError(store, async () => {
    const existing = await findLedger(store);
    if (existing === null && (await store.head()).position === 0) refuseTraces(dataDir);
    return await assembleLedger(store, existing ?? (await findOrCreateLedger(store)), options);
  });
}

function refuseTraces(dataDir: string): void {
  const trace = traceOfLedger(dataDir);
  if (trace !== null) throw new LedgerMissing(trace);
}

/** Where a ledger is kept. */
export type LedgerOptions = {
  /** Folder of the embedded store and of the index. */
  readonly dataDir: string;
  /** `sqlite`, the default, or the connection string of EventStoreDB. */
  readonly eventStore?: string;
  readonly streamPrefix?: string;
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number;
  /** Called once, with a line free of credentials, if opening the store takes longer than `slowOpenNoticeMs`. */
  readonly onSlowOpen?: (message: string) => void;
  /** What is done around each append, as counting and timing it. */
  readonly aroundAppend?: (append: EventStore['append']) => EventStore['append'];
};

/** An open ledger: what writes to it, what reads it, and how to close it. */
export type Ledger = {
  /** The ledger's own id, from its first event. */
  readonly id: string;
  readonly store: EventStore;
  /** All events as the proof checks them: with the times that came with a copy, whether or not they are trusted. */
  readonly readAsCopied: EventStore['readAll'];
  readonly views: LedgerViews;
  readonly histories: Histories;
  readonly feed: Feed;
  readonly recorder: Recorder & { readonly store: EventStore };
  /** How many wait for their turn to write, or write. */
  readonly writersWaiting: () => number;
  /** What keeps it from recording, if it is not what was recorded. */
  readonly fault: KeptFault;
  readonly close: () => Promise<void>;
};

async function openStoreAt(options: LedgerOptions): Promise<EventStore> {
  const place = placeOf(options);
  const message = `Waiting for the event store ${describePlace(place)}: it does not answer yet, or the ledger is still being read`;
  const notice = setTimeout(() => options.onSlowOpen?.(message), slowOpenNoticeMs);
  try {
    const store = await openStore(place, {
      indexFile: numbersFile(options.dataDir),
      ...(options.now === undefined ? {} : { now: options.now }),
    });
    return { ...store, append: options.aroundAppend?.(store.append) ?? store.append };
  } finally {
    clearTimeout(notice);
  }
}

function placeOf({ dataDir, eventStore = 'sqlite', streamPrefix = 'ledger_' }: LedgerOptions): StorePlace {
  return eventStore === 'sqlite'
    ? { engine: 'sqlite', folder: dataDir }
    : { engine: 'eventstoredb', connectionString: eventStore, streamPrefix };
}

const slowOpenNoticeMs = 2_000;

function numbersFile(dataDir: string): string {
  return join(dataDir, 'numbers.sqlite');
}

// An open store would keep the process from ending.
async function closeOnError<Answer>(store: EventStore, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function assembleLedger(recorded: EventStore, ledger: string, options: LedgerOptions): Promise<Ledger> {
  const { dataDir, eventStore = 'sqlite', now = Date.now } = options;
  const fault = keptFault(proofFiles(dataDir).fault);
  const copied = await readAsRecorded(recorded, options);
  const store = stoppedByFault(copied.store, fault);
  // Where nothing can be written, the index is made in memory.
  const catalogue = openCatalogue(isOnlyRead(dataDir) ? ':memory:' : join(dataDir, 'catalogue.sqlite'));
  await afterDamage(() => checkCatalogue(catalogue, copied, ledger));
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
  await afterDamage(views.head);
  const { inTurn, waiting } = turns();
  return {
    id: ledger,
    store,
    readAsCopied: copied.readAsCopied,
    fault,
    views,
    histories,
    feed,
    recorder: {
      store,
      read: (stream) => histories.refreshed(stream),
      inTurn,
      articles: async () => {
        // Only the store knows whether an id is free: other servers write to it too.
        const { position } = await store.freshHead();
        await feed.until(position);
        return catalogue;
      },
    },
    writersWaiting: waiting,
    close: async () => {
      await feed.stop();
      catalogue.close();
      await store.close();
    },
  };
}

// A ledger that was altered or cut short takes no writes, whichever process finds that.
function stoppedByFault(store: EventStore, kept: KeptFault): EventStore {
  return {
    ...store,
    append: async (...append) => {
      kept.refuse();
      try {
        return await store.append(...append);
      } catch (error) {
        if (!(error instanceof DamagedEvent)) throw error;
        const fault = faultAt(error.position, error.message);
        kept.keep({ foundAt: new Date().toISOString(), fault, expected: null });
        throw new LedgerAltered(fault);
      }
    },
  };
}

// The store as the domain sees it: whether its events were recorded there or copied there makes no difference.
async function readAsRecorded(recorded: EventStore, options: LedgerOptions): Promise<CopiedLedger> {
  const place = placeOf(options);
  const where = place.engine === 'sqlite' ? 'sqlite' : describePlace(place);
  const memory = copyMemory(join(options.dataDir, 'checked.json'), where);
  const remembers = !isOnlyRead(options.dataDir);
  return await copiedLedger(recorded, remembers ? memory : { ...memory, remember: async () => undefined });
}

// Resets the index if it belongs to another ledger, or to this one before a restore to an earlier state: then the ledger
// holds another event at the checkpoint of the index.
async function checkCatalogue(catalogue: Catalogue, { store, isAnother }: CopiedLedger, ledger: string): Promise<void> {
  const last = catalogue.checkpoint();
  if (last === null) return;
  const hasLast = async (): Promise<boolean> => {
    for await (const event of store.readAll({ after: last.position - 1, limit: 1 })) {
      return event.id === last.id && event.recordedAt === last.recordedAt;
    }
    return false;
  };
  // A damaged event does not speak against the index, which read it while it was intact.
  if (isAnother || catalogue.ledger()?.id !== ledger || !(await unlessDamaged(hasLast, true))) catalogue.reset();
}

// Again, while it meets a damaged index: that is being made anew.
async function afterDamage<Done>(work: () => Promise<Done>, attempts = 10): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof IndexDamaged) || attempts <= 1) throw error;
    await wait(renewalMs);
    return await afterDamage(work, attempts - 1);
  }
}

const renewalMs = 500;

async function unlessDamaged<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DamagedEvent) return otherwise;
    throw error;
  }
}

async function findOrCreateLedger(store: EventStore): Promise<string> {
  const existing = await findLedger(store);
  if (existing !== null) return existing;
  const ledger = uuidv7();
  const id = idOf('LedgerOpened', ledger);
  const metadata = { recordedBy: ownWriters.ledger, correlationId: id, causationId: null, schema: 1 };
  const opened = { id, type: 'LedgerOpened', data: { ledger }, metadata };
  try {
    await store.append(ledgerStream, 'no_stream', [opened]);
    return ledger;
  } catch (error) {
    if (error instanceof WrongExpectedRevision) return await findOrCreateLedger(store);
    throw error;
  }
}

// The id of the ledger, from its first event; null if the store is empty.
async function findLedger(store: EventStore): Promise<string | null> {
  for await (const { data } of store.readStream(ledgerStream, { limit: 1 })) return String(data['ledger']);
  return null;
}

/** Opens a ledger to check it, even if its events are damaged; null if there is none. */
export async function openToCheck(options: LedgerOptions): Promise<LedgerToCheck | null> {
  if (!storeExists(placeOf(options))) return null;
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const store = await openStoreAt(options);
  return await closeOnError(store, async () => {
    const id = await unlessDamaged(() => findLedger(store), null);
    const unchanged = { store, readAsCopied: store.readAll, isAnother: false };
    const copied = await unlessDamaged(() => readAsRecorded(store, options), unchanged);
    return { id, store: copied.store, readAsCopied: copied.readAsCopied, close: store.close };
  });
}

/** A ledger to check: its store alone, without anything that understands events. */
export type LedgerToCheck = Pick<Ledger, 'store' | 'readAsCopied' | 'close'> & {
  /** Null if the first event is missing or cannot be read. */
  readonly id: string | null;
};

/** Opens a ledger. If there is none, returns null and leaves no file behind. */
export async function openExistingLedger(options: LedgerOptions): Promise<Ledger | null> {
  const { dataDir } = options;
  if (!storeExists(placeOf(options))) return null;
  const hadNumbers = existsSync(numbersFile(dataDir));
  const createdFolder = await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const store = await openStoreAt(options);
  const ledger = await closeOnError(store, async () => await findLedger(store));
  if (ledger !== null) return await closeOnError(store, async () => await assembleLedger(store, ledger, options));
  await store.close();
  if (createdFolder !== undefined) await rm(createdFolder, { recursive: true });
  else if (!hadNumbers) await rm(numbersFile(dataDir), { force: true });
  return null;
}

/** The files of a ledger's proof: the tree, the last signed checkpoint, what witnesses signed, and a fault that was found. */
export function proofFiles(dataDir: string): Readonly<Record<'tree' | 'checkpoint' | 'witnessed' | 'fault', string>> {
  return {
    tree: join(dataDir, 'proof.sqlite'),
    checkpoint: join(dataDir, 'checkpoint'),
    witnessed: join(dataDir, 'witnessed'),
    fault: join(dataDir, 'fault.json'),
  };
}

/** Opens the proof of an open ledger: keeps its tree and checks its log. Stop it before you close the ledger. */
export async function openProof(
  { id, store, readAsCopied, fault }: Pick<Ledger, 'id' | 'store' | 'readAsCopied' | 'fault'>,
  {
    dataDir,
    signingKey,
    report,
    share = checkShare,
  }: Pick<ProofParts, 'report'> & {
    readonly dataDir: string;
    readonly signingKey?: string | undefined;
    readonly share?: number;
  },
): Promise<LedgerProof> {
  const files = proofFiles(dataDir);
  return await proveLedger({
    store: { ...store, readAll: readAsCopied },
    ledger: id,
    seed: await loadSigningSeed(dataDir, signingKey),
    tree: openTreeFile(files.tree),
    kept: keptCheckpoint(files.checkpoint),
    fault,
    share,
    isReadable: async (position) => await canDecode(store, position),
    report,
  });
}

// The check of the whole log pauses between its slices, so that requests come first.
const checkShare = 0.2;

async function canDecode(store: EventStore, position: number): Promise<boolean> {
  try {
    for await (const event of store.readAll({ after: position - 1, limit: 1 })) decode(event);
    return true;
  } catch {
    return false;
  }
}
