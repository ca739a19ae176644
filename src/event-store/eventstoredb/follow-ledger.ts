import type { SubscriptionItem } from '../event-store.ts';
import type { NumberIndex } from './number-index.ts';
import type { Numbering } from './numbering.ts';
import type { ReadLedger } from './read-ledger.ts';

type Parts = {
  readonly index: Pick<NumberIndex, 'head'>;
  readonly numbering: Pick<Numbering, 'until'>;
  readonly read: ReadLedger;
  /** Aborted when the store is closed. */
  readonly closed: AbortSignal;
};

/**
 * The events after a position: those that have their number, `caught-up`, and those that get one. Pulled by its
 * consumer, a page at a time; ends when the signal aborts, throws where the store is closed.
 */
export async function* followLedger(
  { index, numbering, read, closed }: Parts,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<SubscriptionItem> {
  const either = AbortSignal.any([closed, signal]);
  let position = after;
  let hasCaughtUp = false;
  try {
    while (!signal.aborted) {
      for await (const event of read(position + 1, index.head().number, either)) {
        if (signal.aborted) return;
        position = event.position;
        yield { kind: 'event', event };
      }
      if (!hasCaughtUp && !signal.aborted) yield { kind: 'caught-up', position };
      hasCaughtUp = true;
      const isSo = () => index.head().number > position;
      await numbering.until({ isSo, patience: Number.POSITIVE_INFINITY, isDue: false, signal });
    }
  } catch (error) {
    if (closed.aborted || !signal.aborted) throw error;
  }
}
