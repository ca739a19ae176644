import { idOf } from '../domain/identity.ts';
import { ledgerStream } from '../domain/streams.ts';
import { ownWriters } from '../domain/writers.ts';
import { appendBatches } from './copy/append-batches.ts';
import { compareLedgers } from './copy/compare-ledgers.ts';
import { copyDigest, ledgerCopied } from './copy/copied-event.ts';
import { CopyRefused } from './copy/copy-refused.ts';
import { appendTo, begunIn, headOf, refuseProblems } from './copy/copy-target.ts';
import type { EventStore, RecordedEvent } from './event-store.ts';

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

// Progress is told after so many events.
const tellEvery = 500;

async function ledgerOf(source: EventStore): Promise<string> {
  for await (const { type, data, stream } of source.readAll({ limit: 1 })) {
    if (type === 'LedgerOpened') return String(data['ledger']);
    throw new CopyRefused(
      `the source is no ledger: position 1 holds ${type} in ${stream}, where a ledger has LedgerOpened in ${ledgerStream}`,
    );
  }
  throw new CopyRefused('there is no ledger in the source: nothing is recorded');
}

/**
 * Copies a ledger into a store that is empty, or holds what an unfinished copy of the same ledger left there: ids,
 * streams, revisions and positions stay; when an event was first recorded travels in its metadata. Then compares all
 * events of both, and closes the copy with LedgerCopied { count, digest }. What the source gets meanwhile is copied
 * too; what it gets in the very moment of the closing is counted as left. Throws CopyRefused, and what the stores throw.
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
    if (signal.aborted) return { outcome: 'stopped', count, of: length };
    if (begun.closing !== null) break;
    length = await headOf(source);
    if (length > verified) tell({ kind: 'grown', by: length - verified });
  }

  const data = { count, digest: digest.hex() };
  if (begun.closing === null) {
    const id = idOf(ledgerCopied, ledger, data.count, data.digest);
    const metadata = { recordedBy: ownWriters.copy, correlationId: id, causationId: null, schema: 1 };
    await appendTo(target, ledgerStream, ledgerRevision, [{ id, type: ledgerCopied, data, metadata }], count + 1);
  } else if (begun.closing.data['count'] !== data.count || begun.closing.data['digest'] !== data.digest) {
    throw new CopyRefused('the target holds a copy whose LedgerCopied does not say what was copied');
  }
  const left = (await headOf(source)) - count;
  return { outcome: 'closed', ...data, appended: count - begun.count, left };
}
