import { setTimeout as after } from 'node:timers/promises';
import { DamagedEvent, type EventStore, isOfTheStore, StoreBehind } from '../event-store/event-store.ts';
import { leafHashOf } from './ledger-leaf.ts';
import type { Hash } from './merkle-tree.ts';
import type { TreeFile } from './tree-file.ts';

/** What keeps a tree as long as its ledger. */
export type GrowingTree = {
  /** Waits until the tree has so many leaves, for so many milliseconds; throws StoreBehind, or what keeps it from growing. */
  readonly until: (size: number, patience: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

// So many leaves share a transaction while the tree catches up: a few milliseconds, between which others have their turn.
const sliceSize = 128;

// How long a store that cannot be reached is left alone, in milliseconds.
const pause = 1_000;

type Waiter = { readonly size: number; readonly resolve: () => void; readonly reject: (error: Error) => void };

/** Adds every event of a store to a tree, in order of position, from where the tree ends: the recorded, then the live ones. */
export function growTree(store: Pick<EventStore, 'subscribe'>, tree: TreeFile): GrowingTree {
  const stopping = new AbortController();
  const waiting = new Set<Waiter>();
  let size = tree.size();
  let failed: Error | null = null;
  let slice: Hash[] = [];
  let scheduled: NodeJS.Immediate | undefined;

  const fail = (cause: unknown): void => {
    failed = cause instanceof Error ? cause : new Error(String(cause));
    for (const { reject } of waiting) reject(failed);
  };

  const flush = (): void => {
    clearImmediate(scheduled);
    scheduled = undefined;
    tree.add(size, slice);
    size += slice.length;
    slice = [];
    for (const waiter of waiting) if (waiter.size <= size) waiter.resolve();
  };

  // What is recorded together is added together.
  const flushSoon = (): void => {
    scheduled ??= setImmediate(() => {
      try {
        flush();
      } catch (cause) {
        fail(cause);
        stopping.abort();
      }
    });
  };

  const follow = async (): Promise<void> => {
    slice = [];
    for await (const item of store.subscribe({ after: size, signal: stopping.signal })) {
      failed = null;
      if (item.kind !== 'event') continue;
      const next = size + slice.length + 1;
      if (item.event.position !== next) throw new DamagedEvent(next, 'it is missing');
      slice.push(leafHashOf(item.event));
      if (slice.length >= sliceSize) flush();
      else flushSoon();
    }
  };

  // What is wrong with the store is tried again from where it was left; anything else stays.
  const run = async (): Promise<void> => {
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

  const running = run();

  return {
    until: async (wanted, patience) => {
      if (wanted <= size) return;
      if (failed !== null) throw failed;
      const enough = AbortSignal.timeout(patience);
      let waiter: Waiter | undefined;
      const reached = new Promise<void>((resolve, reject) => {
        waiter = { size: wanted, resolve, reject };
        waiting.add(waiter);
        const tooLate = (): void => reject(new StoreBehind(wanted, size));
        enough.addEventListener('abort', tooLate, { once: true });
      });
      try {
        await reached;
      } finally {
        if (waiter !== undefined) waiting.delete(waiter);
      }
    },
    stop: async () => {
      stopping.abort();
      await running;
      if (scheduled !== undefined) flush();
      for (const { reject } of waiting) reject(new Error('the tree does not grow any more'));
    },
  };
}
