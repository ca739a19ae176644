import type { NewEvent } from '../src/event-store/event-store.ts';
import type { Subject } from './eventstoredb-subjects.ts';
import { typicalEvents } from './typical-event.ts';

/** Appends batches to a new stream, one after another. */
export const inTurn = async (
  subject: Subject,
  stream: string,
  batches: readonly (readonly NewEvent[])[],
): Promise<void> => {
  let last = -1;
  for (const batch of batches) last = await subject.append(stream, last, batch);
};

/** A measure, and the goal: which part of the client's own rate the adapter should reach. */
export type Measure = {
  readonly name: string;
  readonly isRead: boolean;
  readonly goal: number | null;
  /** How many events each round moves; `prepare` makes what a round needs and gives the round. */
  readonly events: number;
  readonly prepare: (round: number) => (subject: Subject) => Promise<unknown>;
};

const appending = (
  name: string,
  writers: number,
  appends: number,
  size: number,
  goal: number | null = 0.8,
): Measure => ({
  name,
  isRead: false,
  goal,
  events: writers * appends * size,
  prepare: (round) => {
    const work = Array.from({ length: writers }, () => Array.from({ length: appends }, () => typicalEvents(size)));
    return (subject) =>
      Promise.all(work.map((batches, writer) => inTurn(subject, `${name}-${round}-${writer}`, batches)));
  },
});

/** How many events the stream `history` has, which the reads read. */
export const history = 5_000;

const reading = (name: string, read: (subject: Subject) => Promise<void>): Measure => ({
  name,
  isRead: true,
  goal: 0.8,
  events: history,
  prepare: () => read,
});

/** Every measure. */
export const measures: readonly Measure[] = [
  appending('appends of 1, one after another', 1, 100, 1),
  appending('appends of 1, 64 at a time', 64, 8, 1),
  appending('appends of 25 (an article), one after another', 1, 20, 25),
  appending('appends of 25, 8 at a time', 8, 5, 25),
  appending('appends of 1,000, one after another', 1, 2, 1000, null),
  reading('read a stream', async (subject) => {
    for await (const _ of subject.readStream('history'));
  }),
  reading('catch up with the ledger', (subject) => subject.catchUp(history)),
];
