import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { ledgerStream } from '../../domain/vocabulary/events.ts';
import {
  DamagedEvent,
  type EventStore,
  type Head,
  type NewEvent,
  type ReadAllOptions,
  type RecordedEvent,
  type StoreProblem,
  StoreUnavailable,
} from '../event-store.ts';

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

/** Remembers what a look at a ledger has shown, so that a large one need not be read at each start. */
export type CopyMemory = {
  /** What was shown last, and whether by the store that is asked about; null where nothing is remembered. */
  readonly recall: () => Promise<{ readonly checked: CheckedLedger; readonly isHere: boolean } | null>;
  readonly remember: (checked: CheckedLedger) => Promise<void>;
};

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

/** A copy that was closed, and holds what its digest says: so many events from the first on, and when the last was recorded. */
export type ClosedCopy = { readonly count: number; readonly digest: string; readonly lastRecordedAt: string };

/** A store as the domain is to see it. */
export type CopiedLedger = {
  readonly store: EventStore;
  /** All events with the times that came with a copy, whether these are believed or not: to find what was changed in it. */
  readonly readAsCopied: EventStore['readAll'];
  /** The store holds another ledger, or another copy of it, than the one that was remembered. */
  readonly isAnother: boolean;
};

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

type Recalled = Awaited<ReturnType<CopyMemory['recall']>>;

// What is remembered counts as long as the ledger begins, and goes on, as it did then.
async function stillHolds(store: EventStore, { first, last }: CheckedLedger): Promise<boolean> {
  return (
    (await store.head()).position >= last.position &&
    (await eventAt(store, 1))?.id === first &&
    (await eventAt(store, last.position))?.id === last.id
  );
}

async function eventAt(store: EventStore, position: number): Promise<RecordedEvent | null> {
  for await (const event of store.readAll({ after: position - 1, limit: 1 })) return event;
  return null;
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

// Raised whenever what is remembered changes its meaning.
const version = 1;

const remembered = z.strictObject({
  version: z.literal(version),
  store: z.string(),
  first: z.string(),
  last: z.strictObject({ position: z.int().positive(), id: z.string() }),
  copy: z
    .strictObject({ count: z.int().positive(), digest: z.string(), lastRecordedAt: z.iso.datetime({ precision: 3 }) })
    .nullable(),
  mismatch: z.string().nullable(),
  strays: z.array(z.int().positive()),
});

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

/** SHA-256, in hex, of the lines, each ended by a line feed. */
export function copyDigest(): CopyDigest {
  const hash = createHash('sha256');
  return {
    add: (line) => {
      hash.update(line);
      hash.update('\n');
    },
    hex: () => hash.digest('hex'),
  };
}

/** Sums up the lines of the events of a copy, in order of position. */
export type CopyDigest = { readonly add: (line: string) => void; readonly hex: () => string };

/** All that a ledger says of an event, as one line: RFC 8785, of the event without the metadata of the copy. */
export function lineOf({ id, type, data, metadata, stream, revision, position, recordedAt }: RecordedEvent): string {
  return canonicalize({ id, type, data, metadata, stream, revision, position, recordedAt }) ?? '';
}

/** An event as it was before a copy wrote it, recorded at `recordedAt`. */
export function asRecorded(event: RecordedEvent, recordedAt: string): RecordedEvent {
  if (!isMarked(event)) return event.recordedAt === recordedAt ? event : { ...event, recordedAt };
  const { [originalRecordedAt]: _, ...metadata } = event.metadata;
  return { ...event, metadata, recordedAt };
}

/** Whether an event carries that metadata, whatever it says. */
export function isMarked({ metadata }: RecordedEvent): boolean {
  return Object.hasOwn(metadata, originalRecordedAt);
}

/** The metadata in which a copied event carries when it was first recorded. */
export const originalRecordedAt = 'originalRecordedAt';

type Copied = { readonly copy: ClosedCopy | null; readonly mismatch: string | null };

const none: Copied = { copy: null, mismatch: null };

/** The type of the event that closes a copy. */
export const ledgerCopied = 'LedgerCopied';

function notClosed(count: number, next: RecordedEvent | null): CopyUnfinished {
  const what = `a ledger was being copied to here, up to position ${count}, and the copy was not finished`;
  if (next === null) return new CopyUnfinished(`${what}; ${again}`);
  return new CopyUnfinished(
    `${what}, but ${next.type} in ${next.stream} was recorded after it: this store is of no use, copy into an empty one`,
  );
}

/** A copy to this store was begun and not finished. */
export class CopyUnfinished extends StoreUnavailable {
  override readonly name = 'CopyUnfinished';
}

const again = 'run "partnership-ledger copy" again with the same --from and --to: it goes on where it stopped';

/** When an event says that it was first recorded; null where it says nothing, or no instant as a ledger writes it. */
export function originalOf({ metadata }: RecordedEvent): string | null {
  const value = metadata[originalRecordedAt];
  return typeof value === 'string' && instant.test(value) ? value : null;
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Strays with one more. */
export function withStray(strays: readonly number[], position: number): readonly number[] {
  return strays.length >= mostStrays || strays.includes(position) ? strays : [...strays, position];
}

/** So many strays are named, at most. */
const mostStrays = 20;

function problemsOf(mismatch: string | null, strays: readonly number[]): readonly StoreProblem[] {
  const ignored =
    `events that were not copied carry originalRecordedAt in their metadata, which is ignored: ` +
    `position ${strays.join(', ')}`;
  const messages = [...(mismatch === null ? [] : [mismatch]), ...(strays.length === 0 ? [] : [ignored])];
  return messages.map((message) => ({ kind: 'copy', stream: null, message }));
}

// What the event that closes a copy makes of it, believed or not.
async function copyClosedIn(store: EventStore): Promise<Copy> {
  for await (const event of store.readStream(ledgerStream)) {
    if (event.type !== ledgerCopied || isMarked(event)) continue;
    const last = await eventAt(store, event.position - 1);
    return { count: event.position - 1, lastRecordedAt: (last && originalOf(last)) ?? '' };
  }
  return { count: 0, lastRecordedAt: '' };
}

type Copy = { readonly count: number; readonly lastRecordedAt: string };

/** An event as a copy writes it: with when it was recorded in its metadata. */
export function asCopied({ id, type, data, metadata, recordedAt }: RecordedEvent): NewEvent {
  return {
    id,
    type,
    data,
    metadata: { ...metadata, [originalRecordedAt]: recordedAt },
  };
}

/**
 * A memory in a file, about the store that is described, which can be deleted: then the ledger is read once more.
 * Several processes may use it at once; what is not as it was written is as good as nothing.
 */
export function copyMemory(file: string, store: string): CopyMemory {
  return {
    recall: async () => {
      try {
        const { store: where, version: _, ...checked } = remembered.parse(JSON.parse(await readFile(file, 'utf8')));
        return { checked, isHere: where === store };
      } catch {
        return null;
      }
    },
    remember: async (checked) => {
      const whole = `${file}.${randomUUID()}`;
      await writeFile(whole, `${JSON.stringify({ version, store, ...checked }, null, 2)}\n`);
      await rename(whole, file);
    },
  };
}
