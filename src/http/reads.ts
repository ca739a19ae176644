import * as z from 'zod';
import type { Page } from '../projections/answer.ts';
import type { Diff } from '../projections/diff-parts.ts';
import type { FilterRules, Filters } from '../projections/filters.ts';
import type { Comparison, ResolvedCut } from '../projections/live/clocks.ts';
import type { AddAnswer, AnswerRoute, Echoing, Prepared } from './answers.ts';
import type { Context } from './context.ts';
import { HttpProblem } from './problems.ts';
import {
  clockShape,
  comparisonShape,
  filterShape,
  freshnessShape,
  pageQueryShape,
  readComparisonRequest,
  readRequest,
  type Sides,
} from './query.ts';

/** Adds reads to an app: clocks, filters and pages are read and resolved here. */
export function readRoutes(add: AddAnswer, context: Context): AddRead {
  return (route) => {
    const querystring = queryOf(route.filters, route.whole === true);
    add(route, querystring, async ({ params, path, query }) => {
      const request = await readRequest(context, querystring, route.filters ?? {}, { path, query });
      const { cut, filters, page, citation } = request;
      const { occurredAsOf, reportedAsOf, timing } = cut;
      return {
        ...(await route.ask({ params, cut, filters, page })),
        asked: [filters, page.offset, page.limit, occurredAsOf, reportedAsOf, timing],
        citation: (answer) => citation(answer.cut),
      };
    });
  };
}

/** What adds reads to an app. */
export type AddRead = <Params extends z.ZodObject, Answer extends z.ZodType<Echoing>>(
  route: ReadRoute<Params, Answer>,
) => void;

/** A read: its address, what it takes, what it answers and where it has that from. */
export type ReadRoute<Params extends z.ZodObject, Answer extends z.ZodType> = AnswerRoute<Params, Answer> & {
  /** A list takes pages and these filters; what is none takes clocks alone. */
  readonly filters?: FilterRules;
  /** It takes filters, and yet is no list: it always comes whole. */
  readonly whole?: true;
  readonly ask: (asking: Asking<z.infer<Params>>) => Promise<Prepared<z.infer<Answer>>>;
};

/** What a read is asked. */
export type Asking<Params> = {
  readonly params: Params;
  readonly cut: ResolvedCut;
  readonly filters: Filters;
  readonly page: Page;
};

const querystring = z.strictObject({ ...comparisonShape, ...clockShape, ...freshnessShape });

function queryOf(filters: FilterRules | undefined, whole: boolean): z.ZodObject {
  return z.strictObject({
    ...clockShape,
    ...freshnessShape,
    ...(filters === undefined ? {} : filterShape(filters)),
    ...(filters === undefined || whole ? {} : pageQueryShape),
  });
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

/** What adds comparisons to an app. */
export type AddComparison = <Params extends z.ZodObject, Answer extends z.ZodType<Echoing & Sides>>(
  route: CompareRoute<Params, Answer>,
) => void;

/** A comparison of two cuts: of what, and where it has both sides from. */
export type CompareRoute<Params extends z.ZodObject, Answer extends z.ZodType> = AnswerRoute<Params, Answer> & {
  readonly ask: (asking: {
    readonly params: z.infer<Params>;
    readonly comparison: Comparison;
  }) => Promise<Prepared<z.infer<Answer>>>;
};

function clocksOf({ occurredAsOf, reportedAsOf, timing }: ResolvedCut) {
  return [occurredAsOf, reportedAsOf, timing];
}

/** The answer, if it is small enough for one document; else the problem says what to do. */
export function inOneDocument<Answer extends Diff>(answer: Answer): Answer {
  const { timeline, obligations, rollout, audit } = answer;
  const parts = timeline.length + obligations.length + rollout.length + audit.length;
  if (parts <= mostParts) return answer;
  const detail = `${parts} parts differ, and one answer has at most ${mostParts}: move from and to closer together`;
  throw new HttpProblem('diff-too-large', detail);
}

/** So many parts of a comparison are some megabytes. It has no pages: a part of one cannot be applied. */
export const mostParts = 5_000;
