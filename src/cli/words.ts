import { isTerritoryDates, type Measure, type Money } from '../domain/vocabulary/event-type.ts';
import {
  editionWithinSeries,
  expandGames,
  olympics,
  parseEdition,
  seriesOf,
} from '../domain/vocabulary/games-editions.ts';
import { isProblem } from '../domain/vocabulary/problem.ts';
import { type DateShape, type Source, type Span, valueShape } from '../projections/shapes.ts';
import { type More, moreWords } from '../projections/sources.ts';
import type { Entry } from '../projections/timeline.ts';
import type { Format } from './context.ts';
import { formatNumber, type Line } from './print.ts';

/**
 * An uncertain date for people: `2017-12~` is "about 2017-12", `[..b]` "by b", `[a..b]` (some day of these) "a … b",
 * a period `a/b` "a to b".
 */
export function dateText(date: Pick<DateShape, 'edtf'> | null): string {
  const edtf = date?.edtf ?? null;
  if (edtf === null) return 'no date';
  if (edtf.startsWith('[')) return span(edtf.slice(1, -1).split('..'), '…');
  return edtf.includes('/')
    ? span(
        edtf.split('/').map((end) => end.replace('..', '')),
        'to',
      )
    : plainDate(edtf);
}

function span([first = '', last = '']: readonly string[], word: string): string {
  if (first === '') return `by ${plainDate(last)}`;
  return last === '' ? `from ${plainDate(first)}` : `${plainDate(first)} ${word} ${plainDate(last)}`;
}

function plainDate(edtf: string): string {
  const qualifier = qualifiers[edtf.at(-1) ?? ''];
  return qualifier === undefined ? edtf : `${qualifier}${edtf.slice(0, -1)}`;
}

const qualifiers: Readonly<Record<string, string>> = { '~': 'about ', '?': 'perhaps ', '%': 'perhaps about ' };

/** A span of days for people: "12", "12 to 31", "at least 12", "at most 31", "unknown". */
export function daysText({ min, max }: Span): string {
  if (min === null) return max === null ? 'unknown' : `at most ${formatNumber(max)}`;
  if (max === null) return `at least ${formatNumber(min)}`;
  return min === max ? formatNumber(min) : `${formatNumber(min)} to ${formatNumber(max)}`;
}

/** The value of a field for people: `{ min: 3 }` is "at least 3". */
export function valueText(value: Value): string {
  if (value === null) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.join(', ');
  if (isTerritoryDates(value))
    return Object.entries(value)
      .map(([where, date]) => `${where} ${date}`)
      .join(', ');
  if ('currency' in value) return moneyText(value);
  if ('unit' in value) return measureText(value);
  const { min, max, about } = value as { readonly min?: number; readonly max?: number; readonly about?: number };
  if (about !== undefined) return `about ${formatNumber(about)}`;
  if (min === undefined) return `at most ${formatNumber(max ?? 0)}`;
  return max === undefined ? `at least ${formatNumber(min)}` : `${formatNumber(min)} to ${formatNumber(max)}`;
}

type Value = Entry['data'][string];

/** A part of an answer in words: a date or the value of a field; JSON for what is neither. */
export function answerText(value: unknown): string {
  if (value === undefined || value === null) return 'not known';
  if (typeof value === 'object' && 'edtf' in value) return dateText(value as { readonly edtf: string });
  const ofField = valueShape.safeParse(value);
  return ofField.success ? valueText(ofField.data) : JSON.stringify(value);
}

/** "EUR 600,000,000 a year, in kind, paid by Acme". */
function moneyText({ amount, currency, per, kind, paidBy }: Money): string {
  const sum = amount === null ? '' : valueText(amount);
  const how = kind === null ? [] : [kind === 'both' ? 'in cash and in kind' : kind.replace('-', ' ')];
  const what = [currency ?? '', sum, per === null ? '' : (perWords[per] ?? `per ${per}`)].filter(Boolean).join(' ');
  return [what, ...how, ...(paidBy === undefined ? [] : [`paid by ${paidBy}`])].filter(Boolean).join(', ');
}

const perWords: Readonly<Record<string, string>> = {
  total: 'in all',
  year: 'a year',
  games: 'for each Games',
  season: 'a season',
};

/** "at least 3,000 vehicles", "90 % of the fleet". */
export function measureText({ unit, of, value, min, max, about }: Measure): string {
  const bounds = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  const number = value ?? (about !== undefined ? { about } : Object.keys(bounds).length === 0 ? null : bounds);
  return [number === null ? '' : valueText(number), unit ?? '', of === null ? '' : `of ${of}`]
    .filter(Boolean)
    .join(' ');
}

/** A legend of the marks in a text, or '' if it has none. */
export function legendOf(text: string): string {
  return meanings
    .filter(([mark]) => mark.test(text))
    .map(([, meaning]) => meaning)
    .join(' · ');
}

/** At this cut the status may have been reached, or not. */
export const possibleMark = '?';

/** Reports disagree. */
export const contestedMark = '≠';

/** A steward decided on it. */
const decisionMark = '✎';

/** A report breaks a rule, or is only assumed to speak of this fact. */
export const flagMark = '⚑';

const meanings: readonly (readonly [RegExp, string])[] = [
  [/ \?( |$)/m, `${possibleMark} possibly, not certainly`],
  [new RegExp(`${contestedMark} `), `${contestedMark} reports disagree; the first value is shown`],
  [new RegExp(`${decisionMark} `), `${decisionMark} a steward decided`],
  [new RegExp(`${flagMark} `), `${flagMark} breaks a rule, or assumes something`],
];

/** A status in its colour, with a mark if it is only possible. */
export function statusLine(status: string, timing: 'certain' | 'possible'): Line {
  const text = `${statusWords[status] ?? status}${timing === 'possible' ? ` ${possibleMark}` : ''}`;
  const format = formats[status];
  return format === undefined ? { text } : { text, format };
}

const statusWords: Readonly<Record<string, string>> = {
  'overdue-unconfirmed': 'overdue, unconfirmed',
  'on-hold': 'on hold',
  closedWithoutReport: 'closed, no report',
};

const formats: Readonly<Record<string, Format>> = {
  happened: 'green',
  planned: 'cyan',
  due: 'yellow',
  'overdue-unconfirmed': 'yellow',
  denied: 'magenta',
  cancelled: 'gray',
  'on-hold': 'gray',
  unsupported: 'gray',
  closedWithoutReport: 'yellow',
  undertaken: 'cyan',
  confirmed: 'cyan',
  'in-progress': 'yellow',
  delivered: 'green',
  'partly-delivered': 'green',
  postponed: 'magenta',
  waived: 'gray',
  breached: 'red',
  discussed: 'cyan',
  agreed: 'green',
};

/**
 * The articles behind a statement, each once, with its revision unless it is the first, and how many reports are left out.
 * `show fact` has them all.
 */
export function articlesOf({ sources, moreSources }: CitedArticles): string {
  const articles = sources.map(({ article, revision }) => (revision === 1 ? article : `${article}/r${revision}`));
  const more = moreSources === undefined ? [] : [moreWords(sources, moreSources)];
  return [...new Set([...articles, ...more])].join(' ');
}

type CitedArticles = {
  readonly sources: readonly Pick<Source, 'article' | 'revision'>[];
  readonly moreSources?: More | undefined;
};

/** The sources of an answer, a line each, for a legend: article, publisher, day, author, language, address. */
export function sourceLegend(answer: unknown): readonly string[] {
  const cited = new Map(sourcesIn(answer).map((source) => [articlesOf({ sources: [source] }), source]));
  return [...cited]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([article, { publisher, published, author, language, copyOf, extent, url }]) =>
      [
        `${article}: ${publisher ?? 'publisher unknown'}`,
        dateText(published),
        ...(author === null ? [] : [`by ${author}`]),
        ...(language === null ? [] : [`in ${language}`]),
        ...(copyOf === null ? [] : [`a copy of ${copyOf}`]),
        ...(extent === null ? [] : ['its beginning alone']),
        ...(url === null ? [] : [url]),
      ].join(', '),
    );
}

// Whatever an answer holds: its sources stand in many places.
function sourcesIn(value: unknown): readonly Source[] {
  if (typeof value !== 'object' || value === null) return [];
  return 'attribution' in value && 'publisher' in value ? [value as Source] : Object.values(value).flatMap(sourcesIn);
}

/** Every value of the contested fields with the articles that give it, the displayed value first. */
export function contestLines({
  alternatives,
  moreAlternatives,
}: Pick<Entry, 'alternatives' | 'moreAlternatives'>): readonly Line[] {
  const lines = [...Map.groupBy(alternatives, ({ field }) => field)].map(([field, values]): Line => {
    const sorted = values.toSorted((a, b) => Number(b.displayed) - Number(a.displayed));
    const texts = sorted.map((one) => `${fieldValue(field, one.value)} (${articlesOf(one)})`);
    return { text: `${contestedMark} ${field}: ${texts.join(' or ')}`, format: 'yellow' };
  });
  const more = moreAlternatives && `${moreWords(alternatives, moreAlternatives)} contested values`;
  return more ? [...lines, { text: more, format: 'yellow' }] : lines;
}

type Alternatives = Entry['alternatives'];

function fieldValue(field: string, value: Alternatives[number]['value']): string {
  return field === 'date' && typeof value === 'string' ? dateText({ edtf: value }) : valueText(value);
}

/** What stewards decided on a fact, who and why, and whether a later report reopens it. */
export function decisionLines({ decisions, reopened }: Pick<Entry, 'decisions' | 'reopened'>): readonly Line[] {
  return [
    ...decisions.map(({ type, recordedBy, field, value, from, withdrawnOn, reason }): Line => {
      const other = from ?? (withdrawnOn === null ? '' : `withdrawn on ${withdrawnOn.edtf}`);
      const what = field === null ? other : `${field}: ${fieldValue(field, value)}`;
      return {
        text: `${decisionMark} ${decisionWords[type]} by ${recordedBy}${what && ` · ${what}`} · ${reason}`,
        format: 'magenta',
      };
    }),
    ...(reopened ? [{ text: `${decisionMark} reopened by a later report`, format: 'yellow' } as const] : []),
  ];
}

const decisionWords: Readonly<Record<Entry['decisions'][number]['type'], string>> = {
  FactCorrected: 'corrected',
  FactRetracted: 'retracted',
  ContestResolved: 'resolved',
  FactsMerged: 'merged',
  MergeUndone: 'merge undone',
};

/** The rules that a statement breaks. */
export function flagLines(flags: Entry['flags']): readonly Line[] {
  return flags.map(({ rule, detail }) => ({ text: `${flagMark} ${rule}: ${detail}`, format: 'red' }));
}

/**
 * Writes a run of Olympic Games without a gap as a span, `2018W..2028S`, and names another series once:
 * `paralympics.2018 .2020`. Anything else stays as it is.
 */
export function inSpans(instances: readonly string[]): readonly string[] {
  return spansOf(instances).map((text, i, all) => {
    const isOfSeries = !isProblem(parseEdition(text)) && seriesOf(text) !== olympics;
    return isOfSeries && seriesOf(all[i - 1] ?? '') === seriesOf(text) ? `.${editionWithinSeries(text)}` : text;
  });
}

function spansOf(instances: readonly string[]): readonly string[] {
  const [first] = instances;
  if (first === undefined) return [];
  for (let length = instances.length; length >= shortestSpan; length--) {
    const span = `${first}..${instances[length - 1]}`;
    const editions = expandGames(span);
    const isRun = !isProblem(editions) && editions.join() === instances.slice(0, length).join();
    if (isRun) return [span, ...spansOf(instances.slice(length))];
  }
  return [first, ...spansOf(instances.slice(1))];
}

const shortestSpan = 3;
