import type { Asked } from '../../projections/answers/asked.ts';
import { driftAnswer, driftAnswerShape, driftFilters } from '../../projections/answers/drift-answer.ts';
import { silenceAnswer, silenceAnswerShape, silenceFilters } from '../../projections/answers/silence-answer.ts';
import type { Prepared } from '../answer-route.ts';
import type { Context } from '../app-parts.ts';
import { partnershipAt } from '../lookups.ts';
import type { AddRead, Asking } from '../read-route.ts';
import { partnershipParams } from './partnership-routes.ts';

/** What became of promises: how they changed from article to article, and which nobody has written of since. */
export function promiseRoutes(read: AddRead, context: Context): void {
  const of = async <Answer>(
    { params, cut }: Asking<{ id: string }>,
    build: (asked: Asked) => Answer,
  ): Promise<Prepared<Answer>> => {
    const asked = await partnershipAt(context, params.id, cut);
    return { dependsOn: asked.view.dependsOn, build: () => build(asked) };
  };

  read({
    url: '/api/partnerships/:id/drift',
    operationId: 'getDrift',
    summary: 'How promises changed from article to article, and how late they were told',
    params: partnershipParams,
    filters: driftFilters,
    answer: driftAnswerShape,
    ask: async (asking) => await of(asking, (asked) => driftAnswer(asked, asking.filters, asking.page)),
  });
  read({
    url: '/api/partnerships/:id/silence',
    operationId: 'getSilence',
    summary: 'What was promised for Games or dates that have passed and has no report since',
    params: partnershipParams,
    filters: silenceFilters,
    answer: silenceAnswerShape,
    ask: async (asking) => await of(asking, (asked) => silenceAnswer(asked, asking.filters, asking.page)),
  });
}
