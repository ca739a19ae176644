import { randomUUID } from 'node:crypto';
import { streamDeleted, tooSlow } from '../call-error.ts';
import type { Database } from './database.ts';
import { follow } from './follow.ts';
import type { ReadMessage } from './read-message.ts';
import { isYoungEnough } from './read-stream.ts';

/** A subscription to one stream after a revision, which is not included. */
export type StreamSubscription = {
  readonly stream: string;
  readonly from: number | 'start' | 'end';
  /** A live subscriber that is more events behind than this is dropped. */
  readonly liveBuffer: number;
};

/**
 * Sends what may be read of the stream, that it has caught up, and then what is appended. A subscriber of a stream
 * that is missing, or soft-deleted, has caught up only when the stream has come to be. A tombstone is sent, and ends
 * the subscription with an error; a soft delete is not seen.
 */
export async function* subscribeToStream(
  database: Database,
  { stream, from, liveBuffer }: StreamSubscription,
  signal: AbortSignal,
): AsyncGenerator<ReadMessage> {
  const { index, log } = database;
  const changed = follow(log, signal);
  if (index.head(stream) === Infinity) throw streamDeleted(stream);
  let next = from === 'end' ? index.head(stream) + 1 : from === 'start' ? 0 : from + 1;

  yield { kind: 'confirmation', subscriptionId: randomUUID() };
  if (from !== 'end') {
    while (!signal.aborted && (index.events(stream).length === 0 || index.isSoftDeleted(stream))) {
      if (index.head(stream) === Infinity) throw streamDeleted(stream);
      await changed();
    }
    next = Math.max(next, index.firstReadable(stream));
    for (let event = index.events(stream)[next]; event !== undefined; event = index.events(stream)[next]) {
      next += 1;
      if (isYoungEnough(database, event)) yield { kind: 'event', event };
    }
  }

  yield { kind: 'caught-up' };
  while (!signal.aborted) {
    const event = index.events(stream)[next];
    if (index.events(stream).length - next > liveBuffer) throw tooSlow();
    if (event !== undefined) {
      next += 1;
      yield { kind: 'event', event };
    } else {
      const tombstone = index.tombstone(stream);
      if (tombstone !== undefined) {
        yield { kind: 'event', event: tombstone };
        throw streamDeleted(stream);
      }
      await changed();
    }
  }
}
