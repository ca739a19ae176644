import * as z from 'zod';
import { type Certainty, hasCome } from '../domain/facts/evidence.ts';
import { certaintyOf } from '../domain/facts/facts-at.ts';
import { mergedInto, mergesIn } from '../domain/facts/what-counts.ts';
import type { Day } from '../domain/vocabulary/dates.ts';
import { gamesTypes, reportTypes } from '../domain/vocabulary/event-types.ts';
import { articleChanges, type LedgerEvent } from '../domain/vocabulary/events.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import {
  answerShape,
  beginAnswer,
  type CutShape,
  cutOf,
  type Notice,
  type Page,
  pageOf,
  pageShape,
  type Question,
  recordedLater,
  wholeList,
} from './answer.ts';
import { type AuditEntry, audit, auditEntryShape, effects } from './effects.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import type { ResolvedCut } from './live/clocks.ts';
import type { PartnershipView } from './partnership-view.ts';

/** The audit trail of a partnership through a cut. */
export function auditAnswer(asked: Question, filters: Filters = noFilters, page: Page = wholeList): AuditAnswer {
  return ofOne(asked, asked.view.audit(), filters, page);
}

export type AuditAnswer = z.infer<typeof auditAnswerShape>;

export const auditAnswerShape = answerShape
  .extend({ total: pageShape.total, entries: z.array(auditEntryShape), next: pageShape.next })
  .describe('The audit trail: one entry an event, in recorded order');

function ofOne(asked: Question, trail: readonly AuditEntry[], filters: Filters, page: Page): AuditAnswer {
  return answer(beginAnswer(asked), trail, [asked.view.ground.history], filters, page);
}

function answer(
  begin: { readonly cut: CutShape; readonly notice?: Notice | undefined },
  trail: readonly AuditEntry[],
  histories: readonly (readonly LedgerEvent[])[],
  filters: Filters,
  page: Page,
): AuditAnswer {
  const [pass, touches] = [passes(filters), touchesAny(filters.fact, histories)];
  const found = trail.filter((entry) => pass(entry) && touches(entry));
  const { total, items, next } = pageOf(found, page, begin.cut);
  return { ...begin, total, entries: items, next };
}

function passes({ type, games, article, actor, effect, late, recordedFrom, recordedTo }: Filters): Passing {
  const any = (wanted: readonly string[], has: (one: string) => boolean) => wanted.length === 0 || wanted.some(has);
  return (entry) =>
    any(type, (one) => entry.event.type === one) &&
    any(games, (edition) => concerns(entry, edition)) &&
    any(article, (one) => entry.article === one) &&
    any(actor, (one) => entry.recordedBy === one) &&
    any(effect, (one) => entry.effects.some((found) => found === one)) &&
    (late === null || entry.late === late) &&
    (recordedFrom === null || entry.recordedAt >= recordedFrom) &&
    (recordedTo === null || entry.recordedAt <= recordedTo);
}

type Passing = (entry: AuditEntry) => boolean;

function concerns({ asserted }: AuditEntry, edition: string): boolean {
  return Array.isArray(asserted.games) && asserted.games.includes(edition);
}

// What touched a fact: as its own trail has it, what dropped a report of it included.
function touchesAny(facts: readonly string[], histories: readonly (readonly LedgerEvent[])[]): Passing {
  if (facts.length === 0) return () => true;
  const positions = new Set(
    histories.flatMap((history) => facts.flatMap((fact) => [...touching(remainingKey(fact, history), history)])),
  );
  return ({ position, fact }) => positions.has(position) || (fact !== null && facts.includes(fact));
}

/** Positions of the events that touched a fact: its reports, decisions on it, and what drops or dates one. */
export function touching(fact: string, history: readonly LedgerEvent[]): ReadonlySet<number> {
  const keys = keysOf(fact, history);
  const articles = new Set<string>();
  const positions = new Set<number>();
  const changes = articleChanges();
  for (const event of history) {
    const { position } = event;
    if (articles.has(changes(event) ?? '')) positions.add(position);
    if (event.kind === 'report' && keys.has(event.fact)) {
      articles.add(event.metadata.article);
      positions.add(position);
    } else if (event.kind === 'decision' && keys.has(event.decision.fact)) {
      positions.add(position);
    }
  }
  return positions;
}

/** The keys that stand for a fact: its own, and those that were merged into it. */
export function keysOf(fact: string, history: readonly LedgerEvent[]): ReadonlySet<string> {
  const merges = mergesIn(history);
  const from = merges.flatMap(({ decision }) => (decision.type === 'FactsMerged' ? [decision.from] : []));
  return new Set([fact, ...from.filter((key) => mergedInto(key, merges) === fact)]);
}

/** The fact that a key stands for, once facts were merged. */
export function remainingKey(key: string, history: readonly LedgerEvent[]): string {
  return mergedInto(key, mergesIn(history));
}

/** The trail of a fact: its reports and decisions, and what made reports of it count no more. */
export function factAuditAnswer(
  asked: Question,
  fact: string,
  filters: Filters = noFilters,
  page: Page = wholeList,
): AuditAnswer {
  return ofOne(asked, factTrail(asked.view, fact), filters, page);
}

/** The audit trail of one fact. */
export function factTrail(view: PartnershipView, fact: string): readonly AuditEntry[] {
  const { history } = view.ground;
  const positions = touching(remainingKey(fact, history), history);
  return view.audit().filter(({ position }) => positions.has(position));
}

/** The trail of an article: what its readings recorded, and what was recorded on it. */
export function articleAuditAnswer(
  asked: Question,
  article: string,
  filters: Filters = noFilters,
  page: Page = wholeList,
): AuditAnswer {
  return ofOne(asked, articleTrail(asked.view, article), filters, page);
}

/** The audit trail of one article: all that its readings recorded, corrections included, and its retractions. */
export function articleTrail(view: PartnershipView, article: string): readonly AuditEntry[] {
  const { history } = view.ground;
  const ingests = new Set(
    history.flatMap((event) =>
      event.kind === 'reading' && event.read.article === article ? [event.correlationId] : [],
    ),
  );
  const positions = new Set(
    history.flatMap((event) => {
      const retracts = event.kind === 'retraction' && event.retracted.article === article;
      return retracts || ingests.has(event.correlationId) ? [event.position] : [];
    }),
  );
  return view.audit().filter(({ position }) => positions.has(position));
}

/** The audit trail of the whole ledger through a cut: one entry for every event that a reader could know of. */
export function ledgerAuditAnswer(
  { cut, views, games, ledger, firstRecordedAt }: LedgerAuditAsked,
  filters: Filters = noFilters,
  page: Page = wholeList,
): AuditAnswer {
  // Effects look through no other clock, so that the reported one chooses among entries, not among what they tell of.
  const visible = new Set(
    publishedBy(games, cut.reportedAsOf, certaintyOf(cut.timing)).map(({ position }) => position),
  );
  const trails = [
    ledgerTrail(ledger),
    audit(games).filter(({ position }) => visible.has(position)),
    ...views.map((view) => view.audit()),
  ];
  const trail = trails.flat().toSorted((a, b) => a.position - b.position);
  const begin = { cut: cutOf(cut, trail.at(-1) ?? null) };
  const notice = trail.length === 0 ? { notice: recordedLater(cut, firstRecordedAt) } : {};
  const histories = views.map(({ ground }) => ground.history);
  return answer({ ...begin, ...notice }, trail, histories, filters, page);
}

/** What the audit trail of the whole ledger is made from; everything up to the cut. */
export type LedgerAuditAsked = Pick<Question, 'firstRecordedAt'> & {
  readonly cut: ResolvedCut;
  readonly views: readonly PartnershipView[];
  /** The events of the streams of Games. */
  readonly games: readonly LedgerEvent[];
  /** The events of the ledger's own stream. */
  readonly ledger: readonly RecordedEvent[];
};

/** The statements of references that a reader certainly, or possibly, knew of by `reportedAsOf`; null is no limit. */
export function publishedBy(
  events: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty = 'possible',
): readonly LedgerEvent[] {
  return events.filter((event) => event.kind === 'reference' && hasCome(event.published, reportedAsOf, certainty));
}

/** The audit trail of the ledger's own stream: when it was opened. It bears on no fact. */
export function ledgerTrail(events: readonly RecordedEvent[]): readonly AuditEntry[] {
  return events.map(({ position, recordedAt, metadata, id, type, stream, revision, data }) => ({
    position,
    recordedAt,
    recordedBy: String(metadata.recordedBy),
    event: { id, type, stream, revision },
    article: null,
    revision: null,
    paragraphs: [],
    fact: null,
    asserted: data,
    effects: [],
    alsoTouched: [],
    late: false,
    supersedes: null,
    supersededBy: null,
  }));
}

const ofPartnerships = [
  ...reportTypes.map(({ type }) => type),
  'ArticleRead',
  'ArticleRetracted',
  'FactCorrected',
  'FactRetracted',
  'ContestResolved',
  'FactsMerged',
];

/** The filters of an audit trail of a partnership. */
export const auditFilters: FilterRules = {
  type: ofPartnerships,
  games: 'editions',
  article: 'articles',
  actor: 'actors',
  fact: 'facts',
  effect: effects,
  late: 'true or false',
  recordedFrom: 'begins',
  recordedTo: 'ends',
};

/** The filters of the audit trail of the whole ledger. */
export const ledgerAuditFilters: FilterRules = {
  ...auditFilters,
  type: [...ofPartnerships, ...gamesTypes.map(({ type }) => type), 'LedgerOpened', 'LedgerCopied'],
};
