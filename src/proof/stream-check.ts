import { DamagedEvent, type EventStore, type RecordedEvent, StreamDeleted } from '../event-store/event-store.ts';
import { type Fault, faultAt } from './fault.ts';

/** What the reads of streams are compared with: the events of the log, a slice at a time. */
export type StreamCheck = {
  readonly add: (event: RecordedEvent) => void;
  /** Reads what was added since the last time by stream, too. */
  readonly compare: () => Promise<void>;
  /** The first event that was not found so. */
  readonly unlike: () => Fault | null;
  /** What streams hold beyond their last revisions, up to a head. */
  readonly beyond: (last: ReadonlyMap<string, number>, head: number) => Promise<Fault | null>;
};

// A stream that was cut short is what the health of a store tells of; an event that is broken is found in the log.
async function read(reading: AsyncIterable<RecordedEvent>): Promise<readonly RecordedEvent[] | null> {
  try {
    return await Array.fromAsync(reading);
  } catch (error) {
    if (error instanceof StreamDeleted || error instanceof DamagedEvent) return null;
    throw error;
  }
}

/**
 * Compares the reads of streams with the log. Answers come from streams, which a store finds by an index of its own: an
 * index that hides an event, or shows another one, changes answers and leaves the log as it is.
 */
export function streamCheck(readStream: EventStore['readStream']): StreamCheck {
  let added: RecordedEvent[] = [];
  let first: number | null = null;

  const firstUnlike = async (stream: string, events: readonly RecordedEvent[]): Promise<number | null> => {
    const from = events[0]?.revision ?? 0;
    const found = await read(readStream(stream, { from, limit: events.length }));
    if (found === null) return null;
    const unlike = events.find(({ position, revision, id }, index) => {
      const other = found[index];
      return other?.position !== position || other.revision !== revision || other.id !== id;
    });
    const more = found[events.length];
    return unlike?.position ?? more?.position ?? null;
  };

  return {
    add: (event) => {
      added.push(event);
    },
    compare: async () => {
      const byStream = Map.groupBy(added, ({ stream }) => stream);
      added = [];
      if (first !== null) return;
      const unlike = await Promise.all([...byStream].map(([stream, events]) => firstUnlike(stream, events)));
      first = unlike.filter((position) => position !== null).toSorted((a, b) => a - b)[0] ?? null;
    },
    unlike: () =>
      first === null
        ? null
        : faultAt(first, 'the event is as it was recorded, and reading its stream does not find it so'),
    beyond: async (last, head) => {
      for (const [stream, revision] of last) {
        const [more] = (await read(readStream(stream, { from: revision + 1, limit: 1 }))) ?? [];
        if (more !== undefined && more.position <= head) {
          return faultAt(more.position, `reading ${stream} finds it a second time, as revision ${more.revision}`);
        }
      }
      return null;
    },
  };
}
