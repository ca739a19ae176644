import type { RecordedEvent } from '../event-store/event-store.ts';
import { type BundleHeader, type EndLine, eventsPerBlock, type HashesLine, readLine } from './bundle-file.ts';
import { describeWrongEvent, eventMissing, type Fault, faultAt, faultBetween } from './check-log.ts';
import {
  checkSignature,
  MalformedNote,
  NotSigned,
  type ReadCheckpoint,
  readCheckpoint,
  readVerifierKey,
  type VerifierKey,
} from './checkpoint.ts';
import { append, emptyFrontier, type Hash, rootOf, rootOfParts, sameHash } from './merkle-tree.ts';
import { leafHashOf } from './tree-file.ts';

/**
 * Verifies a bundle by itself, line by line: every event against its hash, the hashes against the signed checkpoint,
 * and everything against earlier checkpoints. Names the first event that was changed, removed, put in or moved. Memory
 * grows by two hashes for every 256 events.
 */
export async function verifyBundle(check: BundleCheck): Promise<BundleVerdict> {
  const reading = await readBundle(check);
  const { header, frontier } = reading;
  const fault = findFault(reading, check);
  return {
    fault,
    checkpoint: fault === null && reading.end !== null ? readCheckpoint(reading.end.checkpoint) : null,
    origin: header?.origin ?? '',
    size: frontier.size,
    root: rootOf(frontier),
    key: header?.verifierKey ?? '',
  };
}

/** What to verify a bundle with. */
type BundleCheck = {
  readonly lines: AsyncIterable<string | null>;
  /** A key that the reader trusts; null if there is only the one in the bundle. */
  readonly key: VerifierKey | null;
  /** Checkpoints of the same ledger from elsewhere. */
  readonly earlier: readonly ReadCheckpoint[];
  readonly tell?: (events: number, total: number) => void;
};

/** The result of a verification. `key` is the key in the bundle, as text. */
export type BundleVerdict = {
  readonly fault: Fault | null;
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
  readonly key: string;
  /** The checkpoint of a bundle without a fault. */
  readonly checkpoint: ReadCheckpoint | null;
};

// Reads the whole bundle. Keeps what is wrong with a line in its block, or as the stray line.
async function readBundle({ lines, earlier, tell }: BundleCheck): Promise<Reading> {
  const reading: Reading = {
    header: null,
    end: null,
    stray: null,
    frontier: emptyFrontier,
    blocks: [],
    rest: [],
    rootsAt: new Map(),
  };
  const earlierSizes = new Set(earlier.map(({ size }) => size));
  let events: EventLine[] = [];
  let number = 0;
  const markStray = (what: string): void => {
    reading.stray ??= faultInLine(number, what);
  };
  const addEvent = (event: EventLine): void => {
    events.push(event);
    reading.frontier = append(reading.frontier, event.leaf).frontier;
    const { size } = reading.frontier;
    if (earlierSizes.has(size)) reading.rootsAt.set(size, rootOf(reading.frontier));
    if (size % eventsPerBlock === 0) tell?.(size, reading.header?.size ?? size);
  };
  const addBlock = (block: Block): void => {
    reading.blocks.push(block);
    events = [];
  };
  for await (const text of lines) {
    number += 1;
    const line = text === null ? ({ kind: 'problem', message: 'it is not UTF-8' } as const) : readLine(text);
    const size = reading.header?.size ?? 0;
    if (reading.end !== null) markStray('nothing may follow the checkpoint');
    else if (number === 1) {
      if (line.kind === 'header') reading.header = line.header;
      else markStray(`it is not the header of a bundle: ${line.kind === 'problem' ? line.message : line.kind}`);
    } else if (line.kind === 'event') {
      const isOfLedger = line.source === reading.header?.origin;
      addEvent(isOfLedger ? toEventLine(line.event, number) : notAnEvent(`it is of ${line.source}`, number));
    } else if (line.kind === 'problem') {
      if (isHashesDue(events.length, reading)) addBlock(brokenBlock(events, reading.frontier.size, number));
      else if (reading.frontier.size < size) addEvent(notAnEvent(line.message, number));
      else markStray(line.message);
    } else if (line.kind === 'hashes') addBlock(compareBlock(events, line, number));
    else if (line.kind === 'end') reading.end = { blocks: line.blocks, checkpoint: line.checkpoint, line: number };
    else markStray('there is a second header');
    if (events.length > maxEventLines) break;
  }
  reading.rest = events;
  const [first] = events;
  if (first !== undefined) {
    reading.stray ??= faultInLine(first.line, 'the hashes of the events from here on are missing, or were changed');
  }
  return reading;
}

type Reading = {
  header: BundleHeader | null;
  end: (EndLine & { readonly line: number }) | null;
  /** The first line that does not belong where it is. */
  stray: Fault | null;
  frontier: typeof emptyFrontier;
  readonly blocks: Block[];
  /** Events at the end that no hashes follow. */
  rest: readonly EventLine[];
  /** The roots at the sizes of the earlier checkpoints. */
  readonly rootsAt: Map<number, Hash>;
};

// A line where an event belongs: the event, or why the line holds none; the leaf; and the number of the line.
type EventLine = { readonly line: number; readonly leaf: Hash } & (
  | { readonly event: RecordedEvent }
  | { readonly problem: string }
);

// A block as it was read: its positions, the root of its line of hashes, and the root of its events.
type Block = {
  readonly first: number;
  readonly last: number;
  readonly line: number;
  readonly statedRoot: Hash;
  readonly eventsRoot: Hash;
  /** The first event that does not match its hash. */
  readonly mismatch: Fault | null;
};

function faultInLine(line: number, what: string): Fault {
  return { first: 0, last: 0, message: `line ${line}: ${what}` };
}

function toEventLine(event: RecordedEvent, line: number): EventLine {
  try {
    return { event, leaf: leafHashOf(event), line };
  } catch (error) {
    return notAnEvent(error instanceof Error ? error.message : String(error), line);
  }
}

function notAnEvent(problem: string, line: number): EventLine {
  return { problem, leaf: noLeaf, line };
}

// Stands for a line that is not an event: no hash matches it.
const noLeaf: Hash = new Uint8Array(32);

// A line of hashes comes after every full block, and after the last event.
function isHashesDue(waiting: number, { header, frontier }: Reading): boolean {
  return waiting === eventsPerBlock || (waiting > 0 && frontier.size === header?.size);
}

// A block whose line of hashes cannot be read; `last` is the position of its last event.
function brokenBlock(events: readonly EventLine[], last: number, line: number): Block {
  const first = last - events.length + 1;
  return { first, last, line, statedRoot: noLeaf, eventsRoot: rootOfEvents(events), mismatch: null };
}

function rootOfEvents(events: readonly EventLine[]): Hash {
  return rootOfParts(events.map(({ leaf }) => leaf));
}

// Compares the events of a block with its line of hashes.
function compareBlock(events: readonly EventLine[], hashes: HashesLine, line: number): Block {
  const { first, leaves } = hashes;
  const wrong = leaves.findIndex((leaf, index) => {
    const event = events[index];
    return event === undefined || !sameHash(event.leaf, leaf);
  });
  const surplus = events[leaves.length];
  let mismatch: Fault | null = null;
  if (wrong >= 0) mismatch = faultAt(first + wrong, describeMismatch(events[wrong], first + wrong, hashes));
  else if (surplus !== undefined) {
    mismatch = faultAt(first + leaves.length, `line ${surplus.line} was put in: the block ends before it`);
  }
  return {
    first,
    last: first + leaves.length - 1,
    line,
    statedRoot: rootOfParts(leaves),
    eventsRoot: rootOfEvents(events),
    mismatch,
  };
}

function describeMismatch(event: EventLine | undefined, position: number, { first, leaves }: HashesLine): string {
  if (event === undefined) return eventMissing;
  if ('problem' in event) return `line ${event.line} was changed: ${event.problem}`;
  const { line, leaf } = event;
  const stated = event.event.position;
  if (stated === position) return `line ${line} was changed: ${describeWrongEvent(event.event, leaves, first)}`;
  const ownLeaf = leaves[stated - first];
  const isMoved = ownLeaf !== undefined && sameHash(leaf, ownLeaf);
  const where = `line ${line} has the event of position ${stated}`;
  return isMoved ? `the event recorded here is gone: ${where}` : `${where}, which was put in or renumbered`;
}

// More event lines without hashes are not a bundle: reading stops, to save memory.
const maxEventLines = 2 * eventsPerBlock;

function findFault(reading: Reading, { key, earlier }: BundleCheck): Fault | null {
  const { header, end, frontier, blocks, stray } = reading;
  // Even if the checkpoint cannot be trusted, the events can be compared with the hashes beside them.
  const roots = end?.blocks ?? blocks.map(({ statedRoot }) => statedRoot);
  const blockFault = header === null ? null : findBlockFault(blocks, roots);
  const signed = trustCheckpoint(reading, key);
  if ('message' in signed) return blockFault ?? signed;
  if (blockFault !== null) return blockFault;
  const { size, root } = signed;
  if (!sameHash(rootOfParts(roots), root)) {
    return sameHash(rootOf(frontier), root)
      ? faultInLine(end?.line ?? 1, 'the hashes of the blocks were changed; the events were not')
      : faultBetween(1, Math.max(1, size), 'events were changed, and all their hashes with them');
  }
  if (frontier.size < size) return faultAt(frontier.size + 1, `${eventMissing}: ${size} events were signed`);
  if (stray !== null) return stray;
  const signer = key ?? readVerifierKey(header?.verifierKey ?? '');
  return distrustEarlier(signed, earlier, signer) ?? compareEarlier(reading, signed, earlier);
}

// The first block with a fault. The checkpoint signs the root over `roots`, so these decide what was changed.
function findBlockFault(blocks: readonly Block[], roots: readonly Hash[]): Fault | null {
  let next = 1;
  for (const [index, { first, last, line, statedRoot, eventsRoot, mismatch }] of blocks.entries()) {
    const root = roots[index];
    if (first !== next || root === undefined) return faultInLine(line, 'these are not the hashes that come next');
    if (sameHash(statedRoot, root)) {
      if (mismatch !== null) return mismatch;
    } else if (sameHash(eventsRoot, root)) {
      return faultInLine(line, `the hashes of positions ${first} to ${last} were changed; the events were not`);
    } else {
      return faultBetween(first, last, 'events were changed, and their hashes with them');
    }
    next = last + 1;
  }
  return null;
}

// The checkpoint of a bundle, if its signatures are right and it belongs to the header; else the fault.
function trustCheckpoint(reading: Reading, key: VerifierKey | null): ReadCheckpoint | Fault {
  const { header, end, stray } = reading;
  if (header === null) return stray ?? faultInLine(1, 'there is no header');
  if (end === null) return missingEnd(reading, header);
  try {
    const checkpoint = readCheckpoint(end.checkpoint);
    if (key !== null) checkSignature(checkpoint.note, key);
    checkSignature(checkpoint.note, readVerifierKey(header.verifierKey));
    const { origin, size } = checkpoint;
    if (origin !== header.origin || size !== header.size || header.origin !== `partnership-ledger/${header.ledger}`) {
      return faultInLine(1, `the header does not match the checkpoint: ${origin}, ${size} events`);
    }
    return checkpoint;
  } catch (error) {
    if (error instanceof MalformedNote || error instanceof NotSigned) {
      return faultInLine(end.line, `the checkpoint cannot be trusted: ${error.message}`);
    }
    throw error;
  }
}

// A file without its last line was cut short: the first incomplete event is the first missing one.
function missingEnd({ stray, rest, frontier }: Reading, { size }: BundleHeader): Fault {
  const last = rest.at(-1);
  const complete = frontier.size - (last !== undefined && 'problem' in last ? 1 : 0);
  if (complete < size)
    return faultAt(complete + 1, `${eventMissing}: the file ends too early, it should have ${size} events`);
  return stray ?? faultInLine(1, 'the bundle has no end: its last line, the checkpoint, is missing');
}

// An earlier checkpoint proves nothing if it is of another ledger, or its signature is wrong.
function distrustEarlier(now: ReadCheckpoint, earlier: readonly ReadCheckpoint[], key: VerifierKey): Fault | null {
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

function compareEarlier(reading: Reading, now: ReadCheckpoint, earlier: readonly ReadCheckpoint[]): Fault | null {
  let provenSize = 0;
  for (const { size, root } of earlier.toSorted((a, b) => a.size - b.size)) {
    if (size > now.size) return faultAt(now.size + 1, `the earlier checkpoint has ${size} events, the bundle fewer`);
    const rootNow = size === 0 ? rootOf(emptyFrontier) : reading.rootsAt.get(size);
    if (rootNow === undefined || !sameHash(rootNow, root)) {
      const what = 'they differ from those of the earlier checkpoint: the history was rewritten, and signed again';
      return faultBetween(provenSize + 1, Math.max(provenSize + 1, size), what);
    }
    provenSize = size;
  }
  return null;
}
