import type * as z from 'zod';
import { obligations } from '../obligations.ts';
import { answerShape } from '../shapes/cut.ts';
import { obligationsShape } from '../shapes/obligations.ts';
import type { Asked } from './asked.ts';
import { beginning } from './cut-and-notice.ts';

export const obligationsAnswerShape = answerShape
  .extend(obligationsShape.shape)
  .describe('The obligations: a row for every covered Games edition, and what binds no single Games');
export type ObligationsAnswer = z.infer<typeof obligationsAnswerShape>;

/** The obligations of a partnership per Games through a cut. */
export const obligationsAnswer = (asked: Asked): ObligationsAnswer => {
  const { view, names } = asked;
  return { ...beginning(asked), ...obligations(view.facts(), view.cut, view.partnership, names) };
};
