import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { NewEvent, RecordedEvent } from '../event-store.ts';

/** The metadata in which a copied event carries when it was first recorded. */
export const originalRecordedAt = 'originalRecordedAt';

/** The type of the event that closes a copy. */
export const ledgerCopied = 'LedgerCopied';

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** An event as a copy writes it: with when it was recorded in its metadata. */
export function asCopied({ id, type, data, metadata, recordedAt }: RecordedEvent): NewEvent {
  return {
    id,
    type,
    data,
    metadata: { ...metadata, [originalRecordedAt]: recordedAt },
  };
}

/** Whether an event carries that metadata, whatever it says. */
export function isMarked({ metadata }: RecordedEvent): boolean {
  return Object.hasOwn(metadata, originalRecordedAt);
}

/** When an event says that it was first recorded; null where it says nothing, or no instant as a ledger writes it. */
export function originalOf({ metadata }: RecordedEvent): string | null {
  const value = metadata[originalRecordedAt];
  return typeof value === 'string' && instant.test(value) ? value : null;
}

/** An event as it was before a copy wrote it, recorded at `recordedAt`. */
export function asRecorded(event: RecordedEvent, recordedAt: string): RecordedEvent {
  if (!isMarked(event)) return event.recordedAt === recordedAt ? event : { ...event, recordedAt };
  const { [originalRecordedAt]: _, ...metadata } = event.metadata;
  return { ...event, metadata, recordedAt };
}

/** All that a ledger says of an event, as one line: RFC 8785, of the event without the metadata of the copy. */
export function lineOf({ id, type, data, metadata, stream, revision, position, recordedAt }: RecordedEvent): string {
  return canonicalize({ id, type, data, metadata, stream, revision, position, recordedAt }) ?? '';
}

/** Sums up the lines of the events of a copy, in order of position. */
export type CopyDigest = { readonly add: (line: string) => void; readonly hex: () => string };

/** SHA-256, in hex, of the lines, each ended by a line feed. */
export function copyDigest(): CopyDigest {
  const hash = createHash('sha256');
  return {
    add: (line) => {
      hash.update(line);
      hash.update('\n');
    },
    hex: () => hash.digest('hex'),
  };
}
