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
 * Shows a store as if nobody had copied it. Copied events keep the `recordedAt` of their first store: it travels in
 * their metadata, and counts only in front of a LedgerCopied whose digest matches. Later events have the time of this
 * store, but never one before the copied events. Hides the metadata of the copy; `health` reports it on events that were
 * not copied. Reads the whole ledger, or only what is new since it was last remembered. Throws CopyUnfinished.
 */
export async function copiedLedger(store: EventStore, memory: CopyMemory | null): Promise<CopiedLedger> {
  const { checked, isAnother } = await checkOrRecall(store, memory);
  const { count = 0, lastRecordedAt = '' } = checked?.copy ?? {};
  const checkedTo = checked?.last.position ?? 0;
  let strays = checked?.strays ?? [];

  const notBeforeCopy = (recordedAt: string): string => (recordedAt > lastRecordedAt ? recordedAt : lastRecordedAt);

  const show = (event: RecordedEvent): RecordedEvent => {
    if (event.position > checkedTo && isMarked(event)) strays = withStray(strays, event.position);
    const original = event.position <= count ? originalOf(event) : null;
    return asRecorded(event, original ?? notBeforeCopy(event.recordedAt));
  };

  const recordedAtOf = async (position: number, own: string): Promise<string> => {
    if (position > count) return notBeforeCopy(own);
    const event = await eventAt(store, position);
    return event === null ? own : show(event).recordedAt;
  };

  const showHead = async ({ position, recordedAt }: Head): Promise<Head> => {
    return { position, recordedAt: recordedAt === null ? null : await recordedAtOf(position, recordedAt) };
  };

  const decorated: EventStore = {
    ...store,

    append: async (stream, expected, events) => {
      const { revision, position, recordedAt } = await store.append(stream, expected, events);
      return { revision, position, recordedAt: await recordedAtOf(position, recordedAt) };
    },

    async *readStream(stream, options) {
      for await (const event of store.readStream(stream, options)) yield show(event);
    },

    async *readAll(options) {
      for await (const event of store.readAll(options)) yield show(event);
    },

    async *subscribe(options) {
      for await (const item of store.subscribe(options)) {
        yield item.kind === 'event' ? { kind: 'event', event: show(item.event) } : item;
      }
    },

    head: async () => await showHead(await store.head()),
    freshHead: async () => await showHead(await store.freshHead()),

    positionAt: async (instant) => {
      const milliseconds = Temporal.Instant.from(instant).epochMilliseconds;
      if (count === 0) return await store.positionAt(instant);
      if (milliseconds < Date.parse(lastRecordedAt)) return await countUntil(milliseconds, count, recordedAtOf);
      return Math.max(count, await store.positionAt(instant));
    },

    health: async () => {
      const { ok, problems } = await store.health();
      return { ok, problems: [...problems, ...problemsOf(checked?.mismatch ?? null, strays)] };
    },
  };

  return { store: decorated, isAnother, readAsCopied: (options) => readAsCopied(store, checked, options) };
}

/** Remembers the result of a check, so that a large ledger is not read at each start. */
export type CopyMemory = {
  /** The last check, and whether it was of this store; null if nothing is remembered. */
  readonly recall: () => Promise<{ readonly checked: CheckedLedger; readonly isHere: boolean } | null>;
  readonly remember: (checked: CheckedLedger) => Promise<void>;
};

/** The result of a check of a ledger, up to the last event checked. */
type CheckedLedger = {
  readonly first: string;
  readonly last: { readonly position: number; readonly id: string };
  readonly copy: ClosedCopy | null;
  /** Why the times of a copy do not count; null if they do. */
  readonly mismatch: string | null;
  /** The first positions of events that carry the metadata of a copy and were not copied. */
  readonly strays: readonly number[];
};

/** A closed copy that matches its digest: the first `count` events, and when the last of them was recorded. */
type ClosedCopy = { readonly count: number; readonly digest: string; readonly lastRecordedAt: string };

/** A store as the domain sees it. */
export type CopiedLedger = {
  readonly store: EventStore;
  /** All events with the times that came with the copy, even if these do not count: a check finds what was changed. */
  readonly readAsCopied: EventStore['readAll'];
  /** Whether the store now holds a different ledger, or a different copy, from the one remembered. */
  readonly isAnother: boolean;
};

async function checkOrRecall(store: EventStore, memory: CopyMemory | null) {
  const recalled = (await memory?.recall()) ?? null;
  try {
    const isSame = recalled?.isHere === true && (await stillHolds(store, recalled.checked));
    const before = isSame ? recalled.checked : null;
    const checked = await checkCopy(store, before);
    if (checked !== null && checked.last.position !== before?.last.position) await memory?.remember(checked);
    return { checked, isAnother: recalled !== null && !isSame };
  } catch (error) {
    // The check was remembered while the event could still be read.
    if (error instanceof DamagedEvent && recalled?.isHere) return { checked: recalled.checked, isAnother: false };
    throw error;
  }
}

// A remembered check counts as long as the ledger still has the same first and last checked event.
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

// Checks all events of a ledger, or those after a remembered check. The events at its beginning that carry when they
// were first recorded are a copy, if a LedgerCopied follows them with their count and digest. Null for an empty ledger.
// Throws CopyUnfinished.
async function checkCopy(
  store: Pick<EventStore, 'readAll'>,
  remembered: CheckedLedger | null,
): Promise<CheckedLedger | null> {
  const copied = copiedSoFar();
  let closed: CopyCheck | null = remembered;
  let first = remembered?.first ?? null;
  let last = remembered?.last ?? null;
  let strays = remembered?.strays ?? [];
  for await (const event of store.readAll({ after: last?.position ?? 0 })) {
    first ??= event.id;
    last = { position: event.position, id: event.id };
    const original = originalOf(event);
    if (closed === null && original !== null) copied.add(event, original);
    else {
      closed ??= copied.close(event);
      if (isMarked(event)) strays = withStray(strays, event.position);
    }
  }
  if (closed === null && copied.count() > 0) throw notClosed(copied.count(), null);
  if (first === null || last === null) return null;
  const { copy, mismatch } = closed ?? noCopy;
  return { first, last, copy, mismatch, strays };
}

// Raise it whenever the meaning of the memory changes.
const version = 1;

const memorySchema = z.strictObject({
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

// Sums up the events of a copy. The first event that was not copied must close it.
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
    close: (event: RecordedEvent): CopyCheck => {
      if (count === 0) return noCopy;
      if (event.type !== ledgerCopied || event.stream !== ledgerStream) throw notClosed(count, event);
      const sum = digest.hex();
      if (isOrdered && event.data['count'] === count && event.data['digest'] === sum) {
        return { copy: { count, digest: sum, lastRecordedAt: last }, mismatch: null };
      }
      const mismatch =
        `the copy that LedgerCopied closes at position ${event.position} is not what was copied (SHA-256 of the ` +
        `${count} events before it: ${sum}): the times when they were first recorded are ignored`;
      return { copy: null, mismatch };
    },
  };
}

/** Sums up the lines of a copy's events, in order of position: SHA-256, in hex, each line ended by a line feed. */
export function copyDigest() {
  const hash = createHash('sha256');
  return {
    add: (line: string): void => {
      hash.update(line);
      hash.update('\n');
    },
    hex: (): string => hash.digest('hex'),
  };
}

/** Everything that a ledger says of an event, as one line (RFC 8785). Remove the metadata of a copy first. */
export function lineOf({ id, type, data, metadata, stream, revision, position, recordedAt }: RecordedEvent): string {
  return canonicalize({ id, type, data, metadata, stream, revision, position, recordedAt }) ?? '';
}

/** An event as it was before the copy, recorded at `recordedAt`. */
export function asRecorded(event: RecordedEvent, recordedAt: string): RecordedEvent {
  if (!isMarked(event)) return event.recordedAt === recordedAt ? event : { ...event, recordedAt };
  const { [originalRecordedAt]: _, ...metadata } = event.metadata;
  return { ...event, metadata, recordedAt };
}

/** Whether an event carries the metadata of a copy, whatever its value. */
export function isMarked({ metadata }: RecordedEvent): boolean {
  return Object.hasOwn(metadata, originalRecordedAt);
}

/** The metadata in which a copied event carries when it was first recorded. */
export const originalRecordedAt = 'originalRecordedAt';

type CopyCheck = { readonly copy: ClosedCopy | null; readonly mismatch: string | null };

const noCopy: CopyCheck = { copy: null, mismatch: null };

/** The type of the event that closes a copy. */
export const ledgerCopied = 'LedgerCopied';

function notClosed(count: number, next: RecordedEvent | null): CopyUnfinished {
  const what = `a copy of a ledger reached position ${count} here and was not finished`;
  if (next === null) return new CopyUnfinished(`${what}; ${howToContinue}`);
  return new CopyUnfinished(
    `${what}, and then ${next.type} in ${next.stream} was recorded. Nothing can finish it: copy into an empty store`,
  );
}

/** A copy into this store was started and not finished. */
export class CopyUnfinished extends StoreUnavailable {
  override readonly name = 'CopyUnfinished';
}

const howToContinue =
  'run "partnership-ledger copy" again with the same --from and --to, and it continues where it stopped';

/** When an event says that it was first recorded; null if it says nothing, or no instant as a ledger writes it. */
export function originalOf({ metadata }: RecordedEvent): string | null {
  const value = metadata[originalRecordedAt];
  return typeof value === 'string' && instant.test(value) ? value : null;
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function withStray(strays: readonly number[], position: number): readonly number[] {
  return strays.length >= maxStrays || strays.includes(position) ? strays : [...strays, position];
}

const maxStrays = 20;

// How many of the first `count` events were recorded by an instant: a binary search, for recordedAt never goes back.
async function countUntil(
  milliseconds: number,
  count: number,
  recordedAtOf: (position: number, own: string) => Promise<string>,
): Promise<number> {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Date.parse(await recordedAtOf(middle, '')) <= milliseconds) low = middle;
    else high = middle - 1;
  }
  return low;
}

function problemsOf(mismatch: string | null, strays: readonly number[]): readonly StoreProblem[] {
  const ignored =
    `events that were not copied carry originalRecordedAt in their metadata, which is ignored: ` +
    `position ${strays.join(', ')}`;
  const messages = [...(mismatch === null ? [] : [mismatch]), ...(strays.length === 0 ? [] : [ignored])];
  return messages.map((message) => ({ kind: 'copy', stream: null, message }));
}

async function* readAsCopied(
  store: EventStore,
  checked: CheckedLedger | null,
  options: ReadAllOptions | undefined,
): AsyncGenerator<RecordedEvent> {
  const isDoubted = checked !== null && checked.mismatch !== null;
  const { count, lastRecordedAt } = isDoubted
    ? await findClosedCopy(store)
    : (checked?.copy ?? { count: 0, lastRecordedAt: '' });
  for await (const event of store.readAll(options)) {
    const original = event.position <= count ? originalOf(event) : null;
    yield asRecorded(event, original ?? (event.recordedAt > lastRecordedAt ? event.recordedAt : lastRecordedAt));
  }
}

// The copy that a LedgerCopied closes, whether or not its digest matches.
async function findClosedCopy(store: EventStore): Promise<{ readonly count: number; readonly lastRecordedAt: string }> {
  for await (const event of store.readStream(ledgerStream)) {
    if (event.type !== ledgerCopied || isMarked(event)) continue;
    const last = await eventAt(store, event.position - 1);
    return { count: event.position - 1, lastRecordedAt: (last && originalOf(last)) ?? '' };
  }
  return { count: 0, lastRecordedAt: '' };
}

/** An event as a copy writes it: its metadata carries when it was recorded. */
export function asCopied({ id, type, data, metadata, recordedAt }: RecordedEvent): NewEvent {
  return {
    id,
    type,
    data,
    metadata: { ...metadata, [originalRecordedAt]: recordedAt },
  };
}

/**
 * Keeps the memory of the described store in a file. If the file is deleted or damaged, the ledger is read once more.
 * Several processes may use the file at once.
 */
export function copyMemory(file: string, store: string): CopyMemory {
  return {
    recall: async () => {
      try {
        const { store: where, version: _, ...checked } = memorySchema.parse(JSON.parse(await readFile(file, 'utf8')));
        return { checked, isHere: where === store };
      } catch {
        return null;
      }
    },
    remember: async (checked) => {
      const draft = `${file}.${randomUUID()}`;
      await writeFile(draft, `${JSON.stringify({ version, store, ...checked }, null, 2)}\n`, { mode: 0o600 });
      await rename(draft, file);
    },
  };
}
