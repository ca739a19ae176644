import * as z from 'zod';
import { reportTypes } from '../../domain/events/vocabulary.ts';
import { factsInView } from '../facts-in-view.ts';
import { answerShape } from '../shapes/cut.ts';
import { type Silent, silentShape } from '../shapes/silence.ts';
import { meaningOfSilence, silence } from '../silence.ts';
import type { Asked } from './asked.ts';
import { beginning } from './cut-and-notice.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import { type Page, pageOf, pageShape, wholeList } from './page.ts';

export const silenceAnswerShape = answerShape
  .extend({
    meaning: z.string().describe('what silence means, and what it does not'),
    total: pageShape.total,
    items: z.array(silentShape),
    next: pageShape.next,
  })
  .describe('What was promised for Games or dates that have passed and has no report since; longest overdue first');
export type SilenceAnswer = z.infer<typeof silenceAnswerShape>;

/** The filters of the list of silences; articles are those that promise. */
export const silenceFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: silentShape.shape.status.options,
  games: 'editions',
  article: 'articles',
};

function passes(item: Silent, { type, status, games, article }: Filters): boolean {
  return (
    (type.length === 0 || type.includes(item.type)) &&
    (status.length === 0 || status.includes(item.status)) &&
    (games.length === 0 || games.some((edition) => item.games.includes(edition))) &&
    (article.length === 0 || item.sources.some((source) => article.includes(source.article)))
  );
}

/** What was promised to a partnership by the cut's day and has no report since. */
export function silenceAnswer(asked: Asked, filters: Filters = noFilters, page: Page = wholeList): SilenceAnswer {
  const { view, names } = asked;
  const { cut, ground, partnership } = view;
  const isCertain = cut.timing === 'certain';
  const views = {
    certain: isCertain ? view.facts() : factsInView(ground, cut, 'certain'),
    possible: isCertain ? null : view.facts(),
  };
  const found = silence(views, { partnership, names, cut }).filter((item) => passes(item, filters));
  const begin = beginning(asked);
  const { total, items, next } = pageOf(found, page, begin.cut);
  return { ...begin, meaning: meaningOfSilence, total, items, next };
}
