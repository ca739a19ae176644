import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import type { EventStore, RecordedEvent } from '../event-store/event-store.ts';
import { append, emptyFrontier, type Hash, rootOf, rootOfParts, sameHash, toBase64 } from './merkle-tree.ts';
import { leafHashOf } from './tree-file.ts';

/**
 * Yields the lines of a bundle, without line feeds, as it reads the events from the store: a header, events, after every
 * 256 events a line of their hashes, and last the signed checkpoint. Throws NotAsSigned.
 */
export async function* bundleLines({
  readAll,
  header,
  checkpoint,
  root,
  tell,
}: {
  readonly readAll: EventStore['readAll'];
  readonly header: BundleHeader;
  /** The signed checkpoint of as many events as the header says, and the root that it signs. */
  readonly checkpoint: string;
  readonly root: Hash;
  readonly tell?: (events: number, total: number) => void;
}): AsyncGenerator<string> {
  const { size, origin } = header;
  const blocks: Hash[] = [];
  let leaves: Hash[] = [];
  let frontier = emptyFrontier;
  yield headerLine(header);
  for await (const event of readAll({ limit: size })) {
    yield eventLine(event, origin);
    const leaf = leafHashOf(event);
    leaves.push(leaf);
    frontier = append(frontier, leaf).frontier;
    if (leaves.length < eventsPerBlock && frontier.size < size) continue;
    yield hashesLine({ first: frontier.size - leaves.length + 1, leaves });
    blocks.push(rootOfParts(leaves));
    leaves = [];
    tell?.(frontier.size, size);
  }
  if (frontier.size !== size || !sameHash(rootOf(frontier), root)) {
    throw new NotAsSigned('the events are not those that the checkpoint signs: somebody changed them meanwhile');
  }
  yield endLine({ blocks, checkpoint });
}

/** The events of a bundle are not those that its checkpoint signs: somebody changed them while it was written. */
export class NotAsSigned extends Error {
  override readonly name = 'NotAsSigned';
}

/** The header as a line. */
export function headerLine(header: BundleHeader): string {
  return line(header);
}

/** The first line of a bundle: its ledger, the number of its events, and the key that signed its checkpoint. */
export type BundleHeader = z.infer<typeof headerShape>;

const headerShape = z.strictObject({
  bundle: z.literal('partnership-ledger'),
  format: z.literal(1),
  ledger: z.string(),
  origin: z.string(),
  size: z.int().nonnegative(),
  verifierKey: z.string(),
});

function line(value: unknown): string {
  return canonicalize(value) ?? '';
}

/** An event as a line: a CloudEvent, whose extension attributes hold what the ledger says of the event. */
export function eventLine(event: RecordedEvent, source: string): string {
  const { id, type, data, metadata, stream, revision, position, recordedAt } = event;
  return line({
    specversion: '1.0',
    id,
    source,
    type,
    subject: stream,
    datacontenttype: 'application/json',
    data,
    position,
    recordedat: recordedAt,
    revision,
    metadata: line(metadata),
  });
}

/** The hashes of a block as a line. */
export function hashesLine({ first, leaves }: HashesLine): string {
  return line({ first, leaves: leaves.map(toBase64) });
}

/** The hashes of the leaves of a block; `first` is the position of its first event. */
export type HashesLine = { readonly first: number; readonly leaves: readonly Hash[] };

/** The end as a line. */
export function endLine({ blocks, checkpoint }: EndLine): string {
  return line({ blocks: blocks.map(toBase64), checkpoint });
}

/** The last line of a bundle: the root of each block, and the signed checkpoint. */
export type EndLine = { readonly blocks: readonly Hash[]; readonly checkpoint: string };

/** Reads a line. It must be canonical JSON (RFC 8785), the same to the byte as this module writes it. */
export function readLine(text: string): BundleLine {
  try {
    const read = parseLine(JSON.parse(text));
    if (read.kind === 'problem' || formatLine(read) === text) return read;
    return { kind: 'problem', message: 'it is not canonical JSON (RFC 8785)' };
  } catch {
    return { kind: 'problem', message: 'it is not JSON' };
  }
}

/** A line as it was read; `problem` if it is not a line of a bundle. */
type BundleLine =
  | { readonly kind: 'header'; readonly header: BundleHeader }
  | { readonly kind: 'event'; readonly event: RecordedEvent; readonly source: string }
  | ({ readonly kind: 'hashes' } & HashesLine)
  | ({ readonly kind: 'end' } & EndLine)
  | { readonly kind: 'problem'; readonly message: string };

function parseLine(value: unknown): BundleLine {
  const event = eventShape.safeParse(value);
  if (event.success) {
    const { subject: stream, recordedat: recordedAt, metadata, id, type, data, revision, position } = event.data;
    const parsed = JSON.parse(metadata) as RecordedEvent['metadata'];
    const recorded = { id, type, data, metadata: parsed, stream, revision, position, recordedAt };
    return { kind: 'event', event: recorded, source: event.data.source };
  }
  const block = hashesShape.safeParse(value);
  if (block.success) return { kind: 'hashes', first: block.data.first, leaves: hashes(block.data.leaves) };
  const end = endShape.safeParse(value);
  if (end.success) return { kind: 'end', blocks: hashes(end.data.blocks), checkpoint: end.data.checkpoint };
  const header = headerShape.safeParse(value);
  if (header.success) return { kind: 'header', header: header.data };
  return { kind: 'problem', message: 'it is not a line of a bundle' };
}

// CloudEvents 1.0. `time` is left out: readers would take it for when something happened, and only `data` says that.
const eventShape = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string(),
  datacontenttype: z.literal('application/json'),
  data: z.custom<RecordedEvent['data']>((data) => typeof data === 'object' && data !== null && !Array.isArray(data)),
  position: z.int(),
  recordedat: z.string(),
  revision: z.int(),
  metadata: z.string(),
});

/** The number of events that share a line of hashes. The last such line may have fewer. */
export const eventsPerBlock = 256;

const hashText = z.string();

const hashesShape = z.strictObject({ first: z.int().positive(), leaves: z.array(hashText).min(1).max(eventsPerBlock) });

function hashes(texts: readonly string[]): readonly Hash[] {
  return texts.map((text) => Buffer.from(text, 'base64'));
}

const endShape = z.strictObject({ blocks: z.array(hashText), checkpoint: z.string() });

function formatLine(read: BundleLine): string {
  if (read.kind === 'header') return headerLine(read.header);
  if (read.kind === 'event') return eventLine(read.event, read.source);
  if (read.kind === 'hashes') return hashesLine(read);
  return read.kind === 'end' ? endLine(read) : '';
}

/**
 * Yields the lines of a file, without line feeds; null for a line that is not UTF-8. The last line may lack its line
 * feed. Throws LineTooLong, and what the file system throws.
 */
export async function* fileLines(file: string): AsyncGenerator<string | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (parts: readonly Buffer[]): string | null => {
    try {
      return decoder.decode(Buffer.concat(parts));
    } catch {
      return null;
    }
  };
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield decode([...parts, chunk.subarray(start, end)]);
      [parts, length, start] = [[], 0, end + 1];
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > maxLineBytes) throw new LineTooLong(`${file} has a line of more than ${maxLineBytes} bytes`);
  }
  if (parts.length > 0) yield decode(parts);
}

// An event has at most 1 MiB; the last line has 45 bytes for every 256 events.
const maxLineBytes = 256 * 1024 * 1024;

/** A file has a line that is too long for any bundle. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

/**
 * Writes lines to a file that appears whole or not at all: writes a draft beside it, flushes that to the disk, and
 * renames it. Throws EEXIST if the file exists and `replace` is false. Leaves no draft behind.
 */
export async function writeLines(
  file: string,
  lines: AsyncIterable<string>,
  { replace }: { readonly replace: boolean },
): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx');
  try {
    let chunk = '';
    for await (const line of lines) {
      chunk += `${line}\n`;
      if (chunk.length < chunkCharacters) continue;
      await handle.write(chunk);
      chunk = '';
    }
    await handle.write(chunk);
    await handle.sync();
    await handle.close();
    if (replace) await rename(draft, file);
    else await link(draft, file);
  } finally {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
  }
}

// How much is written at a time.
const chunkCharacters = 256 * 1024;
