import * as z from 'zod';
import { reportTypes } from '../../domain/events/vocabulary.ts';
import { canDrift, driftEntry, toldFacts } from '../drift.ts';
import { reportingLags } from '../reporting-lags.ts';
import { answerShape } from '../shapes/cut.ts';
import { driftEntryShape, reportingLagsShape } from '../shapes/drift.ts';
import { statusShape } from '../shapes/timeline.ts';
import type { Asked } from './asked.ts';
import { beginning } from './cut-and-notice.ts';
import { factsThatPass } from './facts-that-pass.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import { type Page, pageOf, pageShape, wholeList } from './page.ts';

export const driftAnswerShape = answerShape
  .extend({
    total: pageShape.total,
    entries: z.array(driftEntryShape),
    lags: reportingLagsShape.describe('over all facts that the filters let through, told once or more'),
    next: pageShape.next,
  })
  .describe('How promises changed from article to article, and how late they were told, by first publication');
export type DriftAnswer = z.infer<typeof driftAnswerShape>;

/** The filters of the drift; `include=told-once` adds what was told once and never planned. */
export const driftFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: statusShape.options,
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
  include: ['told-once', 'unsupported'],
};

/** How the facts of a partnership were told by a cut: those told more than once or planned. */
export function driftAnswer(asked: Asked, filters: Filters = noFilters, page: Page = wholeList): DriftAnswer {
  const { view, names } = asked;
  const { ground, cut, partnership } = view;
  const certainty = cut.timing === 'certain' ? 'certain' : 'possible';
  const told = toldFacts(ground, factsThatPass(view, filters), cut, certainty);
  const listed = filters.include.includes('told-once') ? told : told.filter(canDrift);
  const begin = beginning(asked);
  const { total, items, next } = pageOf(listed, page, begin.cut);
  return {
    ...begin,
    total,
    entries: items.map((one) => driftEntry(one, partnership, names)),
    lags: reportingLags(told),
    next,
  };
}
