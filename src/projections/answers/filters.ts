import { isEditionProblem, parseEdition } from '../../domain/edition.ts';
import { nearest } from '../../domain/nearest.ts';
import { nearestArticles } from './nearest-articles.ts';

/** The filters of lists. */
export const filterNames = ['type', 'status', 'games', 'article', 'contested', 'include'] as const;
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
};

/** No limits. */
export const noFilters: Filters = { type: [], status: [], games: [], article: [], contested: null, include: [] };

/** The filters that a list takes: the values it knows, or how they are read. One that is left out is not taken. */
export type FilterRules = {
  readonly type?: readonly string[];
  readonly status?: readonly string[];
  readonly games?: 'editions';
  readonly article?: 'articles';
  readonly contested?: 'true or false';
  readonly include?: readonly string[];
};

/** The articles that the ledger knows. */
export type KnownArticles = { readonly has: (id: string) => boolean; readonly all: () => Iterable<string> };

/** Filters as a user writes them: values with commas between them, or several times. */
export type FilterTexts = Readonly<Partial<Record<FilterName, string | readonly string[] | undefined>>>;

/** A filter value that means nothing: which one, why, and what to write instead. */
export type FilterProblem = {
  readonly parameter: FilterName;
  readonly message: string;
  readonly suggestion?: string | undefined;
};

type Read = { readonly value: string } | { readonly message: string; readonly suggestion?: string | undefined };
type Reader = (text: string) => Read;

const shown = (text: string): string => `"${text.slice(0, 80)}"`;

const oneOf =
  (name: string, known: readonly string[]): Reader =>
  (text) => {
    const value = known.find((one) => one.toLowerCase() === text.toLowerCase());
    if (value !== undefined) return { value };
    const near = nearest(text, known);
    const among = near.length > 0 ? `the nearest: ${near.join(', ')}` : `it is one of ${known.join(', ')}`;
    return { message: `${shown(text)} is no ${name} here; ${among}`, suggestion: near[0] };
  };

const edition: Reader = (text) => {
  const read = parseEdition(text);
  return isEditionProblem(read) ? read : { value: read };
};

const articleAmong =
  ({ has, all }: KnownArticles): Reader =>
  (text) => {
    if (has(text)) return { value: text };
    const near = nearestArticles(text, [...all()]);
    const among = near.length > 0 ? `; the nearest: ${near.join(', ')}` : '';
    return { message: `${shown(text)} is no article of this ledger${among}`, suggestion: near[0] };
  };

const readerOf = (name: FilterName, rules: FilterRules, articles: KnownArticles): Reader => {
  const rule = rules[name];
  if (rule === 'editions') return edition;
  if (rule === 'articles') return articleAmong(articles);
  if (rule === 'true or false') return oneOf('value', ['true', 'false']);
  return oneOf(name === 'include' ? 'value' : name, rule ?? []);
};

const valuesOf = (given: string | readonly string[] | undefined): readonly string[] =>
  given === undefined ? [] : [given].flat().flatMap((text) => text.split(',').map((value) => value.trim()));

/**
 * Reads the filters of a list; several values of one filter mean any of them, several filters all of them. Every
 * problem is found at once: the values that are unknown, each with the nearest known one.
 */
export const readFilters = (
  texts: FilterTexts,
  rules: FilterRules,
  articles: KnownArticles,
): { readonly filters: Filters; readonly problems: readonly FilterProblem[] } => {
  const problems: FilterProblem[] = [];
  const values = (parameter: FilterName): readonly string[] => {
    const read = valuesOf(texts[parameter]).map(readerOf(parameter, rules, articles));
    for (const one of read) if ('message' in one) problems.push({ parameter, ...one });
    return [...new Set(read.flatMap((one) => ('value' in one ? [one.value] : [])))].toSorted();
  };
  const contested = values('contested');
  const filters = {
    type: values('type'),
    status: values('status'),
    games: values('games'),
    article: values('article'),
    contested: contested.length === 1 ? contested[0] === 'true' : null,
    include: values('include'),
  };
  return { filters, problems };
};
