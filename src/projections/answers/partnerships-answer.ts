import * as z from 'zod';
import { reportTypes } from '../../domain/events/vocabulary.ts';
import type { ResolvedCut } from '../clocks.ts';
import { partnershipSummary } from '../partnership-summary.ts';
import type { PartnershipView } from '../partnership-view.ts';
import { answerShape } from '../shapes/cut.ts';
import { partnershipDetailShape, partnershipShape } from '../shapes/partnership.ts';
import type { Asked } from './asked.ts';
import { beginning, cutOf, latestOf, publishedLater, recordedLater } from './cut-and-notice.ts';
import { factsThatPass } from './facts-that-pass.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import { type Page, pageOf, pageShape, wholeList } from './page.ts';

export const partnershipsAnswerShape = answerShape
  .extend({ total: pageShape.total, partnerships: z.array(partnershipShape), next: pageShape.next })
  .describe('The partnerships of the ledger');
export type PartnershipsAnswer = z.infer<typeof partnershipsAnswerShape>;

export const partnershipAnswerShape = answerShape
  .extend(partnershipDetailShape.shape)
  .describe('A partnership with the number of its facts in each status');
export type PartnershipAnswer = z.infer<typeof partnershipAnswerShape>;

/** The filters of the list of partnerships: its own status; of the others, some fact of it passes all. */
export const partnershipsFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: partnershipShape.shape.status.options,
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
};

/** A partnership in short through a cut. */
export function partnershipAnswer(asked: Asked): PartnershipAnswer {
  return {
    ...beginning(asked),
    ...partnershipSummary(asked.view, asked.names),
  };
}

/** What the list of partnerships is made from. */
export type PartnershipsAsked = Pick<Asked, 'names' | 'firstRecordedAt'> & {
  readonly cut: ResolvedCut;
  /** The partnerships of which something is recorded at the cut, in order of id. */
  readonly views: readonly PartnershipView[];
};

// A partnership is there as soon as there is anything to tell of it, be it that nothing supports it any more.
function isThere(view: PartnershipView): boolean {
  return view.facts().facts.length > 0 || view.unsupported().length > 0;
}

/** The partnerships of which a fact is known through a cut. */
export function partnershipsAnswer(
  { views, names, cut: asked, firstRecordedAt }: PartnershipsAsked,
  filters: Filters = noFilters,
  page: Page = wholeList,
): PartnershipsAnswer {
  const { status, ...ofFacts } = filters;
  const limited =
    ofFacts.contested !== null || [ofFacts.type, ofFacts.games, ofFacts.article].some((one) => one.length > 0);
  const cut = cutOf(asked, latestOf(views.map(({ last }) => last)));
  const found = views
    .filter((view) => isThere(view) && (!limited || factsThatPass(view, { ...ofFacts, status: [] }).length > 0))
    .map((view) => partnershipSummary(view, names))
    .filter((summary) => status.length === 0 || status.includes(summary.status));
  const { total, items, next } = pageOf(found, page, cut);
  const partnerships = items.map(({ byStatus: _byStatus, ...summary }) => summary);
  const empty = { cut, total, partnerships, next };
  if (firstRecordedAt === null || cut.position > 0) return empty;
  return {
    ...empty,
    notice: views.length === 0 ? recordedLater(asked, firstRecordedAt) : publishedLater(firstRecordedAt),
  };
}
