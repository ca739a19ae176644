import type * as z from 'zod';
import { rollout } from '../rollout.ts';
import { answerShape } from '../shapes/cut.ts';
import { rolloutShape } from '../shapes/rollout.ts';
import type { Asked } from './asked.ts';
import { beginning } from './cut-and-notice.ts';

export const rolloutAnswerShape = answerShape
  .extend(rolloutShape.shape)
  .describe('The marketing rollout: campaigns with what belongs to them, joint activations, storefronts');
export type RolloutAnswer = z.infer<typeof rolloutAnswerShape>;

/** The marketing rollout of a partnership through a cut. */
export function rolloutAnswer(asked: Asked): RolloutAnswer {
  return {
    ...beginning(asked),
    ...rollout(asked.view.facts(), asked.names),
  };
}
