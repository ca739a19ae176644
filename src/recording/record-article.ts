import type { GamesDraft } from '../articles/games.ts';
import type { RecordedSubjects } from '../articles/read-article.ts';
import type { Seeds } from '../articles/seeds.ts';
import { type Admission, type ArticleIndex, refuseArticle } from '../domain/decisions/admission.ts';
import { decide, type PartnershipState } from '../domain/decisions/decide.ts';
import { type ReadingDraft, readingsByPartnership } from '../domain/decisions/reading.ts';
import type { Outcome, Rejection } from '../domain/decisions/rejection.ts';
import { noRules } from '../domain/facts/rules.ts';
import { eventType } from '../domain/vocabulary/event-types.ts';
import {
  checkEvents,
  currentVersion,
  gamesStream,
  idOf,
  ownWriters,
  partnershipStream,
  partnershipsOfReading,
  type ReadingEvent,
} from '../domain/vocabulary/events.ts';
import { factKey } from '../domain/vocabulary/fact-key.ts';
import { type Appended, type EventStore, type NewEvent, WrongExpectedRevision } from '../event-store/event-store.ts';
import { type IngestResult, ingestResult, joinResults, type LedgerSources } from '../projections/live/ingest-result.ts';
import { subjectsIn } from '../projections/partnership-view.ts';
import { type History, ingestAt } from '../projections/relevant-history.ts';
import { atOnce, Busy, type InTurn } from './turns.ts';

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
  const parts: RecordedPart[] = [];
  for (const part of outcome.parts) {
    parts.push({ ...part, result: await ingestResult(part.partnership, part.appended.position, ledger) });
  }
  return { ...outcome, parts, result: joinResults(parts.map((part) => part.result)) };
}

/** Who records an article, and what they say of it. */
export type ArticleWriter = Admission & { readonly recordedBy: string };

/** An open ledger, as far as recording uses it. */
export type WritableLedger = LedgerSources & { readonly recorder: Recorder };

/** What became of an article, and its effects on facts. */
export type RecordedArticle =
  | (Omit<Extract<AppendedArticle, { outcome: 'recorded' }>, 'parts'> & {
      readonly parts: readonly RecordedPart[];
      readonly result: IngestResult;
    })
  | NotAppended;

/** What an article did to one of its partnerships. */
type RecordedPart = AppendedPart & { readonly result: IngestResult };

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
  const { article, revision } = reading;
  const index = await recorder.articles();
  const refusal = refuseArticle(reading, index, admission);
  if (refusal !== null) return { outcome: 'refused', rejection: refusal };
  let recorded: ReadingEvent | undefined;
  const parts: AppendedPart[] = [];
  // One append a stream. What fails in between leaves the article half recorded, until it is sent again.
  for (const [partnership, drafts] of await draftsByPartnership(reading, index, recorder)) {
    const outcome = await appendDecided(partnershipStream(partnership), recorder, ({ events, articles }) => {
      recorded = readingOf(article, revision, { events, articles }) ?? recorded;
      return decideAll(drafts, recordedBy, { partnership, history: events, articles });
    });
    if (!outcome.accepted)
      return { outcome: 'refused', rejection: refusalAfter(parts, partnership, outcome.rejection) };
    const { appended, events } = outcome;
    if (appended !== null) parts.push({ partnership, appended, events });
  }
  const last = parts.at(-1);
  if (last !== undefined) {
    const events = parts.reduce((sum, part) => sum + part.events, 0);
    return { outcome: 'recorded', appended: last.appended, events, parts };
  }
  if (recorded === undefined) throw new Error(`article ${article} is recorded, and its reading is missing`);
  return { outcome: 'unchanged', recorded };
}

/**
 * What each stream gets of an article, in the order in which it is appended: what the file reports of its partnership; in
 * a stream that this revision leaves, a reading without reports, which drops those of the revisions before. If a higher
 * revision came earlier, it leaves this one's streams in the same way.
 */
async function draftsByPartnership(
  reading: ReadingDraft,
  index: ArticleIndex,
  recorder: Recorder,
): Promise<ReadonlyMap<string, readonly ReadingDraft[]>> {
  const { article, revision } = reading;
  const recorded = index.readingsOf(article);
  const drafts = new Map<string, readonly ReadingDraft[]>();
  for (const block of readingsByPartnership(reading)) {
    const here = new Set(recorded.filter((one) => one.partnership === block.partnership).map((one) => one.revision));
    const higher = recorded.filter((one) => one.revision > revision && !here.has(one.revision));
    const leaving: ReadingDraft[] = [];
    for (const [, [one]] of Map.groupBy(higher, (each) => each.revision)) {
      const stream = await recorder.read(partnershipStream(one?.partnership ?? ''));
      const event = readingOf(article, one?.revision ?? 0, stream);
      if (event !== undefined) leaving.push(leave(block.partnership, draftOf(event)));
    }
    drafts.set(block.partnership, [...leaving, block]);
  }
  for (const { partnership } of recorded.filter((one) => one.revision < revision)) {
    if (!drafts.has(partnership)) drafts.set(partnership, [leave(partnership, reading)]);
  }
  return drafts;
}

function readingOf(
  article: string,
  revision: number,
  { events, articles }: Pick<History, 'events' | 'articles'>,
): ReadingEvent | undefined {
  const recorded = articles.readingsOf(article).find((one) => one.revision === revision);
  const event = recorded && ingestAt(events, recorded.position).at(-1);
  return event?.kind === 'reading' ? event : undefined;
}

function leave(partnership: string, reading: ReadingDraft): ReadingDraft {
  return { ...reading, partnership, reports: [], elsewhere: [] };
}

function draftOf(event: ReadingEvent): ReadingDraft {
  const { reports: _, ...read } = event.read;
  return { ...read, partnership: '', reports: [], elsewhere: [], partnerships: partnershipsOfReading(event) };
}

function decideAll(drafts: readonly ReadingDraft[], recordedBy: string, state: PartnershipState): Outcome {
  const events: NewEvent[] = [];
  for (const reading of drafts) {
    const outcome = decide({ type: 'RecordArticle', reading, recordedBy }, state, noRules);
    if (!outcome.accepted) return outcome;
    events.push(...outcome.events);
  }
  return { accepted: true, events };
}

// Another writer was first in one of the streams.
function refusalAfter(parts: readonly AppendedPart[], partnership: string, rejection: Rejection): Rejection {
  if (parts.length === 0) return rejection;
  const recorded = parts.map((part) => part.partnership).join(', ');
  return { ...rejection, message: `${rejection.message}; it is recorded on ${recorded}, and not on ${partnership}` };
}

/** The names that the articles of a partnership register, as fresh as the store. */
export function recordedSubjects({ read }: Pick<Recorder, 'read'>): RecordedSubjects {
  return async (partnership) => subjectsIn((await read(partnershipStream(partnership))).relevant.naming());
}

/** The part of a ledger that appending an article uses. */
export type Recorder = StreamWriter<History> & {
  /** What the ledger holds of articles, as fresh as the store. */
  readonly articles: () => Promise<ArticleIndex>;
};

/** What became of an article: recorded now, recorded before with the same content, or refused. */
type AppendedArticle =
  | {
      readonly outcome: 'recorded';
      /** The last append. */
      readonly appended: Appended;
      readonly events: number;
      readonly parts: readonly AppendedPart[];
    }
  | NotAppended;

/** What was appended to the stream of one partnership. */
export type AppendedPart = { readonly partnership: string; readonly appended: Appended; readonly events: number };

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
    const writer = { store, read, inTurn: atOnce };
    const { events } = await appendDecided<Awaited<ReturnType<typeof read>>, never>(stream, writer, (known) => {
      const recorded = new Set(known.events.map(({ id }) => id));
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
 * Reads a stream, decides, and appends at the revision that was read. The writers of this process take turns at a stream;
 * if another one was first, reads and decides again. A refusal, or a decision without events, appends nothing. Throws
 * what the store throws, Busy, and a TypeError for an event that would not be read back as written.
 */
export async function appendDecided<
  Stream extends { readonly revision: number },
  Refused extends { readonly accepted: false },
>(
  stream: string,
  { store, read, inTurn }: StreamWriter<Stream>,
  decide: (known: Stream) => Accepted | Refused | Promise<Accepted | Refused>,
): Promise<Refused | { readonly accepted: true; readonly appended: Appended | null; readonly events: number }> {
  return await inTurn(`stream ${stream}`, async () => {
    for (let attempts = 1; attempts <= mostAttempts; attempts++) {
      const known = await read(stream);
      // What was read may grow while the decision is made; the append must be at what it was made on.
      const { revision } = known;
      const decided = await decide(known);
      if (!decided.accepted) return decided;
      const { events } = decided;
      if (events.length === 0) return { accepted: true, appended: null, events: 0 };
      checkEvents(events);
      try {
        const appended = await store.append(stream, revision < 0 ? 'no_stream' : revision, events);
        return { accepted: true, appended, events: events.length };
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
    }
    throw new Busy(`other servers wrote to ${stream} first, ${mostAttempts} times in a row`);
  });
}

/** The part of a ledger that appending to a stream uses. */
export type StreamWriter<Stream> = {
  readonly store: Pick<EventStore, 'append'>;
  /** The stream as the store holds it now; `revision` is that of its last event, -1 for an empty stream. */
  readonly read: (stream: string) => Promise<Stream>;
  readonly inTurn: InTurn;
};

type Accepted = { readonly accepted: true; readonly events: readonly NewEvent[] };

// Only writers of other processes come in between, and they too write one after another.
const mostAttempts = 20;
