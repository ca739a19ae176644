import type { ChangeSignal } from './change-signal.ts';
import { pagesUpwards } from './event-pages.ts';
import type { RecordedEvent, SubscriptionItem } from './event-store.ts';

/** What a subscription needs of a store that reads at once and knows when to look again. */
export type Subscribable = {
  readonly changes: ChangeSignal;
  readonly headPosition: () => number;
  readonly read: (first: number, last: number) => readonly RecordedEvent[];
};

/** The events after a position: recorded, `caught-up`, live. Pulled by its consumer; ends when the signal aborts. */
export async function* subscription(
  { changes, headPosition, read }: Subscribable,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<SubscriptionItem> {
  let position = after;
  let caughtUp = false;
  while (!signal.aborted) {
    const mark = changes.mark();
    for await (const event of pagesUpwards(position + 1, headPosition(), read)) {
      if (signal.aborted) return;
      position = event.position;
      yield { kind: 'event', event };
    }
    if (!caughtUp && !signal.aborted) yield { kind: 'caught-up', position };
    caughtUp = true;
    await changes.changedSince(mark, signal);
  }
}
