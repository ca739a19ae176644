import { distance } from 'fastest-levenshtein';
import { isProblem, type Problem, problem } from './problem.ts';

/**
 * Reads an edition: `2018W` or `2020S` of the Olympic Games, else `<series>.<edition>`, as in `fifa-world-cup.2026` or
 * `premier-league.2022-23`; in either case of letters. The form decides, and of the Olympic Games their calendar: whoever
 * hosts them, and whatever the references have.
 */
export function parseEdition(text: string): Edition | Problem {
  const [, digits, letter] = /^(\d{4})([SWsw])$/.exec(text) ?? [];
  if (!digits || !letter) return parseOfSeries(text);
  const edition = `${digits}${letter.toUpperCase()}`;
  const editions = olympicEditionsOf(Number(digits));
  return editions.includes(edition) ? edition : refuseYear(text, Number(digits), edition.slice(4));
}

/**
 * An edition of the Olympic Games or of another series of events: the year that names it, never host or year held. Of the
 * Olympic Games with S for summer or W for winter (`2018W`), else after the series (`paralympics.2020`); a season has the
 * two years that it lies in (`premier-league.2022-23`).
 */
export type Edition = string;

function parseOfSeries(text: string): Edition | Problem {
  const [, series = '', year = '', next] = seriesForm.exec(text.toLowerCase()) ?? [];
  if (series === '' || olympicNames.has(series)) return refuseForm(text);
  if (next === undefined) return `${series}.${year}`;
  const season = `${series}.${nameEdition(Number(year), true)}`;
  if (season.endsWith(`-${next}`)) return season;
  return problem('', `${text}: a season has the two years that it lies in, as in ${season}`, season);
}

// What is written after the second year tells a season from a mistake.
const seriesForm = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\.(\d{4})(?:[-/](\d{2}|\d{4}))?$/;

/** How the series of the Olympic Games is called; its editions go by their year and season alone. */
export const olympics = 'olympics';

const olympicNames: ReadonlySet<string> = new Set([olympics, 'olympic-games']);

/** Whether an edition is a season, which has the two years that it lies in. */
export function isSeason(edition: Edition): boolean {
  return /\.\d{4}-\d{2}$/.test(edition);
}

function nameEdition(year: number, isSeason: boolean): string {
  return isSeason ? `${year}-${String(year + 1).slice(-2)}` : `${year}`;
}

// Beside a year stands the host, as a rule. What names another series is not taken for Olympic Games.
function refuseForm(text: string): Problem {
  const [year] = /(?<!\d)\d{4}(?!\d)/.exec(text) ?? [];
  const [before = ''] = text.toLowerCase().split('.');
  const isOfOthers = otherEvents.test(text) || (before.length < text.length && !olympicNames.has(before));
  const season = /winter/i.test(text) ? 'W' : /summer/i.test(text) ? 'S' : '';
  const ofYear = year && !isOfOthers ? olympicEditionsOf(Number(year)) : [];
  const editions = ofYear.filter((edition) => edition.endsWith(season));
  const message =
    `"${text.slice(0, maxShownLength)}": Games are named by year and S or W, as in 2018W or 2020S, ` +
    'editions of other series as in fifa-world-cup.2026';
  return problem('', message, editions.length === 1 ? editions[0] : undefined);
}

const otherEvents = /paralymp|youth|commonwealth|cup|league|championship|euro|bowl|open|tour|season|series|prix/i;

const maxShownLength = 80;

/** The editions of a year, winter first; includes those that a war or a pandemic cancelled or moved. */
export function olympicEditionsOf(year: number): readonly Edition[] {
  return [...(isWinter(year) ? [`${year}W`] : []), ...(isSummer(year) ? [`${year}S`] : [])];
}

// From 1994 on, winter Games are two years apart from summer Games; before, both were in the same year.
function isWinter(year: number): boolean {
  return year >= 1994 ? year % 4 === 2 : year >= 1924 && year % 4 === 0;
}

function isSummer(year: number): boolean {
  return year >= firstSummer && year <= 9999 && year % 4 === 0;
}

const firstSummer = 1896;

function refuseYear(text: string, year: number, season: string): Problem {
  const [only, other] = olympicEditionsOf(year);
  if (only && !other) return problem('', `${text}: the Games of ${year} are ${only}`, only);
  const around = [-2, -1, 1, 2].flatMap((step) => olympicEditionsOf(year + step));
  const near = around.length > 0 ? around : [`${firstSummer}S`];
  const ofSeason = near.filter((edition) => edition.endsWith(season));
  const message = `${text}: there are no Games of ${year}; the nearest are ${near.join(' and ')} (an edition keeps its year when it is moved)`;
  return problem('', message, ofSeason.length === 1 ? ofSeason[0] : undefined);
}

/** The series of an edition by its id: `fifa-world-cup`, or `olympics`. */
export function seriesOf(edition: Edition): string {
  const dot = edition.indexOf('.');
  return dot < 0 ? olympics : edition.slice(0, dot);
}

/** What names an edition within its series: `2026`, `2022-23`; of the Olympic Games the whole edition. */
export function editionWithinSeries(edition: Edition): string {
  return edition.slice(edition.indexOf('.') + 1);
}

/** The first day of the year that names an edition: it opens no earlier. */
export function firstDayOf(edition: Edition): string {
  return `${yearOf(edition)}-01-01`;
}

function yearOf(edition: Edition): number {
  return Number(editionWithinSeries(edition).slice(0, 4));
}

/** The order of editions: by year, the Olympic Games first and winter before summer, then by series. */
export function compareEditions(a: Edition, b: Edition): number {
  const areOlympic = [a, b].map((edition) => seriesOf(edition) === olympics);
  const byName = a < b ? -1 : a > b ? 1 : 0;
  if (yearOf(a) !== yearOf(b)) return yearOf(a) - yearOf(b);
  if (areOlympic[0] !== areOlympic[1]) return areOlympic[0] ? -1 : 1;
  return areOlympic[0] ? -byName : byName;
}

/** A series of events beside the Olympic Games, and its calendar, as `seeds/reference/series.yaml` describes it. */
export type Series = {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** Its editions by rule: from the first one on, so many years apart; null where there is no rule. */
  readonly rhythm: { readonly first: string; readonly everyYears: number } | null;
  /** The editions that are listed, as in `2026` or `2022-23`. */
  readonly editions: readonly string[];
};

/**
 * The editions that a text names, in order: one edition, a list with commas, or a span, as in `2018W..2028S` or
 * `paralympics.2018..2028`. The calendar of its series alone fills a span; both ends are included. Reports every mistake at
 * once. `known` are the series beside the Olympic Games.
 */
export function expandGames(text: string, known: readonly Series[] = []): readonly Edition[] | Problem {
  const expanded = expandParts(text, known);
  if (!isProblem(expanded) || expanded.suggestion === undefined) return expanded;
  return isProblem(expandParts(expanded.suggestion, known)) ? problem('', expanded.message) : expanded;
}

function expandParts(text: string, known: readonly Series[]): readonly Edition[] | Problem {
  const parts = text.split(',').map((part) => part.trim());
  const readings = parts.map((part) => expandPart(part, known));
  if (readings.some(isProblem)) return refuseParts(parts, readings, ', ');
  const editions = readings.flatMap((reading) => (isProblem(reading) ? [] : reading)).toSorted(compareEditions);
  const repeated = editions.find((edition, index) => edition === editions[index + 1]);
  return repeated ? problem('', `"${text}": ${repeated} is named twice`) : editions;
}

function expandPart(part: string, known: readonly Series[]): readonly Edition[] | Problem {
  const [start = '', ...others] = part.split('..').map((end) => end.trim());
  const [end = start] = others;
  if (others.length > 1 || (others.length === 1 && [start, end].includes(''))) {
    return problem('', `"${part}": a span of Games has a first and a last one, as in 2018W..2028S`);
  }
  // The last one of a span need not repeat the series.
  const series = seriesForm.exec(start.toLowerCase())?.[1];
  const ends = others.length === 0 ? [start] : [start, series && /^\d/.test(end) ? `${series}.${end}` : end];
  const readings = ends.map((one) => editionInCalendar(one, known));
  const [first, last = first] = readings;
  if (first === undefined || last === undefined || isProblem(first) || isProblem(last)) {
    return refuseParts(ends, readings, '..');
  }
  return expandSpan(first, last, known);
}

// Suggests the right parts as they are and the wrong ones mended, if every wrong part has a suggestion.
function refuseParts(
  parts: readonly string[],
  readings: readonly (Edition | readonly Edition[] | Problem)[],
  separator: string,
): Problem {
  const mended = readings.map((reading, index) => (isProblem(reading) ? reading.suggestion : parts[index]));
  const messages = readings.flatMap((reading) => (isProblem(reading) ? reading.message : []));
  return problem('', messages.join('; '), mended.includes(undefined) ? undefined : mended.join(separator));
}

function editionInCalendar(text: string, known: readonly Series[]): Edition | Problem {
  const edition = parseEdition(text);
  if (isProblem(edition)) return problem('', edition.message, suggestEdition(text, known) ?? edition.suggestion);
  if (seriesOf(edition) === olympics) return edition;
  const series = known.find(({ id }) => id === seriesOf(edition));
  if (series === undefined) {
    const others = known.map(({ id, name }) => `${id} (${name})`);
    const message = `${edition}: there is no series ${seriesOf(edition)}; beside the Olympic Games there are ${others.join(', ') || 'none'}; ${howToAdd}`;
    return problem('', message, suggestEdition(edition, known));
  }
  return isInCalendar(series, editionWithinSeries(edition)) ? edition : refuseEdition(edition, series);
}

const howToAdd = 'reference/series.yaml in the folder of the seeds adds one';

// The edition that is meant by another name of a series, or by a mistyped one. A similar series is another series.
function suggestEdition(text: string, known: readonly Series[]): Edition | undefined {
  const [, words = '', edition = ''] = /^(.*?)[ ._-]*(\d{4}(?:[-/]\d{2})?)[SWsw]?$/.exec(text.trim()) ?? [];
  const slug = slugOf(words);
  const named = known.find((series) => spellingsOf(series).some((one) => slugOf(one) === slug));
  const series = named ?? known.find(({ id }) => distance(id, slug) <= maxMistypedLetters) ?? seriesBeside(text, known);
  const part = edition === '' ? (/(?<!\d)\d{4}(?:[-/]\d{2})?(?!\d)/.exec(text)?.[0] ?? '') : edition;
  const inCalendar = part.replace('/', '-');
  return series !== undefined && isInCalendar(series, inCalendar) ? `${series.id}.${inCalendar}` : undefined;
}

// The series that is named beside the year, where the host stands elsewhere: "Tokyo 2020 Paralympics".
function seriesBeside(text: string, known: readonly Series[]): Series | undefined {
  const sides = text
    .split(/\d{4}(?:[-/]\d{2})?/)
    .map((side) => slugOf(side.trim().replace(/^the | (?:in|at) .*$/gi, '')));
  return known.find((series) => spellingsOf(series).some((one) => sides.includes(slugOf(one))));
}

function spellingsOf({ id, name, aliases }: Series): readonly string[] {
  return [id, name, ...aliases];
}

const maxMistypedLetters = 2;

function slugOf(words: string): string {
  return words.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function isInCalendar(series: Series, part: string): boolean {
  const year = yearOf(part);
  return series.editions.includes(part) || byRhythm(series, year, year).includes(part);
}

// The editions from one year to another that the rhythm of the series gives.
function byRhythm({ rhythm }: Series, from: number, to: number): readonly string[] {
  if (rhythm === null) return [];
  const { first, everyYears } = rhythm;
  const start = yearOf(first);
  const skipped = Math.max(0, Math.ceil((from - start) / everyYears));
  const count = Math.floor((Math.min(to, 9999) - start) / everyYears) + 1 - skipped;
  return Array.from({ length: Math.max(0, count) }, (_, step) =>
    nameEdition(start + (skipped + step) * everyYears, first.includes('-')),
  );
}

function refuseEdition(edition: Edition, series: Series): Problem {
  const year = yearOf(edition);
  const around = series.rhythm?.everyYears ?? 0;
  const all = calendarOf(series, year - around, year + around);
  const near = [all.findLast((one) => yearOf(one) <= year), all.find((one) => yearOf(one) > year)].filter(Boolean);
  const nearest = near.length === 0 ? 'it has none' : `near it: ${near.join(', ')}`;
  const message = `${edition}: ${series.name} has no edition ${editionWithinSeries(edition)}; ${nearest}; ${howToAdd}`;
  return problem(
    '',
    message,
    all.find((one) => yearOf(one) === year),
  );
}

function calendarOf(series: Series, from: number, to: number): readonly Edition[] {
  const parts = new Set([...series.editions, ...byRhythm(series, from, to)]);
  return [...parts].map((part) => `${series.id}.${part}`).toSorted(compareEditions);
}

function expandSpan(first: Edition, last: Edition, known: readonly Series[]): readonly Edition[] | Problem {
  const span = `${first}..${last}`;
  if (seriesOf(first) !== seriesOf(last)) return problem('', `${span}: a span has editions of one series`);
  if (compareEditions(first, last) > 0) return problem('', `${span}: ${first} is after ${last}`, `${last}..${first}`);
  const [from, to] = [yearOf(first), yearOf(last)];
  const series = known.find(({ id }) => id === seriesOf(first));
  const years = Array.from({ length: to - from + 1 }, (_, step) => from + step);
  const editions = (series === undefined ? years.flatMap(olympicEditionsOf) : calendarOf(series, from, to)).filter(
    (edition) => compareEditions(first, edition) <= 0 && compareEditions(edition, last) <= 0,
  );
  if (editions.length <= maxSpan) return editions;
  return problem('', `${span}: a span of ${editions.length} Games; at most ${maxSpan} can be meant`);
}

const maxSpan = 40;

/**
 * Why an edition of another series than the Olympic Games is unknown to a ledger that knows these editions; null if it is
 * one of them, or of the Olympic Games, whose calendar knows them all.
 */
export function refuseUnknown(edition: Edition, known: readonly Edition[]): Problem | null {
  if (seriesOf(edition) === olympics || known.includes(edition)) return null;
  const siblings = known.filter((one) => seriesOf(one) === seriesOf(edition)).toSorted(compareEditions);
  const series = new Set([`${olympics} (2018W)`, ...known.map(seriesOf).filter((id) => id !== olympics)]);
  const instead =
    siblings.length > 0
      ? `of this series it knows ${siblings.map(editionWithinSeries).join(', ')}`
      : `its series are ${[...series].join(', ')}`;
  return problem('', `${edition} is no edition that this ledger knows; ${instead}; ${howToAdd}`);
}

/** How a fact key writes an edition: `2018w`. */
export function editionSlug(edition: Edition): string {
  return edition.toLowerCase();
}

/** The edition that the segments of a fact key name: `2018w`, `paralympics.2020`; null if they name none. */
export function editionOfSlug(slug: string): Edition | null {
  const edition = parseEdition(slug);
  return isProblem(edition) || editionSlug(edition) !== slug ? null : edition;
}
