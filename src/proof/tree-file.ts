import canonicalize from 'canonicalize';
import { DamagedEvent, type EventStore, type RecordedEvent, StoreUnavailable } from '../event-store/event-store.ts';
import { type Follower, followLedger } from '../event-store/follower.ts';
import {
  type DatabaseSync,
  inodeOf,
  inTransaction,
  isDamaged,
  openSqliteFile,
  readSqliteFile,
  type SqliteKind,
  setAside,
} from '../event-store/sqlite-file.ts';
import { append, type Frontier, frontierAt, type Hash, leafHash, type SubtreeLookup } from './merkle-tree.ts';

/**
 * Opens the file that keeps the tree of a ledger: all its complete subtrees, so that any proof takes O(log n) reads.
 * Makes the file if it is missing, and makes it anew if it is damaged or of another version: the ledger alone fills it.
 * Several processes may have it open. Throws TreeDamaged when damage shows only later: `renew` then makes it anew.
 */
export function openTreeFile(file: string): TreeFile {
  let opened = openParts(file);
  let inode = inodeOf(file);
  const whileSound = <Answer>(work: (tree: TreeParts) => Answer): Answer => {
    try {
      return work(opened);
    } catch (error) {
      if (isDamaged(error)) throw new TreeDamaged(`${file} is damaged`, { cause: error });
      throw error;
    }
  };
  return {
    ledger: () => whileSound((tree) => tree.ledger()),
    size: () => whileSound((tree) => tree.size()),
    lookup: (level, index) => whileSound((tree) => tree.lookup(level, index)),
    leaves: (first, count) => whileSound((tree) => tree.leaves(first, count)),
    setLedger: (ledger) => whileSound((tree) => tree.setLedger(ledger)),
    add: (first, leaves) => whileSound((tree) => tree.add(first, leaves)),
    renew: (ledger) => {
      opened.close();
      const aside = setAside(file, inode);
      opened = openParts(file);
      inode = inodeOf(file);
      opened.setLedger(ledger);
      return aside;
    },
    close: () => opened.close(),
  };
}

type TreeParts = Omit<TreeFile, 'renew'>;

function openParts(file: string): TreeParts {
  const database = openSqliteFile(file, treeKind);
  const reads = treeReads(database, file);
  const setLedger = database.prepare('UPDATE tree SET ledger = ?');
  const setSize = database.prepare('UPDATE tree SET size = ?');
  const putSubtree = database.prepare('INSERT OR REPLACE INTO subtree VALUES (?, ?, ?)');
  let frontier: Frontier | null = null;
  return {
    ...reads,
    setLedger: (ledger) => void setLedger.run(ledger),
    add: (first, leaves) =>
      inTransaction(database, () => {
        const size = reads.size();
        if (first > size) throw new RangeError(`leaf ${first} does not follow in a tree of ${size} leaves`);
        let grown = frontier?.size === size ? frontier : frontierAt(reads.lookup, size);
        for (const leaf of leaves.slice(size - first)) {
          const appended = append(grown, leaf);
          for (const { level, index, hash } of appended.completed) putSubtree.run(level, index, hash);
          grown = appended.frontier;
        }
        setSize.run(grown.size);
        frontier = grown;
      }),
  };
}

/** The kept tree of a ledger. */
export type TreeFile = TreeReads & {
  readonly setLedger: (ledger: string) => void;
  /**
   * Adds leaves in one transaction; the first of them has the number `first`, counted from 0. Leaves that another
   * process has added before are skipped. Throws a RangeError if leaves before the first are missing.
   */
  readonly add: (first: number, leaves: readonly Hash[]) => void;
  /** Sets a damaged file aside and begins an empty one for this ledger. Gives the name of the damaged one. */
  readonly renew: (ledger: string) => string;
};

/** The kept tree is damaged, which says nothing of the ledger. */
export class TreeDamaged extends StoreUnavailable {
  override readonly name = 'TreeDamaged';
}

type TreeReads = {
  /** The ledger that the tree belongs to; null until it is set. */
  readonly ledger: () => string | null;
  /** The number of leaves. */
  readonly size: () => number;
  /** The hash of a complete subtree. Throws if the tree lacks it. */
  readonly lookup: SubtreeLookup;
  /** The hashes of up to `count` leaves from number `first` (from 0) on; undefined for a leaf that is gone. */
  readonly leaves: (first: number, count: number) => readonly (Hash | undefined)[];
  readonly close: () => void;
};

const treeKind: SqliteKind = {
  // "PLmt"
  applicationId: 0x504c6d74,
  version: 1,
  schema: `
    CREATE TABLE tree (ledger TEXT, size INTEGER NOT NULL) STRICT;
    INSERT INTO tree VALUES (NULL, 0);
    CREATE TABLE subtree (
      level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, number)
    ) STRICT, WITHOUT ROWID;
  `,
  synchronous: 'NORMAL',
  isDerived: true,
};

function treeReads(database: DatabaseSync, file: string): TreeReads {
  const selectTree = database.prepare('SELECT ledger, size FROM tree');
  const selectSubtree = database.prepare('SELECT hash FROM subtree WHERE level = ? AND number = ?');
  const selectLeaves = database.prepare('SELECT number, hash FROM subtree WHERE level = 0 AND number BETWEEN ? AND ?');
  const tree = () => selectTree.get() as { readonly ledger: string | null; readonly size: number };
  return {
    ledger: () => tree().ledger,
    size: () => tree().size,
    lookup: (level, index) => {
      const row = selectSubtree.get(level, index) as { readonly hash: Hash } | undefined;
      if (row === undefined) throw new TreeDamaged(`${file} lacks subtree ${index} of level ${level}`);
      return row.hash;
    },
    leaves: (first, count) => {
      const rows = selectLeaves.all(first, first + count - 1);
      const hashes = new Map(rows.map(({ number, hash }) => [Number(number), hash as Hash]));
      const end = Math.min(first + count, tree().size);
      return Array.from({ length: Math.max(0, end - first) }, (_, index) => hashes.get(first + index));
    },
    close: () => database.close(),
  };
}

/** Opens the file of a tree to read it alone. Throws if it is missing, cannot be read, or is of another version. */
export function readTreeFile(file: string): TreeReads {
  return treeReads(readSqliteFile(file, treeKind), file);
}

/**
 * Keeps a tree as long as its ledger: adds the leaf of every event, from where the tree ends. `damaged` is called when the
 * file cannot take them because it is damaged.
 */
export function growTree(
  store: Pick<EventStore, 'subscribe'>,
  tree: Omit<TreeFile, 'renew'>,
  damaged: (error: TreeDamaged) => void = () => undefined,
): Follower {
  let size = 0;
  const begin = () => {
    size = tree.size();
    return size;
  };
  return followLedger(store, begin, (events) => {
    const leaves: Hash[] = [];
    try {
      for (const event of events.filter(({ position }) => position > size)) {
        const next = size + leaves.length + 1;
        if (event.position !== next) throw new DamagedEvent(next, 'it is missing');
        leaves.push(leafHashOf(event));
      }
    } finally {
      // The events in front of a damaged one are right.
      addTo(tree, size, leaves, damaged);
      size += leaves.length;
    }
  });
}

function addTo(
  tree: Pick<TreeFile, 'add'>,
  size: number,
  leaves: readonly Hash[],
  damaged: (error: TreeDamaged) => void,
): void {
  try {
    tree.add(size, leaves);
  } catch (error) {
    if (error instanceof TreeDamaged) damaged(error);
    throw error;
  }
}

/** The hash of the leaf of an event. Throws as `leafOf` does. */
export function leafHashOf(event: RecordedEvent): Hash {
  return leafHash(leafOf(event));
}

/**
 * The leaf of an event, as text: canonical JSON (RFC 8785) of everything that the ledger says of the event. The event
 * at position n is leaf n - 1. Throws DamagedEvent if the event holds what canonical JSON cannot express (a lone
 * surrogate, 1e999): the ledger never wrote that.
 */
export function leafOf({ position, recordedAt, stream, revision, id, type, data, metadata }: RecordedEvent): string {
  try {
    const leaf = canonicalize({ format, position, recordedAt, stream, revision, event: { id, type, data, metadata } });
    return leaf ?? '';
  } catch (cause) {
    throw new DamagedEvent(position, 'it cannot be written as canonical JSON', { cause });
  }
}

// Raise it whenever the content of a leaf changes: a tree of another format is another tree.
const format = 1;
