import { setTimeout as after } from 'node:timers/promises';
import { DamagedEvent, type EventStore, type RecordedEvent } from '../event-store/event-store.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type Fault, faultAt, faultBetween } from './fault.ts';
import { leafHashOf } from './ledger-leaf.ts';
import { append, emptyFrontier, type Frontier, type Hash, nodeHash, rootOf, sameHash } from './merkle-tree.ts';
import { wrongEvent } from './recorded-elsewhere.ts';
import { streamCheck } from './stream-check.ts';
import type { TreeFile } from './tree-file.ts';

/** What a ledger is read with: all of it in order, and each stream by itself. */
export type LogReads = Pick<EventStore, 'readAll' | 'head' | 'readStream' | 'stray'>;

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

/** What came of it: how many events were read, and the first fault; the head where there is none. */
export type LogChecked = { readonly checked: number; readonly root: Hash; readonly fault: Fault | null };

const sliceSize = 64;
const treeChanged = 'the kept tree was changed';

type State = { frontier: Frontier; recordedAt: string; readonly revisions: Map<string, number> };

// What a store holds to by itself, whatever the tree says.
function outOfOrder({ stream, revision, recordedAt }: RecordedEvent, state: State): string | null {
  const expected = (state.revisions.get(stream) ?? -1) + 1;
  if (revision !== expected) return `it is revision ${revision} of ${stream}, where ${expected} comes next`;
  if (recordedAt < state.recordedAt) return `it was recorded at ${recordedAt}, before the one in front of it`;
  return null;
}

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
