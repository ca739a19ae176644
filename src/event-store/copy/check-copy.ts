import { ledgerStream } from '../../domain/streams.ts';
import { type EventStore, type RecordedEvent, StoreUnavailable } from '../event-store.ts';
import { asRecorded, copyDigest, isMarked, ledgerCopied, lineOf, originalOf } from './copied-event.ts';

/** A copy that was closed, and holds what its digest says: so many events from the first on, and when the last was recorded. */
export type ClosedCopy = { readonly count: number; readonly digest: string; readonly lastRecordedAt: string };

/** What a look at the events of a ledger has shown, up to the last one that was looked at. */
export type CheckedLedger = {
  readonly first: string;
  readonly last: { readonly position: number; readonly id: string };
  readonly copy: ClosedCopy | null;
  /** What is wrong with a copy that is therefore not believed; null where nothing is. */
  readonly mismatch: string | null;
  /** Positions, the first few, of events that carry the metadata of a copy and were not copied. */
  readonly strays: readonly number[];
};

/** A copy to this store was begun and not finished. */
export class CopyUnfinished extends StoreUnavailable {
  override readonly name = 'CopyUnfinished';
}

/** So many strays are named, at most. */
const mostStrays = 20;

/** Strays with one more. */
export function withStray(strays: readonly number[], position: number): readonly number[] {
  return strays.length >= mostStrays || strays.includes(position) ? strays : [...strays, position];
}

const again = 'run "partnership-ledger copy" again with the same --from and --to: it goes on where it stopped';

function notClosed(count: number, next: RecordedEvent | null): CopyUnfinished {
  const what = `a ledger was being copied to here, up to position ${count}, and the copy was not finished`;
  if (next === null) return new CopyUnfinished(`${what}; ${again}`);
  return new CopyUnfinished(
    `${what}, but ${next.type} in ${next.stream} was recorded after it: this store is of no use, copy into an empty one`,
  );
}

type Copied = { readonly copy: ClosedCopy | null; readonly mismatch: string | null };

const none: Copied = { copy: null, mismatch: null };

// Takes in the events of a copy; the first one that was not copied must be the one that closes it.
function copiedSoFar() {
  const digest = copyDigest();
  let count = 0;
  let last = '';
  let isOrdered = true;
  return {
    count: () => count,
    add: (event: RecordedEvent, original: string): void => {
      digest.add(lineOf(asRecorded(event, original)));
      isOrdered &&= last <= original;
      count += 1;
      last = original;
    },
    close: (event: RecordedEvent): Copied => {
      if (count === 0) return none;
      if (event.type !== ledgerCopied || event.stream !== ledgerStream) throw notClosed(count, event);
      const sum = digest.hex();
      if (isOrdered && event.data['count'] === count && event.data['digest'] === sum) {
        return { copy: { count, digest: sum, lastRecordedAt: last }, mismatch: null };
      }
      const mismatch =
        `the copy that LedgerCopied closes at position ${event.position} is not what was copied (SHA-256 of the ` +
        `${count} events before it: ${sum}): when they were first recorded is not believed`;
      return { copy: null, mismatch };
    },
  };
}

/**
 * Looks at all the events of a ledger, or at those after a look that is remembered. The events from the first on that
 * carry when they were first recorded are a copy if LedgerCopied follows them with their count and digest. Null for a
 * ledger without an event. Throws CopyUnfinished.
 */
export async function checkCopy(
  store: Pick<EventStore, 'readAll'>,
  remembered: CheckedLedger | null,
): Promise<CheckedLedger | null> {
  const copied = copiedSoFar();
  let found: Copied | null = remembered;
  let first = remembered?.first ?? null;
  let last = remembered?.last ?? null;
  let strays = remembered?.strays ?? [];
  for await (const event of store.readAll({ after: last?.position ?? 0 })) {
    first ??= event.id;
    last = { position: event.position, id: event.id };
    const original = originalOf(event);
    if (found === null && original !== null) copied.add(event, original);
    else {
      found ??= copied.close(event);
      if (isMarked(event)) strays = withStray(strays, event.position);
    }
  }
  if (found === null && copied.count() > 0) throw notClosed(copied.count(), null);
  if (first === null || last === null) return null;
  const { copy, mismatch } = found ?? none;
  return { first, last, copy, mismatch, strays };
}
