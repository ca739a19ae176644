import * as z from 'zod';
import type { ResolvedCut } from '../projections/clocks.ts';
import type { Comparison } from '../projections/diff/comparison.ts';
import type { AddAnswer, AnswerRoute, Echoing, Prepared } from './answer-route.ts';
import type { Context } from './app-parts.ts';
import { readComparisonRequest, type Sides } from './query/comparison-request.ts';
import { clockShape, comparisonShape, freshnessShape } from './query/query-shape.ts';

/** A comparison of two cuts: of what, and where it has both sides from. */
export type CompareRoute<Params extends z.ZodObject, Answer extends z.ZodType> = AnswerRoute<Params, Answer> & {
  readonly ask: (asking: {
    readonly params: z.infer<Params>;
    readonly comparison: Comparison;
  }) => Promise<Prepared<z.infer<Answer>>>;
};

/** What adds comparisons to an app. */
export type AddComparison = <Params extends z.ZodObject, Answer extends z.ZodType<Echoing & Sides>>(
  route: CompareRoute<Params, Answer>,
) => void;

const querystring = z.strictObject({ ...comparisonShape, ...clockShape, ...freshnessShape });

function clocksOf({ occurredAsOf, reportedAsOf, timing }: ResolvedCut) {
  return [occurredAsOf, reportedAsOf, timing];
}

/** Adds comparisons to an app: which clock moves, from where to where, is read and resolved here, once for each side. */
export function compareRoutes(add: AddAnswer, context: Context): AddComparison {
  return (route) => {
    add(route, querystring, async ({ params, path, query }) => {
      const { comparison, citation } = await readComparisonRequest(context, querystring, { path, query });
      const asked = [comparison.clock, ...clocksOf(comparison.from), ...clocksOf(comparison.to)];
      return { ...(await route.ask({ params, comparison })), asked, citation };
    });
  };
}
