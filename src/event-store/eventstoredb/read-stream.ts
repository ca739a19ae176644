import { type RecordedEvent, StoreUnavailable, StreamDeleted } from '../event-store.ts';
import { StreamNotFound } from './call-error.ts';
import type { IndexedEvent } from './number-file.ts';
import type { NumberIndex } from './number-index.ts';
import type { Numbering } from './numbering.ts';
import { readAhead } from './read-ahead.ts';
import { type PageReader, pageSize } from './read-page.ts';
import { readStreamRequest } from './read-request.ts';
import { type SentEvent, toRecordedEvent } from './recorded-event.ts';

/** What reads of streams work with; `patience` is how long a number is waited for, in milliseconds. */
export type StreamParts = {
  readonly readPage: PageReader;
  readonly index: Pick<NumberIndex, 'ofStream'>;
  readonly numbering: Pick<Numbering, 'until'>;
  readonly prefix: string;
  readonly patience: number;
  readonly closed: AbortSignal;
};

/** The reads of a stream, as the port names it: so many events from a revision on, or from the end. */
export type StreamReads = {
  readonly forwards: (stream: string, from: number, limit: number) => AsyncGenerator<RecordedEvent>;
  readonly backwards: (stream: string, from: number | 'end', limit: number) => AsyncGenerator<RecordedEvent>;
};

/** Prepares the reads of streams: pages of the server's events, each with the number that the index gave it. */
export function streamReads(parts: StreamParts): StreamReads {
  const { readPage, index, numbering, prefix, patience, closed } = parts;

  const gone = (stream: string): StreamDeleted => new StreamDeleted(stream, 'events of it are gone');

  // None where there is no such stream, and never was one.
  const page = async (
    stream: string,
    from: number | 'end',
    direction: 'forwards' | 'backwards',
    most: number,
  ): Promise<readonly SentEvent[]> => {
    const request = readStreamRequest(prefix + stream, from, direction, Math.min(most, pageSize));
    const events = await readPage(`${stream} could not be read`, request, stream).catch((error: unknown) => {
      if (error instanceof StreamNotFound) return [];
      throw error;
    });
    if (events.length === 0 && index.ofStream(prefix + stream, 0, 0).length > 0) throw gone(stream);
    return events;
  };

  // What others wrote a moment ago may not have its number yet.
  const numbersOf = async (stream: string, first: number, last: number): Promise<readonly IndexedEvent[]> => {
    let found: readonly IndexedEvent[] = [];
    const isSo = () => {
      found = index.ofStream(prefix + stream, first, last);
      return found.length === last - first + 1;
    };
    if (isSo() || (await numbering.until({ isSo, patience, isDue: true }))) return found;
    throw new StoreUnavailable(`${stream}: revision ${last} was read, and its position is not known yet`);
  };

  // Events in either direction, the first of which must be the one that was asked for.
  const numbered = async (stream: string, wanted: number, events: readonly SentEvent[]) => {
    const revisions = events.map(({ revision }) => revision);
    if (revisions[0] !== wanted) throw gone(stream);
    const first = Math.min(wanted, revisions.at(-1) ?? wanted);
    const numbers = await numbersOf(stream, first, first + events.length - 1);
    return events.map((event, at) =>
      toRecordedEvent(event, prefix, numbers[(revisions[at] ?? first) - first] as IndexedEvent),
    );
  };

  async function* whileOpen(pages: AsyncIterable<readonly RecordedEvent[]>): AsyncGenerator<RecordedEvent> {
    for await (const events of pages) {
      for (const event of events) {
        closed.throwIfAborted();
        yield event;
      }
    }
  }

  return {
    async *forwards(stream, from, limit) {
      // Where it ends now is where the read stops.
      const [newest] = await page(stream, 'end', 'backwards', 1);
      const last = newest === undefined ? -1 : Math.min(newest.revision, from + limit - 1);
      if (from > last) return;
      const read = async (next: number) =>
        await numbered(stream, next, await page(stream, next, 'forwards', last - next + 1));
      yield* whileOpen(readAhead(from, last, read));
    },

    async *backwards(stream, from, limit) {
      const newest = await page(stream, from, 'backwards', limit);
      if (newest[0] === undefined) return;
      const first = newest[0].revision;
      const last = Math.max(0, first - limit + 1);
      const read = async (next: number) => {
        const events = next === first ? newest : await page(stream, next, 'backwards', next - last + 1);
        return await numbered(stream, next, events);
      };
      yield* whileOpen(readAhead(first, last, read));
    },
  };
}
