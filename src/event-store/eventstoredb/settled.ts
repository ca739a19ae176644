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

// A clock that is ahead by more is not one to wait for: it is to be set right.
const longestLead = 1_000;

/** What an instant is judged by: the last event, the clock of this process, and by how much it is ahead at most. */
export type SettlingParts = {
  readonly index: Pick<NumberIndex, 'head'>;
  readonly now: () => number;
  readonly lead: () => number;
};

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Settles instants by the clocks, and with `cover`, which waits until every event that the server holds when it is called
 * is in the index. By a clock that is ahead an instant has passed before it has for the server, which may still record
 * something then: what is known of that is waited for too.
 */
export function settling({ index, now, lead }: SettlingParts, cover: () => Promise<void>): Settled {
  // When the last read of the server's head began that the index has caught up with.
  let coveredAt = Number.NEGATIVE_INFINITY;

  return async (instant) => {
    const present = now();
    const ahead = lead();
    const margin = ahead > longestLead ? inFlight : Math.max(inFlight, ahead);
    // The running maximum: what comes later is recorded no earlier than the last event.
    if (index.head().recordedAt > instant || instant + margin <= coveredAt) return;
    // An instant in the future means "so far"; one that has just passed must have passed for long enough.
    if (instant <= present && instant + margin > present) await wait(instant + margin - present);
    const begun = now();
    await cover();
    coveredAt = Math.max(coveredAt, begun);
  };
}
