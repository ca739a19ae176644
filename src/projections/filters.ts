import type { ViewFact } from '../domain/facts/facts-at.ts';
import { parseEdition } from '../domain/vocabulary/games-editions.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { isProblem } from '../domain/vocabulary/problem.ts';
import { instantAt, type ParameterText } from './live/clocks.ts';
import type { PartnershipView } from './partnership-view.ts';

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

/**
 * Reads the filters of a list; several values of one filter mean any of them, several filters all of them. Every
 * problem is found at once: the values that are unknown, each with the nearest known one.
 */
export function readFilters(
  texts: FilterTexts,
  rules: FilterRules,
  names: KnownNames,
): { readonly filters: Filters; readonly problems: readonly FilterProblem[] } {
  const problems: FilterProblem[] = [];
  const values = (parameter: FilterName): readonly string[] => {
    const read = valuesOf(texts[parameter]).map(readerOf(parameter, rules, names));
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

/** Filters as a user writes them: values with commas between them, or several times. */
export type FilterTexts = Readonly<Partial<Record<FilterName, string | readonly string[] | undefined>>>;

export type FilterName = (typeof filterNames)[number];

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

const severalValues = 'one value, or several separated by commas: any of them';

const instantForm = 'a year, a month, a day or an instant, inclusive';

/** The filters as parameters, by name. */
export const filterParameters: Readonly<Record<FilterName, ParameterText>> = {
  type: { means: 'event types, such as CampaignLaunched', form: severalValues },
  status: { means: 'statuses, such as due, happened, overdue-unconfirmed', form: severalValues },
  games: { means: 'Games editions, such as 2022W', form: severalValues },
  article: { means: 'articles among the sources, by id', form: severalValues },
  contested: { means: 'true: only facts on which reports disagree; false: only the others' },
  include: {
    means:
      'unsupported: also facts that no report supports any more; told-once (drift): also facts told once, unplanned',
    form: severalValues,
  },
  actor: { means: 'who recorded it', form: severalValues },
  fact: { means: 'fact keys, such as campaign/greatness-of-small/launched', form: severalValues },
  effect: { means: 'effects, such as entered, contested, superseded', form: severalValues },
  late: { means: 'true: only late arrivals; false: only the others' },
  recordedFrom: { means: 'recorded from the beginning of this period on', form: instantForm },
  recordedTo: { means: 'recorded until the end of this period', form: instantForm },
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

/** The names that the ledger knows; its catalogue holds them. */
export type KnownNames = {
  readonly article: (id: string) => unknown;
  readonly articles: (position: number) => readonly { readonly id: string }[];
  readonly hasActor: (name: string) => boolean;
  readonly actors: () => readonly string[];
  readonly hasFact: (key: string) => boolean;
  readonly facts: () => readonly string[];
};

/** A filter value that means nothing: which one, why, and what to write instead. */
export type FilterProblem = {
  readonly parameter: FilterName;
  readonly message: string;
  readonly suggestion?: string | undefined;
};

function valuesOf(given: string | readonly string[] | undefined): readonly string[] {
  return given === undefined ? [] : [given].flat().flatMap((text) => text.split(',').map((value) => value.trim()));
}

function readerOf(name: FilterName, rules: FilterRules, names: KnownNames): Reader {
  const rule = rules[name];
  if (rule === 'editions') return edition;
  if (rule === 'articles')
    return among(
      'article',
      (id) => names.article(id) !== null,
      () => names.articles(Number.MAX_SAFE_INTEGER).map(({ id }) => id),
      nearestArticles,
    );
  if (rule === 'actors') return among('actor', names.hasActor, names.actors);
  if (rule === 'facts') return among('fact', names.hasFact, names.facts);
  if (rule === 'true or false') return oneOf('value', ['true', 'false']);
  if (rule === 'begins' || rule === 'ends') return instant(rule);
  return oneOf(name === 'include' ? 'value' : name, rule ?? []);
}

/** Reads one value of a filter. */
export type Reader = (text: string) => Read;

type Read = { readonly value: string } | { readonly message: string; readonly suggestion?: string | undefined };

/** A Games edition. */
export const edition: Reader = (text) => {
  const read = parseEdition(text);
  return isProblem(read) ? read : { value: read };
};

/** A name that the ledger knows; `near` finds those that may be meant by another. */
export function among(
  what: string,
  has: (name: string) => boolean,
  all: () => readonly string[],
  near: Nearest = (text, known) => nearest(text, known),
): Reader {
  return (text) => {
    if (has(text)) return { value: text };
    const known = all();
    const found = near(text, known);
    const listed = known.length > 0 && known.length <= mostListed ? `; there are ${known.join(', ')}` : '';
    const instead = found.length > 0 ? `; the nearest: ${found.join(', ')}` : listed;
    return { message: `${shown(text)} is no ${what} of this ledger${instead}`, suggestion: found[0] };
  };
}

type Nearest = (text: string, known: readonly string[]) => readonly string[];

// Where nothing is near, so many names are all told.
const mostListed = 10;

function shown(text: string): string {
  return `"${text.slice(0, 80)}"`;
}

/**
 * The ids of articles that one which is not known may stand for, nearest first. Ids are often numbers, of which none is
 * near another but for its leading zeros.
 */
export function nearestArticles(id: string, known: readonly string[]): readonly string[] {
  const same = known.find((one) => withoutZeros(one) === withoutZeros(id));
  return same === undefined ? nearest(id, known) : [same];
}

function withoutZeros(id: string): string {
  return id.replace(/^0+/, '');
}

/** One of certain words, whatever their case. */
export function oneOf(name: string, known: readonly string[]): Reader {
  return (text) => {
    const value = known.find((one) => one.toLowerCase() === text.toLowerCase());
    if (value !== undefined) return { value };
    const near = nearest(text, known);
    const among = near.length > 0 ? `the nearest: ${near.join(', ')}` : `it is one of ${known.join(', ')}`;
    return { message: `${shown(text)} is no ${name} here; ${among}`, suggestion: near[0] };
  };
}

/** An instant with which a period of recording begins or ends. */
export function instant(end: 'begins' | 'ends'): Reader {
  return (text) => {
    const read = instantAt(text, end);
    return typeof read === 'string' ? { value: read } : read;
  };
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

/** Whether a fact is one that the filters let through. */
export function passes(fact: ViewFact, { type, status, games, article, contested }: Filters): boolean {
  return (
    any(type, (one) => fact.type.type === one) &&
    any(status, (one) => fact.status === one) &&
    any(games, (one) => fact.games.includes(one)) &&
    any(article, (one) => fact.evidence.some(({ report }) => report.metadata.article === one)) &&
    (contested === null || fact.contested === contested)
  );
}

function any(wanted: readonly string[], has: (value: string) => boolean): boolean {
  return wanted.length === 0 || wanted.some(has);
}

/** The facts of a view that the filters let through; unsupported ones only where they are asked for. */
export function factsThatPass(view: PartnershipView, filters: Filters): readonly ViewFact[] {
  const unsupported = filters.include.includes('unsupported') || filters.status.includes('unsupported');
  const facts = unsupported ? [...view.facts().facts, ...view.unsupported()] : view.facts().facts;
  return facts.filter((fact) => passes(fact, filters));
}

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
