import { setTimeout as after } from 'node:timers/promises';
import { DamagedEvent, type EventStore, type RecordedEvent, StreamDeleted } from '../event-store/event-store.ts';
import type { Checkpoint } from './checkpoint.ts';
import { append, emptyFrontier, type Frontier, type Hash, nodeHash, rootOf, sameHash } from './merkle-tree.ts';
import { leafHashOf, type TreeFile } from './tree.ts';

/**
 * Reads a ledger from its first event to its head, in slices, and compares it with the kept tree, leaf by leaf and node
 * by node, with earlier checkpoints, and with what every ledger keeps to: positions and revisions without gaps, times
 * that never go back; and reads each stream, which must give the same events, and no others. Ends at the first fault, or when the signal aborts. Throws what the store throws.
 */
export async function checkLog({ store, tree, checkpoints, pause, tell, signal }: LogCheck): Promise<LogChecked> {
  // The tree of a server that goes on meanwhile is never longer than what is read after it.
  const size = tree?.size() ?? 0;
  const { position: head } = await store.head();
  const pending = checkpoints.toSorted((a, b) => a.size - b.size);
  const state: State = { frontier: emptyFrontier, recordedAt: '', revisions: new Map() };
  let good = 0;
  let leaves: readonly (Hash | undefined)[] = [];
  let first = 1;

  // The kept leaves around a position, of which a slice is read at a time.
  const keptAt = (position: number): Hash | undefined => {
    if (tree === null || position > size) return undefined;
    if (position >= first + leaves.length || position < first) {
      first = Math.max(1, position - sliceSize);
      leaves = tree.leaves(first - 1, 4 * sliceSize);
    }
    return leaves[position - first];
  };

  const nodeAt = (level: number, index: number): Hash | undefined => {
    try {
      return tree?.lookup(level, index);
    } catch {
      return undefined;
    }
  };

  // Whether the kept tree says, a level higher, that this leaf is right, and not the one that it keeps.
  const fitsAbove = (position: number, leaf: Hash): boolean => {
    const index = position - 1;
    const isRight = index % 2 === 1;
    const sibling = keptAt(isRight ? position - 1 : position + 1);
    if (tree === null || sibling === undefined) return false;
    const parent = isRight ? nodeHash(sibling, leaf) : nodeHash(leaf, sibling);
    const above = nodeAt(1, (index - (index % 2)) / 2);
    return above !== undefined && sameHash(parent, above);
  };

  // Checkpoints of so many events as were read by now.
  const checkpointFault = (): Fault | null => {
    while (pending[0] !== undefined && pending[0].size <= state.frontier.size) {
      const [{ size: signed, root }] = pending.splice(0, 1) as [Checkpoint];
      if (!sameHash(rootOf(state.frontier), root)) {
        const what = `the first ${signed} events are not those of the checkpoint that was signed of them`;
        return faultBetween(good + 1, Math.max(good + 1, signed), what);
      }
      good = signed;
    }
    return null;
  };

  const streams = streamCheck(store.readStream);

  const take = (event: RecordedEvent): Fault | null => {
    const position = state.frontier.size + 1;
    if (event.position !== position) return faultAt(position, 'what was recorded here is missing');
    const leaf = leafHashOf(event);
    const kept = keptAt(position);
    if (position <= size && (kept === undefined || !sameHash(kept, leaf))) {
      const what = fitsAbove(position, leaf) ? `${treeChanged}, not the event: its leaf is gone or another` : null;
      return faultAt(position, what ?? wrongEvent(event, leaves, first));
    }
    const wrong = outOfOrder(event, state);
    if (wrong !== null) return faultAt(position, wrong);
    const { frontier, completed } = append(state.frontier, leaf);
    for (const { level, index, hash } of completed.slice(1)) {
      const kept = position <= size ? nodeAt(level, index) : hash;
      if (kept === undefined || !sameHash(kept, hash)) {
        return faultAt(
          position,
          `the kept tree was changed: its node ${index} of level ${level} is not that of its leaves`,
        );
      }
    }
    state.frontier = frontier;
    state.recordedAt = event.recordedAt;
    state.revisions.set(event.stream, event.revision);
    streams.add(event);
    return checkpointFault();
  };

  const read = async (limit: number): Promise<Fault | null> => {
    for await (const event of store.readAll({ after: state.frontier.size, limit })) {
      const fault = take(event);
      if (fault !== null) return fault;
      if (state.frontier.size % sliceSize === 0) {
        await streams.compare();
        tell?.(state.frontier.size, head);
        if (pause > 0) await after(pause, undefined, signal && { signal }).catch(() => undefined);
        if (signal?.aborted) return null;
      }
    }
    await streams.compare();
    return null;
  };

  // What stands before an event that cannot be read may be wrong too, and comes first.
  const readAround = async (): Promise<Fault | null> => {
    try {
      return await read(head - state.frontier.size);
    } catch (error) {
      if (!(error instanceof DamagedEvent)) throw error;
      const before = error.position - 1 - state.frontier.size;
      return (before > 0 ? await read(before) : null) ?? faultAt(error.position, error.message);
    }
  };

  const missing = (): Fault | null => {
    const { size: checked } = state.frontier;
    if (checked < head) return faultAt(checked + 1, 'what was recorded here is missing');
    if (checked < size) return faultAt(checked + 1, `what was recorded here is missing: there were ${size} events`);
    const [signed] = pending;
    if (signed === undefined) return null;
    return faultAt(checked + 1, `what was recorded here is missing: a checkpoint was signed of ${signed.size} events`);
  };

  // What shows outside the log, or in reads of a stream alone. An event that was changed may show there as another.
  const beside = async (): Promise<Fault | null> => {
    const position = (await store.stray?.()) ?? null;
    if (position !== null) return faultAt(position, 'what stands here was put in: the ledger begins at position 1');
    return streams.unlike() ?? (await streams.beyond(state.revisions, head));
  };

  const begun = checkpointFault();
  const fault = begun ?? (await readAround());
  const end = fault !== null || signal?.aborted ? fault : (missing() ?? (await beside()));
  return { checked: state.frontier.size, root: rootOf(state.frontier), fault: end };
}

/** What a ledger is checked against. */
export type LogCheck = {
  readonly store: LogReads;
  /** The kept tree, so far as it reaches; null where there is none. */
  readonly tree: Pick<TreeFile, 'size' | 'leaves' | 'lookup'> | null;
  /** Checkpoints that were signed earlier, in any order. */
  readonly checkpoints: readonly Checkpoint[];
  /** Milliseconds that are left to others after each slice of events. */
  readonly pause: number;
  readonly tell?: (checked: number, of: number) => void;
  readonly signal?: AbortSignal;
};

/** What a ledger is read with: all of it in order, and each stream by itself. */
export type LogReads = Pick<EventStore, 'readAll' | 'head' | 'readStream' | 'stray'>;

/** What came of it: how many events were read, and the first fault; the head where there is none. */
export type LogChecked = { readonly checked: number; readonly root: Hash; readonly fault: Fault | null };

/**
 * Where a ledger is not what was recorded: the first position that shows it, or, where only the head of a tree is known,
 * the positions among which it is; 0 where it is about no event. The message says all of it.
 */
export type Fault = { readonly first: number; readonly last: number; readonly message: string };

type State = { frontier: Frontier; recordedAt: string; readonly revisions: Map<string, number> };

const sliceSize = 64;

/** A fault somewhere from one position to another. */
export function faultBetween(first: number, last: number, what: string): Fault {
  return first === last ? faultAt(first, what) : { first, last, message: `positions ${first} to ${last}: ${what}` };
}

/** A fault at one position. */
export function faultAt(position: number, what: string): Fault {
  return {
    first: position,
    last: position,
    message: `position ${position}: ${what}`,
  };
}

/**
 * Compares the reads of streams with the log. Answers come from streams, which a store finds by an index of its own: an
 * index that hides an event, or shows another one, changes answers and leaves the log as it is.
 */
export function streamCheck(readStream: EventStore['readStream']): StreamCheck {
  let added: RecordedEvent[] = [];
  let first: number | null = null;

  const firstUnlike = async (stream: string, events: readonly RecordedEvent[]): Promise<number | null> => {
    const from = events[0]?.revision ?? 0;
    const found = await read(readStream(stream, { from, limit: events.length }));
    if (found === null) return null;
    const unlike = events.find(({ position, revision, id }, index) => {
      const other = found[index];
      return other?.position !== position || other.revision !== revision || other.id !== id;
    });
    const more = found[events.length];
    return unlike?.position ?? more?.position ?? null;
  };

  return {
    add: (event) => {
      added.push(event);
    },
    compare: async () => {
      const byStream = Map.groupBy(added, ({ stream }) => stream);
      added = [];
      if (first !== null) return;
      const unlike = await Promise.all([...byStream].map(([stream, events]) => firstUnlike(stream, events)));
      first = unlike.filter((position) => position !== null).toSorted((a, b) => a - b)[0] ?? null;
    },
    unlike: () =>
      first === null
        ? null
        : faultAt(first, 'the event is as it was recorded, and reading its stream does not find it so'),
    beyond: async (last, head) => {
      for (const [stream, revision] of last) {
        const [more] = (await read(readStream(stream, { from: revision + 1, limit: 1 }))) ?? [];
        if (more !== undefined && more.position <= head) {
          return faultAt(more.position, `reading ${stream} finds it a second time, as revision ${more.revision}`);
        }
      }
      return null;
    },
  };
}

/** What the reads of streams are compared with: the events of the log, a slice at a time. */
export type StreamCheck = {
  readonly add: (event: RecordedEvent) => void;
  /** Reads what was added since the last time by stream, too. */
  readonly compare: () => Promise<void>;
  /** The first event that was not found so. */
  readonly unlike: () => Fault | null;
  /** What streams hold beyond their last revisions, up to a head. */
  readonly beyond: (last: ReadonlyMap<string, number>, head: number) => Promise<Fault | null>;
};

// A stream that was cut short is what the health of a store tells of; an event that is broken is found in the log.
async function read(reading: AsyncIterable<RecordedEvent>): Promise<readonly RecordedEvent[] | null> {
  try {
    return await Array.fromAsync(reading);
  } catch (error) {
    if (error instanceof StreamDeleted || error instanceof DamagedEvent) return null;
    throw error;
  }
}

const treeChanged = 'the kept tree was changed';

/** In words, what is wrong with an event that is not the one that was recorded at its position. */
export function wrongEvent(event: RecordedEvent, leaves: readonly (Hash | undefined)[], first: number): string {
  const elsewhere = recordedElsewhere(event, leaves, first);
  const what = `${event.type} ${event.id} in ${event.stream}`;
  if (elsewhere === null) return `${what} is not what was recorded here: it was changed, or put in its place`;
  return `what was recorded here is not here: ${what} was recorded at position ${elsewhere}`;
}

/**
 * The position at which an event was recorded that now stands at another one, renumbered or not; null where none of the
 * neighbours is it. `leaves` are the hashes of the leaves that were recorded, `first` the position of the first of them.
 */
export function recordedElsewhere(
  event: RecordedEvent,
  leaves: readonly (Hash | undefined)[],
  first: number,
): number | null {
  const from = Math.max(0, event.position - reach - first);
  const candidates = leaves.slice(from, event.position + reach + 1 - first);
  for (const [at, leaf] of candidates.entries()) {
    const position = first + from + at;
    const shift = Math.sign(position - event.position);
    for (const revision of new Set([event.revision, event.revision + shift])) {
      if (leaf !== undefined && sameHash(leafHashOf({ ...event, position, revision }), leaf)) return position;
    }
  }
  return null;
}

// So far around it is looked for where an event was recorded that stands at another position now.
const reach = 64;

// What a store holds to by itself, whatever the tree says.
function outOfOrder({ stream, revision, recordedAt }: RecordedEvent, state: State): string | null {
  const expected = (state.revisions.get(stream) ?? -1) + 1;
  if (revision !== expected) return `it is revision ${revision} of ${stream}, where ${expected} comes next`;
  if (recordedAt < state.recordedAt) return `it was recorded at ${recordedAt}, before the one in front of it`;
  return null;
}

/** A fault in a line of a file that is no event. */
export function faultInLine(line: number, what: string): Fault {
  return {
    first: 0,
    last: 0,
    message: `line ${line}: ${what}`,
  };
}
