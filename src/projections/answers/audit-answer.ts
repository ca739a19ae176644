import * as z from 'zod';
import { gamesEvents } from '../../domain/events/games.ts';
import { reportTypes } from '../../domain/events/vocabulary.ts';
import type { LedgerEvent } from '../../domain/ledger-event.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { audit } from '../audit.ts';
import type { ResolvedCut } from '../clocks.ts';
import type { PartnershipView } from '../partnership-view.ts';
import { type AuditEntry, auditEntryShape } from '../shapes/audit.ts';
import { answerShape, type CutShape, type Notice } from '../shapes/cut.ts';
import { articleTrail } from './article-trail.ts';
import type { Asked } from './asked.ts';
import { beginning, cutOf, recordedLater } from './cut-and-notice.ts';
import { factTrail } from './fact-trail.ts';
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
export const auditFilters: FilterRules = { type: ofPartnerships, games: 'editions', article: 'articles' };

/** The filters of the audit trail of the whole ledger. */
export const ledgerAuditFilters: FilterRules = {
  ...auditFilters,
  type: [...ofPartnerships, ...gamesEvents.map(({ type }) => type), 'LedgerOpened', 'LedgerCopied'],
};

const concerns = ({ asserted }: AuditEntry, edition: string): boolean =>
  Array.isArray(asserted.games) && asserted.games.includes(edition);

const passes = (entry: AuditEntry, { type, games, article }: Filters): boolean =>
  (type.length === 0 || type.includes(entry.event.type)) &&
  (games.length === 0 || games.some((edition) => concerns(entry, edition))) &&
  (article.length === 0 || (entry.article !== null && article.includes(entry.article)));

const answer = (
  begin: { readonly cut: CutShape; readonly notice?: Notice | undefined },
  trail: readonly AuditEntry[],
  filters: Filters,
  page: Page,
): AuditAnswer => {
  const found = trail.filter((entry) => passes(entry, filters));
  const { total, items, next } = pageOf(found, page, begin.cut);
  return { ...begin, total, entries: items, next };
};

/** The audit trail of a partnership through a cut. */
export const auditAnswer = (asked: Asked, filters: Filters = noFilters, page: Page = wholeList): AuditAnswer =>
  answer(beginning(asked), asked.view.audit(), filters, page);

/** The trail of a fact: its reports and decisions, and what made reports of it count no more. */
export const factAuditAnswer = (
  asked: Asked,
  fact: string,
  filters: Filters = noFilters,
  page: Page = wholeList,
): AuditAnswer => answer(beginning(asked), factTrail(asked.view, fact), filters, page);

/** The trail of an article: what its readings recorded, and what was recorded on it. */
export const articleAuditAnswer = (
  asked: Asked,
  article: string,
  filters: Filters = noFilters,
  page: Page = wholeList,
): AuditAnswer => answer(beginning(asked), articleTrail(asked.view, article), filters, page);

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
export const ledgerAuditAnswer = (
  { cut, views, games, ledger, firstRecordedAt }: LedgerAuditAsked,
  filters: Filters = noFilters,
  page: Page = wholeList,
): AuditAnswer => {
  const trails = [
    ledgerTrail(ledger),
    audit(publishedBy(games, cut.reportedAsOf)),
    ...views.map((view) => view.audit()),
  ];
  const trail = trails.flat().toSorted((a, b) => a.position - b.position);
  const begin = { cut: cutOf(cut, trail.at(-1) ?? null) };
  const notice = trail.length === 0 ? { notice: recordedLater(cut, firstRecordedAt) } : {};
  return answer({ ...begin, ...notice }, trail, filters, page);
};
