import * as z from 'zod';
import type { ResolvedCut } from '../projections/clocks.ts';
import type { Span } from '../projections/diff/span.ts';
import type { AddAnswer, AnswerRoute, Echoing, Prepared } from './answer-route.ts';
import type { Context } from './app-parts.ts';
import { clockShape, freshnessShape, spanShape } from './query/query-shape.ts';
import { readSpanRequest, type Sides } from './query/span-request.ts';

/** A comparison of two cuts: of what, and where it has both sides from. */
export type CompareRoute<Params extends z.ZodObject, Answer extends z.ZodType> = AnswerRoute<Params, Answer> & {
  readonly ask: (asking: {
    readonly params: z.infer<Params>;
    readonly span: Span;
  }) => Promise<Prepared<z.infer<Answer>>>;
};

/** What adds comparisons to an app. */
export type AddComparison = <Params extends z.ZodObject, Answer extends z.ZodType<Echoing & Sides>>(
  route: CompareRoute<Params, Answer>,
) => void;

const querystring = z.strictObject({ ...spanShape, ...clockShape, ...freshnessShape });

const clocksOf = ({ occurredAsOf, reportedAsOf, timing }: ResolvedCut) => [occurredAsOf, reportedAsOf, timing];

/** Adds comparisons to an app: which clock moves, from where to where, is read and resolved here, once for each side. */
export const compareRoutes =
  (add: AddAnswer, context: Context): AddComparison =>
  (route) => {
    add(route, querystring, async ({ params, path, query }) => {
      const { span, citation } = await readSpanRequest(context, querystring, { path, query });
      const asked = [span.clock, ...clocksOf(span.from), ...clocksOf(span.to)];
      return { ...(await route.ask({ params, span })), asked, citation };
    });
  };
