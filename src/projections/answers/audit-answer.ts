import * as z from 'zod';
import { gamesEvents } from '../../domain/events/games.ts';
import { reportTypes } from '../../domain/events/vocabulary.ts';
import type { LedgerEvent } from '../../domain/ledger-event.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { audit } from '../audit.ts';
import type { ResolvedCut } from '../clocks.ts';
import { certaintyOf } from '../facts-in-view.ts';
import type { PartnershipView } from '../partnership-view.ts';
import { type AuditEntry, auditEntryShape, effects } from '../shapes/audit.ts';
import { answerShape, type CutShape, type Notice } from '../shapes/cut.ts';
import { articleTrail } from './article-trail.ts';
import type { Asked } from './asked.ts';
import { beginning, cutOf, recordedLater } from './cut-and-notice.ts';
import { factTrail, remainingKey, touching } from './fact-trail.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import { ledgerTrail, publishedBy } from './ledger-trail.ts';
import { type Page, pageOf, pageShape, wholeList } from './page.ts';

export const auditAnswerShape = answerShape
  .extend({ total: pageShape.total, entries: z.array(auditEntryShape), next: pageShape.next })
  .describe('The audit trail: one entry an event, in recorded order');
export type AuditAnswer = z.infer<typeof auditAnswerShape>;

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
  type: [...ofPartnerships, ...gamesEvents.map(({ type }) => type), 'LedgerOpened', 'LedgerCopied'],
};

function concerns({ asserted }: AuditEntry, edition: string): boolean {
  return Array.isArray(asserted.games) && asserted.games.includes(edition);
}

type Passing = (entry: AuditEntry) => boolean;

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

// What touched a fact: as its own trail has it, what dropped a report of it included.
function touchesAny(facts: readonly string[], histories: readonly (readonly LedgerEvent[])[]): Passing {
  if (facts.length === 0) return () => true;
  const positions = new Set(
    histories.flatMap((history) => facts.flatMap((fact) => [...touching(remainingKey(fact, history), history)])),
  );
  return ({ position, fact }) => positions.has(position) || (fact !== null && facts.includes(fact));
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

function ofOne(asked: Asked, trail: readonly AuditEntry[], filters: Filters, page: Page): AuditAnswer {
  return answer(beginning(asked), trail, [asked.view.ground.history], filters, page);
}

/** The audit trail of a partnership through a cut. */
export function auditAnswer(asked: Asked, filters: Filters = noFilters, page: Page = wholeList): AuditAnswer {
  return ofOne(asked, asked.view.audit(), filters, page);
}

/** The trail of a fact: its reports and decisions, and what made reports of it count no more. */
export function factAuditAnswer(
  asked: Asked,
  fact: string,
  filters: Filters = noFilters,
  page: Page = wholeList,
): AuditAnswer {
  return ofOne(asked, factTrail(asked.view, fact), filters, page);
}

/** The trail of an article: what its readings recorded, and what was recorded on it. */
export function articleAuditAnswer(
  asked: Asked,
  article: string,
  filters: Filters = noFilters,
  page: Page = wholeList,
): AuditAnswer {
  return ofOne(asked, articleTrail(asked.view, article), filters, page);
}

/** What the audit trail of the whole ledger is made from; everything up to the cut. */
export type LedgerAuditAsked = Pick<Asked, 'firstRecordedAt'> & {
  readonly cut: ResolvedCut;
  readonly views: readonly PartnershipView[];
  /** The events of the streams of Games. */
  readonly games: readonly LedgerEvent[];
  /** The events of the ledger's own stream. */
  readonly ledger: readonly RecordedEvent[];
};

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
