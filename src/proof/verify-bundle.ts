import type { RecordedEvent } from '../event-store/event-store.ts';
import { type BundleHeader, type EndLine, eventsPerBlock, type HashesLine, readLine } from './bundle-file.ts';
import { type Fault, faultAt, faultBetween, faultInLine, wrongEvent } from './check-log.ts';
import {
  checkSignature,
  MalformedNote,
  NotSigned,
  type ReadCheckpoint,
  readCheckpoint,
  readVerifierKey,
  type VerifierKey,
} from './checkpoint.ts';
import { append, emptyFrontier, type Frontier, type Hash, rootOf, rootOfParts, sameHash } from './merkle-tree.ts';
import { leafHashOf } from './tree.ts';

/**
 * Verifies a bundle by itself, line by line: every event against its hash, the hashes against the signed checkpoint, and
 * all of it against earlier checkpoints. Names the first event that was changed, removed, put in or moved. Memory grows
 * by two hashes for every 256 events.
 */
export async function verifyBundle(check: BundleCheck): Promise<BundleVerdict> {
  const reading = await readBundle(check);
  const { header, frontier } = reading;
  return {
    fault: faultOf(reading, check),
    origin: header?.origin ?? '',
    size: frontier.size,
    root: rootOf(frontier),
    key: header?.verifierKey ?? '',
  };
}

/** What a bundle is verified with, beside the key that it brings: one that is known; checkpoints of the same ledger from elsewhere. */
export type BundleCheck = {
  readonly lines: AsyncIterable<string | null>;
  readonly key: VerifierKey | null;
  readonly earlier: readonly ReadCheckpoint[];
  readonly tell?: (events: number, of: number) => void;
};

/** What came of it. `key` is the one that the bundle brings, as text. */
export type BundleVerdict = {
  readonly fault: Fault | null;
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
  readonly key: string;
};

// Reads everything; what is wrong with single lines is kept with their block, or as a stray.
async function readBundle({ lines, earlier, tell }: BundleCheck): Promise<Reading> {
  const reading = begin();
  const sizes = new Set(earlier.map(({ size }) => size));
  let events: BlockEvent[] = [];
  let number = 0;
  const strays = (what: string): void => {
    reading.stray ??= faultInLine(number, what);
  };
  const take = (found: BlockEvent): void => {
    events.push(found);
    reading.frontier = append(reading.frontier, leafOfLine(found)).frontier;
    const { size } = reading.frontier;
    if (sizes.has(size)) reading.rootsAt.set(size, rootOf(reading.frontier));
    if (size % eventsPerBlock === 0) tell?.(size, reading.header?.size ?? size);
  };
  for await (const text of lines) {
    number += 1;
    const read = text === null ? ({ kind: 'problem', message: 'it is no UTF-8' } as const) : readLine(text);
    if (reading.end !== null) strays('nothing may follow the checkpoint');
    else if (number === 1) {
      if (read.kind === 'header') reading.header = read.header;
      else strays(`it is not the header of a bundle: ${read.kind === 'problem' ? read.message : read.kind}`);
    } else if (read.kind === 'event' && read.source === reading.header?.origin) take(blockEvent(read.event, number));
    else if (read.kind === 'event') take({ problem: `it is of ${read.source}`, line: number });
    else if (read.kind === 'problem' && isDue(events.length, reading)) {
      reading.blocks.push(brokenBlock(events, reading.frontier.size, number));
      events = [];
    } else if (read.kind === 'problem') {
      if (reading.frontier.size < (reading.header?.size ?? 0)) take({ problem: read.message, line: number });
      else strays(read.message);
    } else if (read.kind === 'hashes') {
      reading.blocks.push(readBlock(events, read, number));
      events = [];
    } else if (read.kind === 'end') reading.end = { blocks: read.blocks, checkpoint: read.checkpoint, line: number };
    else strays('there is a second header');
    if (events.length > eventLinesAtMost) break;
  }
  reading.left = events;
  const [left] = events;
  if (left !== undefined) {
    reading.stray ??= faultInLine(left.line, 'the hashes of the events from here on are missing, or were changed');
  }
  return reading;
}

type Reading = {
  header: BundleHeader | null;
  end: (EndLine & { readonly line: number }) | null;
  /** A line that has no business where it is; the first such. */
  stray: Fault | null;
  frontier: Frontier;
  readonly blocks: Block[];
  /** Events at the end without hashes after them. */
  left: readonly BlockEvent[];
  readonly rootsAt: Map<number, Hash>;
};

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

/** An event line of a bundle: the event and its leaf, or why it is none; and its number in the file. */
export type BlockEvent = { readonly line: number } & (
  | { readonly event: RecordedEvent; readonly leaf: Hash }
  | { readonly problem: string }
);

function begin(): Reading {
  return {
    header: null,
    end: null,
    stray: null,
    frontier: emptyFrontier,
    blocks: [],
    left: [],
    rootsAt: new Map(),
  };
}

/** The leaf that a line of a bundle stands for; what is no event has none that could be right. */
export function leafOfLine(found: BlockEvent): Hash {
  return 'leaf' in found ? found.leaf : noLeaf;
}

const noLeaf: Hash = new Uint8Array(32);

/** The leaf of an event of a bundle. */
export function blockEvent(event: RecordedEvent, line: number): BlockEvent {
  try {
    return { event, leaf: leafHashOf(event), line };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error), line };
  }
}

// Whether a line of hashes comes next: after so many events, and after the last one.
function isDue(waiting: number, { header, frontier }: Reading): boolean {
  return waiting === eventsPerBlock || (waiting > 0 && frontier.size === header?.size);
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

function rootOfLeaves(leaves: readonly Hash[]): Hash {
  return rootOf(leaves.reduce((frontier, leaf) => append(frontier, leaf).frontier, emptyFrontier));
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

const eventLinesAtMost = 2 * eventsPerBlock;

function faultOf(reading: Reading, { key, earlier }: BundleCheck): Fault | null {
  const signed = signedIn(reading, key);
  const { end, frontier, blocks } = reading;
  // Where the checkpoint cannot be trusted, the events are still compared with the hashes beside them.
  const roots = end?.blocks ?? blocks.map(({ stated }) => stated);
  const inBlocks = reading.header === null ? null : faultInBlocks(reading, roots);
  if ('fault' in signed) return inBlocks ?? signed.fault;
  const { checkpoint } = signed;
  const { size, root } = checkpoint;
  if (!sameHash(rootOfParts(roots), root)) {
    if (inBlocks !== null) return inBlocks;
    if (!sameHash(rootOf(frontier), root)) {
      return faultBetween(1, Math.max(1, size), 'events were changed, and all their hashes with them');
    }
    return faultInLine(end?.line ?? 1, 'the hashes of the blocks were changed; the events were not');
  }
  if (inBlocks !== null) return inBlocks;
  if (frontier.size < size)
    return faultAt(frontier.size + 1, `what was recorded here is missing: ${size} events were signed`);
  if (reading.stray !== null) return reading.stray;
  const by = key ?? readVerifierKey(reading.header?.verifierKey ?? '');
  return distrusted(checkpoint, earlier, by) ?? faultWithEarlier(reading, checkpoint, earlier);
}

function signedIn(reading: Reading, key: VerifierKey | null): Signed {
  const { header, end, stray } = reading;
  if (header === null) return { fault: stray ?? faultInLine(1, 'there is no header') };
  if (end === null) return { fault: cutShort(reading, header) };
  try {
    const checkpoint = readCheckpoint(end.checkpoint);
    if (key !== null) checkSignature(checkpoint.note, key);
    checkSignature(checkpoint.note, readVerifierKey(header.verifierKey));
    const { origin, size } = checkpoint;
    if (origin !== header.origin || size !== header.size || header.origin !== `partnership-ledger/${header.ledger}`) {
      return { fault: faultInLine(1, `the header is not that of the checkpoint, ${origin}, ${size} events`) };
    }
    return { checkpoint };
  } catch (error) {
    if (error instanceof MalformedNote || error instanceof NotSigned) {
      return { fault: faultInLine(end.line, `the checkpoint cannot be trusted: ${error.message}`) };
    }
    throw error;
  }
}

type Signed = { readonly checkpoint: ReadCheckpoint } | { readonly fault: Fault };

// A file without its last line: the first event that is not whole is the first of those that are missing.
function cutShort({ stray, left, frontier }: Reading, header: BundleHeader): Fault {
  const last = left.at(-1);
  const whole = frontier.size - (last !== undefined && 'problem' in last ? 1 : 0);
  if (whole < header.size) {
    return faultAt(
      whole + 1,
      `what was recorded here is missing: the file ends before it, and is of ${header.size} events`,
    );
  }
  return stray ?? faultInLine(1, 'the bundle has no end: its last line, the checkpoint, is missing');
}

// The first block in which something is wrong, judged by the roots that are signed.
function faultInBlocks({ blocks }: Reading, signed: readonly Hash[]): Fault | null {
  let next = 1;
  for (const [index, block] of blocks.entries()) {
    const { first, last, line, stated, found, mismatch } = block;
    const root = signed[index];
    if (first !== next || root === undefined) return faultInLine(line, 'these are not the hashes that come next');
    if (sameHash(stated, root)) {
      if (mismatch !== null) return faultAt(mismatch.position, mismatch.what);
    } else if (sameHash(found, root)) {
      return faultInLine(line, `the hashes of positions ${first} to ${last} were changed; the events were not`);
    } else {
      return faultBetween(first, last, 'events were changed, and their hashes with them');
    }
    next = last + 1;
  }
  return null;
}

// A checkpoint that is of another ledger, or that nobody signed as it is, says nothing of this history.
function distrusted(now: ReadCheckpoint, earlier: readonly ReadCheckpoint[], key: VerifierKey): Fault | null {
  for (const { origin, note } of earlier) {
    if (origin !== now.origin) return faultBetween(1, Math.max(1, now.size), `the earlier checkpoint is of ${origin}`);
    try {
      checkSignature(note, key);
    } catch (error) {
      if (!(error instanceof NotSigned)) throw error;
      return { first: 0, last: 0, message: `the earlier checkpoint: ${error.message}` };
    }
  }
  return null;
}

function faultWithEarlier(reading: Reading, now: ReadCheckpoint, earlier: readonly ReadCheckpoint[]): Fault | null {
  let good = 0;
  for (const { size, root } of earlier.toSorted((a, b) => a.size - b.size)) {
    if (size > now.size) return faultAt(now.size + 1, `the earlier checkpoint has ${size} events, the bundle fewer`);
    const found = size === 0 ? rootOf(emptyFrontier) : reading.rootsAt.get(size);
    if (found === undefined || !sameHash(found, root)) {
      const what = 'they are not those of the earlier checkpoint: the history was written anew, and signed again';
      return faultBetween(good + 1, Math.max(good + 1, size), what);
    }
    good = size;
  }
  return null;
}
