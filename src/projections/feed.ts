import { setTimeout as after } from 'node:timers/promises';
import { type EventStore, isOfTheStore, type RecordedEvent } from '../event-store/event-store.ts';
import type { Catalogue } from './catalogue.ts';
import type { Histories } from './histories.ts';

/** The one subscription of a process, which keeps the catalogue and the loaded histories fresh. */
export type Feed = {
  /** Position up to which everything has been taken in. */
  readonly position: () => number;
  /** Waits until everything up to a position has been taken in; throws where the feed has failed or stopped. */
  readonly until: (position: number) => Promise<void>;
  /** What stopped the feed, for good or until the store can be reached again; null while it works. */
  readonly failure: () => Error | null;
  readonly stop: () => Promise<void>;
};

// How long a store that cannot be reached is left alone, in milliseconds.
const pause = 1_000;

// While it catches up, so many events share one transaction of the catalogue.
const batchSize = 1_000;

/** Starts the feed after the catalogue's checkpoint. */
export function startFeed(store: EventStore, catalogue: Catalogue, histories: Histories): Feed {
  const stopping = new AbortController();
  const waiting: { position: number; resolve: () => void; reject: (error: Error) => void }[] = [];
  let taken = catalogue.position();
  let failed: Error | null = null;
  let batch: RecordedEvent[] = [];
  let live = false;

  const flush = () => {
    catalogue.apply(batch);
    for (const event of batch) histories.apply(event);
    taken = batch.at(-1)?.position ?? taken;
    batch = [];
    for (const waiter of waiting.splice(0)) {
      if (waiter.position <= taken) waiter.resolve();
      else waiting.push(waiter);
    }
  };

  const fail = (cause: unknown) => {
    failed = cause instanceof Error ? cause : new Error(String(cause));
    for (const { reject } of waiting.splice(0)) reject(failed);
  };

  const follow = async () => {
    batch = [];
    live = false;
    for await (const item of store.subscribe({ after: taken, signal: stopping.signal })) {
      failed = null;
      if (item.kind === 'event') batch.push(item.event);
      else live = true;
      if (live || batch.length >= batchSize) flush();
    }
  };

  // A store that is away for a while, or refuses us for a while, is followed again from where it was left; anything else
  // is a mistake that stays.
  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        await follow();
      } catch (cause) {
        fail(cause);
        if (!isOfTheStore(cause)) return;
        await after(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  const running = run().finally(() => {
    for (const { reject } of waiting.splice(0)) reject(failed ?? new Error('the feed was stopped'));
  });

  return {
    position: () => taken,
    until: async (position) => {
      if (position <= taken) return;
      if (failed !== null) throw failed;
      await new Promise<void>((resolve, reject) => waiting.push({ position, resolve, reject }));
    },
    failure: () => failed,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
