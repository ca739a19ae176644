import * as z from 'zod';
import { type Certainty, hasCome } from '../domain/facts/evidence.ts';
import { certaintyOf } from '../domain/facts/facts-at.ts';
import { mergedInto, mergesIn } from '../domain/facts/what-counts.ts';
import type { Day } from '../domain/vocabulary/dates.ts';
import { gamesTypes, reportTypes } from '../domain/vocabulary/event-types.ts';
import { articleChanges, type DecisionEvent, type LedgerEvent } from '../domain/vocabulary/events.ts';
import { cycleOf } from '../domain/vocabulary/fact-key.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import {
  answerShape,
  beginAnswer,
  cutOf,
  emptyNotice,
  type Page,
  pageOf,
  pageShape,
  type Question,
  type SpanningQuestion,
  wholeList,
} from './answer.ts';
import { type AuditEntry, audit, auditEntryShape, effects } from './effects.ts';
import { type FilterRules, type Filters, matchesAny, noFilters } from './filters.ts';
import { latestOf, type PartnershipView } from './partnership-view.ts';
import { factsNamed } from './relevant-history.ts';

/** The audit trail of a partnership through a cut. */
export function auditAnswer(question: Question, filters: Filters = noFilters, page: Page = wholeList): AuditAnswer {
  return answerOnOne(question, question.view.audit(), filters, page);
}

export type AuditAnswer = z.infer<typeof auditAnswerShape>;

export const auditAnswerShape = answerShape
  .extend({ total: pageShape.total, entries: z.array(auditEntryShape), next: pageShape.next })
  .describe('The audit trail: one entry an event, in recorded order');

const partnershipTypes = [
  ...reportTypes.map(({ type }) => type),
  'ArticleRead',
  'ArticleRetracted',
  'FactCorrected',
  'FactRetracted',
  'ContestResolved',
  'FactsMerged',
  'MergeUndone',
];

/** The filters of an audit trail of a partnership. */
export const auditFilters: FilterRules = {
  type: partnershipTypes,
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
  type: [
    ...partnershipTypes,
    ...gamesTypes.map(({ type }) => type),
    'LedgerOpened',
    'LedgerCopied',
    'AlterationAccepted',
  ],
};

function answerOnOne(question: Question, trail: readonly AuditEntry[], filters: Filters, page: Page): AuditAnswer {
  return answerWith(beginAnswer(question), trail, [question.view.ground.history], filters, page);
}

function answerWith(
  beginning: ReturnType<typeof beginAnswer>,
  trail: readonly AuditEntry[],
  histories: readonly (readonly LedgerEvent[])[],
  filters: Filters,
  page: Page,
): AuditAnswer {
  const touchesFacts = touchingAny(filters.fact, histories);
  const entries = trail.filter((entry) => passes(entry, filters) && touchesFacts(entry));
  const { total, items, next } = pageOf(entries, page, beginning.cut);
  return { ...beginning, total, entries: items, next };
}

// The effects of an entry are worked out when they are read: only a filter on them reads them here.
function passes(
  entry: AuditEntry,
  { type, games, article, actor, effect, late, recordedFrom, recordedTo }: Filters,
): boolean {
  const { event, asserted, article: source, recordedBy, recordedAt, late: isLate } = entry;
  return (
    matchesAny(type, (wanted) => event.type === wanted) &&
    matchesAny(games, (edition) => Array.isArray(asserted.games) && asserted.games.includes(edition)) &&
    matchesAny(article, (id) => source === id) &&
    matchesAny(actor, (name) => recordedBy === name) &&
    matchesAny(effect, (wanted) => entry.effects.some((name) => name === wanted)) &&
    (late === null || isLate === late) &&
    (recordedFrom === null || recordedAt >= recordedFrom) &&
    (recordedTo === null || recordedAt <= recordedTo)
  );
}

// An entry touches a fact if it belongs to the fact's audit trail, which includes the events that drop its reports.
function touchingAny(facts: readonly string[], histories: readonly (readonly LedgerEvent[])[]) {
  const positions = new Set(
    histories.flatMap((history) => facts.flatMap((fact) => [...touching(remainingKey(fact, history), history)])),
  );
  return (entry: AuditEntry): boolean =>
    facts.length === 0 || positions.has(entry.position) || (entry.fact !== null && facts.includes(entry.fact));
}

/** Positions of the events that touched a fact: its reports, decisions on it, and what drops or dates a report. */
export function touching(fact: string, history: readonly LedgerEvent[]): ReadonlySet<number> {
  const keys = new Set([...keysOf(fact, history), ...keysOfCycle(fact, history)]);
  const articles = new Set<string>();
  const reports = new Set<string>();
  const positions = new Set<number>();
  const changes = articleChanges();
  for (const event of history) {
    const { position } = event;
    if (articles.has(changes(event) ?? '')) positions.add(position);
    if (event.kind === 'report' && keys.has(event.fact)) {
      articles.add(event.metadata.article);
      if (event.type.recurs !== true) reports.add(event.id);
      positions.add(position);
    } else if (event.kind === 'decision' && isDecisionOn(event, keys, reports)) {
      positions.add(position);
    }
  }
  return positions;
}

/** Whether a decision is on one of the keys of a fact, or judged one of its reports while it was merged into another. */
export function isDecisionOn(
  { decision, facts }: DecisionEvent,
  keys: ReadonlySet<string>,
  reports: ReadonlySet<string>,
): boolean {
  if (facts.some((key) => keys.has(key))) return true;
  return 'from' in decision ? keys.has(decision.from) : decision.reports.some((id) => reports.has(id));
}

// The days of all reports on a store decide which of its openings each is about.
function keysOfCycle(fact: string, history: readonly LedgerEvent[]): readonly string[] {
  const cycle = cycleOf(fact);
  if (cycle === null) return [];
  const merges = mergesIn(history);
  return history.flatMap(factsNamed).filter((key) => cycleOf(mergedInto(key, merges)) === cycle);
}

/** The keys that stand for a fact: its own, and those that were merged into it. */
export function keysOf(fact: string, history: readonly LedgerEvent[]): ReadonlySet<string> {
  const merges = mergesIn(history);
  return new Set([fact, ...[...merges.keys()].filter((key) => mergedInto(key, merges) === fact)]);
}

/** The fact that a key stands for after the merges in a history. */
export function remainingKey(key: string, history: readonly LedgerEvent[]): string {
  return mergedInto(key, mergesIn(history));
}

/** The audit trail of a fact: its reports and decisions, and the events that drop its reports. */
export function factAuditAnswer(
  question: Question,
  fact: string,
  filters: Filters = noFilters,
  page: Page = wholeList,
): AuditAnswer {
  const { history } = question.view.ground;
  const positions = touching(remainingKey(fact, history), history);
  const trail = question.view.audit().filter(({ position }) => positions.has(position));
  return answerOnOne(question, trail, filters, page);
}

/** The audit trail of an article: everything that its readings recorded, and what was recorded about it. */
export function articleAuditAnswer(
  { cut, views, firstRecordedAt }: SpanningQuestion,
  article: string,
  filters: Filters = noFilters,
  page: Page = wholeList,
): AuditAnswer {
  const trail = views.flatMap((view) => articleTrail(view, article)).toSorted((a, b) => a.position - b.position);
  const histories = views.map(({ ground }) => ground.history);
  const beginning = cutOf(cut, latestOf(views.map(({ last }) => last)));
  const isRecorded = histories.some((history) => history.length > 0);
  const notice = beginning.position === 0 ? { notice: emptyNotice(cut, isRecorded, firstRecordedAt) } : {};
  return answerWith({ cut: beginning, ...notice }, trail, histories, filters, page);
}

/** The entries of one article: everything that its readings recorded, with corrections, and its retractions. */
export function articleTrail(view: PartnershipView, article: string): readonly AuditEntry[] {
  const { history } = view.ground;
  const readings = history.filter((event) => event.kind === 'reading' && event.read.article === article);
  const ingests = new Set(readings.map(({ correlationId }) => correlationId));
  const events = history.filter(
    (event) => ingests.has(event.correlationId) || (event.kind === 'retraction' && event.retracted.article === article),
  );
  const positions = new Set(events.map(({ position }) => position));
  return view.audit().filter(({ position }) => positions.has(position));
}

/** The audit trail of the whole ledger through a cut: one entry for each event that a reader could know of. */
export function ledgerAuditAnswer(
  { cut, views, games, ledger, firstRecordedAt }: LedgerAuditQuestion,
  filters: Filters = noFilters,
  page: Page = wholeList,
): AuditAnswer {
  // The reported clock selects entries; it does not change their effects.
  const visible = new Set(
    publishedBy(games, cut.reportedAsOf, certaintyOf(cut.timing)).map(({ position }) => position),
  );
  const trail = [
    ...ledger.map(ledgerEntry),
    ...audit(games).filter(({ position }) => visible.has(position)),
    ...views.flatMap((view) => view.audit()),
  ].toSorted((a, b) => a.position - b.position);
  const notice = trail.length === 0 ? { notice: emptyNotice(cut, false, firstRecordedAt) } : {};
  const histories = views.map(({ ground }) => ground.history);
  return answerWith({ cut: cutOf(cut, trail.at(-1) ?? null), ...notice }, trail, histories, filters, page);
}

type LedgerAuditQuestion = SpanningQuestion & {
  /** The events of the streams of Games up to the cut. */
  readonly games: readonly LedgerEvent[];
  /** The events of the ledger's own stream up to the cut. */
  readonly ledger: readonly RecordedEvent[];
};

/** The statements of references that were certainly, or possibly, published by `reportedAsOf`; null is no limit. */
export function publishedBy(
  events: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty = 'possible',
): readonly LedgerEvent[] {
  return events.filter((event) => event.kind === 'reference' && hasCome(event.published, reportedAsOf, certainty));
}

// An event of the ledger's own stream touches no fact.
function ledgerEntry({ position, recordedAt, metadata, id, type, stream, revision, data }: RecordedEvent): AuditEntry {
  return {
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
  };
}
