import * as fc from 'fast-check';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { partnershipsOf } from './random/made-ledger.ts';
import type { Question } from './read-side.ts';

const ofPartnership = ['getPartnership', 'getTimeline', 'getObligations', 'getRollout', 'getPartnershipAudit'];
const ofFact = ['getFact', 'getFactAudit'];
const ofArticle = ['getArticle', 'getArticleAudit'];
const ofGames = ['getGamesObligations'];
const ofLedger = ['listPartnerships', 'listArticles', 'listGames', 'getAudit'];

/** Everything that can be asked of the API, and which of what a ledger holds it is asked of. */
export const anyAsking = fc.record({
  operation: fc.constantFrom(...ofPartnership, ...ofFact, ...ofArticle, ...ofGames, ...ofLedger),
  pick: fc.nat(1000),
});

const texts = (events: readonly RecordedEvent[], of: (event: RecordedEvent) => unknown): readonly string[] =>
  [...new Set(events.flatMap((event) => of(event) ?? []))].map(String).toSorted();

const paramsOf = (events: readonly RecordedEvent[], operation: string, pick: number): Question['params'] | null => {
  const one = (names: readonly string[]) => names[pick % Math.max(1, names.length)];
  const [id, article] = [
    one(partnershipsOf(events)),
    one(texts(events, ({ type, data }) => (type === 'ArticleRead' ? data['article'] : null))),
  ];
  if (ofLedger.includes(operation)) return {};
  if (ofGames.includes(operation)) return { edition: pick % 2 === 0 ? '2018W' : '2022W' };
  if (ofArticle.includes(operation)) return article === undefined ? null : { id: article };
  if (id === undefined) return null;
  if (ofPartnership.includes(operation)) return { id };
  const own = events.filter(({ stream, metadata }) => stream === `partnership-${id}` && 'attribution' in metadata);
  const [kind, subject, milestone] = one(texts(own, ({ data }) => data['fact']))?.split('/') ?? [];
  return kind && subject && milestone ? { id, kind, subject, milestone } : null;
};

/** The question that an asking comes to of what is recorded; null where that holds nothing of the kind. */
export const questionIn = (
  events: readonly RecordedEvent[],
  { operation, pick }: { readonly operation: string; readonly pick: number },
): Question | null => {
  const params = paramsOf(events, operation, pick);
  return params && { operation, params };
};
