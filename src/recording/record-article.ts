import type { GamesDraft } from '../articles/games.ts';
import type { Seeds } from '../articles/seeds.ts';
import { decide } from '../domain/decisions/decide.ts';
import type { ReadingDraft } from '../domain/decisions/reading.ts';
import type { Rejection } from '../domain/decisions/rejection.ts';
import { noRules } from '../domain/facts/rules.ts';
import { eventType } from '../domain/vocabulary/event-types.ts';
import {
  checkEvents,
  currentVersion,
  gamesStream,
  idOf,
  type LedgerEvent,
  ownWriters,
  partnershipStream,
  type ReadingEvent,
} from '../domain/vocabulary/events.ts';
import { factKey } from '../domain/vocabulary/fact-key.ts';
import { type Appended, type EventStore, type NewEvent, WrongExpectedRevision } from '../event-store/event-store.ts';
import { type IngestResult, ingestResult, type LedgerSources } from '../projections/live/ingest-result.ts';

/**
 * Records the reading of an article, and says what that did: its effects on facts, and the business rules that these
 * break. Answers when every view shows it. Appends nothing for an article that is recorded with the same content.
 * Refuses other content under a recorded revision, and the id of an article on another partnership. Throws what the
 * store throws, such as TooLarge.
 */
export async function recordArticle(
  reading: ReadingDraft,
  recordedBy: string,
  ledger: WritableLedger,
): Promise<RecordedArticle> {
  const outcome = await appendArticle(reading, recordedBy, ledger.recorder);
  await ledger.views.head();
  if (outcome.outcome !== 'recorded') return outcome;
  return { ...outcome, result: await ingestResult(reading.partnership, outcome.appended.position, ledger) };
}

/** An open ledger, as far as recording uses it. */
export type WritableLedger = LedgerSources & { readonly recorder: Recorder };

/** What became of an article, and what it did to facts. */
export type RecordedArticle =
  | (Extract<AppendedArticle, { outcome: 'recorded' }> & { readonly result: IngestResult })
  | NotAppended;

/** Records the reading of an article without asking what it did: for many articles, and for rehearsals. */
export async function appendArticle(
  reading: ReadingDraft,
  recordedBy: string,
  recorder: Recorder,
): Promise<AppendedArticle> {
  const { partnership, article, revision } = reading;
  const holder = await recorder.partnershipOf(article);
  if (holder !== null && holder !== partnership) {
    const message = `article ${article} is recorded as one about ${holder}; give this one another id`;
    return { outcome: 'refused', rejection: { rule: 'article-taken', message, flags: [], at: ['article'] } };
  }
  let recorded: ReadingEvent | undefined;
  const outcome = await appendDecided(partnershipStream(partnership), recorder, (history) => {
    recorded = history.find(
      (event): event is ReadingEvent =>
        event.kind === 'reading' && event.read.article === article && event.read.revision === revision,
    );
    return decide({ type: 'RecordArticle', reading, recordedBy }, { partnership, history }, noRules);
  });
  if (!outcome.accepted) return { outcome: 'refused', rejection: outcome.rejection };
  const { appended, events } = outcome;
  if (appended !== null) return { outcome: 'recorded', appended, events };
  if (recorded === undefined) throw new Error(`article ${article} is recorded, and its reading is missing`);
  return { outcome: 'unchanged', recorded };
}

/** What appending an article needs of the ledger. */
export type Recorder = StreamWriter<LedgerEvent> & {
  /** The partnership that the article of this id is about, or null; as fresh as the store. */
  readonly partnershipOf: (article: string) => Promise<string | null>;
};

/** What became of an article: recorded now, recorded before with the same content, or refused. */
export type AppendedArticle =
  | { readonly outcome: 'recorded'; readonly appended: Appended; readonly events: number }
  | NotAppended;

type NotAppended =
  | { readonly outcome: 'unchanged'; readonly recorded: ReadingEvent }
  | { readonly outcome: 'refused'; readonly rejection: Rejection };

/** Records references first, then the articles, whatever of them is not recorded yet. */
export async function replaySeeds(
  seeds: Seeds,
  recorder: Recorder & { readonly store: Pick<EventStore, 'append' | 'readStream'> },
  onProgress: (progress: ReplayProgress) => void = () => undefined,
): Promise<Replayed> {
  let events = await recordReferences(seeds.games, ownWriters.seeds, recorder.store);
  const recorded: string[] = [];
  const refused: { article: string; message: string }[] = [];
  for (const [index, reading] of seeds.readings.entries()) {
    const result = await appendArticle(reading, ownWriters.seeds, recorder);
    if (result.outcome === 'recorded') {
      events += result.events;
      recorded.push(reading.article);
    } else if (result.outcome === 'refused') {
      refused.push({ article: reading.article, message: result.rejection.message });
    }
    onProgress({ done: index + 1, total: seeds.readings.length, article: reading.article });
  }
  return { events, recorded, refused };
}

/** How far a replay has come: `done` of `total` articles, and the one that was recorded last. */
export type ReplayProgress = { readonly done: number; readonly total: number; readonly article: string };

/** What a replay appended: events in all, and which articles were new. Refused ones are named with the reason. */
export type Replayed = {
  readonly events: number;
  readonly recorded: readonly string[];
  readonly refused: readonly { readonly article: string; readonly message: string }[];
};

/**
 * Records what a reference says of Games editions, each statement once: an edition is a stream. Answers how many
 * events were appended; the same reference again appends none.
 */
async function recordReferences(
  drafts: readonly GamesDraft[],
  recordedBy: string,
  store: Pick<EventStore, 'append' | 'readStream'>,
): Promise<number> {
  const read = async (stream: string) => {
    const events: { readonly id: string }[] = [];
    for await (const { id } of store.readStream(stream)) events.push({ id });
    return { events, revision: events.length - 1 };
  };
  let count = 0;
  for (const [stream, statements] of Map.groupBy(gamesEventsOf(drafts, recordedBy), (one) => one.stream)) {
    const { events } = await appendDecided<{ readonly id: string }, never>(stream, { store, read }, (history) => {
      const recorded = new Set(history.map(({ id }) => id));
      return { accepted: true, events: statements.flatMap(({ event }) => (recorded.has(event.id) ? [] : [event])) };
    });
    count += events;
  }
  return count;
}

/** The events of reference statements, each with the stream of its edition. */
export function gamesEventsOf(
  drafts: readonly GamesDraft[],
  recordedBy: string,
): readonly { readonly stream: string; readonly event: NewEvent }[] {
  return drafts.map((draft) => ({ stream: gamesStream(draft.edition), event: eventOf(draft, recordedBy) }));
}

function eventOf(draft: GamesDraft, recordedBy: string): NewEvent {
  const { reference, edition, fields, published, publisher, title } = draft;
  const type = eventType(draft.type);
  if (type === undefined) throw new RangeError(`${draft.type} is not an event type`);
  const id = idOf('reference', reference, edition, draft.type, JSON.stringify(fields), published, publisher, title);
  return {
    id,
    type: draft.type,
    data: {
      fact: factKey(type, { partnership: '', subject: null, campaign: null, edition }),
      modality: 'happened',
      date: published,
      subject: null,
      games: [edition],
      ...fields,
    },
    metadata: {
      recordedBy,
      correlationId: id,
      causationId: null,
      schema: currentVersion(type),
      reference,
      publisher,
      title,
      published,
    },
  };
}

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
