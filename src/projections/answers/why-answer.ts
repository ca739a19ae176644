import type * as z from 'zod';
import { answerShape } from '../shapes/cut.ts';
import { whyShape } from '../shapes/why.ts';
import { lastOfWhy, why } from '../why.ts';
import type { Asked } from './asked.ts';
import { cutOf, noticeOf } from './cut-and-notice.ts';
import { factNotice, inViewOf } from './fact-answer.ts';
import { keysOf, remainingKey } from './fact-trail.ts';

export const whyAnswerShape = answerShape
  .extend(whyShape.shape)
  .describe('Why a fact says what it says: what chose each value, and what became of every report');
export type WhyAnswer = z.infer<typeof whyAnswerShape>;

/** Why a fact says what it says at a cut; `firstRecordedAt` is that of its first report. */
export function whyAnswer(asked: Asked, key: string): WhyAnswer {
  const { view } = asked;
  const { history } = view.ground;
  const fact = remainingKey(key, history);
  const shown = inViewOf(view, fact);
  const cut = cutOf(view.cut, lastOfWhy(view));
  const explained = why(view, { fact, keys: keysOf(fact, history), shown });
  return shown === undefined
    ? { cut, notice: noticeOf(asked) ?? factNotice(asked, fact), ...explained }
    : { cut, ...explained };
}
