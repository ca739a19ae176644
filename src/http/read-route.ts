import * as z from 'zod';
import type { FilterRules, Filters } from '../projections/answers/filters.ts';
import type { Page } from '../projections/answers/page.ts';
import type { ResolvedCut } from '../projections/clocks.ts';
import type { AddAnswer, AnswerRoute, Echoing, Prepared } from './answer-route.ts';
import type { Context } from './app-parts.ts';
import { clockShape, filterShape, freshnessShape, pageQueryShape } from './query/query-shape.ts';
import { readRequest } from './query/read-request.ts';

/** What a read is asked. */
export type Asking<Params> = {
  readonly params: Params;
  readonly cut: ResolvedCut;
  readonly filters: Filters;
  readonly page: Page;
};

/** A read: its address, what it takes, what it answers and where it has that from. */
export type ReadRoute<Params extends z.ZodObject, Answer extends z.ZodType> = AnswerRoute<Params, Answer> & {
  /** A list takes pages and these filters; what is none takes clocks alone. */
  readonly filters?: FilterRules;
  /** It takes filters, and yet is no list: it always comes whole. */
  readonly whole?: true;
  readonly ask: (asking: Asking<z.infer<Params>>) => Promise<Prepared<z.infer<Answer>>>;
};

/** What adds reads to an app. */
export type AddRead = <Params extends z.ZodObject, Answer extends z.ZodType<Echoing>>(
  route: ReadRoute<Params, Answer>,
) => void;

function queryOf(filters: FilterRules | undefined, whole: boolean): z.ZodObject {
  return z.strictObject({
    ...clockShape,
    ...freshnessShape,
    ...(filters === undefined ? {} : filterShape(filters)),
    ...(filters === undefined || whole ? {} : pageQueryShape),
  });
}

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
