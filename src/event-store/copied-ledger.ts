import { ledgerStream } from '../domain/streams.ts';
import { type CheckedLedger, checkCopy, withStray } from './copy/check-copy.ts';
import { asRecorded, isMarked, ledgerCopied, originalOf } from './copy/copied-event.ts';
import type { CopyMemory } from './copy/copy-memory.ts';
import {
  DamagedEvent,
  type EventStore,
  type Head,
  type ReadAllOptions,
  type RecordedEvent,
  type StoreProblem,
} from './event-store.ts';

/** A store as the domain is to see it. */
export type CopiedLedger = {
  readonly store: EventStore;
  /** All events with the times that came with a copy, whether these are believed or not: to find what was changed in it. */
  readonly readAsCopied: EventStore['readAll'];
  /** The store holds another ledger, or another copy of it, than the one that was remembered. */
  readonly isAnother: boolean;
};

async function eventAt(store: EventStore, position: number): Promise<RecordedEvent | null> {
  for await (const event of store.readAll({ after: position - 1, limit: 1 })) return event;
  return null;
}

type Recalled = Awaited<ReturnType<CopyMemory['recall']>>;

// What is remembered counts as long as the ledger begins, and goes on, as it did then.
async function stillHolds(store: EventStore, { first, last }: CheckedLedger): Promise<boolean> {
  return (
    (await store.head()).position >= last.position &&
    (await eventAt(store, 1))?.id === first &&
    (await eventAt(store, last.position))?.id === last.id
  );
}

async function look(store: EventStore, memory: CopyMemory | null) {
  const recalled = (await memory?.recall()) ?? null;
  try {
    return await lookAgain(store, memory, recalled);
  } catch (error) {
    // What cannot be read any more was read when it was remembered.
    if (error instanceof DamagedEvent && recalled?.isHere) return { checked: recalled.checked, isAnother: false };
    throw error;
  }
}

async function lookAgain(store: EventStore, memory: CopyMemory | null, recalled: Recalled) {
  const isSame = recalled?.isHere === true && (await stillHolds(store, recalled.checked));
  const known = isSame ? recalled.checked : null;
  const checked = await checkCopy(store, known);
  if (checked !== null && checked.last.position !== known?.last.position) await memory?.remember(checked);
  return { checked, isAnother: recalled !== null && !isSame };
}

type Copy = { readonly count: number; readonly lastRecordedAt: string };

// What the event that closes a copy makes of it, believed or not.
async function copyClosedIn(store: EventStore): Promise<Copy> {
  for await (const event of store.readStream(ledgerStream)) {
    if (event.type !== ledgerCopied || isMarked(event)) continue;
    const last = await eventAt(store, event.position - 1);
    return { count: event.position - 1, lastRecordedAt: (last && originalOf(last)) ?? '' };
  }
  return { count: 0, lastRecordedAt: '' };
}

function problemsOf(mismatch: string | null, strays: readonly number[]): readonly StoreProblem[] {
  const ignored =
    `events that were not copied carry originalRecordedAt in their metadata, which is ignored: ` +
    `position ${strays.join(', ')}`;
  const messages = [...(mismatch === null ? [] : [mismatch]), ...(strays.length === 0 ? [] : [ignored])];
  return messages.map((message) => ({ kind: 'copy', stream: null, message }));
}

/**
 * A store of which some or none of the events were copied from another one. Those have the `recordedAt` that they had
 * there, which travels in their metadata and counts only below a LedgerCopied whose digest matches; all that came
 * later has the store's own, which never goes back behind it. The metadata of the copy is not seen, and where it does not
 * belong it is reported by `health`. Reads the whole ledger, or what came since the memory. Throws CopyUnfinished.
 */
export async function copiedLedger(store: EventStore, memory: CopyMemory | null): Promise<CopiedLedger> {
  const { checked, isAnother } = await look(store, memory);
  const { count = 0, lastRecordedAt = '' } = checked?.copy ?? {};
  // Before a ledger was opened nothing can be a stray that was not looked at.
  const lookedTo = checked?.last.position ?? 0;
  let strays = checked?.strays ?? [];

  const after = (recordedAt: string): string => (recordedAt > lastRecordedAt ? recordedAt : lastRecordedAt);

  const seen = (event: RecordedEvent): RecordedEvent => {
    if (event.position > lookedTo && isMarked(event)) strays = withStray(strays, event.position);
    const original = event.position <= count ? originalOf(event) : null;
    return asRecorded(event, original ?? after(event.recordedAt));
  };

  const recordedAtOf = async (position: number, own: string): Promise<string> => {
    if (position > count) return after(own);
    const event = await eventAt(store, position);
    return event === null ? own : seen(event).recordedAt;
  };

  const seenHead = async ({ position, recordedAt }: Head): Promise<Head> => {
    return { position, recordedAt: recordedAt === null ? null : await recordedAtOf(position, recordedAt) };
  };

  // By halving: recordedAt never goes back.
  const copiedBy = async (milliseconds: number): Promise<number> => {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (Date.parse(await recordedAtOf(middle, '')) <= milliseconds) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  const decorated: EventStore = {
    ...store,

    append: async (stream, expected, events) => {
      const { revision, position, recordedAt } = await store.append(stream, expected, events);
      return { revision, position, recordedAt: await recordedAtOf(position, recordedAt) };
    },

    async *readStream(stream, options) {
      for await (const event of store.readStream(stream, options)) yield seen(event);
    },

    async *readAll(options) {
      for await (const event of store.readAll(options)) yield seen(event);
    },

    async *subscribe(options) {
      for await (const item of store.subscribe(options)) {
        yield item.kind === 'event' ? { kind: 'event', event: seen(item.event) } : item;
      }
    },

    head: async () => await seenHead(await store.head()),
    freshHead: async () => await seenHead(await store.freshHead()),

    positionAt: async (instant) => {
      const milliseconds = Temporal.Instant.from(instant).epochMilliseconds;
      if (count === 0) return await store.positionAt(instant);
      if (milliseconds < Date.parse(lastRecordedAt)) return await copiedBy(milliseconds);
      return Math.max(count, await store.positionAt(instant));
    },

    health: async () => {
      const { ok, problems } = await store.health();
      return { ok, problems: [...problems, ...problemsOf(checked?.mismatch ?? null, strays)] };
    },
  };
  async function* readAsCopied(options?: ReadAllOptions): AsyncGenerator<RecordedEvent> {
    const isDoubted = checked !== null && checked.mismatch !== null;
    const copy = isDoubted ? await copyClosedIn(store) : { count, lastRecordedAt };
    for await (const event of store.readAll(options)) {
      const original = event.position <= copy.count ? originalOf(event) : null;
      const own = event.recordedAt > copy.lastRecordedAt ? event.recordedAt : copy.lastRecordedAt;
      yield asRecorded(event, original ?? own);
    }
  }

  return { store: decorated, isAnother, readAsCopied };
}
