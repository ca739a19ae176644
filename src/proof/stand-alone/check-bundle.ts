import { createHash } from 'node:crypto';
import { checkNote, type Head, type Key, Malformed, readHead, readKey, type Witness, witnessesOf } from './notes.ts';

/**
 * Checks a bundle by itself. Written apart from the rest of the project on purpose, from docs/proof.md alone: a second
 * program that comes to the same verdict. Needs only what Node 18 has, which knows no `toSorted`.
 *
 * `lines` are the lines of the file as bytes, without line feeds. Memory grows by two hashes for every 256 events.
 */
export async function checkBundle(lines: AsyncIterable<Uint8Array>, trust: Trust): Promise<Verdict> {
  const reading = await readBundle(lines, new Set(trust.earlier.map(({ size }) => size)));
  try {
    return { fault: null, ...judge(reading, trust) };
  } catch (error) {
    if (!(error instanceof Altered)) throw error;
    const { header, size } = reading;
    const { first, last, message } = error;
    return { fault: { first, last, message }, origin: header?.origin ?? '', size, root: '', key: '', witnessed: null };
  }
}

/** What whoever checks a bundle brings along. */
export type Trust = {
  /** The key that must have signed; null to take the one in the bundle. */
  readonly key: Key | null;
  /** Checkpoints of the same ledger that came from elsewhere. */
  readonly earlier: readonly Head[];
  /** The keys of witnesses, and how many of them must have cosigned one of the checkpoints. */
  readonly witnesses: readonly Key[];
  readonly quorum: number;
};

/** The result. `first` and `last` of a fault are positions, or 0 if it concerns no event. */
export type Verdict = {
  readonly fault: { readonly first: number; readonly last: number; readonly message: string } | null;
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  /** The key in the bundle. */
  readonly key: string;
  /** The largest checkpoint that enough witnesses cosigned. */
  readonly witnessed: { readonly size: number; readonly by: readonly Witness[] } | null;
};

type Reading = {
  header: Header | null;
  end: { readonly roots: readonly Buffer[]; readonly checkpoint: string; readonly line: number } | null;
  /** The first line that does not belong where it is. */
  stray: string | null;
  /** Whether the last line stands where an event belongs, and is none. */
  isCut: boolean;
  /** The number of lines that stand where an event belongs, and the root of their leaves at some sizes. */
  size: number;
  readonly rootAt: Map<number, string>;
  readonly blocks: Block[];
};

type Header = { readonly ledger: string; readonly origin: string; readonly size: number; readonly verifierKey: string };

// 256 events, or what is left of them, and the line of hashes that follows.
type Block = {
  readonly first: number;
  readonly line: number;
  /** Of the line of hashes. */
  readonly leaves: readonly Buffer[];
  /** Of the events themselves. */
  readonly events: readonly EventLine[];
};

type EventLine = { readonly line: number; readonly leaf: Buffer; readonly problem: string | null };

const eventsPerBlock = 256;

async function readBundle(lines: AsyncIterable<Uint8Array>, sizes: ReadonlySet<number>): Promise<Reading> {
  const reading: Reading = {
    header: null,
    end: null,
    stray: null,
    isCut: false,
    size: 0,
    rootAt: new Map(),
    blocks: [],
  };
  const tree: Buffer[] = [];
  let events: EventLine[] = [];
  let number = 0;
  for await (const bytes of lines) {
    number += 1;
    const line = readLine(bytes, reading.header?.origin ?? '');
    const isFull = events.length === eventsPerBlock || reading.size === reading.header?.size;
    if (reading.end !== null) reading.stray ??= `line ${number}: nothing may follow the checkpoint`;
    else if (number === 1) {
      if (line.kind === 'header') reading.header = line.header;
      else reading.stray = 'line 1: it is not the header of a bundle';
    } else if (line.kind === 'hashes' || (line.kind === 'problem' && isFull && events.length > 0)) {
      const first = line.kind === 'hashes' ? line.first : reading.size - events.length + 1;
      reading.blocks.push({ first, line: number, leaves: line.kind === 'hashes' ? line.leaves : [], events });
      events = [];
    } else if (line.kind === 'end') reading.end = { ...line, line: number };
    else if (line.kind === 'event' || (line.kind === 'problem' && reading.size < (reading.header?.size ?? 0))) {
      const leaf = line.kind === 'event' ? hashOf(0, line.leaf) : Buffer.alloc(hashBytes);
      events.push({ line: number, leaf, problem: line.kind === 'problem' ? line.problem : null });
      grow(tree, reading.size, leaf);
      reading.size += 1;
      if (sizes.has(reading.size)) reading.rootAt.set(reading.size, foldTree(tree));
    } else reading.stray ??= `line ${number}: ${line.kind === 'problem' ? line.problem : 'there is a second header'}`;
    // More events without hashes are no bundle.
    if (events.length > 2 * eventsPerBlock) break;
  }
  reading.isCut = events.at(-1)?.problem != null;
  if (events.length > 0) {
    const where = `line ${events[0]?.line}`;
    reading.stray ??= `${where}: the hashes of the events from here on are missing, or were changed`;
  }
  reading.rootAt.set(reading.size, foldTree(tree));
  return reading;
}

type Line =
  | { readonly kind: 'header'; readonly header: Header }
  | { readonly kind: 'event'; readonly leaf: string }
  | { readonly kind: 'hashes'; readonly first: number; readonly leaves: readonly Buffer[] }
  | { readonly kind: 'end'; readonly roots: readonly Buffer[]; readonly checkpoint: string }
  | { readonly kind: 'problem'; readonly problem: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readLine(bytes: Uint8Array, origin: string): Line {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text);
    if (canonical(value) !== text) return { kind: 'problem', problem: 'it is not canonical JSON (RFC 8785)' };
  } catch {
    return { kind: 'problem', problem: 'it is not JSON in UTF-8, as RFC 8785 has it' };
  }
  const notOfBundle = { kind: 'problem', problem: 'it is not a line of a bundle' } as const;
  return readHeader(value) ?? readEvent(value, text, origin) ?? readHashes(value) ?? readEnd(value) ?? notOfBundle;
}

// RFC 8785. Node writes strings and numbers as it says; what is left is the order of members. Throws on half a character.
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => [name, canonical(member)] as const);
    const byCodeUnit = members.sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${byCodeUnit.map(([name, member]) => `${canonical(name)}:${member}`).join(',')}}`;
  }
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) throw new Malformed('half a character');
  return JSON.stringify(value);
}

function readHeader(value: unknown): Line | null {
  if (!hasMembers(value, ['bundle', 'format', 'ledger', 'origin', 'size', 'verifierKey'])) return null;
  const { bundle, format, ledger, origin, size, verifierKey } = value;
  const areTexts = typeof ledger === 'string' && typeof origin === 'string' && typeof verifierKey === 'string';
  if (bundle !== 'partnership-ledger' || format !== 1 || !areTexts || !isCount(size)) return null;
  return { kind: 'header', header: { ledger, origin, size, verifierKey } };
}

function hasMembers(value: unknown, names: readonly string[]): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.keys(value).sort().join() === [...names].sort().join();
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

// An event is a CloudEvent. Its leaf has the same content under the names of the ledger. Writing the line again from what
// the leaf has, and comparing it, leaves no room for anything that the leaf does not cover.
function readEvent(value: unknown, text: string, origin: string): Line | null {
  if (typeof value !== 'object' || value === null || !('specversion' in value)) return null;
  const { id, type, subject, data, position, recordedat, revision, metadata, source } = value as Partial<
    Record<string, unknown>
  >;
  if (source !== origin) return { kind: 'problem', problem: `it is of ${String(source)}` };
  if (!isCount(position) || !isCount(revision) || typeof data !== 'object' || typeof metadata !== 'string') return null;
  const fixed = { specversion: '1.0', source: origin, datacontenttype: 'application/json' };
  const line = { ...fixed, id, type, subject, data, position, recordedat, revision, metadata };
  if ([id, type, subject, recordedat].some((one) => typeof one !== 'string') || canonical(line) !== text) return null;
  try {
    const event = { id, type, data, metadata: JSON.parse(metadata) };
    if (canonical(event.metadata) !== metadata) return null;
    const leaf = canonical({ format: 1, position, recordedAt: recordedat, stream: subject, revision, event });
    return { kind: 'event', leaf };
  } catch {
    return null;
  }
}

function readHashes(value: unknown): Line | null {
  if (!hasMembers(value, ['first', 'leaves']) || !isCount(value['first'])) return null;
  const leaves = readBase64(value['leaves']);
  const isBlock = leaves !== null && leaves.length > 0 && leaves.length <= eventsPerBlock;
  return isBlock ? { kind: 'hashes', first: value['first'], leaves } : null;
}

// Node also reads malformed base64: take only what it would write itself.
function readBase64(value: unknown): readonly Buffer[] | null {
  if (!Array.isArray(value)) return null;
  const hashes = value.map((text) => Buffer.from(String(text), 'base64'));
  return hashes.every((hash, i) => hash.toString('base64') === value[i]) ? hashes : null;
}

function readEnd(value: unknown): Line | null {
  if (!hasMembers(value, ['blocks', 'checkpoint'])) return null;
  const roots = readBase64(value['blocks']);
  const { checkpoint } = value;
  return roots !== null && typeof checkpoint === 'string' ? { kind: 'end', roots, checkpoint } : null;
}

const hashBytes = 32;

// RFC 6962, 2.1: a leaf begins with 0x00, a node with 0x01.
function hashOf(prefix: 0 | 1, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256').update(Uint8Array.of(prefix));
  for (const part of parts) hash.update(part);
  return hash.digest();
}

// `tree` holds the roots of the complete subtrees from left to right: one for each 1 in the binary form of the size.
function grow(tree: Buffer[], size: number, leaf: Buffer): void {
  let hash = leaf;
  for (let left = size; left % 2 === 1; left = (left - 1) / 2) hash = hashOf(1, tree.pop() as Buffer, hash);
  tree.push(hash);
}

function foldTree(tree: readonly Buffer[]): string {
  const root = tree.reduceRight<Buffer | null>((right, left) => (right === null ? left : hashOf(1, left, right)), null);
  return (root ?? createHash('sha256').digest()).toString('base64');
}

function rootOf(leaves: readonly Buffer[]): string {
  const tree: Buffer[] = [];
  for (const [size, leaf] of leaves.entries()) grow(tree, size, leaf);
  return foldTree(tree);
}

/** A bundle is not what was recorded. */
class Altered extends Error {
  readonly first: number;
  readonly last: number;

  constructor(message: string, first = 0, last = first) {
    const where = first === last ? `position ${first}` : `positions ${first} to ${last}`;
    super(first === 0 ? message : `${where}: ${message}`);
    [this.first, this.last] = [first, last];
  }
}

// The check stops at the first fault: it throws Altered.
function judge(reading: Reading, trust: Trust): Omit<Verdict, 'fault'> {
  const { header, end, stray, size } = reading;
  if (header === null) throw new Altered(stray ?? 'there is no header');
  // Even if nobody can trust the checkpoint, the events can be compared with the hashes beside them.
  const roots = end?.roots ?? reading.blocks.map(({ leaves }) => Buffer.from(rootOf(leaves), 'base64'));
  compareBlocks(reading.blocks, roots);
  if (end === null) throw missingEnd(reading, header);
  const head = readSigned(end.checkpoint, `line ${end.line}: the checkpoint`, trust.key, header);
  const { origin, verifierKey } = header;
  if (head.origin !== origin || head.size !== header.size || origin !== `partnership-ledger/${header.ledger}`) {
    throw new Altered(`line 1: the header does not match the checkpoint: ${head.origin}, ${head.size} events`);
  }
  const last = Math.max(1, head.size);
  if (rootOf(roots) !== head.root) {
    throw reading.rootAt.get(size) === head.root
      ? new Altered(`line ${end.line}: the hashes of the blocks were changed; the events were not`)
      : new Altered('events were changed, and all their hashes with them', 1, last);
  }
  if (size < head.size) throw new Altered(`the event recorded here is missing: ${head.size} were signed`, size + 1);
  if (stray !== null) throw new Altered(stray);
  if (reading.rootAt.get(size) !== head.root) throw new Altered('the events are not those that were signed', 1, last);
  compareEarlier(reading, head, trust, header);
  const witnessed = countWitnesses([head, ...trust.earlier], trust);
  return { origin, size, root: head.root, key: verifierKey, witnessed };
}

// The checkpoint signs the root over `roots`, so these decide whether the events or their hashes were changed.
function compareBlocks(blocks: readonly Block[], roots: readonly Buffer[]): void {
  let next = 1;
  for (const [index, { first, line, leaves, events }] of blocks.entries()) {
    const root = roots[index]?.toString('base64');
    if (first !== next || root === undefined)
      throw new Altered(`line ${line}: these are not the hashes that come next`);
    const last = first + (leaves.length || events.length) - 1;
    if (leaves.length > 0 && rootOf(leaves) === root) compareEvents(events, leaves, first);
    else if (rootOf(events.map(({ leaf }) => leaf)) === root) {
      throw new Altered(`line ${line}: the hashes of positions ${first} to ${last} were changed; the events were not`);
    } else throw new Altered('events were changed, and their hashes with them', first, last);
    next = last + 1;
  }
}

function compareEvents(events: readonly EventLine[], leaves: readonly Buffer[], first: number): void {
  for (const [index, leaf] of leaves.entries()) {
    const event = events[index];
    if (event === undefined) throw new Altered('the event recorded here is missing', first + index);
    if (event.leaf.equals(leaf)) continue;
    const why = event.problem ?? 'it was changed, moved, removed or put in its place';
    throw new Altered(`line ${event.line} is not the event recorded here: ${why}`, first + index);
  }
  const surplus = events[leaves.length];
  if (surplus !== undefined) {
    throw new Altered(`line ${surplus.line} was put in: the block ends before it`, first + leaves.length);
  }
}

// A file without its last line was cut short: the first incomplete event is the first missing one.
function missingEnd({ size, stray, isCut }: Reading, header: Header): Altered {
  const complete = isCut ? size - 1 : size;
  return complete < header.size
    ? new Altered(`the event recorded here is missing: the file should have ${header.size} events`, complete + 1)
    : new Altered(stray ?? 'the last line, the checkpoint, is missing');
}

function readSigned(text: string, what: string, key: Key | null, header: Header): Head {
  try {
    const head = readHead(text);
    if (key !== null) checkNote(head.note, key);
    checkNote(head.note, readKey(header.verifierKey, 'signer'));
    return head;
  } catch (error) {
    if (error instanceof Malformed) throw new Altered(`${what} cannot be trusted: ${error.message}`);
    throw error;
  }
}

function compareEarlier(reading: Reading, head: Head, { earlier, key }: Trust, header: Header): void {
  const signer = key ?? readKey(header.verifierKey, 'signer');
  for (const { origin, note, size } of earlier) {
    if (origin !== head.origin) throw new Altered(`the earlier checkpoint is of ${origin}`, 1, Math.max(1, head.size));
    try {
      checkNote(note, signer);
    } catch (error) {
      if (error instanceof Malformed) throw new Altered(`the earlier checkpoint of ${size} events: ${error.message}`);
      throw error;
    }
  }
  let proven = 0;
  for (const { size, root } of [...earlier].sort((one, other) => one.size - other.size)) {
    if (size > head.size)
      throw new Altered(`the earlier checkpoint has ${size} events, the bundle fewer`, head.size + 1);
    const now = size === 0 ? rootOf([]) : reading.rootAt.get(size);
    if (now !== root) {
      const what = 'they differ from those of the earlier checkpoint: the history was rewritten, and signed again';
      throw new Altered(what, proven + 1, Math.max(proven + 1, size));
    }
    proven = size;
  }
}

function countWitnesses(heads: readonly Head[], { witnesses, quorum }: Trust): Verdict['witnessed'] {
  if (witnesses.length === 0) return null;
  try {
    const counted = heads.map(({ size, note }) => ({ size, by: witnessesOf(note, witnesses) }));
    const enough = counted.filter(({ by }) => by.length >= quorum).sort((one, other) => other.size - one.size);
    if (enough[0] !== undefined) return enough[0];
    const most = Math.max(...counted.map(({ by }) => by.length));
    const names = witnesses.map(({ name }) => name).join(', ');
    throw new Altered(`only ${most} of ${quorum} witnesses cosigned a checkpoint of it (trusted: ${names})`);
  } catch (error) {
    if (error instanceof Malformed) throw new Altered(`a cosignature is wrong: ${error.message}`);
    throw error;
  }
}
