import { isProblem, type Problem, problem } from './problem.ts';

/** Reads `2018W` or `2020S`, in either case; the form and the Olympic calendar alone decide, whoever hosts the Games. */
export function parseEdition(text: string): Edition | Problem {
  const [, digits, letter] = /^(\d{4})([SWsw])$/.exec(text) ?? [];
  if (!digits || !letter) return refuseForm(text);
  const edition = `${digits}${letter.toUpperCase()}`;
  const editions = editionsOf(Number(digits));
  return editions.includes(edition) ? edition : refuseYear(text, Number(digits), edition.slice(4));
}

/** A Games edition: the year that names it and S for summer or W for winter, as in `2018W`; never host or year held. */
export type Edition = string;

function refuseForm(text: string): Problem {
  const [year] = /(?<!\d)\d{4}(?!\d)/.exec(text) ?? [];
  const editions = year ? editionsOf(Number(year)) : [];
  const message = `"${text.slice(0, maxShownLength)}": Games are named by year and S or W, as in 2018W or 2020S`;
  return problem('', message, editions.length === 1 ? editions[0] : undefined);
}

/** The editions of a year, winter first; includes those that a war or a pandemic cancelled or moved. */
function editionsOf(year: number): readonly Edition[] {
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

const maxShownLength = 80;

function refuseYear(text: string, year: number, season: string): Problem {
  const [only, other] = editionsOf(year);
  if (only && !other) return problem('', `${text}: the Games of ${year} are ${only}`, only);
  const around = [-2, -1, 1, 2].flatMap((step) => editionsOf(year + step));
  const near = around.length > 0 ? around : [`${firstSummer}S`];
  const ofSeason = near.filter((edition) => edition.endsWith(season));
  const message = `${text}: there are no Games of ${year}; the nearest are ${near.join(' and ')} (an edition keeps its year when it is moved)`;
  return problem('', message, ofSeason.length === 1 ? ofSeason[0] : undefined);
}

/** The order of editions by the Olympic calendar: by year, winter before summer. */
export function compareEditions(a: Edition, b: Edition): number {
  return yearOf(a) - yearOf(b) || (a < b ? 1 : a > b ? -1 : 0);
}

function yearOf(edition: Edition): number {
  return Number(edition.slice(0, 4));
}

/**
 * The editions that a text names, in the order of the Olympic calendar: one edition, a list with commas, or a span, as in
 * `2018W..2028S`. The calendar alone fills a span; both ends are included. Reports every mistake at once.
 */
export function expandGames(text: string): readonly Edition[] | Problem {
  const expanded = expandParts(text);
  if (!isProblem(expanded) || expanded.suggestion === undefined) return expanded;
  return isProblem(expandParts(expanded.suggestion)) ? problem('', expanded.message) : expanded;
}

function expandParts(text: string): readonly Edition[] | Problem {
  const parts = text.split(',').map((part) => part.trim());
  const readings = parts.map(expandPart);
  if (readings.some(isProblem)) return refuseParts(parts, readings, ', ');
  const editions = readings.flatMap((reading) => (isProblem(reading) ? [] : reading)).toSorted(compareEditions);
  const repeated = editions.find((edition, index) => edition === editions[index + 1]);
  return repeated ? problem('', `"${text}": ${repeated} is named twice`) : editions;
}

function expandPart(part: string): readonly Edition[] | Problem {
  const ends = part.split('..').map((end) => end.trim());
  if (ends.length > 2 || (ends.length === 2 && ends.includes(''))) {
    return problem('', `"${part}": a span of Games has a first and a last one, as in 2018W..2028S`);
  }
  const [first, last = first] = ends.map(parseEdition);
  if (first === undefined || last === undefined || isProblem(first) || isProblem(last)) {
    return refuseParts(ends, ends.map(parseEdition), '..');
  }
  return expandSpan(first, last);
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

function expandSpan(first: Edition, last: Edition): readonly Edition[] | Problem {
  const span = `${first}..${last}`;
  if (compareEditions(first, last) > 0) return problem('', `${span}: ${first} is after ${last}`, `${last}..${first}`);
  const years = Array.from({ length: yearOf(last) - yearOf(first) + 1 }, (_, step) => yearOf(first) + step);
  const editions = years
    .flatMap(editionsOf)
    .filter((edition) => compareEditions(first, edition) <= 0 && compareEditions(edition, last) <= 0);
  if (editions.length <= maxSpan) return editions;
  return problem('', `${span}: a span of ${editions.length} Games; at most ${maxSpan} can be meant`);
}

const maxSpan = 40;

/** How a fact key writes an edition: `2018w`. */
export function editionSlug(edition: Edition): string {
  return edition.toLowerCase();
}

/** The edition that a segment of a fact key names; null if it names none. */
export function editionOfSlug(slug: string): Edition | null {
  const edition = parseEdition(slug);
  return isProblem(edition) || editionSlug(edition) !== slug ? null : edition;
}
