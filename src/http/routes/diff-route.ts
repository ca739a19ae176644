import { diffAnswer, diffAnswerShape } from '../../projections/answers/diff-answer.ts';
import type { Context } from '../app-parts.ts';
import type { AddComparison } from '../compare-route.ts';
import { inOneDocument } from '../in-one-document.ts';
import { partnershipAt } from '../lookups.ts';
import { partnershipParams } from './partnership-routes.ts';

/** GET /api/partnerships/{id}/diff: what differs between two cuts of a partnership. */
export function diffRoute(compare: AddComparison, context: Context): void {
  compare({
    url: '/api/partnerships/:id/diff',
    operationId: 'getDiff',
    summary: 'What appeared, changed and disappeared while one clock moved',
    params: partnershipParams,
    answer: diffAnswerShape,
    ask: async ({ params: { id }, comparison: { clock, from, to } }) => {
      const [before, after] = [await partnershipAt(context, id, from), await partnershipAt(context, id, to)];
      return {
        dependsOn: [before.view.dependsOn, after.view.dependsOn],
        build: () => inOneDocument(diffAnswer(clock, before, after)),
      };
    },
  });
}
