import canonicalize from 'canonicalize';
import * as z from 'zod';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import type { Hash } from '../merkle-tree.ts';

/** So many events share a line of hashes; the last line of hashes may be of fewer. */
export const eventsPerBlock = 256;

const headerShape = z.strictObject({
  bundle: z.literal('partnership-ledger'),
  format: z.literal(1),
  ledger: z.string(),
  origin: z.string(),
  size: z.int().nonnegative(),
  verifierKey: z.string(),
});

/** The first line of a bundle: which ledger it is of, how many events it has, and the key that signed its checkpoint. */
export type BundleHeader = z.infer<typeof headerShape>;

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

const hashText = z.string();
const hashesShape = z.strictObject({ first: z.int().positive(), leaves: z.array(hashText).min(1).max(eventsPerBlock) });
const endShape = z.strictObject({ blocks: z.array(hashText), checkpoint: z.string() });

/** The hashes of the leaves of a block, the first of which is at a position. */
export type HashesLine = { readonly first: number; readonly leaves: readonly Hash[] };

/** The last line: the root of each block, and the signed checkpoint. */
export type EndLine = { readonly blocks: readonly Hash[]; readonly checkpoint: string };

/** A line of a bundle as it was read; `problem` where it is none. */
export type BundleLine =
  | { readonly kind: 'header'; readonly header: BundleHeader }
  | { readonly kind: 'event'; readonly event: RecordedEvent; readonly source: string }
  | ({ readonly kind: 'hashes' } & HashesLine)
  | ({ readonly kind: 'end' } & EndLine)
  | { readonly kind: 'problem'; readonly message: string };

function line(value: unknown): string {
  return canonicalize(value) ?? '';
}

function base64(hash: Hash): string {
  return Buffer.from(hash).toString('base64');
}

/** The first line of a bundle. */
export function headerLine(header: BundleHeader): string {
  return line(header);
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

/** The last line of a bundle. */
export function endLine({ blocks, checkpoint }: EndLine): string {
  return line({ blocks: blocks.map(base64), checkpoint });
}

function hashes(texts: readonly string[]): readonly Hash[] {
  return texts.map((text) => Buffer.from(text, 'base64'));
}

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

function written(read: BundleLine): string {
  if (read.kind === 'header') return headerLine(read.header);
  if (read.kind === 'event') return eventLine(read.event, read.source);
  if (read.kind === 'hashes') return hashesLine(read);
  return read.kind === 'end' ? endLine(read) : '';
}

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
