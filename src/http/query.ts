import { createHash } from 'node:crypto';
import * as z from 'zod';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { type CutShape, mostPerPage, type Page } from '../projections/answer.ts';
import type { DiffAnswer } from '../projections/diff.ts';
import {
  type FilterName,
  type FilterRules,
  type Filters,
  type FilterTexts,
  filterNames,
  type KnownNames,
  readFilters,
} from '../projections/filters.ts';
import {
  type ClockProblem,
  type ClockTexts,
  type Comparison,
  movingClocks,
  noLimit,
  type ResolvedCut,
  resolveComparison,
} from '../projections/live/clocks.ts';
import type { Context } from './context.ts';
import type { ProblemName } from './problem-types.ts';
import { didYouMean, type Mistake, mistake, problemWith } from './problems.ts';

/**
 * The path of a resource, from the pattern of its route and the parameters that the router decoded. However a client
 * writes an address (`%74imemap` for `timemap`), it stands for one resource, which has one path.
 */
export function pathOf(pattern: string, params: unknown): string {
  return pattern.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent((params as Readonly<Record<string, string>>)[name] ?? ''),
  );
}

/** An address with its query. */
export function addressOf(path: string, ...texts: readonly (readonly [string, string])[]): string {
  return `${path}?${new URLSearchParams(texts.map(([name, text]) => [name, text])).toString()}`;
}

/**
 * Reads what a comparison is asked as and resolves its two cuts, once. Throws an HttpProblem with all that is wrong with
 * it: unknown and unusable parameters, clocks, and ends that are the wrong way round.
 */
export async function readComparisonRequest(
  { ledger: { views } }: Context,
  shape: z.ZodObject,
  { path, query }: { readonly path: string; readonly query: Readonly<Record<string, unknown>> },
): Promise<ComparisonRequest> {
  const { values, unknown, invalid } = readParameters(shape, query);
  const { comparison, problems } = await resolveComparison(values, views.resolve);
  const unusable = new Set(invalid.map(({ path: name }) => name));
  refuse([
    ...unknown.map((error): Found => ({ name: 'unknown-parameter', error })),
    ...invalid.map((error): Found => ({ name: 'invalid-parameter', error })),
    // What was given and cannot be read is not missing.
    ...(problems ?? []).filter(({ parameter }) => !unusable.has(parameter)).map(clockMistake),
  ]);
  return {
    comparison: comparison as Comparison,
    citation: (answer) => {
      const [from, to] = endsOf(answer);
      return addressOf(path, ['clock', answer.clock], ['from', from], ['to', to], ...heldIn(answer));
    },
  };
}

/** A comparison as it was asked for: the two cuts, and where it can be cited. */
export type ComparisonRequest = {
  readonly comparison: Comparison;
  /** The address of the same answer for good: with every clock set, on both sides. */
  readonly citation: (answer: Sides) => string;
};

/** The clock that moved, and where it stood on both sides. */
export type Sides = Pick<DiffAnswer, 'clock' | 'from' | 'to'>;

/**
 * Checks the query of a request by its schema. Every mistake is found at once: parameters that are unknown, each with
 * the nearest known one, and values that cannot be read.
 */
export function readParameters<Shape extends z.ZodObject>(
  shape: Shape,
  query: Readonly<Record<string, unknown>>,
): Parameters<z.infer<Shape>> {
  const result = shape.strict().safeParse({ ...query });
  if (result.success) return { values: result.data as z.infer<Shape>, unknown: [], invalid: [] };
  const { issues } = result.error;
  const known = Object.keys(shape.shape);
  const keys = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const invalid = issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return [];
    const path = String(issue.path[0] ?? '');
    return [invalidParameter(path, issue, query[path])];
  });
  const usable = Object.fromEntries(
    known.flatMap((name) => {
      const given = query[name];
      return invalid.some(({ path }) => path === name) || given === undefined ? [] : [[name, given]];
    }),
  );
  return { values: usable as z.infer<Shape>, unknown: keys.map((key) => unknownParameter(key, known)), invalid };
}

/** Parameters as they were read, or everything that is wrong with them. */
export type Parameters<T> = {
  readonly values: T;
  readonly unknown: readonly Mistake[];
  readonly invalid: readonly Mistake[];
};

function invalidParameter(path: string, issue: z.core.$ZodIssue, given: unknown): Mistake {
  return mistake('query', path, Array.isArray(given) ? `${path} is given more than once` : issue.message);
}

function unknownParameter(name: string, known: readonly string[]): Mistake {
  if (/^as[-_]?of$/i.test(name) && known.includes('occurredAsOf')) {
    return mistake('query', name, threeClocks, 'occurredAsOf');
  }
  const [suggestion] = nearest(shown(name), known, { limit: 1 });
  const otherwise = known.length === 0 ? '; this address takes none' : `; it takes ${known.join(', ')}`;
  const message = `${shown(name)} is not a parameter here${suggestion === undefined ? otherwise : didYouMean(suggestion)}`;
  return mistake('query', shown(name), message, suggestion);
}

const threeClocks =
  'asOf is not a parameter here, since there are three clocks: occurredAsOf (what was true in the world by then), ' +
  'reportedAsOf (what a reader could have known), recordedAsOf or atPosition (what this ledger held)';

function shown(name: string): string {
  return name.slice(0, 80);
}

/** Throws an HttpProblem with all mistakes, if there are any. */
export function refuse(found: readonly Found[]): void {
  const [first] = found.toSorted((a, b) => precedence.indexOf(a.name) - precedence.indexOf(b.name));
  if (first === undefined) return;
  throw problemWith(
    first.name,
    found.map(({ error }) => error),
  );
}

/** A mistake in a query, and the type of problem that it is. */
export type Found = { readonly name: ProblemName; readonly error: Mistake };

// The problem that is named where there are several: the one that has to be mended first.
const precedence: readonly ProblemName[] = [
  'unknown-parameter',
  'invalid-parameter',
  'invalid-cursor',
  'future-clock',
  'unknown-position',
];

/** What is wrong with a clock, as a mistake in a query. */
export function clockMistake({
  kind,
  parameter,
  message,
  suggestion,
}: Omit<ClockProblem, 'parameter'> & { readonly parameter: string }): Found {
  return {
    name: clockProblems[kind],
    error: mistake('query', parameter, message, suggestion),
  };
}

const clockProblems: Readonly<Record<ClockProblem['kind'], ProblemName>> = {
  'invalid-clock': 'invalid-parameter',
  'future-clock': 'future-clock',
  'unknown-position': 'unknown-position',
};

function endsOf({ clock, from: { cut: from }, to: { cut: to } }: Sides): readonly [string, string] {
  if (clock === 'occurred') return [from.occurredAsOf, to.occurredAsOf];
  if (clock === 'recorded') return [`position:${from.position}`, `position:${to.position}`];
  return [from.reportedAsOf ?? noLimit, to.reportedAsOf ?? noLimit];
}

function heldIn({ clock, from: { cut: from }, to: { cut: to } }: Sides): Texts {
  const days = new Set([from.occurredAsOf, to.occurredAsOf]);
  const position = Math.max(from.position, to.position);
  return [
    ...(clock === 'occurred' ? [] : [['occurredAsOf', [...days].join(',')] as const]),
    ...(clock === 'reported' || to.reportedAsOf === null ? [] : [['reportedAsOf', to.reportedAsOf] as const]),
    ...(clock === 'recorded' ? [] : [['atPosition', String(position)] as const]),
    ...(to.timing === 'any' ? [] : [['timing', to.timing] as const]),
  ];
}

type Texts = readonly (readonly [string, string])[];

/** A cursor as text. `list` is the list that it belongs to: the ledger, the address and the filters. */
export function writeCursor({ cut, offset }: Cursor, list: string): string {
  const { occurredAsOf, reportedAsOf, position, timing } = cut;
  const own: Cursor = { cut: { occurredAsOf, reportedAsOf, position, timing }, offset };
  return Buffer.from(JSON.stringify({ ...own, check: checkOf(own, list) })).toString('base64url');
}

/** Where a page begins, and the cut that all pages of the list share. */
export type Cursor = { readonly cut: ResolvedCut; readonly offset: number };

// Tells a cursor that was changed, or is one of another list, from the right one. It is no secret: whoever forges one
// sees no more than the clocks would show.
function checkOf({ cut, offset }: Cursor, list: string): string {
  return createHash('sha256')
    .update(JSON.stringify([cut.occurredAsOf, cut.reportedAsOf, cut.position, cut.timing, offset, list]))
    .digest('base64url')
    .slice(0, 16);
}

/** The cursor of a text; null where it was changed or belongs to another list. */
export function readCursor(text: string, list: string): Cursor | null {
  try {
    const { check, ...cursor } = stored.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return check === checkOf(cursor, list) ? cursor : null;
  } catch {
    return null;
  }
}

const day = z.iso.date();

const stored = z.strictObject({
  cut: z.strictObject({
    occurredAsOf: day,
    reportedAsOf: day.nullable(),
    position: z.int().nonnegative(),
    timing: z.enum(['any', 'certain']),
  }),
  offset: z.int().positive(),
  check: z.string(),
});

/** The filters that a list takes, for its query. */
export function filterShape(rules: FilterRules): Record<string, z.ZodType> {
  return Object.fromEntries(
    filterNames.flatMap((name) => {
      const rule = rules[name];
      if (rule === undefined) return [];
      const values = listed.has(name) && Array.isArray(rule) ? `: ${rule.join(', ')}` : '';
      const several = single.has(name) ? '' : '. Several with commas between them, or repeated: any of them';
      const text = z.union([z.string(), z.array(z.string())]).optional();
      return [[name, text.describe(`${says[name]}${values}${several}`)]];
    }),
  );
}

const listed: ReadonlySet<FilterName> = new Set(['status', 'effect']);

const single: ReadonlySet<FilterName> = new Set(['contested', 'late', 'recordedFrom', 'recordedTo']);

const dayOfQueryShape = 'a year, a month or a day (2018, 2018-02, 2018-02-05), whose end is meant';

const says: Readonly<Record<FilterName, string>> = {
  type: 'Event types, as in CampaignLaunched',
  status: 'Statuses',
  games: 'Games editions, as in 2018W',
  article: 'Articles',
  contested: 'true: only what reports disagree on; false: only what they do not',
  include:
    'unsupported: also facts that no report supports any more; told-once, of the drift: also what was told once and never planned',
  actor: 'Who recorded it',
  fact: 'Fact keys, as in campaign/greatness-of-small/launched',
  effect: 'Effects',
  late: 'true: only late arrivals; false: all others',
  recordedFrom: `When the period of recording begins: ${dayOfQueryShape.replace('whose end', 'whose beginning')}, or an instant. Inclusive`,
  recordedTo: `When it ends: ${dayOfQueryShape}, or an instant. Inclusive`,
};

/** Whether any clock is given. */
export function hasClock(values: Readonly<Record<string, unknown>>): boolean {
  return clockNames.some((name) => values[name] !== undefined);
}

/** The clocks that every read takes. */
export const clockShape = {
  occurredAsOf: z
    .string()
    .optional()
    .describe(
      `What was true in the world by then: ${dayOfQueryShape}. Left out: the earliest of the other clocks, else today`,
    ),
  reportedAsOf: z
    .string()
    .optional()
    .describe(`What a reader could have known by then: ${dayOfQueryShape}. Left out: no limit`),
  recordedAsOf: z
    .string()
    .optional()
    .describe(
      `What this ledger held then: ${dayOfQueryShape}, or an instant (2026-11-22T09:00:00Z). Left out: all of it`,
    ),
  atPosition: z.string().optional().describe('The same clock, exactly: the number of the last event that counts'),
  timing: z
    .string()
    .optional()
    .meta({
      enum: ['any', 'certain'],
      description: 'certain: only what was certainly so; any: also what possibly was',
    }),
};

/** The names of the clocks. */
export const clockNames = Object.keys(clockShape) as readonly (keyof typeof clockShape)[];

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
  const { filters, problems } = readFilters(values, rules, views.catalogue);
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

/** A read as it was asked for: through which cut, limited to what, which page, and where that can be cited. */
export type ReadRequest = {
  readonly cut: ResolvedCut;
  readonly filters: Filters;
  readonly page: Page;
  /** The address of the same answer for good: with every clock set. */
  readonly citation: (cut: CutShape) => string;
};

type Values = ClockTexts & FilterTexts & { readonly limit?: number; readonly cursor?: string };

const everything: KnownNames = {
  article: () => true,
  articles: () => [],
  hasActor: () => true,
  actors: () => [],
  hasFact: () => true,
  facts: () => [],
};

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

/** What a comparison takes beside the clocks that hold on both sides. */
export const comparisonShape = {
  clock: z
    .string()
    .optional()
    .meta({ enum: [...movingClocks], default: 'occurred', description: 'Which clock moves from `from` to `to`' }),
  from: z.string('from= is missing: say from where the clock moves, such as from=2018-01-01').meta({
    description: `Where it moves from: ${dayOfQueryShape}; on clock=recorded also an instant, or position:12`,
  }),
  to: z
    .string()
    .optional()
    .describe('Where it moves to, in the same form. Left out: where the clock stands that is not set'),
};

/** What every read takes beside the clocks. */
export const freshnessShape = {
  atLeast: z
    .string()
    .optional()
    .describe('A position that the answer must know of, such as that of an own write; it is waited for, bounded'),
};

/** What every list takes. */
export const pageQueryShape = {
  limit: z
    .preprocess(
      (text) => (typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN),
      z
        .number('limit is a whole number, such as 50')
        .min(1, 'limit is at least 1')
        .max(mostPerPage, `limit is at most ${mostPerPage}`),
    )
    .optional()
    .meta({ type: 'integer', default: mostPerPage, description: 'How many entries a page has at most' }),
  cursor: z.string().optional().describe('Where the next page begins, as in `next`; it keeps its clocks'),
};
