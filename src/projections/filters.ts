import type { ViewFact } from '../domain/facts/facts-at.ts';
import { type Day, endOfPeriod, uncertainDate } from '../domain/vocabulary/dates.ts';
import { slugPattern } from '../domain/vocabulary/fact-key.ts';
import { type Edition, parseEdition, refuseUnknown } from '../domain/vocabulary/games-editions.ts';
import { type DescribedEdition, editionNamed } from '../domain/vocabulary/games-names.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { isProblem, type Problem } from '../domain/vocabulary/problem.ts';
import { instantAt, type ParameterText } from './live/clocks.ts';
import type { PartnershipView } from './partnership-view.ts';

/**
 * Reads the filters of a list. Several values of one filter mean any of them; several filters mean all of them. Finds
 * every unknown value at once, with the nearest known one.
 */
export function readFilters(
  texts: FilterTexts,
  rules: FilterRules,
  names: KnownNames,
): { readonly filters: Filters; readonly problems: readonly FilterProblem[] } {
  const problems: FilterProblem[] = [];
  const values = (parameter: FilterName): readonly string[] => {
    // A page may use the name of a filter that it does not take for a parameter of its own.
    if (rules[parameter] === undefined) return [];
    const read = readerOf(parameter, rules, names);
    const results = splitValues(texts[parameter]).map(read);
    for (const result of results) if ('message' in result) problems.push({ parameter, ...result });
    return [...new Set(results.flatMap((result) => ('value' in result ? [result.value] : [])))].toSorted();
  };
  const flag = (parameter: 'contested' | 'late'): boolean | null => {
    const [value, ...more] = values(parameter);
    return value === undefined || more.length > 0 ? null : value === 'true';
  };
  const once = (parameter: 'recordedFrom' | 'recordedTo' | 'from' | 'to'): string | null => {
    if (splitValues(texts[parameter]).length > 1) {
      const message = `${parameter} is given more than once; a period has one beginning and one end`;
      problems.push({ parameter, message });
    }
    return values(parameter)[0] ?? null;
  };
  const filters = {
    type: values('type'),
    status: values('status'),
    games: values('games'),
    article: values('article'),
    contested: flag('contested'),
    include: values('include'),
    party: values('party'),
    actor: values('actor'),
    fact: values('fact'),
    effect: values('effect'),
    late: flag('late'),
    recordedFrom: once('recordedFrom'),
    recordedTo: once('recordedTo'),
    from: once('from'),
    to: once('to'),
  };
  for (const [begin, end] of [['recordedFrom', 'recordedTo'] as const, ['from', 'to'] as const]) {
    const [first, last] = [filters[begin], filters[end]];
    if (first !== null && last !== null && first > last) {
      problems.push({ parameter: end, message: `the period ends (${last}) before it begins (${first})` });
    }
  }
  return { filters, problems };
}

/** What a list is limited to; an empty list or null limits nothing. Values are sorted and distinct. */
export type Filters = {
  readonly type: readonly string[];
  readonly status: readonly string[];
  /** Games editions, as in `2018W`. */
  readonly games: readonly string[];
  readonly article: readonly string[];
  readonly contested: boolean | null;
  readonly include: readonly string[];
  /** Organisations, by slug. */
  readonly party: readonly string[];
  /** Who recorded it. */
  readonly actor: readonly string[];
  readonly fact: readonly string[];
  readonly effect: readonly string[];
  readonly late: boolean | null;
  /** First and last instant of a period of recording, both inclusive. */
  readonly recordedFrom: string | null;
  readonly recordedTo: string | null;
  /** First and last day of a period of the world, both inclusive. */
  readonly from: Day | null;
  readonly to: Day | null;
};

export const noFilters: Filters = {
  type: [],
  status: [],
  games: [],
  article: [],
  contested: null,
  include: [],
  party: [],
  actor: [],
  fact: [],
  effect: [],
  late: null,
  recordedFrom: null,
  recordedTo: null,
  from: null,
  to: null,
};

export type FilterName = keyof Filters;

/** The names of all filters, in the order in which addresses and help list them. */
export const filterNames = Object.keys(noFilters) as readonly FilterName[];

const severalValues = 'one value, or several separated by commas: any of them';

const periodForm = 'a year, a month or a day, inclusive';

const instantForm = 'a year, a month, a day or an instant, inclusive';

/** The filters as parameters, by name. */
export const filterParameters: Readonly<Record<FilterName, ParameterText>> = {
  type: { means: 'event types, such as CampaignLaunched', form: severalValues },
  status: { means: 'statuses, such as due, happened, overdue-unconfirmed', form: severalValues },
  games: { means: 'editions, such as 2022W, fifa-world-cup.2026 or Beijing 2022', form: severalValues },
  article: { means: 'articles among the sources, by id', form: severalValues },
  contested: { means: 'true: only facts on which reports disagree; false: only the others' },
  include: {
    means:
      'unsupported: also facts that no report supports any more; told-once (drift): also facts told once, unplanned',
    form: severalValues,
  },
  party: { means: 'organisations that are a party to it, such as ioc', form: severalValues },
  actor: { means: 'who recorded it', form: severalValues },
  fact: { means: 'fact keys, such as campaign/greatness-of-small/launched', form: severalValues },
  effect: { means: 'effects, such as entered, contested, superseded', form: severalValues },
  late: { means: 'true: only late arrivals; false: only the others' },
  recordedFrom: { means: 'recorded from the beginning of this period on', form: instantForm },
  recordedTo: { means: 'recorded until the end of this period', form: instantForm },
  from: { means: 'what lies, or may lie, on the first day of this period or later', form: periodForm },
  to: { means: 'what lies, or may lie, on the last day of this period or earlier', form: periodForm },
};

/** Filters as a user writes them: values separated by commas, or a filter several times. */
export type FilterTexts = Readonly<Partial<Record<FilterName, string | readonly string[] | undefined>>>;

/** The filters that a list takes: the values it knows, or how to read them. It refuses all others. */
export type FilterRules = {
  readonly type?: readonly string[];
  readonly status?: readonly string[];
  readonly games?: 'editions';
  readonly article?: 'articles';
  readonly contested?: 'true or false';
  readonly include?: readonly string[];
  readonly party?: 'slugs';
  readonly actor?: 'actors';
  readonly fact?: 'facts';
  readonly effect?: readonly string[];
  readonly late?: 'true or false';
  readonly recordedFrom?: 'begins';
  readonly recordedTo?: 'ends';
  readonly from?: 'first day';
  readonly to?: 'last day';
};

/** The names in the ledger's catalogue. */
export type KnownNames = {
  readonly article: (id: string) => unknown;
  readonly articles: (position: number) => readonly string[];
  /** Null: whatever has the form of an edition. */
  readonly editions: (position: number) => readonly Edition[] | null;
  readonly describedEditions: () => readonly DescribedEdition[];
  readonly hasActor: (name: string) => boolean;
  readonly actors: () => readonly string[];
  readonly hasFact: (key: string) => boolean;
  readonly facts: () => readonly string[];
};

type FilterProblem = {
  readonly parameter: FilterName;
  readonly message: string;
  readonly suggestion?: string | undefined;
};

function splitValues(texts: string | readonly string[] | undefined): readonly string[] {
  return texts === undefined ? [] : [texts].flat().flatMap((text) => text.split(',').map((value) => value.trim()));
}

function readerOf(name: FilterName, rules: FilterRules, names: KnownNames): Reader {
  const rule = rules[name];
  if (rule === 'editions') return readEdition(names);
  if (rule === 'begins' || rule === 'ends') return (text) => toResult(instantAt(text, rule));
  if (rule === 'first day' || rule === 'last day') return (text) => toResult(dayAt(text, rule));
  if (rule === 'slugs') return readSlug;
  if (rule === 'actors') return readName('actor', names.hasActor, names.actors);
  if (rule === 'facts') return readName('fact', names.hasFact, names.facts);
  if (rule === 'articles') {
    const allIds = () => names.articles(Number.MAX_SAFE_INTEGER);
    return readName('article', (id) => names.article(id) !== null, allIds, nearestArticles);
  }
  if (rule === 'true or false') return readWord('value', ['true', 'false']);
  return readWord(name === 'include' ? 'value' : name, rule ?? []);
}

type Reader = (text: string) => ReadValue;

type ReadValue = { readonly value: string } | Omit<FilterProblem, 'parameter'>;

// By its form, else by the name of the Games: "Beijing 2022".
function readEdition({ editions, describedEditions }: KnownNames): Reader {
  return (text) => {
    const formed = parseEdition(text);
    const edition = isProblem(formed) ? (editionNamed(text, describedEditions()) ?? formed) : formed;
    const known = editions(Number.MAX_SAFE_INTEGER);
    if (known === null) return toResult(edition);
    return toResult(isProblem(edition) ? edition : (refuseUnknown(edition, known) ?? edition));
  };
}

function dayAt(text: string, which: 'first day' | 'last day'): Day | Problem {
  const last = endOfPeriod(text);
  return isProblem(last) || which === 'last day' ? last : (uncertainDate(text).earliest ?? last);
}

function toResult(read: string | Omit<FilterProblem, 'parameter'>): ReadValue {
  return typeof read === 'string' ? { value: read } : read;
}

// A party that nobody has told of is no mistake: it has no partnership.
function readSlug(text: string): ReadValue {
  const slug = text.toLowerCase();
  return slugPattern.test(slug) ? { value: slug } : { message: `${quote(text)} is no slug, such as ioc` };
}

// `findNear` finds the names that an unknown one may stand for.
function readName(
  kind: string,
  isKnown: (name: string) => boolean,
  allNames: () => readonly string[],
  findNear: typeof nearestArticles = nearest,
): Reader {
  return (text) => {
    if (isKnown(text)) return { value: text };
    const names = allNames();
    const near = findNear(text, names);
    const listed = names.length > 0 && names.length <= maxNamesListed ? `; there are ${names.join(', ')}` : '';
    const instead = near.length > 0 ? `; the nearest: ${near.join(', ')}` : listed;
    return { message: `${quote(text)} is no ${kind} of this ledger${instead}`, suggestion: near[0] };
  };
}

/** If no name is near, a message lists all names, up to so many. */
const maxNamesListed = 10;

function quote(text: string): string {
  return `"${text.slice(0, 80)}"`;
}

/**
 * The article ids that an unknown one may stand for, nearest first. First it looks for one that differs only in leading
 * zeros.
 */
export function nearestArticles(id: string, ids: readonly string[]): readonly string[] {
  const same = ids.find((other) => withoutZeros(other) === withoutZeros(id));
  return same === undefined ? nearest(id, ids) : [same];
}

function withoutZeros(id: string): string {
  return id.replace(/^0+/, '');
}

// Reads one of a list of words, in upper or lower case.
function readWord(name: string, words: readonly string[]): Reader {
  return (text) => {
    const value = words.find((word) => word.toLowerCase() === text.toLowerCase());
    if (value !== undefined) return { value };
    const near = nearest(text, words);
    const instead = near.length > 0 ? `the nearest: ${near.join(', ')}` : `it is one of ${words.join(', ')}`;
    return { message: `${quote(text)} is no ${name} here; ${instead}`, suggestion: near[0] };
  };
}

/** The facts of a view that pass the filters. Unsupported facts pass only if the filters name them. */
export function factsThatPass(view: PartnershipView, filters: Filters): readonly ViewFact[] {
  const { type, status, games, article, contested, include } = filters;
  const { facts } = view.facts();
  const withUnsupported = include.includes('unsupported') || status.includes('unsupported');
  return (withUnsupported ? [...facts, ...view.unsupported()] : facts).filter(
    (fact) =>
      matchesAny(type, (wanted) => fact.type.type === wanted) &&
      matchesAny(status, (wanted) => fact.status === wanted) &&
      matchesAny(games, (edition) => fact.games.includes(edition)) &&
      matchesAny(article, (id) => fact.evidence.some(({ report }) => report.metadata.article === id)) &&
      (contested === null || fact.contested === contested),
  );
}

/** Whether one of the wanted values matches, or no value is wanted. */
export function matchesAny(wanted: readonly string[], matches: (value: string) => boolean): boolean {
  return wanted.length === 0 || wanted.some(matches);
}
