import { checkEvents } from '../domain/check-events.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { Rejection } from '../domain/outcome.ts';
import { decide } from '../domain/partnership.ts';
import type { ReadingDraft } from '../domain/reading.ts';
import { partnershipStream } from '../domain/streams.ts';
import { type Appended, type EventStore, WrongExpectedRevision } from '../event-store/event-store.ts';

/** What the recorder needs to know of the ledger. */
export type Recorder = {
  readonly store: Pick<EventStore, 'append'>;
  /** The stream as it is in the store now; `revision` is that of its last event, -1 for an empty stream. */
  readonly read: (stream: string) => Promise<{ readonly events: readonly LedgerEvent[]; readonly revision: number }>;
  /** The partnership that an article of this id is about, or null; as fresh as the store. */
  readonly partnershipOf: (article: string) => Promise<string | null>;
};

/** What became of an article: recorded now, recorded before with the same content, or refused. */
export type Recorded =
  | { readonly outcome: 'recorded'; readonly appended: Appended; readonly events: number }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly rejection: Rejection };

// Each loser of a race has seen another writer win, so this many mean a writer that never gets its turn.
const mostAttempts = 100;

async function attempt(reading: ReadingDraft, recordedBy: string, { store, read }: Recorder): Promise<Recorded> {
  const stream = partnershipStream(reading.partnership);
  const { events, revision } = await read(stream);
  const state = { partnership: reading.partnership, history: events };
  const context = { windows: new Map(), otherHoldings: [] };
  const outcome = decide({ type: 'RecordArticle', reading, recordedBy }, state, context);
  if (!outcome.accepted) return { outcome: 'refused', rejection: outcome.rejection };
  if (outcome.events.length === 0) return { outcome: 'unchanged' };
  checkEvents(outcome.events);
  const appended = await store.append(stream, revision < 0 ? 'no_stream' : revision, outcome.events);
  return { outcome: 'recorded', appended, events: outcome.events.length };
}

/**
 * Records the reading of an article: reads the stream, decides, appends at the revision that was read; on a conflict
 * reads and decides again. Recording the same again appends nothing. Refuses other content under a recorded revision,
 * and an article that is about another partnership. Throws what the store throws, such as TooLarge.
 */
export async function recordArticle(reading: ReadingDraft, recordedBy: string, recorder: Recorder): Promise<Recorded> {
  const known = await recorder.partnershipOf(reading.article);
  if (known !== null && known !== reading.partnership) {
    const message = `article ${reading.article} is recorded as one about ${known}; give this one another id`;
    return { outcome: 'refused', rejection: { rule: 'article-taken', message, flags: [] } };
  }
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt(reading, recordedBy, recorder);
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision) || attempts >= mostAttempts) throw error;
    }
  }
}
