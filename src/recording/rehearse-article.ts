import { type ArticleIndex, growingIndex, indexOf, joinIndexes, noArticles } from '../domain/decisions/admission.ts';
import type { ReadingDraft } from '../domain/decisions/reading.ts';
import type { Rejection } from '../domain/decisions/rejection.ts';
import type { PolicyContext } from '../domain/facts/rules.ts';
import { lastDay } from '../domain/vocabulary/dates.ts';
import { decode, type LedgerEvent, partnershipStream } from '../domain/vocabulary/events.ts';
import type { NewEvent } from '../event-store/event-store.ts';
import { type IngestResult, joinResults, policyContextOf, resultOf } from '../projections/live/ingest-result.ts';
import { type RelevantHistory, relevantHistory } from '../projections/relevant-history.ts';
import { type ArticleWriter, appendArticle, type Recorder, type WritableLedger } from './record-article.ts';
import { atOnce } from './turns.ts';

/**
 * Starts a rehearsal: articles are recorded in memory, one after another, after all that the ledger holds. Nothing is
 * recorded. Without a ledger nothing is recorded yet. `others` are further articles, whose ids and texts are taken. It
 * decides as recording does, and computes the effects in the same way, so that recording the same articles next has these
 * outcomes.
 */
export function startRehearsal(ledger: WritableLedger | null, others: ArticleIndex = noArticles): Rehearsal {
  const streams = new Map<string, RehearsedStream>();
  const added: LedgerEvent[] = [];

  const load = async (stream: string): Promise<RehearsedStream> => {
    const known = streams.get(stream);
    if (known !== undefined) return known;
    const { events, revision } = ledger === null ? nothing : await ledger.recorder.read(stream);
    const articles = growingIndex();
    events.forEach(articles.add);
    const loaded = { events: [...events], relevant: relevantHistory(events), articles, revision };
    streams.set(stream, loaded);
    return loaded;
  };

  const append: Recorder['store']['append'] = async (stream, _expected, events) => {
    const rehearsed = await load(stream);
    const head = ledger === null ? 0 : (await ledger.views.head()).position;
    let position = Math.max(head, rehearsed.events.at(-1)?.position ?? 0);
    for (const event of events) {
      position += 1;
      rehearsed.revision += 1;
      added.push(...take(rehearsed, event, stream, position));
    }
    return { revision: rehearsed.revision, position, recordedAt: '' };
  };

  const recorder: Recorder = {
    store: { append },
    read: load,
    articles: async () => {
      const recorded = ledger === null ? noArticles : await ledger.recorder.articles();
      return joinIndexes(recorded, others, indexOf(added));
    },
    inTurn: atOnce,
  };

  return {
    record: async (reading, writer) => {
      const outcome = await appendArticle(reading, writer, recorder);
      if (outcome.outcome !== 'recorded') return outcome;
      const results: IngestResult[] = [];
      for (const { partnership } of outcome.parts) {
        const { events, relevant } = await load(partnershipStream(partnership));
        const { position } = events.at(-1) as LedgerEvent;
        results.push(resultOf({ events, relevant }, position, await contextOf(ledger, partnership, events)));
      }
      return { outcome: 'recorded', result: joinResults(results) };
    },
  };
}

/** A rehearsal: what recording articles would do. */
export type Rehearsal = { readonly record: (reading: ReadingDraft, writer: ArticleWriter) => Promise<Rehearsed> };

/** What would become of an article. */
export type Rehearsed =
  | { readonly outcome: 'recorded'; readonly result: IngestResult }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly rejection: Rejection };

type RehearsedStream = {
  readonly events: LedgerEvent[];
  readonly relevant: RelevantHistory;
  readonly articles: ReturnType<typeof growingIndex>;
  revision: number;
};

const nothing = { events: [], revision: -1 };

function take(
  { events, relevant, articles, revision }: RehearsedStream,
  event: NewEvent,
  stream: string,
  position: number,
): readonly LedgerEvent[] {
  const { data, metadata } = JSON.parse(JSON.stringify(event)) as NewEvent;
  const decoded = decode({ ...event, data, metadata, stream, revision, position, recordedAt: '' });
  if (decoded === null) return [];
  events.push(decoded);
  relevant.add(decoded);
  articles.add(decoded);
  return [decoded];
}

async function contextOf(
  ledger: WritableLedger | null,
  partnership: string,
  events: readonly LedgerEvent[],
): Promise<PolicyContext> {
  if (ledger === null) return { windows: new Map(), otherHoldings: [] };
  const position = events.at(-1)?.position ?? 0;
  const cut = { occurredAsOf: lastDay, reportedAsOf: null, position, timing: 'any' } as const;
  return policyContextOf(await ledger.views.groundOf(partnership, events, cut));
}
