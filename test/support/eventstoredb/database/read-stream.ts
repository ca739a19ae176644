import { streamDeleted, unknown } from '../call-error.ts';
import type { Database } from './database.ts';
import type { LoggedEvent } from './log.ts';
import type { ReadMessage } from './read-message.ts';

/** A read of one stream, which ends where the stream ends. */
export type StreamRead = {
  readonly stream: string;
  readonly from: number | 'start' | 'end';
  readonly backwards: boolean;
  readonly count: number;
  /** Whether the ends of the stream are told as well. */
  readonly control: boolean;
};

/** How many events a server reads at a time. */
export const pageSize = 32;

/** Whether the age that a stream allows does not hide an event. */
export const isYoungEnough = (database: Database, event: LoggedEvent): boolean => {
  const { maxAge } = database.index.settings(event.stream);
  return maxAge === undefined || Number(event.created / 10_000n) >= database.clock.now() - maxAge;
};

function* revisions(first: number, last: number, step: 1 | -1): Generator<number> {
  for (let revision = first; step === 1 ? revision <= last : revision >= last; revision += step) yield revision;
}

/** Answers a read of one stream. Throws a CallError for a tombstoned stream and for what a server does not take. */
export function* readStream(database: Database, read: StreamRead): Generator<ReadMessage> {
  const { index } = database;
  const { stream, backwards, count, control } = read;
  if (stream === '') throw unknown('a stream needs a name');
  if (count === 0) throw unknown('a read needs a count above zero');
  if (read.from === 'end' && !backwards) throw unknown('a read forwards cannot begin at the end');

  const head = index.head(stream);
  if (head === Infinity) throw streamDeleted(stream);
  if (head === -1 || index.isSoftDeleted(stream)) {
    yield { kind: 'stream-not-found', stream };
    return;
  }

  const lowest = index.firstReadable(stream);
  const from = read.from === 'start' ? 0 : read.from === 'end' ? head : read.from;
  const pageIsEmpty = from + Math.min(count, pageSize) <= lowest || from > head + 1;
  if (control && !backwards && pageIsEmpty) {
    yield { kind: 'first-stream-position', revision: Math.min(Math.max(from, lowest), head + 1) };
  }

  let left = count;
  const order = backwards ? revisions(Math.min(from, head), lowest, -1) : revisions(Math.max(from, lowest), head, 1);
  for (const revision of order) {
    const event = index.events(stream)[revision];
    if (event === undefined || !isYoungEnough(database, event)) continue;
    yield { kind: 'event', event };
    left -= 1;
    if (left === 0) break;
  }
  if (control) yield { kind: 'last-stream-position', revision: head };
}
