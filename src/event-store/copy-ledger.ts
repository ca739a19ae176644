import { idOf } from '../domain/identity.ts';
import { ledgerStream } from '../domain/streams.ts';
import { appendBatches } from './copy/append-batches.ts';
import { compareLedgers } from './copy/compare-ledgers.ts';
import { copyDigest, isMarked, ledgerCopied } from './copy/copied-event.ts';
import { CopyRefused } from './copy/copy-refused.ts';
import {
  type Appended,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  WrongExpectedRevision,
} from './event-store.ts';

/** What a copy tells while it works: how far it has come, and that the source has grown by so many events meanwhile. */
export type CopyNews =
  | {
      readonly kind: 'progress';
      readonly doing: 'comparing' | 'copying' | 'verifying';
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'grown'; readonly by: number };

/** How a copy is made: who is told of it, and what stops it after the append at hand. */
export type CopyOptions = { readonly tell: (news: CopyNews) => void; readonly signal: AbortSignal };

/** How a copy ended: closed, with `left` events that the source got too late; or stopped, to be gone on with. */
export type CopyEnd =
  | {
      readonly outcome: 'closed';
      readonly count: number;
      readonly appended: number;
      readonly digest: string;
      readonly left: number;
    }
  | { readonly outcome: 'stopped'; readonly count: number; readonly of: number };

/** Where a target stands: events that were copied before, and the event that closed the copy. */
type Begun = { readonly count: number; readonly closing: RecordedEvent | null };

// Progress is told after so many events.
const tellEvery = 500;

const first = async (events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent | null> => {
  for await (const event of events) return event;
  return null;
};

// Asked of the server itself, where there is one: what others have written counts too.
const headOf = async (store: EventStore): Promise<number> => {
  await store.health();
  return (await store.head()).position;
};

const refuseProblems = async (store: EventStore, which: string): Promise<void> => {
  const { problems } = await store.health();
  const messages = problems.filter(({ kind }) => kind !== 'copy').map(({ message }) => message);
  if (messages.length > 0) throw new CopyRefused(`the ${which} cannot be used: ${messages.join('; ')}`);
};

const closingOf = async (target: EventStore): Promise<RecordedEvent | null> => {
  for await (const event of target.readStream(ledgerStream, { direction: 'backwards' })) {
    if (event.type === ledgerCopied && !isMarked(event)) return event;
  }
  return null;
};

const begunIn = async (target: EventStore, length: number): Promise<Begun> => {
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
      'a finished copy is not gone on with, the target must be empty',
  );
};

const appendTo = async (
  target: EventStore,
  stream: string,
  before: number,
  events: readonly NewEvent[],
  position: number,
): Promise<void> => {
  const others =
    'the target must be empty, and nobody else may write to it until the copy is closed; what was copied is of no use';
  let appended: Appended;
  try {
    appended = await target.append(stream, before < 0 ? 'no_stream' : before, events);
  } catch (error) {
    if (!(error instanceof WrongExpectedRevision)) throw error;
    throw new CopyRefused(`${error.message}: ${others}`, { cause: error });
  }
  if (appended.position === position) return;
  throw new CopyRefused(`what belongs to position ${position} got ${appended.position}: ${others}`);
};

/**
 * Copies a ledger into a store that is empty, or holds what an unfinished copy of the same ledger left there: ids,
 * streams, revisions and positions stay; when an event was first recorded travels in its metadata. Then compares all
 * events of both, and closes the copy with LedgerCopied { count, digest }. What the source gets meanwhile is copied
 * too; what it gets in the very moment of the closing is counted as left. Throws CopyRefused, and what the stores throw.
 */
export const copyLedger = async (
  source: EventStore,
  target: EventStore,
  { tell, signal }: CopyOptions,
): Promise<CopyEnd> => {
  await refuseProblems(source, 'source');
  await refuseProblems(target, 'target');
  const opened = await first(source.readAll({ limit: 1 }));
  if (opened?.type !== 'LedgerOpened') throw new CopyRefused('there is no ledger in the source: nothing is recorded');

  let length = await headOf(source);
  const begun = await begunIn(target, length);
  let count = begun.count;
  const progress = (doing: 'comparing' | 'copying' | 'verifying', done: number, total: number): void =>
    tell({ kind: 'progress', doing, done, total });

  const compare = async (
    doing: 'comparing' | 'verifying',
    after: number,
    take: (line: string, event: RecordedEvent) => void,
  ) => {
    progress(doing, after, count);
    for await (const { line, event } of compareLedgers({ source, target, after, upTo: count })) {
      if (signal.aborted) return;
      take(line, event);
      if (event.position % tellEvery === 0) progress(doing, event.position, count);
    }
    progress(doing, count, count);
  };

  const copyOn = async (): Promise<void> => {
    progress('copying', count, length);
    for await (const { events, first, last } of appendBatches(
      source.readAll({ after: count, limit: length - count }),
    )) {
      if (signal.aborted) return;
      await appendTo(target, first.stream, first.revision - 1, events, last.position);
      count = last.position;
      progress('copying', count, length);
    }
  };

  const stopped = (): CopyEnd => ({ outcome: 'stopped', count, of: length });
  if (begun.closing === null && count > 0) await compare('comparing', 0, () => undefined);

  const digest = copyDigest();
  let verified = 0;
  let ledgerRevision = -1;
  while (verified < length) {
    if (!signal.aborted && count < length) await copyOn();
    if (signal.aborted) return stopped();
    await compare('verifying', verified, (line, event) => {
      digest.add(line);
      if (event.stream === ledgerStream) ledgerRevision = event.revision;
    });
    if (signal.aborted) return stopped();
    verified = count;
    if (begun.closing !== null) break;
    length = await headOf(source);
    if (length > verified) tell({ kind: 'grown', by: length - verified });
  }

  const data = { count, digest: digest.hex() };
  if (begun.closing === null) {
    const id = idOf(ledgerCopied, String(opened.data['ledger']), data.count, data.digest);
    const metadata = { recordedBy: 'copy', correlationId: id, causationId: null, schema: 1 };
    await appendTo(target, ledgerStream, ledgerRevision, [{ id, type: ledgerCopied, data, metadata }], count + 1);
  } else if (begun.closing.data['count'] !== data.count || begun.closing.data['digest'] !== data.digest) {
    throw new CopyRefused('the target holds a copy whose LedgerCopied does not say what was copied');
  }
  const left = (await headOf(source)) - count;
  return { outcome: 'closed', ...data, appended: count - begun.count, left };
};
