import type { GamesDraft } from '../articles/games.ts';
import type { Seeds } from '../articles/seeds.ts';
import { type Admission, type ArticleIndex, refuseArticle } from '../domain/decisions/admission.ts';
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
 * Records the reading of an article, and returns its effects on facts and the business rules that they break. Resolves
 * once every view shows it. Appends nothing if the article is recorded with the same content. Refuses other content
 * under a recorded revision, and what the ledger does not admit. Throws what the store throws.
 */
export async function recordArticle(
  reading: ReadingDraft,
  writer: ArticleWriter,
  ledger: WritableLedger,
): Promise<RecordedArticle> {
  const outcome = await appendArticle(reading, writer, ledger.recorder);
  await ledger.views.head();
  if (outcome.outcome !== 'recorded') return outcome;
  return { ...outcome, result: await ingestResult(reading.partnership, outcome.appended.position, ledger) };
}

/** Who records an article, and what they say of it. */
export type ArticleWriter = Admission & { readonly recordedBy: string };

/** An open ledger, as far as recording uses it. */
export type WritableLedger = LedgerSources & { readonly recorder: Recorder };

/** What became of an article, and its effects on facts. */
export type RecordedArticle =
  | (Extract<AppendedArticle, { outcome: 'recorded' }> & { readonly result: IngestResult })
  | NotAppended;

/**
 * Records the reading of an article without working out its effects: for many articles, and for rehearsals. Articles on
 * different partnerships share no stream that would tell of a race: those of one text, and of one id, take turns.
 */
export async function appendArticle(
  reading: ReadingDraft,
  writer: ArticleWriter,
  recorder: Recorder,
): Promise<AppendedArticle> {
  const append = async () => await appendAdmitted(reading, writer, recorder);
  const ofId = async () => await recorder.inTurn(`article ${reading.article}`, append);
  return await recorder.inTurn(`text ${reading.textSha256}`, ofId);
}

async function appendAdmitted(
  reading: ReadingDraft,
  { recordedBy, ...admission }: ArticleWriter,
  recorder: Recorder,
): Promise<AppendedArticle> {
  const { partnership, article, revision } = reading;
  const refusal = refuseArticle(reading, await recorder.articles(), admission);
  if (refusal !== null) return { outcome: 'refused', rejection: refusal };
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

/** The part of a ledger that appending an article uses. */
export type Recorder = StreamWriter<LedgerEvent> & {
  /** What the ledger holds of articles, as fresh as the store. */
  readonly articles: () => Promise<ArticleIndex>;
  /** Waits until what this process began under the same key has ended, and begins then. */
  readonly inTurn: <Done>(key: string, work: () => Promise<Done>) => Promise<Done>;
};

/** What became of an article: recorded now, recorded before with the same content, or refused. */
type AppendedArticle =
  | { readonly outcome: 'recorded'; readonly appended: Appended; readonly events: number }
  | NotAppended;

type NotAppended =
  | { readonly outcome: 'unchanged'; readonly recorded: ReadingEvent }
  | { readonly outcome: 'refused'; readonly rejection: Rejection };

/** Records the seeds that are not recorded yet: first the references, then the articles. */
export async function replaySeeds(
  seeds: Seeds,
  recorder: Recorder & { readonly store: Pick<EventStore, 'append' | 'readStream'> },
  onProgress: (progress: { done: number; total: number; article: string }) => void = () => undefined,
): Promise<Replayed> {
  let events = await recordReferences(seeds.games, ownWriters.seeds, recorder.store);
  const recorded: string[] = [];
  const refused: { article: string; message: string }[] = [];
  for (const [index, reading] of seeds.readings.entries()) {
    const result = await appendArticle(reading, { recordedBy: ownWriters.seeds, isNewPartnership: true }, recorder);
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

/** What a replay appended: the number of events, and the ids of new articles; and why articles were refused. */
type Replayed = {
  readonly events: number;
  readonly recorded: readonly string[];
  readonly refused: readonly { readonly article: string; readonly message: string }[];
};

/**
 * Records what references say about Games editions, each statement once and each edition in its own stream. Returns the
 * number of appended events.
 */
export async function recordReferences(
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

/** The events of statements in references, each with the stream of its edition. */
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
      // Games are cancelled on the day of the decision; an election or new dates are news when they become public.
      date: fields['decided'] ?? published,
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
 * Reads a stream, decides, and appends at the revision that was read. If another writer was first, reads and decides
 * again. A refusal, or a decision without events, appends nothing. Throws what the store throws, and a TypeError for an
 * event that would not be read back as written.
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

/** The part of a ledger that appending to a stream uses. */
export type StreamWriter<Event> = {
  readonly store: Pick<EventStore, 'append'>;
  /** The stream as the store holds it now; `revision` is that of its last event, -1 for an empty stream. */
  readonly read: (stream: string) => Promise<{ readonly events: readonly Event[]; readonly revision: number }>;
};

type Accepted = { readonly accepted: true; readonly events: readonly NewEvent[] };

// A writer that loses this many races in a row never gets its turn.
const maxAttempts = 100;
