import type { RecordedEvent } from '../../event-store/event-store.ts';
import { leafHashOf } from '../ledger-leaf.ts';
import { append, emptyFrontier, type Hash, rootOf, sameHash } from '../merkle-tree.ts';
import { wrongEvent } from '../recorded-elsewhere.ts';
import type { HashesLine } from './bundle-lines.ts';

/** An event line of a bundle: the event and its leaf, or why it is none; and its number in the file. */
export type BlockEvent = { readonly line: number } & (
  | { readonly event: RecordedEvent; readonly leaf: Hash }
  | { readonly problem: string }
);

/** A block as it was read: its positions, the root that its line of hashes gives and the one that its events give. */
export type Block = {
  readonly first: number;
  readonly last: number;
  readonly line: number;
  readonly stated: Hash;
  readonly found: Hash;
  /** The first event that is not the one of its hash. */
  readonly mismatch: { readonly position: number; readonly what: string } | null;
};

const noLeaf: Hash = new Uint8Array(32);

/** The leaf that a line of a bundle stands for; what is no event has none that could be right. */
export function leafOfLine(found: BlockEvent): Hash {
  return 'leaf' in found ? found.leaf : noLeaf;
}

/** The leaf of an event of a bundle. */
export function blockEvent(event: RecordedEvent, line: number): BlockEvent {
  try {
    return { event, leaf: leafHashOf(event), line };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error), line };
  }
}

function rootOfLeaves(leaves: readonly Hash[]): Hash {
  return rootOf(leaves.reduce((frontier, leaf) => append(frontier, leaf).frontier, emptyFrontier));
}

function whatIsWrong(found: BlockEvent | undefined, position: number, { first, leaves }: HashesLine): string {
  if (found === undefined) return 'what was recorded here is missing';
  if ('problem' in found) return `line ${found.line} was changed: ${found.problem}`;
  const { event, line } = found;
  if (event.position === position) return `line ${line} was changed: ${wrongEvent(event, leaves, first)}`;
  const isOwn = leaves[event.position - first];
  const isMoved = isOwn !== undefined && sameHash(found.leaf, isOwn);
  const stands = `line ${line} has the event of position ${event.position}`;
  return isMoved ? `what was recorded here is not here: ${stands}` : `${stands}, which was put in or renumbered`;
}

/** A block of which the line of hashes is none any more; `last` is the position of its last event. */
export function brokenBlock(events: readonly BlockEvent[], last: number, line: number): Block {
  return {
    first: last - events.length + 1,
    last,
    line,
    stated: noLeaf,
    found: rootOfLeaves(events.map(leafOfLine)),
    mismatch: null,
  };
}

/** Compares the events of a block with its line of hashes. */
export function readBlock(events: readonly BlockEvent[], hashes: HashesLine, line: number): Block {
  const { first, leaves } = hashes;
  const at = leaves.findIndex((leaf, index) => {
    const found = events[index];
    return found === undefined || !sameHash(leafOfLine(found), leaf);
  });
  const surplus = events[leaves.length];
  const wrong = at >= 0 ? at : leaves.length;
  const mismatch =
    at < 0 && surplus === undefined
      ? null
      : {
          position: first + wrong,
          what:
            at < 0 && surplus !== undefined
              ? `line ${surplus.line} was put in: the block ends before it`
              : whatIsWrong(events[wrong], first + wrong, hashes),
        };
  return {
    first,
    last: first + leaves.length - 1,
    line,
    stated: rootOfLeaves(leaves),
    found: rootOfLeaves(events.map(leafOfLine)),
    mismatch,
  };
}
