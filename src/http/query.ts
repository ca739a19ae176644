import { createHash } from 'node:crypto';
import * as z from 'zod';
import { nearest } from '../domain/vocabulary/nearest.ts';
import type { Head } from '../event-store/event-store.ts';
import { type CutShape, mostPerPage, type Page } from '../projections/answer.ts';
import type { DiffAnswer } from '../projections/diff.ts';
import {
  type FilterName,
  type FilterRules,
  type Filters,
  type FilterTexts,
  filterNames,
  filterParameters,
  type KnownNames,
  readFilters,
} from '../projections/filters.ts';
import {
  type ClockProblem,
  type ClockTexts,
  type Comparison,
  type ComparisonProblem,
  clockParameters,
  comparisonParameters,
  movingClocks,
  noLimit,
  type ParameterText,
  type ResolvedCut,
  resolveComparison,
} from '../projections/live/clocks.ts';
import type { Context } from './context.ts';
import type { ProblemName } from './problem-types.ts';
import { didYouMean, problemIn, problemWith, type RequestProblem, shorten } from './problems.ts';

/**
 * Reads the query of a read and resolves its clocks, once: below, only positions are compared. Throws an HttpProblem
 * that names everything wrong: unknown and invalid parameters, filters, clocks and the cursor.
 */
export async function readRequest(
  { ledger: { views }, identity }: Context,
  shape: z.ZodObject,
  rules: FilterRules,
  { path, query, head: latest }: Pick<RawRequest<unknown>, 'path' | 'query' | 'head'>,
): Promise<ReadRequest> {
  const parameters = readParameters(shape, query);
  const values = parameters.values as ReadValues;
  const listOf = (filters: Filters): string => JSON.stringify([identity.id, path, filters]);

  // Another server may have issued the cursor: wait for its position before checking names that may be new here.
  const issuedFor = listOf(readFilters(values, rules, everything).filters);
  const issuedAt = readCursor(values.cursor ?? '', issuedFor)?.cut.position;
  const head = await views.arrived(values, issuedAt, latest);

  const { filters, problems } = readFilters(values, rules, views.catalogue);
  const list = listOf(filters);
  const start = values.cursor === undefined ? null : readStart(values, list, head.position);
  const resolved = start === null ? await views.resolve(clocksIn(values), head) : null;
  refuse(
    ['unknown-parameter', parameters.unknown],
    ['invalid-parameter', parameters.invalid],
    [
      'invalid-parameter',
      problems.map(({ parameter, message, suggestion }) => problemIn('query', parameter, message, suggestion)),
    ],
    ...(resolved?.problems ?? []).map(refusalOfClock),
    ['invalid-cursor', start !== null && 'message' in start ? [start] : []],
  );

  const { cut, offset } = (start ?? { cut: resolved?.cut, offset: 0 }) as Cursor;
  const limit = values.limit ?? mostPerPage;
  const kept = [...filterTexts(filters), ...(limit === mostPerPage ? [] : [['limit', String(limit)] as const])];
  const link = (from: number, echoed: CutShape): string =>
    addressOf(path, ...kept, ['cursor', writeCursor({ cut: echoed, offset: from }, list)]);
  return {
    cut,
    filters,
    page: { offset, limit, link },
    citation: (echoed) => (offset > 0 ? link(offset, echoed) : addressOf(path, ...clockTexts(echoed), ...kept)),
  };
}

/** A request as the router decoded it, and the head of the ledger, which is read once for each request. */
export type RawRequest<Params> = {
  readonly params: Params;
  readonly path: string;
  readonly query: Query;
  readonly head: Head;
};

/** A query as the router decoded it. */
export type Query = Readonly<Record<string, unknown>>;

/** `citation` gives the address of the same answer for good. */
type ReadRequest = {
  readonly cut: ResolvedCut;
  readonly filters: Filters;
  readonly page: Page;
  readonly citation: (cut: CutShape) => string;
};

type ReadValues = ClockTexts & FilterTexts & { readonly limit?: number; readonly cursor?: string };

const everything: KnownNames = {
  article: () => true,
  articles: () => [],
  editions: () => null,
  describedEditions: () => [],
  hasActor: () => true,
  actors: () => [],
  hasFact: () => true,
  facts: () => [],
};

/** Reads a query by its schema: the valid values, and everything that is wrong with the others. */
export function readParameters<Shape extends z.ZodObject>(
  shape: Shape,
  query: Query,
): {
  readonly values: z.infer<Shape>;
  readonly unknown: readonly RequestProblem[];
  readonly invalid: readonly RequestProblem[];
} {
  const { data, error } = shape.strict().safeParse({ ...query });
  if (error === undefined) return { values: data as z.infer<Shape>, unknown: [], invalid: [] };
  const names = Object.keys(shape.shape);
  const unknown = error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const invalid = error.issues.flatMap((issue): RequestProblem[] => {
    if (issue.code === 'unrecognized_keys') return [];
    const name = String(issue.path[0] ?? '');
    return [problemIn('query', name, Array.isArray(query[name]) ? `${name} is given more than once` : issue.message)];
  });
  const isInvalid = new Set(invalid.map(({ path }) => path));
  const valid = names.filter((name) => !isInvalid.has(name) && query[name] !== undefined);
  return {
    values: Object.fromEntries(valid.map((name) => [name, query[name]])) as z.infer<Shape>,
    unknown: unknown.map((name) => unknownParameter(name, names)),
    invalid,
  };
}

function unknownParameter(name: string, names: readonly string[]): RequestProblem {
  if (/^as[-_]?of$/i.test(name) && names.includes('occurredAsOf')) {
    return problemIn('query', name, threeClocks, 'occurredAsOf');
  }
  const [suggestion] = nearest(shorten(name), names, { limit: 1 });
  const list = names.length === 0 ? '; this address takes none' : `; it takes ${names.join(', ')}`;
  const hint = suggestion === undefined ? list : didYouMean(suggestion);
  return problemIn('query', shorten(name), `${shorten(name)} is not a parameter here${hint}`, suggestion);
}

const threeClocks =
  'asOf is not a parameter here, because there are three clocks: occurredAsOf (what was true in the world by then), ' +
  'reportedAsOf (what a reader could have known by then), recordedAsOf or atPosition (what this ledger held then)';

const clockNames = Object.keys(clockParameters) as readonly (keyof typeof clockParameters)[];

function clocksIn(values: ReadValues): ClockTexts {
  return { ...Object.fromEntries(clockNames.map((name) => [name, values[name]])), atLeast: values.atLeast };
}

function readStart(values: ReadValues, list: string, head: number): Cursor | RequestProblem {
  const clocks = clockNames.filter((name) => values[name] !== undefined);
  if (clocks.length > 0) {
    return problemIn('query', 'cursor', `a cursor keeps the clocks of its list: leave out ${clocks.join(', ')}`);
  }
  const cursor = readCursor(values.cursor ?? '', list);
  if (cursor !== null && cursor.cut.position <= head) return cursor;
  return problemIn('query', 'cursor', 'the cursor was changed or belongs to another list: follow `next` as it is');
}

/** Where a page begins, and the cut that all pages of the list share. */
type Cursor = { readonly cut: ResolvedCut; readonly offset: number };

/** The cursor in a text; null if it was changed or belongs to another list. */
function readCursor(text: string, list: string): Cursor | null {
  try {
    const { check, ...cursor } = writtenCursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return check === checkCursor(cursor, list) ? cursor : null;
  } catch {
    return null;
  }
}

const writtenCursor = z.strictObject({
  cut: z.strictObject({
    occurredAsOf: z.iso.date(),
    reportedAsOf: z.iso.date().nullable(),
    position: z.int().nonnegative(),
    timing: z.enum(['any', 'certain']),
  }),
  offset: z.int().positive(),
  check: z.string(),
});

// Detects a cursor that was changed or belongs to another list. It protects no secret: a forged cursor shows no more
// than the clocks would.
function checkCursor({ cut, offset }: Cursor, list: string): string {
  return createHash('sha256')
    .update(JSON.stringify([cut.occurredAsOf, cut.reportedAsOf, cut.position, cut.timing, offset, list]))
    .digest('base64url')
    .slice(0, 16);
}

function writeCursor({ cut: { occurredAsOf, reportedAsOf, position, timing }, offset }: Cursor, list: string): string {
  const cursor: Cursor = { cut: { occurredAsOf, reportedAsOf, position, timing }, offset };
  return Buffer.from(JSON.stringify({ ...cursor, check: checkCursor(cursor, list) })).toString('base64url');
}

/** Throws an HttpProblem with all problems, if there are any, named after the group that must be fixed first. */
export function refuse(...groups: readonly (readonly [ProblemName, readonly RequestProblem[]])[]): void {
  const names = new Set(groups.filter(([, problems]) => problems.length > 0).map(([name]) => name));
  const first = precedence.find((name) => names.has(name));
  if (first === undefined) return;
  throw problemWith(
    first,
    groups.flatMap(([, problems]) => problems),
  );
}

const precedence: readonly ProblemName[] = [
  'unknown-parameter',
  'invalid-parameter',
  'invalid-cursor',
  'future-clock',
  'unknown-position',
];

function refusalOfClock(problem: ClockProblem | ComparisonProblem): readonly [ProblemName, readonly RequestProblem[]] {
  const { kind, parameter, message, suggestion } = problem;
  return [kind === 'invalid-clock' ? 'invalid-parameter' : kind, [problemIn('query', parameter, message, suggestion)]];
}

type Texts = readonly (readonly [name: string, value: string])[];

// Filters in the order of their names; an empty filter limits nothing and is left out.
function filterTexts(filters: Filters): Texts {
  return filterNames.flatMap((name) => {
    const text = [filters[name] ?? ''].flat().join(',');
    return text === '' ? [] : [[name, text] as const];
  });
}

function clockTexts({ occurredAsOf, reportedAsOf, position, timing }: CutShape): Texts {
  return [
    ['atPosition', String(position)],
    ['occurredAsOf', occurredAsOf],
    ...(reportedAsOf === null ? [] : [['reportedAsOf', reportedAsOf] as const]),
    ...(timing === 'any' ? [] : [['timing', timing] as const]),
  ];
}

function addressOf(path: string, ...texts: Texts): string {
  return `${path}?${new URLSearchParams(texts.map(([name, text]) => [name, text])).toString()}`;
}

/**
 * Reads the query of a comparison and resolves its two cuts, once. Throws an HttpProblem that names everything wrong:
 * unknown and invalid parameters, clocks, and ends in the wrong order.
 */
export async function readComparison(
  { ledger: { views } }: Context,
  { query, head }: Pick<RawRequest<unknown>, 'query' | 'head'>,
): Promise<Comparison> {
  const { values, unknown, invalid } = readParameters(comparisonQuery, query);
  const { comparison, problems } = await resolveComparison(values, async (clocks) => await views.resolve(clocks, head));
  // Do not report an invalid parameter as missing too.
  const isInvalid = new Set(invalid.map(({ path }) => path));
  refuse(
    ['unknown-parameter', unknown],
    ['invalid-parameter', invalid],
    ...(problems ?? []).filter(({ parameter }) => !isInvalid.has(parameter)).map(refusalOfClock),
  );
  return comparison as Comparison;
}

/** The address that gives the same comparison for good: with every clock set, on both sides. */
export function citeComparison(path: string, { clock, from: { cut: from }, to: { cut: to } }: Sides): string {
  const endOf = ({ occurredAsOf, reportedAsOf, position }: CutShape): string =>
    ({ occurred: occurredAsOf, reported: reportedAsOf ?? noLimit, recorded: `position:${position}` })[clock];
  const days = new Set([from.occurredAsOf, to.occurredAsOf]);
  const position = Math.max(from.position, to.position);
  const still: Texts = [
    ...(clock === 'occurred' ? [] : [['occurredAsOf', [...days].join(',')] as const]),
    ...(clock === 'reported' || to.reportedAsOf === null ? [] : [['reportedAsOf', to.reportedAsOf] as const]),
    ...(clock === 'recorded' ? [] : [['atPosition', String(position)] as const]),
    ...(to.timing === 'any' ? [] : [['timing', to.timing] as const]),
  ];
  return addressOf(path, ['clock', clock], ['from', endOf(from)], ['to', endOf(to)], ...still);
}

/** What an answer echoes of its two cuts. */
type Sides = Pick<DiffAnswer, 'clock' | 'from' | 'to'>;

/** The query of a read: its clocks and, for a list, its filters and page; a list that is `isWhole` has no pages. */
export function queryOf(filters: FilterRules | undefined, isWhole: boolean): z.ZodObject {
  return z.strictObject({
    ...clockShape,
    ...freshnessShape,
    ...(filters === undefined ? {} : filterShape(filters)),
    ...(filters === undefined || isWhole ? {} : pageShape),
  });
}

const clockShape = {
  occurredAsOf: z.string().optional().describe(describe(clockParameters.occurredAsOf)),
  reportedAsOf: z.string().optional().describe(describe(clockParameters.reportedAsOf)),
  recordedAsOf: z.string().optional().describe(describe(clockParameters.recordedAsOf)),
  atPosition: z.string().optional().describe(describe(clockParameters.atPosition)),
  timing: z
    .string()
    .optional()
    .meta({ enum: ['any', 'certain'], description: describe(clockParameters.timing) }),
};

function describe({ means, form, fallback }: ParameterText): string {
  return `${means}${form === undefined ? '' : `: ${form}`}${fallback === undefined ? '' : ` (default: ${fallback})`}`;
}

const freshnessShape = {
  atLeast: z
    .string()
    .optional()
    .describe('a position that the answer must include, such as that of your own write; it is waited for, bounded'),
};

function filterShape(rules: FilterRules): Record<string, z.ZodType> {
  return Object.fromEntries(
    filterNames.flatMap((name) => {
      const rule = rules[name];
      if (rule === undefined) return [];
      const text = z.union([z.string(), z.array(z.string())]).optional();
      // Not a choice, for whoever reads it: a list has one value too.
      const told = { anyOf: undefined, ...schemaOfFilter(name, rule), description: describe(filterParameters[name]) };
      return [[name, text.meta(told)]];
    }),
  );
}

function schemaOfFilter(name: FilterName, rule: NonNullable<FilterRules[FilterName]>) {
  if (rule === 'true or false') return { type: 'string', enum: ['true', 'false'] } as const;
  if (['recordedFrom', 'recordedTo', 'from', 'to'].includes(name)) return { type: 'string' } as const;
  const items = { type: 'string', ...(typeof rule === 'object' && { enum: [...rule] }) } as const;
  return { type: 'array', items } as const;
}

const pageShape = {
  limit: z
    .preprocess(
      (text) => (typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN),
      z
        .number('limit is a whole number, such as 50')
        .min(1, 'limit is at least 1')
        .max(mostPerPage, `limit is at most ${mostPerPage}`),
    )
    .optional()
    .meta({ type: 'integer', default: mostPerPage, description: 'the most entries on a page' }),
  cursor: z.string().optional().describe('where the next page begins, as `next` gives it; it keeps its clocks'),
};

/** The query of a comparison. */
export const comparisonQuery = z.strictObject({
  clock: z
    .string()
    .optional()
    .meta({ enum: [...movingClocks], default: 'occurred', description: describe(comparisonParameters.clock) }),
  from: z
    .string('from is missing: say where the clock moves from, such as from=2018-01-01')
    .meta({ description: describe(comparisonParameters.from) }),
  to: z.string().optional().describe(describe(comparisonParameters.to)),
  ...clockShape,
  ...freshnessShape,
});
