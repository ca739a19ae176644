import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import type { EventStore, RecordedEvent } from '../event-store/event-store.ts';
import { append, emptyFrontier, type Hash, rootOf, sameHash } from './merkle-tree.ts';
import { leafHashOf } from './tree.ts';

/** The first line of a bundle. */
export function headerLine(header: BundleHeader): string {
  return line(header);
}

/** The first line of a bundle: which ledger it is of, how many events it has, and the key that signed its checkpoint. */
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

/** An event as a line: a CloudEvent, with what the ledger says of it as extension attributes. */
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
  return line({ first, leaves: leaves.map(base64) });
}

/** The hashes of the leaves of a block, the first of which is at a position. */
export type HashesLine = { readonly first: number; readonly leaves: readonly Hash[] };

function base64(hash: Hash): string {
  return Buffer.from(hash).toString('base64');
}

/** The last line of a bundle. */
export function endLine({ blocks, checkpoint }: EndLine): string {
  return line({ blocks: blocks.map(base64), checkpoint });
}

/** The last line: the root of each block, and the signed checkpoint. */
export type EndLine = { readonly blocks: readonly Hash[]; readonly checkpoint: string };

/** Reads a line, which must be written as this project writes it, to the byte: canonical JSON (RFC 8785). */
export function readLine(text: string): BundleLine {
  try {
    const read = recognised(JSON.parse(text));
    if (read.kind === 'problem' || written(read) === text) return read;
    return { kind: 'problem', message: 'it is not written as a bundle is (RFC 8785)' };
  } catch {
    return { kind: 'problem', message: 'it is no JSON' };
  }
}

/** A line of a bundle as it was read; `problem` where it is none. */
export type BundleLine =
  | { readonly kind: 'header'; readonly header: BundleHeader }
  | { readonly kind: 'event'; readonly event: RecordedEvent; readonly source: string }
  | ({ readonly kind: 'hashes' } & HashesLine)
  | ({ readonly kind: 'end' } & EndLine)
  | { readonly kind: 'problem'; readonly message: string };

function recognised(value: unknown): BundleLine {
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
  return { kind: 'problem', message: 'it is no line of a bundle' };
}

// CloudEvents 1.0. `time` is left out: it would be taken for when something happened, which `data` says, not the ledger.
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

/** So many events share a line of hashes; the last line of hashes may be of fewer. */
export const eventsPerBlock = 256;

const hashText = z.string();

const hashesShape = z.strictObject({ first: z.int().positive(), leaves: z.array(hashText).min(1).max(eventsPerBlock) });

function hashes(texts: readonly string[]): readonly Hash[] {
  return texts.map((text) => Buffer.from(text, 'base64'));
}

const endShape = z.strictObject({ blocks: z.array(hashText), checkpoint: z.string() });

function written(read: BundleLine): string {
  if (read.kind === 'header') return headerLine(read.header);
  if (read.kind === 'event') return eventLine(read.event, read.source);
  if (read.kind === 'hashes') return hashesLine(read);
  return read.kind === 'end' ? endLine(read) : '';
}

/**
 * The lines of a file, ended by line feeds, as they come; null for one that is no UTF-8. What follows the last line feed
 * is a line too, if it is anything. Throws what the system does, and LineTooLong.
 */
export async function* fileLines(file: string): AsyncGenerator<string | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decoded = (parts: readonly Buffer[]): string | null => {
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
      yield decoded([...parts, chunk.subarray(start, end)]);
      [parts, length, start] = [[], 0, end + 1];
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > longestLine) throw new LineTooLong(`${file} has a line of more than ${longestLine} bytes`);
  }
  if (parts.length > 0) yield decoded(parts);
}

// An event has a MiB at most; the last line 45 bytes for every 256 events.
const longestLine = 256 * 1024 * 1024;

/** A file has no line feed where one would have to be. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

/** The lines of a bundle, without their line feeds, as they are read from the store. Throws NotAsSigned. */
export async function* bundleLines({ readAll, header, checkpoint, root, tell }: BundleParts): AsyncGenerator<string> {
  const { size, origin } = header;
  const blocks: Hash[] = [];
  let leaves: Hash[] = [];
  let block = emptyFrontier;
  let whole = emptyFrontier;
  yield headerLine(header);
  for await (const event of readAll({ limit: size })) {
    yield eventLine(event, origin);
    const leaf = leafHashOf(event);
    leaves.push(leaf);
    block = append(block, leaf).frontier;
    whole = append(whole, leaf).frontier;
    if (leaves.length < eventsPerBlock && whole.size < size) continue;
    yield hashesLine({ first: whole.size - leaves.length + 1, leaves });
    blocks.push(rootOf(block));
    [leaves, block] = [[], emptyFrontier];
    tell?.(whole.size, size);
  }
  if (whole.size !== size || !sameHash(rootOf(whole), root)) {
    throw new NotAsSigned('the events are not those of the checkpoint: they were changed while they were read');
  }
  yield endLine({ blocks, checkpoint });
}

/** What a bundle is made of: a store, what is said in front, the checkpoint of its size and the root that it signs. */
export type BundleParts = {
  readonly readAll: EventStore['readAll'];
  readonly header: BundleHeader;
  readonly checkpoint: string;
  readonly root: Hash;
  readonly tell?: (events: number, of: number) => void;
};

/** The events are not those of the checkpoint: they were changed while the bundle was written. */
export class NotAsSigned extends Error {
  override readonly name = 'NotAsSigned';
}

/**
 * Writes lines to a file that nobody ever sees half of: beside it first, to the disk, then under its name. Throws EEXIST
 * where a file is there and is not to be replaced; what was written by then is taken away again.
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
      if (chunk.length < chunkSize) continue;
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

// So much is written at a time, in characters.
const chunkSize = 256 * 1024;
