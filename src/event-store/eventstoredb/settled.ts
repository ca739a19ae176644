import type { NumberIndex } from './number-index.ts';

/**
 * Waits until what was recorded up to an instant (milliseconds since 1970) is in the index and will not grow. Throws
 * StoreUnavailable where that cannot be said.
 */
export type Settled = (instant: number) => Promise<void>;

/**
 * An event is stamped a little before it can be read: what is asked for closer than this to the present is read only
 * when that time is over, in milliseconds.
 */
const inFlight = 50;

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Settles instants with the clock of this process, `now`, and with `cover`, which waits until every event that the
 * server holds when it is called is in the index.
 */
export const settling = (index: Pick<NumberIndex, 'head'>, now: () => number, cover: () => Promise<void>): Settled => {
  // When the last read of the server's head began that the index has caught up with.
  let coveredAt = Number.NEGATIVE_INFINITY;

  return async (instant) => {
    const present = now();
    // The running maximum: what comes later is recorded no earlier than the last event.
    if (index.head().recordedAt > instant || instant + inFlight <= coveredAt) return;
    // An instant in the future means "so far"; one that has just passed must have passed for long enough.
    if (instant <= present && instant + inFlight > present) await wait(instant + inFlight - present);
    const begun = now();
    await cover();
    coveredAt = Math.max(coveredAt, begun);
  };
};
