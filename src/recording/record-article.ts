import type { GamesDraft } from '../articles/games.ts';
import type { Seeds } from '../articles/seeds.ts';
import { decide } from '../domain/decisions/decide.ts';
import type { ReadingDraft } from '../domain/decisions/reading.ts';
import type { Rejection } from '../domain/decisions/steward-refusals.ts';
import { eventType } from '../domain/vocabulary/event-types.ts';
import {
  checkEvents,
  currentVersion,
  gamesStream,
  idOf,
  type LedgerEvent,
  ownWriters,
  partnershipStream,
} from '../domain/vocabulary/events.ts';
import { factKey } from '../domain/vocabulary/fact-key.ts';
import { type Appended, type EventStore, type NewEvent, WrongExpectedRevision } from '../event-store/event-store.ts';

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

// Each loser of a race has seen another writer win, so this many mean a writer that never gets its turn.
const mostAttempts = 100;

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
 * Records what a reference says of Games editions, each statement once: an edition is a stream. Answers how many
 * events were appended; the same reference again appends none.
 */
export async function recordReferences(
  drafts: readonly GamesDraft[],
  recordedBy: string,
  store: Pick<EventStore, 'append' | 'readStream'>,
): Promise<number> {
  let appended = 0;
  for (const [stream, ofEdition] of Map.groupBy(gamesEventsOf(drafts, recordedBy), (one) => one.stream)) {
    appended += await recordEdition(
      stream,
      ofEdition.map(({ event }) => event),
      store,
    );
  }
  return appended;
}

async function recordEdition(
  stream: string,
  events: readonly NewEvent[],
  store: Pick<EventStore, 'append' | 'readStream'>,
): Promise<number> {
  const known = new Set<string>();
  for await (const { id } of store.readStream(stream)) known.add(id);
  const missing = events.filter(({ id }) => !known.has(id));
  if (missing.length === 0) return 0;
  checkEvents(missing);
  try {
    await store.append(stream, known.size === 0 ? 'no_stream' : known.size - 1, missing);
    return missing.length;
  } catch (error) {
    if (error instanceof WrongExpectedRevision) return await recordEdition(stream, events, store);
    throw error;
  }
}

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
    const result = await recordArticle(reading, ownWriters.seeds, recorder);
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
