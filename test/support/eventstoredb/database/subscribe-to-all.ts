import { randomUUID } from 'node:crypto';
import { tooSlow } from '../call-error.ts';
import type { Database } from './database.ts';
import { type EventFilter, matching } from './filter.ts';
import { follow } from './follow.ts';
import type { Log } from './log.ts';
import type { Position } from './position.ts';
import { checkPosition } from './read-all.ts';
import type { ReadMessage } from './read-message.ts';
import { pageSize } from './read-stream.ts';

/** A subscription to $all after a position, which is not included. */
export type AllSubscription = {
  readonly from: Position | 'start' | 'end';
  readonly filter: EventFilter | undefined;
  /** How many events are looked at in one go while catching up; after `interval` events comes a checkpoint. */
  readonly window: number;
  readonly interval: number;
  /** A live subscriber that is more records behind than this is dropped. */
  readonly liveBuffer: number;
};

const firstIndex = (log: Log, from: AllSubscription['from']): number => {
  if (from === 'start') return 0;
  if (from === 'end') return log.records.length;
  checkPosition(log, from);
  const at = log.indexFrom(from.commit);
  const isSeen = log.records[at]?.position === from.commit && from.prepare === from.commit;
  return isSeen ? at + 1 : at;
};

/**
 * Sends what is recorded, that it has caught up, and then what is appended. With a filter there are checkpoints: while
 * catching up they name the place after the last event that was looked at, live that event itself.
 */
export async function* subscribeToAll(
  { log }: Database,
  subscription: AllSubscription,
  signal: AbortSignal,
): AsyncGenerator<ReadMessage> {
  const { filter, window, interval, liveBuffer } = subscription;
  const isWanted = matching(filter);
  const changed = follow(log, signal);
  const start = firstIndex(log, subscription.from);
  // A position beyond the end waits for what comes after it.
  const after = typeof subscription.from === 'object' ? subscription.from.commit : 0;
  let next = start;
  let sinceCheckpoint = 0;

  yield { kind: 'confirmation', subscriptionId: randomUUID() };
  for (let isAtEnd = false; !isAtEnd; ) {
    let considered = 0;
    let found = 0;
    while (considered < window && found < pageSize) {
      const record = log.records[next];
      isAtEnd = record === undefined;
      if (record === undefined) break;
      next += 1;
      if (record.event === undefined || record.position < after) continue;
      considered += 1;
      if (!isWanted(record.event)) continue;
      found += 1;
      yield { kind: 'event', event: record.event };
    }
    sinceCheckpoint += considered;
    if (filter !== undefined && !isAtEnd && sinceCheckpoint >= interval) {
      sinceCheckpoint %= interval;
      const commit = log.records[next - 1]?.next ?? 0;
      yield { kind: 'checkpoint', position: { commit, prepare: 0 } };
    }
  }

  yield { kind: 'caught-up' };
  while (!signal.aborted) {
    if (log.records.length - next > liveBuffer) throw tooSlow();
    const record = log.records[next];
    if (record === undefined) {
      await changed();
      continue;
    }
    next += 1;
    if (record.event === undefined || record.position < after) continue;
    if (isWanted(record.event)) yield { kind: 'event', event: record.event };
    sinceCheckpoint += 1;
    if (filter === undefined || sinceCheckpoint < interval) continue;
    sinceCheckpoint = 0;
    yield { kind: 'checkpoint', position: { commit: record.position, prepare: record.position } };
  }
}
