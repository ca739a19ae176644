import * as z from 'zod';
import { isOfCertain, withoutHearsay } from '../domain/facts/facts-at.ts';
import { partnershipStatus, partnershipStatuses } from '../domain/facts/standing.ts';
import { isTermContested, termOf, termOver } from '../domain/facts/term.ts';
import { reportTypes } from '../domain/vocabulary/event-types.ts';
import { partnerOf, rightsHolderOf } from '../domain/vocabulary/fact-key.ts';
import {
  answerShape,
  beginAnswer,
  cutOf,
  endAnswer,
  type Page,
  pageOf,
  pageShape,
  type Question,
  type SpanningQuestion,
  wholeList,
} from './answer.ts';
import { type FilterRules, type Filters, factsThatPass, matchesAny, noFilters } from './filters.ts';
import { latestOf, type PartnershipView } from './partnership-view.ts';
import { dateShape, nameOf, type SubjectNames, timingShape } from './shapes.ts';
import { dateOf, statusShape } from './timeline.ts';

/** The partnerships with at least one fact that counts through a cut. */
export function partnershipsAnswer(
  question: SpanningQuestion & Pick<Question, 'names'>,
  filters: Filters = noFilters,
  page: Page = wholeList,
): z.infer<typeof partnershipsAnswerShape> {
  const { views, names } = question;
  const { status, type, games, article, contested } = filters;
  const isLimited = contested !== null || [type, games, article].some((wanted) => wanted.length > 0);
  const last = latestOf(views.map((view) => view.last));
  const cut = cutOf(question.cut, last);
  const summaries = views
    .filter(
      (view) =>
        view.facts().facts.length > 0 && (!isLimited || factsThatPass(view, { ...filters, status: [] }).length > 0),
    )
    .map((view) => partnershipSummary(view, names))
    .filter((summary) => matchesAny(status, (wanted) => summary.status === wanted));
  const { total, items, next } = pageOf(summaries, page, cut);
  const partnerships = items.map(({ byStatus: _byStatus, ...summary }) => summary);
  return { cut, total, partnerships, next, ...endAnswer(question, last, views.length > 0) };
}

export const partnershipShape = z
  .object({
    id: z.string(),
    name: z.string(),
    partner: z.object({ id: z.string(), name: z.string() }),
    rightsHolder: z.object({ id: z.string(), name: z.string() }),
    status: z.enum(partnershipStatuses).describe('reported: neither announcement nor signing is reported by then'),
    timing: timingShape,
    otherStatuses: z
      .array(z.enum(partnershipStatuses))
      .describe(
        'where another order within the bounds of the dates ends, and what is only hearsay or of an unknown day',
      ),
    termOver: z
      .object({ since: z.string().describe('the last day of the known term') })
      .nullable()
      .describe('the known term is over, and no report tells how the partnership ended'),
    term: z.object({
      start: dateShape.nullable(),
      end: dateShape.nullable(),
      years: z.unknown().nullable(),
      contested: z.boolean().describe('reports disagree on its start, its end or its length'),
    }),
    facts: z.int(),
    contested: z.int(),
    articles: z.int(),
    version: z.int(),
    links: z.record(z.string(), z.string()),
  })
  .describe('A partnership in short');

export const partnershipsAnswerShape = answerShape
  .extend({ total: pageShape.total, partnerships: z.array(partnershipShape), next: pageShape.next })
  .describe('The partnerships of the ledger');

/** `status` is that of the partnership; the other filters select partnerships with a fact that passes all of them. */
export const partnershipsFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: partnershipShape.shape.status.options,
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
};

export function partnershipAnswer(question: Question): PartnershipAnswer {
  return { ...beginAnswer(question), ...partnershipSummary(question.view, question.names) };
}

const partnershipDetailShape = partnershipShape.extend({ byStatus: z.partialRecord(statusShape, z.int()) });

export type PartnershipAnswer = z.infer<typeof partnershipAnswerShape>;

export const partnershipAnswerShape = answerShape
  .extend(partnershipDetailShape.shape)
  .describe('A partnership with the number of its facts in each status');

export function partnershipSummary(view: PartnershipView, names: SubjectNames): z.infer<typeof partnershipDetailShape> {
  const { partnership: id } = view;
  const inView = view.facts();
  const { facts, certain } = inView;
  const { start, end, years } = termOf(facts);
  const { status, otherStatuses } = partnershipStatus(isOfCertain(inView) ? withoutHearsay(facts) : facts);
  const isCertain = status === partnershipStatus(withoutHearsay(certain)).status;
  const since = termOver(facts, view.cut.occurredAsOf);
  const party = (slug: string) => ({ id: slug, name: nameOf(names, 'organisation', slug) });
  const [partner, rightsHolder] = [party(partnerOf(id)), party(rightsHolderOf(id))];
  const articles = new Set(facts.flatMap(({ evidence }) => evidence.map(({ report }) => report.metadata.article)));
  const byStatus = Map.groupBy(facts, ({ status }) => status);
  return {
    id,
    name: names('partnership', id) ?? `${partner.name} – ${rightsHolder.name}`,
    partner,
    rightsHolder,
    status,
    timing: isCertain ? 'certain' : 'possible',
    otherStatuses: [...otherStatuses],
    termOver: since === null ? null : { since },
    term: { start: start && dateOf(start), end: end && dateOf(end), years, contested: isTermContested(facts) },
    facts: facts.length,
    contested: facts.filter(({ contested }) => contested).length,
    articles: articles.size,
    version: view.last?.position ?? 0,
    links: linksOf(id),
    byStatus: Object.fromEntries(
      statusShape.options.flatMap((status) => {
        const count = byStatus.get(status)?.length ?? 0;
        return count === 0 ? [] : [[status, count]];
      }),
    ),
  };
}

function linksOf(id: string): Record<string, string> {
  const self = `/api/partnerships/${id}`;
  const parts = ['timeline', 'obligations', 'rollout', 'audit', 'drift', 'silence'];
  return { self, ...Object.fromEntries(parts.map((part) => [part, `${self}/${part}`])) };
}
