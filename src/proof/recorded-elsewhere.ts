import type { RecordedEvent } from '../event-store/event-store.ts';
import { leafHashOf } from './ledger-leaf.ts';
import { type Hash, sameHash } from './merkle-tree.ts';

// So far around it is looked for where an event was recorded that stands at another position now.
const reach = 64;

/**
 * The position at which an event was recorded that now stands at another one, renumbered or not; null where none of the
 * neighbours is it. `leaves` are the hashes of the leaves that were recorded, `first` the position of the first of them.
 */
export function recordedElsewhere(
  event: RecordedEvent,
  leaves: readonly (Hash | undefined)[],
  first: number,
): number | null {
  const from = Math.max(0, event.position - reach - first);
  const candidates = leaves.slice(from, event.position + reach + 1 - first);
  for (const [at, leaf] of candidates.entries()) {
    const position = first + from + at;
    const shift = Math.sign(position - event.position);
    for (const revision of new Set([event.revision, event.revision + shift])) {
      if (leaf !== undefined && sameHash(leafHashOf({ ...event, position, revision }), leaf)) return position;
    }
  }
  return null;
}

/** In words, what is wrong with an event that is not the one that was recorded at its position. */
export function wrongEvent(event: RecordedEvent, leaves: readonly (Hash | undefined)[], first: number): string {
  const elsewhere = recordedElsewhere(event, leaves, first);
  const what = `${event.type} ${event.id} in ${event.stream}`;
  if (elsewhere === null) return `${what} is not what was recorded here: it was changed, or put in its place`;
  return `what was recorded here is not here: ${what} was recorded at position ${elsewhere}`;
}
