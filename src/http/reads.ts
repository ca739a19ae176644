import type * as z from 'zod';
import type { Page } from '../projections/answer.ts';
import type { FilterRules, Filters } from '../projections/filters.ts';
import type { ResolvedCut } from '../projections/live/clocks.ts';
import type { AddAnswer, AnswerRoute, Echoing, Prepared } from './answers.ts';
import type { Context } from './context.ts';
import { queryOf, readRequest } from './query.ts';

/** Adds reads to an app: their clocks, filters and pages are read and resolved here. */
export function readRoutes(add: AddAnswer, context: Context): AddRead {
  return (route) => {
    const querystring = queryOf(route.filters, route.isWhole === true);
    add(route, querystring, async (unread) => {
      const { citation, ...request } = await readRequest(context, querystring, route.filters ?? {}, unread);
      const { cut, filters, page } = request;
      return {
        ...(await route.prepare({ params: unread.params, ...request })),
        request: [filters, page.offset, page.limit, cut.occurredAsOf, cut.reportedAsOf, cut.timing],
        citation: (answer) => citation(answer.cut),
      };
    });
  };
}

/** Adds a read to an app. */
export type AddRead = <Params extends z.ZodObject, Answer extends z.ZodType<Echoing>>(
  route: ReadRoute<Params, Answer>,
) => void;

/** A read: its address, what it takes, what it answers and how it prepares that. */
export type ReadRoute<Params extends z.ZodObject, Answer extends z.ZodType> = AnswerRoute<Params, Answer> & {
  /** A list has filters and pages; any other read takes clocks alone. */
  readonly filters?: FilterRules;
  /** It has filters but no pages: it always comes whole. */
  readonly isWhole?: true;
  readonly prepare: (request: Reading<z.infer<Params>>) => Promise<Prepared<z.infer<Answer>>>;
};

/** The request of a read, understood. */
export type Reading<Params> = {
  readonly params: Params;
  readonly cut: ResolvedCut;
  readonly filters: Filters;
  readonly page: Page;
};
