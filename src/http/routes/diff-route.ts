import { type DiffAnswer, diffAnswer, diffAnswerShape } from '../../projections/answers/diff-answer.ts';
import type { Context } from '../app-parts.ts';
import type { AddComparison } from '../compare-route.ts';
import { partnershipAt } from '../lookups.ts';
import { HttpProblem } from '../problem.ts';
import { partnershipParams } from './partnership-routes.ts';

// A comparison is one document, since a part of one cannot be applied: so many items are some megabytes.
const mostItems = 5_000;

const withinLimit = (answer: DiffAnswer): DiffAnswer => {
  const { timeline, obligations, rollout, audit } = answer;
  const items = timeline.length + obligations.length + rollout.length + audit.length;
  if (items <= mostItems) return answer;
  const detail = `${items} parts differ, and one answer has at most ${mostItems}: move from and to closer together`;
  throw new HttpProblem('diff-too-large', detail);
};

/** GET /api/partnerships/{id}/diff: what differs between two cuts of a partnership. */
export const diffRoute = (compare: AddComparison, context: Context): void => {
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
        build: () => withinLimit(diffAnswer(clock, before, after)),
      };
    },
  });
};
