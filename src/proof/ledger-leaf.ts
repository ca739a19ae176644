import canonicalize from 'canonicalize';
import { DamagedEvent, type RecordedEvent } from '../event-store/event-store.ts';
import { type Hash, leafHash } from './merkle-tree.ts';

// Raised whenever a leaf holds something else: a tree of another format is another tree.
const format = 1;

/**
 * What the tree of a ledger holds of an event, as text: canonical JSON (RFC 8785) of all that the ledger says of it. The
 * event at position n is leaf n - 1. Throws DamagedEvent where it holds what no such JSON can (a lone surrogate, 1e999),
 * which the ledger never wrote.
 */
export function leafOf({ position, recordedAt, stream, revision, id, type, data, metadata }: RecordedEvent): string {
  try {
    const leaf = canonicalize({ format, position, recordedAt, stream, revision, event: { id, type, data, metadata } });
    return leaf ?? '';
  } catch (cause) {
    throw new DamagedEvent(position, 'it holds what is no canonical JSON', { cause });
  }
}

/** The hash of that leaf. */
export function leafHashOf(event: RecordedEvent): Hash {
  return leafHash(leafOf(event));
}
