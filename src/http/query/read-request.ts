import type * as z from 'zod';
import {
  type FilterRules,
  type Filters,
  type FilterTexts,
  filterNames,
  type Known,
  readFilters,
} from '../../projections/answers/filters.ts';
import { knownTo } from '../../projections/answers/known-to.ts';
import { mostPerPage, type Page } from '../../projections/answers/page.ts';
import type { ClockTexts, ResolvedCut } from '../../projections/clocks.ts';
import type { CutShape } from '../../projections/shapes/cut.ts';
import type { Context } from '../app-parts.ts';
import { type Mistake, mistake } from '../problem.ts';
import { addressOf } from './address-of.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import { clockNames } from './query-shape.ts';
import { hasClock, readParameters } from './read-parameters.ts';
import { clockMistake, type Found, refuse } from './refuse.ts';

/** A read as it was asked for: through which cut, limited to what, which page, and where that can be cited. */
export type ReadRequest = {
  readonly cut: ResolvedCut;
  readonly filters: Filters;
  readonly page: Page;
  /** The address of the same answer for good: with every clock set. */
  readonly citation: (cut: CutShape) => string;
};

type Values = ClockTexts & FilterTexts & { readonly limit?: number; readonly cursor?: string };
function cursorOf(values: Values, list: string, head: number): Cursor | Mistake {
  if (hasClock(values)) {
    const given = clockNames.filter((name) => values[name] !== undefined).join(', ');
    return mistake('query', 'cursor', `a cursor keeps the clocks of its list: leave out ${given}`);
  }
  const cursor = readCursor(values.cursor ?? '', list);
  if (cursor !== null && cursor.cut.position <= head) return cursor;
  return mistake('query', 'cursor', 'the cursor was changed or belongs to another list: follow `next` as it is given');
}

// Filters in the order of their names in lists; what limits nothing is left out.
function textsOf(filters: Filters): readonly (readonly [string, string])[] {
  return filterNames.flatMap((name) => {
    const value = filters[name];
    const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
    return text === '' ? [] : [[name, text] as const];
  });
}

function clocksOf({ occurredAsOf, reportedAsOf, position, timing }: CutShape): readonly (readonly [string, string])[] {
  return [
    ['atPosition', String(position)],
    ['occurredAsOf', occurredAsOf],
    ...(reportedAsOf === null ? [] : [['reportedAsOf', reportedAsOf] as const]),
    ...(timing === 'any' ? [] : [['timing', timing] as const]),
  ];
}

const anything = { has: () => true, all: () => [] };
const everything: Known = { articles: anything, actors: anything, facts: anything };

/**
 * Reads what a query asks for and resolves its clocks, once: below, only positions are compared. Throws an HttpProblem
 * with all that is wrong with it: unknown and unusable parameters, filters, clocks and the cursor.
 */
export async function readRequest(
  { ledger: { views }, identity }: Context,
  shape: z.ZodObject,
  rules: FilterRules,
  { path, query }: { readonly path: string; readonly query: Readonly<Record<string, unknown>> },
): Promise<ReadRequest> {
  const { values: read, unknown, invalid } = readParameters(shape, query);
  const values = read as Values;
  const listOf = (filters: Filters): string => JSON.stringify([identity.id, path, filters]);
  // What another server has shown: what its list is limited to may be known there and not here.
  const shownIn = (text: string): number | undefined =>
    readCursor(text, listOf(readFilters(values, rules, everything).filters))?.cut.position;
  const head = await views.arrived(values, values.cursor === undefined ? undefined : shownIn(values.cursor));
  const { filters, problems } = readFilters(values, rules, knownTo(views.catalogue));
  const list = listOf(filters);
  const cursor = values.cursor === undefined ? null : cursorOf(values, list, head.position);
  const clocks = Object.fromEntries(clockNames.map((name) => [name, values[name]]));
  const resolved = cursor === null ? await views.resolve({ ...clocks, atLeast: values.atLeast }) : null;
  refuse([
    ...unknown.map((error): Found => ({ name: 'unknown-parameter', error })),
    ...invalid.map((error): Found => ({ name: 'invalid-parameter', error })),
    ...problems.map(({ parameter, message, suggestion }): Found => {
      return { name: 'invalid-parameter', error: mistake('query', parameter, message, suggestion) };
    }),
    ...(resolved?.problems ?? []).map(clockMistake),
    ...(cursor !== null && 'message' in cursor ? [{ name: 'invalid-cursor', error: cursor } as const] : []),
  ]);
  const { cut, offset } = (cursor ?? { cut: resolved?.cut, offset: 0 }) as Cursor;
  const limit = values.limit ?? mostPerPage;
  const kept = [...textsOf(filters), ...(limit === mostPerPage ? [] : [['limit', String(limit)] as const])];
  const link = (from: number, { occurredAsOf, reportedAsOf, position, timing }: CutShape): string => {
    const text = writeCursor({ cut: { occurredAsOf, reportedAsOf, position, timing }, offset: from }, list);
    return addressOf(path, ...kept, ['cursor', text]);
  };
  return {
    cut,
    filters,
    page: { offset, limit, link },
    citation: (echoed) => (offset > 0 ? link(offset, echoed) : addressOf(path, ...clocksOf(echoed), ...kept)),
  };
}
