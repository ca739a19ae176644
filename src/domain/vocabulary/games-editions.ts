/** Reads `2018W` or `2020S`, in either case; valid by form and Olympic calendar alone, whoever hosts it. */
export function parseEdition(text: string): Edition | EditionProblem {
  const [, digits, letter] = /^(\d{4})([SWsw])$/.exec(text) ?? [];
  if (!digits || !letter) return refuseForm(text);
  const edition = `${digits}${letter.toUpperCase()}`;
  const year = Number(digits);
  return editionsOf(year).includes(edition) ? edition : refuseYear(text, year, edition.endsWith('S') ? 'S' : 'W');
}

/** A Games edition: the year that names it and S for summer or W for winter, as in `2018W`; never host or year held. */
export type Edition = string;

/** Why a text is refused as Games; `suggestion` is a text that would be read. */
export type EditionProblem = { readonly message: string; readonly suggestion?: string };

function refuseForm(text: string): EditionProblem {
  const [year] = /(?<!\d)\d{4}(?!\d)/.exec(text) ?? [];
  const editions = year ? editionsOf(Number(year)) : [];
  const message = `"${text.slice(0, longestShown)}": Games are named by year and S or W, as in 2018W or 2020S`;
  return problem(message, editions.length === 1 ? editions[0] : undefined);
}

/** The editions of a year, winter first; also those that a war or a pandemic cancelled or moved. */
function editionsOf(year: number): readonly Edition[] {
  return [...(isWinter(year) ? [`${year}W`] : []), ...(isSummer(year) ? [`${year}S`] : [])];
}

function isWinter(year: number): boolean {
  return year >= firstWinterApart ? year % 4 === 2 : year >= firstWinter && year % 4 === 0;
}

// From here on winter Games are two years apart from summer Games; before, both were of the same year.
const firstWinterApart = 1994;

const firstWinter = 1924;

function isSummer(year: number): boolean {
  return year >= firstSummer && year <= lastYear && year % 4 === 0;
}

const firstSummer = 1896;

const lastYear = 9999;

const longestShown = 80;

function problem(message: string, suggestion?: string): EditionProblem {
  return suggestion ? { message, suggestion } : { message };
}

function refuseYear(text: string, year: number, season: Season): EditionProblem {
  const [only, other] = editionsOf(year);
  if (only && !other) return problem(`${text}: the Games of ${year} are ${only}`, only);
  const near = nearestEditions(year);
  const ofSeason = near.filter((edition) => edition.endsWith(season));
  return problem(
    `${text}: there are no Games of ${year}; the nearest are ${near.join(' and ')} (an edition keeps its year when it is moved)`,
    ofSeason.length === 1 ? ofSeason[0] : undefined,
  );
}

type Season = 'S' | 'W';

function nearestEditions(year: number): readonly Edition[] {
  const around = [-2, -1, 1, 2].flatMap((step) => editionsOf(year + step));
  return around.length > 0 ? around : [`${firstSummer}S`];
}

/** Whether a reading was refused. */
export function isEditionProblem(result: Edition | readonly Edition[] | EditionProblem): result is EditionProblem {
  return typeof result === 'object' && 'message' in result;
}

/** The order of editions by the Olympic calendar: by year, winter before summer. */
export function compareEditions(a: Edition, b: Edition): number {
  return inCalendar(a) - inCalendar(b);
}

function inCalendar(edition: Edition): number {
  return 2 * yearOf(edition) + (edition.endsWith('S') ? 1 : 0);
}

function yearOf(edition: Edition): number {
  return Number(edition.slice(0, 4));
}

/**
 * The editions that one edition, a list with commas, or a span such as `2018W..2028S` names, in the order of the
 * Olympic calendar, which alone fills a span; both ends are included. Every mistake is reported at once.
 */
export function expandGames(text: string): readonly Edition[] | EditionProblem {
  const expanded = expandParts(text);
  if (!isEditionProblem(expanded) || expanded.suggestion === undefined) return expanded;
  return isEditionProblem(expandParts(expanded.suggestion)) ? problem(expanded.message) : expanded;
}

function expandParts(text: string): readonly Edition[] | EditionProblem {
  const parts = text.split(',').map((part) => part.trim());
  const readings = parts.map(expandPart);
  if (readings.some(isEditionProblem)) return refuseParts(parts, readings, ', ');
  const editions = readings.flatMap((reading) => (isEditionProblem(reading) ? [] : reading)).toSorted(compareEditions);
  const twice = editions.find((edition, index) => edition === editions[index + 1]);
  return twice ? problem(`"${text}": ${twice} is named twice`) : editions;
}

function expandPart(part: string): readonly Edition[] | EditionProblem {
  const ends = part.split('..').map((end) => end.trim());
  if (ends.length > 2 || (ends.length === 2 && ends.includes(''))) {
    return problem(`"${part}": a span of Games has a first and a last one, as in 2018W..2028S`);
  }
  const [first, last = first] = ends.map(parseEdition);
  if (first === undefined || last === undefined || isEditionProblem(first) || isEditionProblem(last)) {
    return refuseParts(ends, ends.map(parseEdition), '..');
  }
  return expandSpan(first, last);
}

// What is right stays, what is refused is replaced, if it can be, by what was suggested for it.
function refuseParts(
  parts: readonly string[],
  readings: readonly (Edition | readonly Edition[] | EditionProblem)[],
  separator: string,
): EditionProblem {
  const mended = readings.map((reading, index) => (isEditionProblem(reading) ? reading.suggestion : parts[index]));
  const message = readings
    .filter(isEditionProblem)
    .map((refused) => refused.message)
    .join('; ');
  return problem(message, mended.includes(undefined) ? undefined : mended.join(separator));
}

function expandSpan(first: Edition, last: Edition): readonly Edition[] | EditionProblem {
  const span = `${first}..${last}`;
  if (compareEditions(first, last) > 0) return problem(`${span}: ${first} is after ${last}`, `${last}..${first}`);
  const years = Array.from({ length: yearOf(last) - yearOf(first) + 1 }, (_, step) => yearOf(first) + step);
  const editions = years
    .flatMap(editionsOf)
    .filter((edition) => compareEditions(first, edition) <= 0 && compareEditions(edition, last) <= 0);
  if (editions.length <= longestSpan) return editions;
  return problem(`${span}: a span of ${editions.length} Games; at most ${longestSpan} can be meant`);
}

const longestSpan = 40;

/** How an edition is written in a fact key: `2018w`. */
export function editionSlug(edition: Edition): string {
  return edition.toLowerCase();
}

/** The edition that a segment of a fact key names; null if it names none. */
export function fromSlug(slug: string): Edition | null {
  const edition = parseEdition(slug);
  return isEditionProblem(edition) || editionSlug(edition) !== slug ? null : edition;
}
