import * as z from 'zod';
import { reportTypes } from '../../domain/events/vocabulary.ts';
import { answerShape } from '../shapes/cut.ts';
import { entryShape, statusShape } from '../shapes/timeline.ts';
import { entryOf, inOrderOfTime } from '../timeline.ts';
import type { Asked } from './asked.ts';
import { beginning } from './cut-and-notice.ts';
import { factsThatPass } from './facts-that-pass.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import { type Page, pageOf, pageShape, wholeList } from './page.ts';

export const timelineAnswerShape = answerShape
  .extend({ total: pageShape.total, entries: z.array(entryShape), next: pageShape.next })
  .describe('The timeline: one entry a fact, in order of time');
export type TimelineAnswer = z.infer<typeof timelineAnswerShape>;

/** The filters of the timeline. */
export const timelineFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: statusShape.options,
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
  include: ['unsupported'],
};

/** The timeline of a partnership through a cut. */
export function timelineAnswer(asked: Asked, filters: Filters = noFilters, page: Page = wholeList): TimelineAnswer {
  const { view, names } = asked;
  const begin = beginning(asked);
  const facts = factsThatPass(view, filters).toSorted(inOrderOfTime);
  const { total, items, next } = pageOf(facts, page, begin.cut);
  return { ...begin, total, entries: items.map((fact) => entryOf(fact, view.partnership, names)), next };
}
