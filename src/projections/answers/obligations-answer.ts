import type * as z from 'zod';
import { obligations } from '../obligations.ts';
import { answerShape } from '../shapes/cut.ts';
import { type Obligations, obligationsShape } from '../shapes/obligations.ts';
import type { Asked } from './asked.ts';
import { beginning } from './cut-and-notice.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';

export const obligationsAnswerShape = answerShape
  .extend(obligationsShape.shape)
  .describe('The obligations: a row for every covered Games edition, and what binds no single Games');
export type ObligationsAnswer = z.infer<typeof obligationsAnswerShape>;

/** The filters of the obligations: the rows of certain Games. What binds no single Games is there with any of them. */
export const obligationsFilters: FilterRules = { games: 'editions' };

function withRowsOf(whole: Obligations, games: readonly string[]): Obligations {
  if (games.length === 0) return whole;
  const rows = whole.rows.filter(({ edition }) => games.includes(edition));
  const shown = [...rows, whole.programme];
  return {
    ...whole,
    columns: whole.columns.filter(({ obligation }) => shown.some(({ cells }) => obligation in cells)),
    rows,
  };
}

/** The obligations of a partnership per Games through a cut. */
export function obligationsAnswer(asked: Asked, { games }: Filters = noFilters): ObligationsAnswer {
  const { view, names } = asked;
  const whole = obligations(view.facts(), view.cut, view.partnership, names);
  return { ...beginning(asked), ...withRowsOf(whole, games) };
}
