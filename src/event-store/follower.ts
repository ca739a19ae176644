import { setTimeout as wait } from 'node:timers/promises';
import { type EventStore, isStoreError, type RecordedEvent, StoreBehind } from './event-store.ts';
import { passingError } from './sqlite-file.ts';

/**
 * Follows a ledger after the position that `after` gives: hands all its events to `take` in order of position, first the
 * recorded ones, then the live ones. Hands over events that arrive together in one call. If the store fails, or `take`
 * meets what may pass (a full disk), subscribes again after the last taken event; any other error ends it for good.
 */
export function followLedger(
  store: Pick<EventStore, 'subscribe'>,
  after: () => number,
  take: (events: readonly RecordedEvent[]) => void,
): Follower {
  const stopping = new AbortController();
  const waiters = new Set<Waiter>();
  let position = after();
  let failure: Error | null = null;
  let restarting = new AbortController();

  const rejectAll = (error: Error): void => {
    for (const { reject } of waiters) reject(error);
  };

  const recover = (): void => {
    failure = null;
  };

  const takeAll = (events: readonly RecordedEvent[]): void => {
    if (restarting.signal.aborted) return;
    take(events);
    recover();
    position = events.at(-1)?.position ?? position;
    for (const waiter of waiters) if (waiter.position <= position) waiter.resolve();
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        restarting = new AbortController();
        const signal = AbortSignal.any([stopping.signal, restarting.signal]);
        await takeInBatches(store, position, signal, takeAll, recover);
      } catch (error) {
        const passing = passingError(error, 'what follows the ledger cannot be written') ?? error;
        failure = passing instanceof Error ? passing : new Error(String(passing));
        rejectAll(failure);
        if (!isStoreError(failure)) return;
        await wait(resubscribeDelayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const running = run();

  return {
    position: () => position,
    failure: () => failure,
    until: async (wanted, patienceMs) => {
      if (wanted <= position) return;
      if (failure !== null) throw failure;
      if (stopping.signal.aborted) throw new Error(stoppedMessage);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter = { position: wanted, resolve, reject };
      waiters.add(waiter);
      const tooLate = (): void => reject(new StoreBehind(wanted, position));
      const timer = patienceMs === undefined ? undefined : setTimeout(tooLate, patienceMs);
      await promise.finally(() => {
        clearTimeout(timer);
        waiters.delete(waiter);
      });
    },
    restart: () => {
      position = after();
      restarting.abort();
    },
    stop: async () => {
      stopping.abort();
      await running;
      rejectAll(failure ?? new Error(stoppedMessage));
    },
  };
}

/** A running follower of a ledger. */
export type Follower = {
  /** The position of the last event that was taken. */
  readonly position: () => number;
  /** What keeps it from following: for good, or until the store works again. Null while it follows. */
  readonly failure: () => Error | null;
  /**
   * Waits until the event at a position was taken, at most `patienceMs` if that is given. Then throws StoreBehind; or
   * throws what keeps it from following.
   */
  readonly until: (position: number, patienceMs?: number) => Promise<void>;
  /** Begins again after the position that `after` gives now. */
  readonly restart: () => void;
  /** Takes what has arrived, and ends. */
  readonly stop: () => Promise<void>;
};

type Waiter = {
  readonly position: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};

// Subscribes after a position until `stop` aborts. Throws what the store and `take` throw. Calls `caughtUp` when there was
// nothing to take.
async function takeInBatches(
  store: Pick<EventStore, 'subscribe'>,
  after: number,
  stop: AbortSignal,
  take: (events: readonly RecordedEvent[]) => void,
  caughtUp: () => void,
): Promise<void> {
  const broken = new AbortController();
  let batch: RecordedEvent[] = [];
  let scheduled: NodeJS.Immediate | undefined;
  const takeBatch = (): void => {
    clearImmediate(scheduled);
    scheduled = undefined;
    const events = batch;
    batch = [];
    if (events.length > 0) take(events);
  };
  const takeSoon = (): void => {
    try {
      takeBatch();
    } catch (error) {
      broken.abort(error);
    }
  };
  try {
    const signal = AbortSignal.any([stop, broken.signal]);
    for await (const item of store.subscribe({ after, signal })) {
      if (signal.aborted) break;
      if (item.kind === 'event') batch.push(item.event);
      else if (batch.length === 0) caughtUp();
      if (batch.length >= maxBatchEvents) takeBatch();
      else scheduled ??= setImmediate(takeSoon);
    }
    broken.signal.throwIfAborted();
    takeBatch();
  } finally {
    clearImmediate(scheduled);
  }
}

// A batch takes a few milliseconds; then others have their turn.
const maxBatchEvents = 128;

const resubscribeDelayMs = 1_000;

const stoppedMessage = 'the ledger is being closed';
