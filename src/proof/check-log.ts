import { setTimeout as wait } from 'node:timers/promises';
import { DamagedEvent, type EventStore, type RecordedEvent, StreamDeleted } from '../event-store/event-store.ts';
import type { Checkpoint } from './checkpoint.ts';
import { append, emptyFrontier, type Frontier, type Hash, nodeHash, rootOf, sameHash } from './merkle-tree.ts';
import { leafHashOf, type TreeFile } from './tree-file.ts';

/**
 * Checks a ledger from its first event to its head, in slices. Compares every event with the kept tree, leaf by leaf
 * and node by node, and with earlier checkpoints; checks that positions and revisions have no gaps and that times never
 * go back; and reads each stream, which must give the same events and no others. Stops at the first fault, or when the
 * signal aborts. A tree that contradicts itself is damaged, and accuses no event. Throws what the store throws.
 */
export async function checkLog({
  store,
  tree,
  checkpoints,
  share,
  from = emptyFrontier,
  tell,
  signal,
}: LogCheck): Promise<LogChecked> {
  // Read it before the head: if a server runs meanwhile, the tree is still no longer than the log read here.
  const treeSize = tree?.size() ?? 0;
  const { position: head } = await store.head();
  const kept = tree === null ? null : keptTree(tree, treeSize);
  const signed = checkCheckpoints(checkpoints.filter(({ size }) => size > from.size || from.size === 0));
  const revisions = new Map<string, number>();
  const streams = checkStreams(store.readStream);
  const pause = pausing(share, signal);
  let frontier = from;
  let recordedAt = '';

  const checkEvent = (event: RecordedEvent): Fault | null => {
    const position = frontier.size + 1;
    const { stream, revision } = event;
    if (event.position !== position) return faultAt(position, eventMissing);
    const leaf = leafHashOf(event);
    const appended = append(frontier, leaf);
    const leafFault = kept?.leafFault(event, leaf) ?? null;
    if (leafFault !== null) {
      // Nothing in the tree vouches for its last leaf, if that has none beside it; a checkpoint may.
      if (!signed.confirms(appended.frontier)) return faultAt(position, leafFault);
      kept?.noteDamage(`its leaf of position ${position} is another`);
    }
    // Where the check begins later, what comes before is known to be right, and so is the first revision of a stream.
    const next = (revisions.get(stream) ?? (from.size > 0 ? revision - 1 : -1)) + 1;
    if (revision !== next) return faultAt(position, `it is revision ${revision} of ${stream}; ${next} comes next`);
    if (event.recordedAt < recordedAt) {
      return faultAt(position, `it was recorded at ${event.recordedAt}, before the event in front of it`);
    }
    if (position <= treeSize) for (const node of appended.completed.slice(1)) kept?.compareNode(node);
    frontier = appended.frontier;
    recordedAt = event.recordedAt;
    revisions.set(stream, revision);
    streams.add(event);
    return signed.findFault(frontier);
  };

  const checkNext = async (limit: number): Promise<Fault | null> => {
    for await (const event of store.readAll({ after: frontier.size, limit, exact: true })) {
      const fault = checkEvent(event);
      if (fault !== null) return fault;
      if (frontier.size % sliceSize === 0) {
        await streams.compare();
        tell?.(frontier.size, head);
        await pause();
        if (signal?.aborted) return null;
      }
    }
    await streams.compare();
    return null;
  };

  // The events in front of an unreadable one may be wrong too; then they are the first fault.
  const checkEvents = async (): Promise<Fault | null> => {
    try {
      return await checkNext(head - frontier.size);
    } catch (error) {
      if (!(error instanceof DamagedEvent)) throw error;
      const readable = error.position - 1 - frontier.size;
      return (readable > 0 ? await checkNext(readable) : null) ?? faultAt(error.position, error.message);
    }
  };

  // Faults that show outside the log, or only when a stream is read. A changed event may show there as another fault.
  const findOutsideLog = async (): Promise<Fault | null> => {
    const stray = (await store.stray?.()) ?? null;
    if (stray !== null) return faultAt(stray, 'somebody put an event in here: the ledger begins at position 1');
    const inStreams = streams.findMismatch() ?? (await streams.findSurplus(revisions, head));
    const odd = inStreams === null ? ((await store.oddSchema?.()) ?? null) : null;
    return odd === null ? inStreams : { first: 0, last: 0, message: odd };
  };

  const eventFault = signed.findFault(frontier) ?? (await checkEvents());
  const isDecided = eventFault !== null || signal?.aborted;
  const missing = isDecided ? null : findMissing(frontier.size, head, treeSize, signed.nextSize());
  const fault = isDecided ? eventFault : (missing ?? (await findOutsideLog()));
  return { checked: frontier.size, root: rootOf(frontier), fault, treeDamage: kept?.damage() ?? null };
}

// Pauses after each slice, so that a check takes no more than its share of a processor.
function pausing(share: number, signal: AbortSignal | undefined): () => Promise<void> {
  let begun = performance.now();
  return async () => {
    const pauseMs = ((performance.now() - begun) * (1 - share)) / share;
    if (pauseMs > 0) await wait(pauseMs, undefined, signal && { signal }).catch(() => undefined);
    begun = performance.now();
  };
}

/** What a ledger is checked against. */
type LogCheck = {
  readonly store: LogReads;
  /** The kept tree, as far as it reaches; null if there is none. */
  readonly tree: Pick<TreeFile, 'size' | 'leaves' | 'lookup'> | null;
  /** Checkpoints that were signed earlier, in any order. */
  readonly checkpoints: readonly Checkpoint[];
  /** The share of a processor that the check may take, up to 1: it pauses after each slice of events. */
  readonly share: number;
  /** The tree of the events that need no check; by default there are none. */
  readonly from?: Frontier;
  readonly tell?: (checked: number, head: number) => void;
  readonly signal?: AbortSignal;
};

/** The reads that check a ledger: all of it in order, and each stream by itself. */
export type LogReads = Pick<EventStore, 'readAll' | 'head' | 'readStream' | 'stray' | 'oddSchema'>;

/** How many events were checked, the root of their tree, the first fault, and what is wrong with the kept tree itself. */
export type LogChecked = {
  readonly checked: number;
  readonly root: Hash;
  readonly fault: Fault | null;
  readonly treeDamage: string | null;
};

/**
 * A proof that fails: the ledger is not what was recorded. `first` is the first position that shows it. If only the
 * root of a tree shows it, the fault is somewhere from `first` to `last`. Both are 0 if the fault concerns no event.
 * The message says everything.
 */
export type Fault = { readonly first: number; readonly last: number; readonly message: string };

// The number of events between two pauses.
const sliceSize = 64;

// Compares the checkpoints with the log, each as soon as its events are read.
function checkCheckpoints(checkpoints: readonly Checkpoint[]) {
  const pending = checkpoints.toSorted((a, b) => a.size - b.size);
  let provenSize = 0;
  return {
    findFault: (frontier: Frontier): Fault | null => {
      while (pending[0] !== undefined && pending[0].size <= frontier.size) {
        const [{ size, root }] = pending.splice(0, 1) as [Checkpoint];
        if (!sameHash(rootOf(frontier), root)) {
          return faultBetween(provenSize + 1, Math.max(provenSize + 1, size), notAsSigned(size));
        }
        provenSize = size;
      }
      return null;
    },
    /** Whether a checkpoint signs these events. */
    confirms: (frontier: Frontier): boolean =>
      pending.some(({ size, root }) => size === frontier.size && sameHash(rootOf(frontier), root)),
    /** The size of the first checkpoint that the log has not reached. */
    nextSize: (): number | undefined => pending[0]?.size,
  };
}

/** What a fault says if the root that a checkpoint signs is not that of the events. */
export function notAsSigned(size: number): string {
  return `the first ${size} events are not the ones that the checkpoint signs`;
}

/** A fault somewhere from one position to another. */
export function faultBetween(first: number, last: number, what: string): Fault {
  return first === last ? faultAt(first, what) : { first, last, message: `positions ${first} to ${last}: ${what}` };
}

/** A fault at one position. */
export function faultAt(position: number, what: string): Fault {
  return { first: position, last: position, message: `position ${position}: ${what}` };
}

/** What a fault says if there is no event at its position. */
export const eventMissing = 'the event recorded here is missing';

function findMissing(checked: number, head: number, treeSize: number, signedSize: number | undefined): Fault | null {
  if (checked < head) return faultAt(checked + 1, eventMissing);
  if (checked < treeSize) return faultAt(checked + 1, `${eventMissing}: there were ${treeSize} events`);
  return signedSize === undefined
    ? null
    : faultAt(checked + 1, `${eventMissing}: a checkpoint was signed of ${signedSize} events`);
}

// Compares events with the kept tree, which holds the first `size` of them.
function keptTree(tree: Pick<TreeFile, 'leaves' | 'lookup'>, size: number) {
  let leaves: readonly (Hash | undefined)[] = [];
  let first = 1;
  let damage: string | null = null;
  const noteDamage = (what: string): void => {
    damage ??= `the kept tree is damaged: ${what}`;
  };

  // Reads the leaves around a position, a few slices at a time.
  const leafAt = (position: number): Hash | undefined => {
    if (position > size) return undefined;
    if (position >= first + leaves.length || position < first) {
      first = Math.max(1, position - sliceSize);
      leaves = readLeaves(tree, first - 1, 4 * sliceSize);
    }
    return leaves[position - first];
  };

  const nodeAt = (level: number, index: number): Hash | undefined => {
    try {
      return tree.lookup(level, index);
    } catch {
      return undefined;
    }
  };

  // Whether the node above says that a leaf is right; null if it or the leaf beside it is not there to say so.
  const fitsAbove = (position: number, leaf: Hash): boolean | null => {
    const index = position - 1;
    const isRight = index % 2 === 1;
    const sibling = leafAt(isRight ? position - 1 : position + 1);
    const above = nodeAt(1, (index - (index % 2)) / 2);
    if (sibling === undefined || above === undefined) return null;
    return sameHash(isRight ? nodeHash(sibling, leaf) : nodeHash(leaf, sibling), above);
  };

  return {
    leafFault: (event: RecordedEvent, leaf: Hash): string | null => {
      const { position } = event;
      const keptLeaf = leafAt(position);
      if (position > size || (keptLeaf !== undefined && sameHash(keptLeaf, leaf))) return null;
      if (keptLeaf !== undefined && fitsAbove(position, keptLeaf) !== false) {
        return describeWrongEvent(event, leaves, first);
      }
      noteDamage(`its leaf of position ${position} is gone or another`);
      return null;
    },
    compareNode: ({ level, index, hash }: { level: number; index: number; hash: Hash }): void => {
      const node = nodeAt(level, index);
      if (node !== undefined && sameHash(node, hash)) return;
      noteDamage(`its node ${index} of level ${level} does not match its leaves`);
    },
    noteDamage,
    damage: () => damage,
  };
}

// A file that cannot be read has lost its leaves.
function readLeaves(tree: Pick<TreeFile, 'leaves'>, first: number, count: number): readonly (Hash | undefined)[] {
  try {
    return tree.leaves(first, count);
  } catch {
    return Array.from({ length: count });
  }
}

/** Says what is wrong with an event that is not the one recorded at its position. See `recordedElsewhere`. */
export function describeWrongEvent(event: RecordedEvent, leaves: readonly (Hash | undefined)[], first: number): string {
  const elsewhere = recordedElsewhere(event, leaves, first);
  const what = `${event.type} ${event.id} in ${event.stream}`;
  if (elsewhere === null) return `${what} is not what was recorded here: it was changed, or put in its place`;
  return `the event recorded here is gone: ${what} was recorded at position ${elsewhere}`;
}

// The position where a moved event was recorded, renumbered or not; null if no leaf nearby is its own. `leaves` are the
// recorded leaves; `first` is the position of the first of them.
function recordedElsewhere(event: RecordedEvent, leaves: readonly (Hash | undefined)[], first: number): number | null {
  const from = Math.max(0, event.position - maxShift - first);
  const candidates = leaves.slice(from, event.position + maxShift + 1 - first);
  for (const [index, leaf] of candidates.entries()) {
    const position = first + from + index;
    const shift = Math.sign(position - event.position);
    for (const revision of new Set([event.revision, event.revision + shift])) {
      if (leaf !== undefined && sameHash(leafHashOf({ ...event, position, revision }), leaf)) return position;
    }
  }
  return null;
}

// How many positions on each side are searched for the place of a moved event.
const maxShift = 64;

// Compares reads of streams with the log, a slice at a time. Answers come from streams, which a store finds by an index:
// an index that hides an event, or shows another one, changes answers and leaves the log as it is.
function checkStreams(readStream: EventStore['readStream']) {
  let added: RecordedEvent[] = [];
  let firstMismatch: number | null = null;

  const findMismatch = async (stream: string, events: readonly RecordedEvent[]): Promise<number | null> => {
    const from = events[0]?.revision ?? 0;
    const read = await collectReadable(readStream(stream, { from, limit: events.length }));
    if (read === null) return null;
    const mismatch = events.find(({ position, revision, id }, index) => {
      const other = read[index];
      return other?.position !== position || other.revision !== revision || other.id !== id;
    });
    return mismatch?.position ?? read[events.length]?.position ?? null;
  };

  return {
    add: (event: RecordedEvent): void => {
      added.push(event);
    },
    /** Reads the streams of the events that were added since the last time. */
    compare: async (): Promise<void> => {
      const byStream = Map.groupBy(added, ({ stream }) => stream);
      added = [];
      if (firstMismatch !== null) return;
      const mismatches = await Promise.all([...byStream].map(([stream, events]) => findMismatch(stream, events)));
      firstMismatch = mismatches.filter((position) => position !== null).toSorted((a, b) => a - b)[0] ?? null;
    },
    /** The first event that its stream does not give. */
    findMismatch: (): Fault | null =>
      firstMismatch === null
        ? null
        : faultAt(firstMismatch, 'the event is as it was recorded, but a read of its stream does not give it'),
    /** An event that a stream gives after its last revision, up to a head. */
    findSurplus: async (revisions: ReadonlyMap<string, number>, head: number): Promise<Fault | null> => {
      for (const [stream, revision] of revisions) {
        const [more] = (await collectReadable(readStream(stream, { from: revision + 1, limit: 1 }))) ?? [];
        if (more !== undefined && more.position <= head) {
          return faultAt(more.position, `a read of ${stream} gives it a second time, as revision ${more.revision}`);
        }
      }
      return null;
    },
  };
}

// Null if the stream cannot be read: the health of a store reports a stream that was cut short, and the log a damaged
// event.
async function collectReadable(events: AsyncIterable<RecordedEvent>): Promise<readonly RecordedEvent[] | null> {
  try {
    return await Array.fromAsync(events);
  } catch (error) {
    if (error instanceof StreamDeleted || error instanceof DamagedEvent) return null;
    throw error;
  }
}
