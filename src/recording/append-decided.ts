import { checkEvents } from '../domain/vocabulary/events.ts';
import { type Appended, type EventStore, type NewEvent, WrongExpectedRevision } from '../event-store/event-store.ts';

/**
 * Reads a stream, decides, and appends at the revision that was read. On a conflict, another writer came first: reads
 * and decides again. A refusal, or a decision without events, appends nothing. Throws what the store throws, such as
 * TooLarge, and a TypeError for an event that would not be read back as it was written.
 */
export async function appendDecided<Event, Refused extends { readonly accepted: false }>(
  stream: string,
  { store, read }: StreamWriter<Event>,
  decide: (history: readonly Event[]) => Accepted | Refused | Promise<Accepted | Refused>,
): Promise<Refused | { readonly accepted: true; readonly appended: Appended | null; readonly events: number }> {
  for (let attempts = 1; ; attempts++) {
    const { events: history, revision } = await read(stream);
    const decided = await decide(history);
    if (!decided.accepted) return decided;
    const { events } = decided;
    if (events.length === 0) return { accepted: true, appended: null, events: 0 };
    checkEvents(events);
    try {
      const appended = await store.append(stream, revision < 0 ? 'no_stream' : revision, events);
      return { accepted: true, appended, events: events.length };
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision) || attempts >= maxAttempts) throw error;
    }
  }
}

/** What appending to a stream needs of the ledger. */
export type StreamWriter<Event> = {
  readonly store: Pick<EventStore, 'append'>;
  /** The stream as the store holds it now; `revision` is that of its last event, -1 for an empty stream. */
  readonly read: (stream: string) => Promise<{ readonly events: readonly Event[]; readonly revision: number }>;
};

type Accepted = { readonly accepted: true; readonly events: readonly NewEvent[] };

// Each loser of a race has seen another writer win, so this many mean a writer that never gets its turn.
const maxAttempts = 100;
