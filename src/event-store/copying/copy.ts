import { realpathSync } from 'node:fs';
import { idOf, ledgerStream, ownWriters } from '../../domain/vocabulary/events.ts';
import {
  type Appended,
  appendLimit,
  appendSize,
  type EventStore,
  isStoreError,
  type NewEvent,
  type RecordedEvent,
  TooLarge,
  WrongExpectedRevision,
} from '../event-store.ts';
import { describePlace, openStore, type StorePlace, storeExists } from '../open-store.ts';
import {
  asCopied,
  asRecorded,
  copiedLedger,
  copyDigest,
  isMarked,
  ledgerCopied,
  lineOf,
  originalOf,
} from './copied-ledger.ts';

/**
 * Copies a ledger into a store that is empty, or holds an unfinished copy of the same ledger. Keeps ids, streams,
 * revisions and positions; the time when an event was first recorded travels in its metadata. Then compares all events
 * of both, and closes the copy with LedgerCopied { count, digest }. Also copies events that the source gets meanwhile,
 * and counts as left those that it gets while the copy is being closed. Throws CopyRefused, and what the stores throw.
 */
export async function copyLedger(
  source: EventStore,
  target: EventStore,
  { tell, signal }: CopyOptions,
): Promise<CopyEnd> {
  await refuseProblems(source, 'source');
  await refuseProblems(target, 'target');
  const ledger = await ledgerOf(source);
  let length = await headOf(source);
  const begun = await findEarlierCopy(target, length);
  const appends = createTargetAppends(target);
  let count = begun.count;
  const tellProgress = (doing: 'comparing' | 'copying' | 'verifying', done: number, total: number): void =>
    tell({ kind: 'progress', doing, done, total });

  const compare = async (
    doing: 'comparing' | 'verifying',
    after: number,
    take: (line: string, event: RecordedEvent) => void,
  ) => {
    tellProgress(doing, after, count);
    for await (const { line, event } of compareLedgers({ source, target, after, upTo: count })) {
      if (signal.aborted) return;
      take(line, event);
      if (event.position % eventsPerReport === 0) tellProgress(doing, event.position, count);
    }
    tellProgress(doing, count, count);
  };

  const copyOn = async (): Promise<void> => {
    tellProgress('copying', count, length);
    const batches = appendBatches(source.readAll({ after: count, limit: length - count }));
    for await (const { events, first, last } of batches) {
      if (signal.aborted) break;
      const { stream, revision } = first;
      await appends.append({ stream, before: revision - 1, events, position: last.position });
      count = last.position;
      tellProgress('copying', count, length);
    }
    await appends.done();
  };

  const digest = copyDigest();
  let verified = 0;
  let ledgerRevision = -1;
  const verifyOn = async (): Promise<void> => {
    await compare('verifying', verified, (line, event) => {
      digest.add(line);
      verified = event.position;
      if (event.stream === ledgerStream) ledgerRevision = event.revision;
    });
  };

  if (begun.closing === null && count > 0) await compare('comparing', 0, () => undefined);
  while (verified < length) {
    if (count < length && !signal.aborted) await copyOn();
    if (!signal.aborted) await verifyOn();
    if (signal.aborted) return { outcome: 'stopped', count, total: length };
    if (begun.closing !== null) break;
    length = await headOf(source);
    if (length > verified) tell({ kind: 'grown', by: length - verified });
  }

  const data = { count, digest: digest.hex() };
  if (begun.closing === null) {
    const events = [closingEvent(ledger, data)];
    await appends.append({ stream: ledgerStream, before: ledgerRevision, events, position: count + 1 });
    await appends.done();
  } else if (begun.closing.data['count'] !== count || begun.closing.data['digest'] !== data.digest) {
    throw new CopyRefused('the target holds a copy whose LedgerCopied does not match its events: use an empty target');
  }
  return { outcome: 'closed', ...data, appended: count - begun.count, left: (await headOf(source)) - count };
}

/** `tell` receives progress; `signal` stops the copy after the current append. */
type CopyOptions = { readonly tell: (news: CopyNews) => void; readonly signal: AbortSignal };

/** News of a running copy: its progress, and that the source has grown meanwhile. */
export type CopyNews =
  | {
      readonly kind: 'progress';
      readonly doing: 'comparing' | 'copying' | 'verifying';
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'grown'; readonly by: number };

/** How a copy ended: closed, with `left` events that the source got too late; or stopped, and a next run continues. */
export type CopyEnd =
  | {
      readonly outcome: 'closed';
      readonly count: number;
      readonly appended: number;
      readonly digest: string;
      readonly left: number;
    }
  | { readonly outcome: 'stopped'; readonly count: number; readonly total: number };

// Throws CopyRefused if a store has a problem, unless it concerns an earlier copy.
async function refuseProblems(store: EventStore, which: string): Promise<void> {
  const { problems } = await store.health();
  const messages = problems.filter(({ kind }) => kind !== 'copy').map(({ message }) => message);
  if (messages.length > 0) throw new CopyRefused(`the ${which} cannot be used: ${messages.join('; ')}`);
}

/** A ledger cannot be copied, or the copy cannot continue. The message says why, and what to do instead. */
class CopyRefused extends Error {
  override readonly name = 'CopyRefused';
}

async function ledgerOf(source: EventStore): Promise<string> {
  for await (const { type, data, stream } of source.readAll({ limit: 1 })) {
    if (type === 'LedgerOpened') return String(data['ledger']);
    throw new CopyRefused(
      `the source is not a ledger: position 1 holds ${type} in ${stream}, not LedgerOpened in ${ledgerStream}`,
    );
  }
  throw new CopyRefused('there is no ledger in the source: nothing is recorded');
}

// The position of the last event, whoever wrote it.
async function headOf(store: EventStore): Promise<number> {
  return (await store.freshHead()).position;
}

// How far an earlier copy into the target has come. Throws CopyRefused if the target cannot become a copy of `length`
// events.
async function findEarlierCopy(target: EventStore, length: number): Promise<EarlierCopy> {
  const closing = await closingOf(target);
  const head = await headOf(target);
  if (closing === null) {
    if (head <= length) return { count: head, closing };
    throw new CopyRefused(`the target holds ${head} events, the source ${length}: the target must be empty`);
  }
  const count = closing.position - 1;
  if (head > closing.position) {
    throw new CopyRefused(
      `the target holds a finished copy of ${count} events and has gone on since: the target must be empty`,
    );
  }
  if (count === length) return { count, closing };
  throw new CopyRefused(
    `the target holds a finished copy of ${count} events, the source ${length}: ` +
      'a finished copy cannot be continued, the target must be empty',
  );
}

// How many events were copied before, and the event that closed that copy.
type EarlierCopy = { readonly count: number; readonly closing: RecordedEvent | null };

async function closingOf(target: EventStore): Promise<RecordedEvent | null> {
  for await (const event of target.readStream(ledgerStream, { direction: 'backwards' })) {
    if (event.type === ledgerCopied && !isMarked(event)) return event;
  }
  return null;
}

// Reads both side by side, and yields each event with its line if both have the same id, type, data, metadata, stream,
// revision, position and first time of recording. Throws CopyRefused at the first difference.
async function* compareLedgers({
  source,
  target,
  after,
  upTo,
}: Comparison): AsyncGenerator<{ readonly event: RecordedEvent; readonly line: string }> {
  const bounds = { after, limit: upTo - after };
  const copies = target.readAll(bounds)[Symbol.asyncIterator]();
  let position = after;
  try {
    for await (const event of source.readAll(bounds)) {
      position += 1;
      const { value: copy } = (await copies.next()) as { readonly value: RecordedEvent | undefined };
      const original = copy === undefined ? null : originalOf(copy);
      const line = lineOf(event);
      if (copy === undefined || original === null || lineOf(asRecorded(copy, original)) !== line) {
        throw difference(position, event, copy);
      }
      yield { event, line };
    }
    if (position < upTo)
      throw difference(position + 1, undefined, (await copies.next()).value as RecordedEvent | undefined);
  } finally {
    await copies.return?.();
  }
}

// The events after one position up to another, of a ledger and of its copy.
type Comparison = {
  readonly source: Pick<EventStore, 'readAll'>;
  readonly target: Pick<EventStore, 'readAll'>;
  readonly after: number;
  readonly upTo: number;
};

function difference(position: number, event: RecordedEvent | undefined, copy: RecordedEvent | undefined): CopyRefused {
  return new CopyRefused(
    `at position ${position} the source holds ${event === undefined ? 'nothing' : describeEvent(event)}, ` +
      `the target ${describeCopy(event, copy)}. ` +
      'The target must be empty, or hold what an unfinished copy of the same ledger left there',
  );
}

function describeEvent({ type, id, stream }: RecordedEvent): string {
  return `${type} ${id} in ${stream}`;
}

function describeCopy(event: RecordedEvent | undefined, copy: RecordedEvent | undefined): string {
  if (copy === undefined) return 'nothing';
  if (originalOf(copy) === null) return `${describeEvent(copy)}, which was recorded there and not copied`;
  return event?.id === copy.id ? 'the same event with other content' : describeEvent(copy);
}

// The number of events between two reports of progress.
const eventsPerReport = 500;

function closingEvent(ledger: string, data: { readonly count: number; readonly digest: string }): NewEvent {
  const id = idOf(ledgerCopied, ledger, data.count, data.digest);
  const metadata = { recordedBy: ownWriters.copy, correlationId: id, causationId: null, schema: 1 };
  return { id, type: ledgerCopied, data, metadata };
}

// Gathers events, in order of position, into appends that are as large as the stores allow.
async function* appendBatches(events: AsyncIterable<RecordedEvent>): AsyncGenerator<AppendBatch> {
  let batch: NewEvent[] = [];
  let bytes = 0;
  let first: RecordedEvent | undefined;
  let last: RecordedEvent | undefined;
  for await (const event of events) {
    const copied = asCopied(event);
    const size = sizeOf(copied);
    const isFull = batch.length >= maxAppendEvents || bytes + size > appendLimit;
    if (first !== undefined && last !== undefined && (isFull || event.stream !== first.stream)) {
      yield { events: batch, first, last };
      [batch, bytes, first] = [[], 0, undefined];
    }
    batch.push(copied);
    bytes += size;
    first ??= event;
    last = event;
  }
  if (first !== undefined && last !== undefined) yield { events: batch, first, last };
}

// Events of one stream that follow each other in the ledger, for one append.
type AppendBatch = {
  readonly events: readonly NewEvent[];
  readonly first: RecordedEvent;
  readonly last: RecordedEvent;
};

function sizeOf({ id, type, data, metadata }: NewEvent): number {
  return appendSize([{ id, type, data: JSON.stringify(data), metadata: JSON.stringify(metadata) }]);
}

// More events in one append gain nothing, and make progress jump.
const maxAppendEvents = 500;

// An append to a stream of the target that ends at revision `before` (-1: no such stream); its last event gets `position`.
type TargetAppend = {
  readonly stream: string;
  readonly before: number;
  readonly events: readonly NewEvent[];
  readonly position: number;
};

// Appends that follow each other in the target.
type TargetAppends = {
  /** Appends once the append before is written, even if its position is not known yet. Resolves when written. */
  readonly append: (append: TargetAppend) => Promise<void>;
  /** Waits until every position is known. Throws CopyRefused if somebody else has written to the target. */
  readonly done: () => Promise<void>;
};

// How many written appends may wait for their positions.
const maxAppendsUnplaced = 32;

// Appends to the target one after another, and checks that each append gets its position.
function createTargetAppends(target: EventStore): TargetAppends {
  const unplaced: Promise<void>[] = [];

  async function append({ stream, before, events, position }: TargetAppend, onWritten: () => void): Promise<void> {
    let appended: Appended;
    try {
      appended = await target.append(stream, before < 0 ? 'no_stream' : before, events, { onWritten });
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
      throw new CopyRefused(`${error.message}: ${emptyTarget}`, { cause: error });
    }
    if (appended.position === position) return;
    throw new CopyRefused(`what belongs to position ${position} got ${appended.position}: ${emptyTarget}`);
  }

  return {
    async append(next) {
      if (unplaced.length >= maxAppendsUnplaced) await unplaced.shift();
      const { promise: written, resolve } = Promise.withResolvers<void>();
      const placed = append(next, resolve);
      unplaced.push(placed);
      // A store that knows the position at once need not call `onWritten`.
      await Promise.race([written, placed]);
      // `done` reports what went wrong after the events were written.
      placed.catch(() => undefined);
    },
    async done() {
      await Promise.all(unplaced.splice(0));
    },
  };
}

const emptyTarget =
  'the target must be empty, and nobody else may write to it until the copy is closed; start again with an empty one';

/**
 * Opens the stores at two places, copies the ledger from one to the other, and closes both. An expected failure is an
 * outcome. No message holds the credentials of a connection string.
 */
export async function copyStores(
  { from, to }: CopyRequest,
  options: { readonly tell: (news: StoresNews) => void; readonly signal: AbortSignal },
): Promise<StoresCopied> {
  const [source, target] = [describeOrExplain(from, 'from'), describeOrExplain(to, 'to')];
  if ('problem' in source || 'problem' in target) {
    return {
      outcome: 'malformed',
      problems: [source, target].flatMap((one) => ('problem' in one ? [one.problem] : [])),
    };
  }
  if (identity(from, source.text) === identity(to, target.text)) {
    return { outcome: 'malformed', problems: ['--from and --to are the same store'] };
  }
  if (!storeExists(from)) return { outcome: 'failed', message: `${source.text}: there is no ledger` };
  const opened: EventStore[] = [];
  const open = async (place: StorePlace): Promise<EventStore> => {
    const store = await openStore(place);
    opened.push(store);
    return store;
  };
  try {
    const { store } = await nameInErrors(source.text, async () => copiedLedger(await open(from), null));
    for (const { kind, message } of (await store.health()).problems) {
      if (kind === 'copy') options.tell({ kind: 'warning', message: `${source.text}: ${message}` });
    }
    const end = await copyLedger(store, await nameInErrors(target.text, () => open(to)), options);
    return { ...end, from: source.text, to: target.text };
  } catch (error) {
    if (!isForeseen(error)) throw error;
    return { outcome: 'failed', message: error.message };
  } finally {
    for (const store of opened) await store.close();
  }
}

type CopyRequest = { readonly from: StorePlace; readonly to: StorePlace };

/** News of a copy between two places: its progress, and warnings about the source. */
export type StoresNews = CopyNews | { readonly kind: 'warning'; readonly message: string };

/** How a copy between two places ended. `malformed`: the places make no sense; `failed`: the copy is not finished. */
export type StoresCopied =
  | (CopyEnd & { readonly from: string; readonly to: string })
  | { readonly outcome: 'malformed'; readonly problems: readonly string[] }
  | { readonly outcome: 'failed'; readonly message: string };

function describeOrExplain(place: StorePlace, which: string): { readonly text: string } | { readonly problem: string } {
  try {
    return { text: describePlace(place) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { problem: `--${which}: ${error.message}` };
  }
}

// Two paths may lead to the same folder.
function identity(place: StorePlace, text: string): string {
  try {
    return place.engine === 'sqlite' ? realpathSync(place.folder) : text;
  } catch {
    return text;
  }
}

// Errors say which of the two stores they are about.
async function nameInErrors<Answer>(text: string, open: () => Promise<Answer>): Promise<Answer> {
  try {
    return await open();
  } catch (error) {
    throw isForeseen(error) ? new CopyRefused(`${text}: ${error.message}`, { cause: error }) : error;
  }
}

function isForeseen(error: unknown): error is Error {
  return error instanceof CopyRefused || error instanceof TooLarge || isStoreError(error);
}
