import { setImmediate as nextTurn } from 'node:timers/promises';
import { type RecordedEvent, StoreUnavailable } from '../event-store.ts';
import type { NumberIndex } from './number-index.ts';
import { readAhead } from './read-ahead.ts';
import { type PageReader, pageSize } from './read-page.ts';
import { readLedgerRequest } from './read-request.ts';
import type { RecentEvents } from './recent-events.ts';
import { toRecordedEvent } from './recorded-event.ts';

/** What reads of the ledger work with. */
export type LedgerParts = {
  readonly readPage: PageReader;
  readonly index: Pick<NumberIndex, 'between'>;
  readonly recent: Pick<RecentEvents, 'between'>;
  readonly prefix: string;
  readonly prefixes: readonly string[];
  readonly closed: AbortSignal;
};

/** The events from one number to another, both included and both in the index. */
export type ReadLedger = (first: number, last: number, signal?: AbortSignal) => AsyncGenerator<RecordedEvent>;

/** From memory fewer at a time: nothing is waited for between them, and others have their turn after each page. */
const pageInMemory = 128;

/** Prepares reads of the ledger: what came last from memory, else pages of the server's events with their numbers. */
export function ledgerReader({ readPage, index, recent, prefix, prefixes, closed }: LedgerParts): ReadLedger {
  const page = async (first: number, last: number, signal: AbortSignal): Promise<readonly RecordedEvent[]> => {
    const numbers = index.between(first, Math.min(last, first + pageSize - 1));
    const [start] = numbers;
    if (start === undefined) throw new StoreUnavailable(`position ${first} is not known here`);
    const request = readLedgerRequest({ commit: start.commit, prepare: start.commit }, prefixes, numbers.length);
    const events = await readPage('the ledger could not be read', request, null, signal);
    const byCommit = new Map(numbers.map((numbered) => [numbered.commit, numbered]));
    const recorded = events.flatMap((event) => {
      const numbered = byCommit.get(event.commit);
      return numbered ? [toRecordedEvent(event, prefix, numbered)] : [];
    });
    const gap = recorded.findIndex(({ position }, at) => position !== first + at);
    if (gap === -1 && recorded.length > 0) return recorded;
    throw new StoreUnavailable(`position ${first + Math.max(0, gap)} of the ledger is gone from the event store`);
  };

  return async function* between(first, last, signal = closed) {
    if (first > last) return;
    const read = async (next: number): Promise<readonly RecordedEvent[]> => {
      const inMemory = recent.between(next, Math.min(last, next + pageInMemory - 1));
      if (inMemory === null) return await page(next, last, signal);
      await nextTurn();
      return inMemory.map(({ event, ...numbered }) => toRecordedEvent(event, prefix, numbered));
    };
    for await (const events of readAhead(first, last, read)) {
      for (const event of events) {
        closed.throwIfAborted();
        yield event;
      }
    }
  };
}
