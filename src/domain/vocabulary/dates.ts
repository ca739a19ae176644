import { type ParsedEdtf, parse } from 'edtf';
import { type Problem, problem } from './problem.ts';

/**
 * Reads the date of a milestone: a year, a month or a day, each with or without `~`, `?` or `%`, or a span `[a..b]`,
 * `[a..]`, `[..b]`, with or without its brackets. Refuses a slash: it means a duration, and a milestone has none.
 */
export function parseMilestoneDate(text: string): UncertainDate | Problem {
  return (text.includes('/') ? null : readEdtf(text)) ?? explainDate(text, false);
}

/**
 * A date whose day may be unknown: its text (EDTF, ISO 8601-2) and the first and last day that it allows, both
 * inclusive. A bound is null where the date is open.
 */
export type UncertainDate = { readonly edtf: string; readonly earliest: Day | null; readonly latest: Day | null };

/** A calendar day as printed, `YYYY-MM-DD`, years 0001 to 9999; days compare as strings. */
export type Day = string;

/** Reads the date of a period (a term, the dates of Games): any milestone date, and `a/b`, `a/..`, `../b`. */
export function parsePeriod(text: string): UncertainDate | Problem {
  return readEdtf(text) ?? explainDate(text, true);
}

/** The date of a text that was checked before, as in stored events. Throws a RangeError for any other text. */
export function uncertainDate(edtf: string): UncertainDate {
  const known = readDates.get(edtf);
  if (known !== undefined) return known;
  const date = readEdtf(edtf);
  if (!date) throw new RangeError(explainDate(edtf, true).message);
  if (readDates.size >= mostReadDates) readDates.clear();
  readDates.set(edtf, date);
  return date;
}

// A fold reads the same few thousand texts again and again.
const readDates = new Map<string, UncertainDate>();

const mostReadDates = 20_000;

/**
 * The last day of a year, a month or a day, which is what a clock means by it: cut-offs are inclusive.
 * Refuses anything less definite; `meant` is what the refusal says that a period stands for.
 */
export function endOfPeriod(text: string, meant: 'end' | 'beginning' = 'end'): Day | Problem {
  const oneDay = `write a year (2018), a month (2018-02) or a day (2018-02-01), whose ${meant} is meant`;
  if (!readEdtf(text)) {
    const { message, suggestion } = explainDate(text, true);
    return problem('', message.replace(noDateAtAll, `no date: ${oneDay}`), suggestion);
  }
  const plain = text.replace(/[~?%]$/, '');
  const stated = readStatedDate(plain);
  if (stated && plain === text) return stated.last;
  return problem('', `"${text}": a clock stands at one day: ${oneDay}`, stated ? plain : undefined);
}

/** Reads a single date, a span or a period into its normal form; null for any other text. */
function readEdtf(text: string): UncertainDate | null {
  if (text.length > maxDateLength) return null;
  const date = readStatedDate(text);
  if (date) return { edtf: text, earliest: date.earliest, latest: date.latest };
  const span = splitSpan(text);
  return span && readSpan(span);
}

// As in [2017-01-19~..2018-02-01~]; a longer text is refused before any pattern looks at it.
const maxDateLength = 26;

/**
 * Reads a year, a month or a day, with or without a qualifier; null for anything else.
 * `~`, `?` and `%` widen both ends by one unit of the stated precision.
 */
function readStatedDate(text: string): StatedDate | null {
  const [, year, month, day, qualifier] = dateForm.exec(text) ?? [];
  if (year === undefined || whyImpossible(year, month, day)) return null;
  const first = `${year}-${month ?? '01'}-${day ?? '01'}`;
  const last = `${year}-${month ?? '12'}-${day ?? daysInMonth(Number(year), Number(month ?? 12))}`;
  if (!qualifier) return { first, last, earliest: first, latest: last };
  const unit: Unit = day ? 'days' : month ? 'months' : 'years';
  return { first, last, earliest: shift(first, unit, -1), latest: shift(first, unit, 2, -1) };
}

/** A single date: the days its digits name (`first`, `last`) and those its qualifier allows (`earliest`, `latest`). */
type StatedDate = { readonly first: Day; readonly last: Day; readonly earliest: Day; readonly latest: Day };

const dateForm = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?%]?)$/;

/** Why no calendar has this year, month or day; null if one does. */
function whyImpossible(year: string, month?: string, day?: string): string | null {
  if (year === '0000') return 'there is no year 0000: years run from 0001 to 9999';
  if (!month) return null;
  if (Number(month) < 1 || Number(month) > 12) return `there is no month ${month}`;
  const days = daysInMonth(Number(year), Number(month));
  return day && (Number(day) < 1 || Number(day) > days)
    ? `there is no day ${day}: ${year}-${month} has ${days} days`
    : null;
}

// Without Temporal, for speed: every date that is read needs this.
function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Splits `[a..b]`, with or without brackets, or the period `a/b` into its ends, without judging them. */
function splitSpan(text: string): WrittenSpan | null {
  const [, begin, end] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (begin !== undefined && end !== undefined) {
    const [from, to] = [begin, end].map((point) => (point === '..' ? '' : point)) as [string, string];
    return { from, to, print: (a, b) => `${a || '..'}/${b || '..'}` };
  }
  const span = /^(?:\[([^[\]]*)\.\.([^[\]]*)\]|([^[\]]*)\.\.([^[\]]*))$/.exec(text);
  if (!span) return null;
  const [, from, to, bareFrom, bareTo] = span;
  return { from: from ?? bareFrom ?? '', to: to ?? bareTo ?? '', print: printSpan };
}

/** The two ends of a span as written, '' where one is open, and how such a span is printed. */
type WrittenSpan = {
  readonly from: string;
  readonly to: string;
  readonly print: (from: string, to: string) => string;
};

function printSpan(from: string, to: string): string {
  return `[${from}..${to}]`;
}

function readSpan({ from, to, print }: WrittenSpan): UncertainDate | null {
  const start = from === '' ? null : readStatedDate(from);
  const end = to === '' ? null : readStatedDate(to);
  const isUnreadable = (from !== '' && !start) || (to !== '' && !end);
  if (isUnreadable || (!start && !end) || (start && end && start.first > end.last)) return null;
  return { edtf: print(from, to), earliest: start?.earliest ?? null, latest: end?.latest ?? null };
}

/** Says why a text is not a date and, if the text leaves one choice, what to write instead. */
function explainDate(text: string, allowsPeriods: boolean): Problem {
  const { says, instead } = refuse(text, allowsPeriods);
  const isReadable = instead !== undefined && readEdtf(instead) !== null;
  return problem('', `"${text.slice(0, maxExplainedLength)}": ${says}`, isReadable ? instead : undefined);
}

function refuse(text: string, allowsPeriods: boolean): Refusal {
  if (text.trim() === '') return { says: 'a date is missing' };
  if (text.length > maxExplainedLength) return { says: 'too long for a date' };
  const dense = text.replace(/\s+/g, '');
  if (dense !== text && readEdtf(dense)) {
    const isSlashed = dense.includes('/') && !allowsPeriods;
    return isSlashed ? refuse(dense, allowsPeriods) : { says: 'a date is written without spaces', instead: dense };
  }
  const dotted = text.replace(/^\//, '../').replace(/\/$/, '/..');
  if (dotted !== text) {
    if (!allowsPeriods) return refuse(dotted, allowsPeriods);
    return { says: 'an open end is written as two dots', instead: dotted };
  }
  if (/[{}]/.test(text)) return refuseDate(text);
  const printed = text.includes('..') ? null : refuseAsPrinted(text);
  if (printed) return printed;
  const span = splitSpan(text) ?? splitAtDash(text);
  return span ? refuseSpan(text, span, allowsPeriods) : refuseDate(text);
}

type Refusal = { readonly says: string; readonly instead?: string };

// Longer texts are not worth a reason, and patterns with two open ends are slow on them.
const maxExplainedLength = 80;

/** Why a text is not a single date. */
function refuseDate(text: string): Refusal {
  return (
    refuseByType(text) ??
    refuseByCalendar(text) ??
    refuseAsPrinted(text) ??
    refuseByShape(text) ?? { says: noDateAtAll }
  );
}

/** Refuses EDTF that is valid and not supported here. */
function refuseByType(text: string): Refusal | null {
  const { type, values, unspecified } = parseAnyEdtf(text);
  if (type === 'Season') return { says: 'a season is not a date: write the months as [a..b]' };
  if (type === 'Century' || type === 'Decade')
    return { says: 'a year has four digits: write it in full, or a span of years [a..b]' };
  if (type === 'Year' || (type === 'Date' && Number(values[0]) < 1))
    return { says: 'years run from 0001 to 9999, written with four digits' };
  return type === 'Date' && unspecified ? refuseUnspecified(text) : null;
}

function parseAnyEdtf(text: string): ParsedEdtf {
  try {
    return parse(text);
  } catch {
    return { type: 'none', values: [] };
  }
}

function refuseUnspecified(text: string): Refusal {
  const year = text.slice(0, 4);
  return {
    says: 'unspecified digits are not supported: leave the part out, or write a span [a..b]',
    instead: year.includes('X')
      ? printSpan(year.replaceAll('X', '0'), year.replaceAll('X', '9'))
      : text.replace(/-X.*$/, ''),
  };
}

function refuseByCalendar(text: string): Refusal | null {
  const [, year, month, day] = dateForm.exec(text) ?? [];
  const says = year === undefined ? null : whyImpossible(year, month, day);
  return says === null ? null : { says };
}

/** Refuses a date as newspapers and spreadsheets print it, with the ISO form where it is certain. */
function refuseAsPrinted(text: string): Refusal | null {
  for (const [form, refuseParts] of numericForms) {
    const parts = form.exec(text);
    if (parts) return refuseParts(...parts.slice(1));
  }
  return refuseNamedMonth(text);
}

const twoDigitYear: Refusal = { says: 'a year has four digits: write it in full, as in 2018-02-01' };

const numericForms: readonly (readonly [form: RegExp, refuseParts: (...parts: readonly string[]) => Refusal])[] = [
  [/^\d{1,2}([-./])\d{1,2}\1\d{2}$/, () => twoDigitYear],
  [/^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$/, (a = '', b = '', year = '') => refuseDayAndMonth(a, b, year)],
  [/^(\d{4})[-./](\d{1,2})[-./](\d{1,2})$/, (year = '', month = '', day = '') => suggest(isoDate(year, month, day))],
  [/^(\d{4})(\d{2})(\d{2})$/, (year = '', month = '', day = '') => suggest(isoDate(year, month, day))],
  [/^(\d{4})[-./](0?[1-9]|1[0-2])$/, (year = '', month = '') => suggest(isoDate(year, month))],
  [/^(\d{1,2})[-./](\d{4})$/, (month = '', year = '') => suggest(isoDate(year, month))],
];

/** '2/1/2018': only a number above 12, or two equal ones, tell day and month apart. */
function refuseDayAndMonth(a: string, b: string, year: string): Refusal {
  const readings = [...new Set([isoDate(year, b, a), isoDate(year, a, b)])].filter(readStatedDate);
  if (readings.length > 1) return { says: `day and month cannot be told apart: write ${readings.join(' or ')}` };
  return suggest(readings[0] ?? isoDate(year, b, a));
}

function isoDate(year: string, month: string, day?: string): string {
  return [year, month.padStart(2, '0'), ...(day ? [day.padStart(2, '0')] : [])].join('-');
}

function suggest(date: string): Refusal {
  const says = `dates are written year first, with two digits for month and day: ${date}`;
  return refuseByCalendar(date) ?? { says, instead: date };
}

/** '1 Feb 2018', 'February 2018', 'Thursday, Feb 1st, 2018'. */
function refuseNamedMonth(text: string): Refusal | null {
  const words = text
    .toLowerCase()
    .split(/[\s,.\-/]+/)
    .filter((word) => word !== '' && !weekday.test(word));
  const [month, otherMonth] = words.flatMap((word) => monthNumber(word) ?? []);
  const numbers = words
    .filter((word) => !monthNumber(word))
    .map((word) => word.replace(/^(\d{1,2})(?:st|nd|rd|th)$/, '$1'));
  if (!month || otherMonth || numbers.length > 2 || !numbers.every((number) => /^(?:\d{1,2}|\d{4})$/.test(number)))
    return null;
  const year = numbers.find((number) => number.length === 4);
  const day = numbers.find((number) => number.length < 4);
  if (year) return numbers.length === 2 && !day ? null : suggest(isoDate(year, month, day));
  return numbers.length === 2
    ? twoDigitYear
    : { says: 'the year is missing: write it first, with four digits, or a span [a..b]' };
}

const weekday = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*$/;

function monthNumber(word: string): string | undefined {
  const index = word.length < 3 ? -1 : months.findIndex((month) => month.startsWith(word));
  return index < 0 ? undefined : String(index + 1);
}

const months = 'january february march april may june july august september october november december'.split(' ');

function refuseByShape(text: string): Refusal | null {
  if (/^\d{4}-\d{2}-\d{2}[T ]\d/.test(text))
    return { says: 'a time of day is not supported: write the day as printed', instead: text.slice(0, 10) };
  if (/[,{}]/.test(text))
    return {
      says: 'a list is not a date: state each date by itself, or write the span from the first to the last as [a..b]',
    };
  if (/^\[[^.]*\]$/.test(text)) return { says: 'brackets are for spans, as in [a..b]', instead: text.slice(1, -1) };
  const plain = text.replace(qualifiers, '');
  if (!readStatedDate(plain)) return null;
  const used = new Set(text.match(qualifiers));
  const qualifier = used.size === 1 ? [...used].join('') : '%';
  return { says: 'a qualifier (~, ? or %) stands once, at the end of the date', instead: plain + qualifier };
}

const qualifiers = /[~?%]/g;

const noDateAtAll =
  'not a date: write a year (2018), a month (2018-02) or a day (2018-02-01), each with ~, ? or % at its end if it is uncertain, or a span [a..b], [a..], [..b]';

/** '2017-2018', 'Feb 2018 – Mar 2018', '2017 to 2018'. */
function splitAtDash(text: string): WrittenSpan | null {
  const [, year, laterYear, from = year, to = laterYear] =
    /^(\d{4})-(\d{4})$|^(.+?)(?: *[–—] *| - | to )(.+)$/.exec(text) ?? [];
  return from && to ? { from, to, print: printSpan } : null;
}

function refuseSpan(text: string, span: WrittenSpan, allowsPeriods: boolean): Refusal {
  const form = refuseSpanForm(text, allowsPeriods);
  const { says, instead } = refuseEnds(form ? { ...span, print: printSpan } : span);
  const reason = [form, says].filter(Boolean).join('; ');
  return instead === undefined ? { says: reason } : { says: reason, instead };
}

function refuseSpanForm(text: string, allowsPeriods: boolean): string | null {
  if (!text.includes('/')) return text.includes('..') ? null : 'a span is written [a..b]';
  if (allowsPeriods) return null;
  return 'a slash is a duration, and a milestone has none: write [a..b] for some day between a and b';
}

function refuseEnds({ from, to, print }: WrittenSpan): Refusal {
  if (from === '' && to === '') return { says: 'a span needs at least one end: write [a..b], [a..] or [..b]' };
  const start = mendEnd('start', from);
  const end = mendEnd('end', to);
  const says = [...start.says, ...end.says].join('; ');
  const first = readStatedDate(start.text)?.first;
  const last = readStatedDate(end.text)?.last;
  if (!first || !last || first <= last) return { says, instead: print(start.text, end.text) };
  const reversed = `the ends are in reverse order, ${start.text} is after ${end.text}`;
  return { says: [says, reversed].filter(Boolean).join('; '), instead: print(end.text, start.text) };
}

/** One end of a span as it should be written, and what is wrong with it as it is. */
function mendEnd(name: string, text: string): { readonly text: string; readonly says: readonly string[] } {
  if (text === '' || readStatedDate(text)) return { text, says: [] };
  const { says, instead = text } = refuseDate(text);
  return { text: instead, says: [`${name} ${text}: ${says}`] };
}

/** Whether two dates have the same bounds, however they are written. */
export function equalBounds(a: UncertainDate, b: UncertainDate): boolean {
  return a.earliest === b.earliest && a.latest === b.latest;
}

/** Whether `outer` allows every day that `inner` allows; equal bounds count. */
export function contains(outer: UncertainDate, inner: UncertainDate): boolean {
  return startOf(outer) <= startOf(inner) && endOf(inner) <= endOf(outer);
}

// A missing bound is beyond every day: '' sorts before all days and ':' after them.
function startOf(date: UncertainDate): string {
  return date.earliest ?? '';
}

function endOf(date: UncertainDate): string {
  return date.latest ?? ':';
}

/**
 * The days that both dates allow; null if they share none. If one date lies within the other, it is returned as
 * written; of two ways to write the same bounds, the shorter. So the order of the two does not matter.
 */
export function intersect(a: UncertainDate, b: UncertainDate): UncertainDate | null {
  if (equalBounds(a, b)) return plainest(a, b);
  if (contains(a, b)) return b;
  if (contains(b, a)) return a;
  const { earliest } = startOf(a) < startOf(b) ? b : a;
  const { latest } = endOf(a) < endOf(b) ? a : b;
  if (earliest !== null && latest !== null && earliest > latest) return null;
  return { edtf: earliest === latest ? `${earliest}` : `[${earliest ?? ''}..${latest ?? ''}]`, earliest, latest };
}

function plainest(a: UncertainDate, b: UncertainDate): UncertainDate {
  return a.edtf.length < b.edtf.length || (a.edtf.length === b.edtf.length && a.edtf <= b.edtf) ? a : b;
}

/** Whether `a` ended before `b` began, for every choice of days within the bounds. */
export function certainlyBefore(a: UncertainDate, b: UncertainDate): boolean {
  return a.latest !== null && b.earliest !== null && a.latest < b.earliest;
}

/**
 * How a date changed. No date at all is the vaguest. A date within the one before it is more precise and did not move; one
 * that shares days with it, and has others on either side, may have moved either way.
 */
export function dateChange(before: UncertainDate | null, now: UncertainDate | null): DateChange {
  if (before === null || now === null) {
    return { change: before === now ? 'same' : before === null ? 'more-precise' : 'vaguer', days: null };
  }
  if (equalBounds(before, now)) return { change: 'same', days: null };
  if (contains(before, now)) return { change: 'more-precise', days: null };
  if (contains(now, before)) return { change: 'vaguer', days: null };
  const days = spanBetween(before, now);
  if (certainlyBefore(before, now)) return { change: 'later', days };
  return { change: certainlyBefore(now, before) ? 'earlier' : 'overlapping', days };
}

/** How one date differs from the one before it, and by how many days; null if it did not move. */
type DateChange = {
  readonly change: 'same' | 'more-precise' | 'vaguer' | 'earlier' | 'later' | 'overlapping';
  readonly days: DaySpan | null;
};

/** The days from one date to another, negative if that one is earlier, as far as the bounds tell. */
export function spanBetween(from: Bounds, to: Bounds): DaySpan {
  return {
    min: to.earliest && from.latest ? daysBetween(from.latest, to.earliest) : null,
    max: to.latest && from.earliest ? daysBetween(from.earliest, to.latest) : null,
  };
}

type Bounds = Pick<UncertainDate, 'earliest' | 'latest'>;

/** A number of days of which only the bounds are known; null: no such bound. */
export type DaySpan = { readonly min: number | null; readonly max: number | null };

/**
 * The date without its days after `latest`: a report of what happened cannot speak of days after its publication.
 * A date wholly after `latest` is a contradiction, which this function does not settle: it returns the date unchanged.
 */
export function clipLatest(date: UncertainDate, latest: Day): UncertainDate {
  return endOf(date) <= latest ? date : (intersect(date, { edtf: `[..${latest}]`, earliest: null, latest }) ?? date);
}

/** The order of dates in a list: by earliest day (a missing one first), latest day (a missing one last), then text. */
export function compareDates(a: UncertainDate, b: UncertainDate): number {
  return inOrder(startOf(a), startOf(b)) || inOrder(endOf(a), endOf(b)) || inOrder(a.edtf, b.edtf);
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The day `count` units, and then `days` days, after a day (before it if negative), within 0001 to 9999. */
function shift(day: Day, unit: Unit, count: number, days = 0): Day {
  const date = Temporal.PlainDate.from(day)
    .add({ [unit]: count })
    .add({ days });
  // Beyond four digits ISO strings no longer sort by time, so the ends of the calendar hold.
  if (date.year < 1) return firstDay;
  return date.year > 9999 ? lastDay : date.toString();
}

/** The stated precision of a date, and the unit by which a qualifier widens it. */
type Unit = 'years' | 'months' | 'days';

const firstDay = '0001-01-01';

/** The last day of the calendar; stands for a missing upper bound. */
export const lastDay = '9999-12-31';

/** The day `count` days after a day (before it if negative), within 0001 to 9999. */
export function addDays(day: Day, count: number): Day {
  return shift(day, 'days', count);
}

/** The year that holds every day of a date; null where none does. */
export function yearOf({ earliest, latest }: UncertainDate): string | null {
  const year = earliest?.slice(0, 4) ?? null;
  return year !== null && latest?.slice(0, 4) === year ? year : null;
}

/** The number of days from `a` to `b`, negative if `b` is earlier. */
export function daysBetween(a: Day, b: Day): number {
  return (Date.parse(b) - Date.parse(a)) / millisecondsPerDay;
}

// An ISO day is read as midnight UTC, and UTC has no summer time.
const millisecondsPerDay = 86_400_000;
