import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordedEvent } from './event-store.ts';

/** How many events are read at a time: enough to be fast, few enough that a page of large events fits in memory. */
const pageSize = 128;

type ReadRange = (first: number, last: number) => readonly RecordedEvent[];

/**
 * The events from number `first` up to `last`, both included, a page at a time as the consumer asks for them. Between
 * two pages the event loop has its turn, so that a long read starves nobody.
 */
export async function* pagesUpwards(first: number, last: number, read: ReadRange): AsyncGenerator<RecordedEvent> {
  for (let start = first; start <= last; start += pageSize) {
    for (const event of read(start, Math.min(start + pageSize - 1, last))) yield event;
    await nextTurn();
  }
}

/** The same from `last` down to `first`. */
export async function* pagesDownwards(first: number, last: number, read: ReadRange): AsyncGenerator<RecordedEvent> {
  for (let end = last; end >= first; end -= pageSize) {
    for (const event of read(Math.max(first, end - pageSize + 1), end)) yield event;
    await nextTurn();
  }
}
