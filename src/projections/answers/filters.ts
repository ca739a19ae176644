import { among, edition, instant, type KnownNames, oneOf, type Reader } from './filter-readers.ts';
import { nearestArticles } from './nearest-articles.ts';

/** The filters of lists. */
export const filterNames = [
  'type',
  'status',
  'games',
  'article',
  'contested',
  'include',
  'actor',
  'fact',
  'effect',
  'late',
  'recordedFrom',
  'recordedTo',
] as const;
export type FilterName = (typeof filterNames)[number];

/** What a list is limited to; an empty list or null limits nothing. Values are sorted and there once. */
export type Filters = {
  readonly type: readonly string[];
  readonly status: readonly string[];
  /** Games editions, as in `2018W`. */
  readonly games: readonly string[];
  readonly article: readonly string[];
  readonly contested: boolean | null;
  readonly include: readonly string[];
  /** Who recorded it. */
  readonly actor: readonly string[];
  readonly fact: readonly string[];
  readonly effect: readonly string[];
  readonly late: boolean | null;
  /** First and last instant of a period of recording, both inclusive. */
  readonly recordedFrom: string | null;
  readonly recordedTo: string | null;
};

/** No limits. */
export const noFilters: Filters = {
  type: [],
  status: [],
  games: [],
  article: [],
  contested: null,
  include: [],
  actor: [],
  fact: [],
  effect: [],
  late: null,
  recordedFrom: null,
  recordedTo: null,
};

/** The filters that a list takes: the values it knows, or how they are read. One that is left out is not taken. */
export type FilterRules = {
  readonly type?: readonly string[];
  readonly status?: readonly string[];
  readonly games?: 'editions';
  readonly article?: 'articles';
  readonly contested?: 'true or false';
  readonly include?: readonly string[];
  readonly actor?: 'actors';
  readonly fact?: 'facts';
  readonly effect?: readonly string[];
  readonly late?: 'true or false';
  readonly recordedFrom?: 'begins';
  readonly recordedTo?: 'ends';
};

/** What the ledger knows of that filters name. */
export type Known = { readonly articles: KnownNames; readonly actors: KnownNames; readonly facts: KnownNames };

/** Filters as a user writes them: values with commas between them, or several times. */
export type FilterTexts = Readonly<Partial<Record<FilterName, string | readonly string[] | undefined>>>;

/** A filter value that means nothing: which one, why, and what to write instead. */
export type FilterProblem = {
  readonly parameter: FilterName;
  readonly message: string;
  readonly suggestion?: string | undefined;
};

function readerOf(name: FilterName, rules: FilterRules, { articles, actors, facts }: Known): Reader {
  const rule = rules[name];
  if (rule === 'editions') return edition;
  if (rule === 'articles') return among('article', articles, nearestArticles);
  if (rule === 'actors') return among('actor', actors);
  if (rule === 'facts') return among('fact', facts);
  if (rule === 'true or false') return oneOf('value', ['true', 'false']);
  if (rule === 'begins' || rule === 'ends') return instant(rule);
  return oneOf(name === 'include' ? 'value' : name, rule ?? []);
}

function valuesOf(given: string | readonly string[] | undefined): readonly string[] {
  return given === undefined ? [] : [given].flat().flatMap((text) => text.split(',').map((value) => value.trim()));
}

function several(parameter: FilterName): FilterProblem {
  return {
    parameter,
    message: `${parameter} is given more than once; a period has one beginning and one end`,
  };
}

function turnedAround(from: string | null, to: string | null): readonly FilterProblem[] {
  return from !== null && to !== null && from > to
    ? [{ parameter: 'recordedTo', message: `the period ends (${to}) before it begins (${from})` }]
    : [];
}

/**
 * Reads the filters of a list; several values of one filter mean any of them, several filters all of them. Every
 * problem is found at once: the values that are unknown, each with the nearest known one.
 */
export function readFilters(
  texts: FilterTexts,
  rules: FilterRules,
  known: Known,
): { readonly filters: Filters; readonly problems: readonly FilterProblem[] } {
  const problems: FilterProblem[] = [];
  const values = (parameter: FilterName): readonly string[] => {
    const read = valuesOf(texts[parameter]).map(readerOf(parameter, rules, known));
    for (const one of read) if ('message' in one) problems.push({ parameter, ...one });
    return [...new Set(read.flatMap((one) => ('value' in one ? [one.value] : [])))].toSorted();
  };
  const either = (parameter: 'contested' | 'late'): boolean | null => {
    const found = values(parameter);
    return found.length === 1 ? found[0] === 'true' : null;
  };
  const oneInstant = (parameter: 'recordedFrom' | 'recordedTo'): string | null => {
    if (valuesOf(texts[parameter]).length > 1) problems.push(several(parameter));
    return values(parameter)[0] ?? null;
  };
  const filters = {
    type: values('type'),
    status: values('status'),
    games: values('games'),
    article: values('article'),
    contested: either('contested'),
    include: values('include'),
    actor: values('actor'),
    fact: values('fact'),
    effect: values('effect'),
    late: either('late'),
    recordedFrom: oneInstant('recordedFrom'),
    recordedTo: oneInstant('recordedTo'),
  };
  return { filters, problems: [...problems, ...turnedAround(filters.recordedFrom, filters.recordedTo)] };
}
