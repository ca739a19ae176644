import { unknown } from '../call-error.ts';
import type { Database } from './database.ts';
import { type EventFilter, matching } from './filter.ts';
import type { Log } from './log.ts';
import type { Position } from './position.ts';
import type { ReadMessage } from './read-message.ts';

/** A read of $all, system events included, which ends where the log ends. */
export type AllRead = {
  readonly from: Position | 'start' | 'end';
  readonly backwards: boolean;
  readonly count: number;
  readonly filter: EventFilter | undefined;
};

/** Throws a CallError where no record begins; the end of the log and what lies beyond it are allowed. */
export const checkPosition = (log: Log, { commit, prepare }: Position): void => {
  if (prepare > commit) throw unknown('the prepare position lies after the commit position');
  const beginsRecord = log.records[log.indexFrom(commit)]?.position === commit;
  if (commit < log.end() && !beginsRecord) throw unknown('no record begins at this position');
};

const firstIndex = (log: Log, { from, backwards }: AllRead): number => {
  if (from === 'start') return backwards ? -1 : 0;
  if (from === 'end') return backwards ? log.records.length - 1 : log.records.length;
  checkPosition(log, from);
  return log.indexFrom(from.commit) - (backwards ? 1 : 0);
};

/** Answers a read of $all: forwards the event at the position is included, backwards it is not. */
export function* readAll({ log }: Database, read: AllRead): Generator<ReadMessage> {
  const isWanted = matching(read.filter);
  const step = read.backwards ? -1 : 1;
  let left = read.count;
  for (let at = firstIndex(log, read); left > 0; at += step) {
    const record = log.records[at];
    if (record === undefined) break;
    if (record.event === undefined || !isWanted(record.event)) continue;
    yield { kind: 'event', event: record.event };
    left -= 1;
  }
}
