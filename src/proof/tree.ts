import { setTimeout as after } from 'node:timers/promises';
import canonicalize from 'canonicalize';
import {
  DamagedEvent,
  type EventStore,
  isOfTheStore,
  type RecordedEvent,
  StoreBehind,
} from '../event-store/event-store.ts';
import {
  type DatabaseSync,
  inTransaction,
  openSqliteFile,
  readSqliteFile,
  type SqliteKind,
} from '../event-store/sqlite-file.ts';
import { append, type Frontier, frontierAt, type Hash, leafHash, type SubtreeLookup } from './merkle-tree.ts';

/** Opens the file of a tree to read it alone. Throws where it is none of this version, or cannot be read. */
export function readTreeFile(file: string): Reading {
  const database = readSqliteFile(file, treeFile);
  try {
    return reading(database, file);
  } catch (error) {
    database.close();
    throw error;
  }
}

type Reading = Pick<TreeFile, 'ledger' | 'size' | 'lookup' | 'leaves' | 'close'>;

/** The tree of a ledger, kept in a file: all its complete subtrees, so that any proof takes O(log n) reads. */
export type TreeFile = {
  /** The ledger that the tree is of; null until it is known. */
  readonly ledger: () => string | null;
  readonly belongsTo: (ledger: string) => void;
  /** How many leaves it has. */
  readonly size: () => number;
  /** A complete subtree. Throws where the tree does not hold it. */
  readonly lookup: SubtreeLookup;
  /** The hashes of up to `count` leaves from number `first` (from 0) on; undefined where one is gone. */
  readonly leaves: (first: number, count: number) => readonly (Hash | undefined)[];
  /**
   * Adds leaves, of which the first has this number, in one transaction. What another process added before is left out.
   * Throws a RangeError where leaves before the first are missing.
   */
  readonly add: (first: number, leaves: readonly Hash[]) => void;
  readonly close: () => void;
};

function reading(database: DatabaseSync, file: string): Reading {
  const tree = database.prepare('SELECT ledger, size FROM tree');
  const find = database.prepare('SELECT hash FROM subtree WHERE level = ? AND number = ?');
  const row = database.prepare('SELECT number, hash FROM subtree WHERE level = 0 AND number BETWEEN ? AND ?');
  const state = () => tree.get() as { readonly ledger: string | null; readonly size: number };
  return {
    ledger: () => state().ledger,
    size: () => state().size,
    lookup: (level, index) => {
      const found = find.get(level, index) as { readonly hash: Hash } | undefined;
      if (found === undefined) throw new Error(`${file} lacks subtree ${index} of level ${level}: delete it`);
      return found.hash;
    },
    leaves: (first, count) => {
      const rows = row.all(first, first + count - 1);
      const found = new Map(rows.map(({ number, hash }) => [Number(number), hash as Hash]));
      const end = Math.min(first + count, state().size);
      return Array.from({ length: Math.max(0, end - first) }, (_, at) => found.get(first + at));
    },
    close: () => database.close(),
  };
}

/**
 * Opens the file of a tree, made where it is missing, and made anew where another version wrote it or it is damaged: it
 * comes from the ledger alone. `:memory:` is one that is made anew at each start. Several processes may have it open.
 */
export function openTreeFile(file: string): TreeFile {
  const database = openSqliteFile(file, treeFile);
  const read = reading(database, file);
  const own = database.prepare('UPDATE tree SET ledger = ?');
  const grow = database.prepare('UPDATE tree SET size = ?');
  const put = database.prepare('INSERT OR REPLACE INTO subtree VALUES (?, ?, ?)');
  let frontier: Frontier | null = null;
  return {
    ...read,
    belongsTo: (ledger) => void own.run(ledger),
    add: (first, leaves) =>
      inTransaction(database, () => {
        const size = read.size();
        if (first > size) throw new RangeError(`leaf ${first} does not follow in a tree of ${size} leaves`);
        let grown = frontier?.size === size ? frontier : frontierAt(read.lookup, size);
        for (const leaf of leaves.slice(size - first)) {
          const appended = append(grown, leaf);
          for (const { level, index, hash } of appended.completed) put.run(level, index, hash);
          grown = appended.frontier;
        }
        grow.run(grown.size);
        frontier = grown;
      }),
  };
}

const schema = `
  CREATE TABLE tree (ledger TEXT, size INTEGER NOT NULL) STRICT;
  INSERT INTO tree VALUES (NULL, 0);
  CREATE TABLE subtree (
    level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, number)
  ) STRICT, WITHOUT ROWID;
`;

const treeFile: SqliteKind = {
  // "PLmt"
  applicationId: 0x504c6d74,
  version: 1,
  schema,
  synchronous: 'NORMAL',
  isDerived: true,
};

/** Adds every event of a store to a tree, in order of position, from where the tree ends: the recorded, then the live ones. */
export function growTree(store: Pick<EventStore, 'subscribe'>, tree: TreeFile): GrowingTree {
  const stopping = new AbortController();
  const waiting = new Set<Waiter>();
  let size = tree.size();
  let failed: Error | null = null;
  let slice: Hash[] = [];
  let scheduled: NodeJS.Immediate | undefined;

  const fail = (cause: unknown): void => {
    failed = cause instanceof Error ? cause : new Error(String(cause));
    for (const { reject } of waiting) reject(failed);
  };

  const flush = (): void => {
    clearImmediate(scheduled);
    scheduled = undefined;
    tree.add(size, slice);
    size += slice.length;
    slice = [];
    for (const waiter of waiting) if (waiter.size <= size) waiter.resolve();
  };

  // What is recorded together is added together.
  const flushSoon = (): void => {
    scheduled ??= setImmediate(() => {
      try {
        flush();
      } catch (cause) {
        fail(cause);
        stopping.abort();
      }
    });
  };

  const follow = async (): Promise<void> => {
    slice = [];
    for await (const item of store.subscribe({ after: size, signal: stopping.signal })) {
      failed = null;
      if (item.kind !== 'event') continue;
      const next = size + slice.length + 1;
      if (item.event.position !== next) throw new DamagedEvent(next, 'it is missing');
      slice.push(leafHashOf(item.event));
      if (slice.length >= sliceSize) flush();
      else flushSoon();
    }
  };

  // What is wrong with the store is tried again from where it was left; anything else stays.
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await follow();
      } catch (cause) {
        fail(cause);
        if (!isOfTheStore(cause)) return;
        await after(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  const running = run();

  return {
    until: async (wanted, patience) => {
      if (wanted <= size) return;
      if (failed !== null) throw failed;
      const enough = AbortSignal.timeout(patience);
      let waiter: Waiter | undefined;
      const reached = new Promise<void>((resolve, reject) => {
        waiter = { size: wanted, resolve, reject };
        waiting.add(waiter);
        const tooLate = (): void => reject(new StoreBehind(wanted, size));
        enough.addEventListener('abort', tooLate, { once: true });
      });
      try {
        await reached;
      } finally {
        if (waiter !== undefined) waiting.delete(waiter);
      }
    },
    stop: async () => {
      stopping.abort();
      await running;
      if (scheduled !== undefined) flush();
      for (const { reject } of waiting) reject(new Error('the tree does not grow any more'));
    },
  };
}

/** What keeps a tree as long as its ledger. */
export type GrowingTree = {
  /** Waits until the tree has so many leaves, for so many milliseconds; throws StoreBehind, or what keeps it from growing. */
  readonly until: (size: number, patience: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

type Waiter = { readonly size: number; readonly resolve: () => void; readonly reject: (error: Error) => void };

/** The hash of that leaf. */
export function leafHashOf(event: RecordedEvent): Hash {
  return leafHash(leafOf(event));
}

/**
 * What the tree of a ledger holds of an event, as text: canonical JSON (RFC 8785) of all that the ledger says of it. The
 * event at position n is leaf n - 1. Throws DamagedEvent where it holds what no such JSON can (a lone surrogate, 1e999),
 * which the ledger never wrote.
 */
export function leafOf({ position, recordedAt, stream, revision, id, type, data, metadata }: RecordedEvent): string {
  try {
    const leaf = canonicalize({ format, position, recordedAt, stream, revision, event: { id, type, data, metadata } });
    return leaf ?? '';
  } catch (cause) {
    throw new DamagedEvent(position, 'it holds what is no canonical JSON', { cause });
  }
}

// Raised whenever a leaf holds something else: a tree of another format is another tree.
const format = 1;

// So many leaves share a transaction while the tree catches up: a few milliseconds, between which others have their turn.
const sliceSize = 128;

// How long a store that cannot be reached is left alone, in milliseconds.
const pause = 1_000;
