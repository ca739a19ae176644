import { type ParsedEdtf, parse } from 'edtf';

/** The day so many units, and then so many days, after a day (before it where negative), within 0001 to 9999. */
export function shift(day: Day, unit: Unit, count: number, days = 0): Day {
  return within(
    Temporal.PlainDate.from(day)
      .add({ [unit]: count })
      .add({ days }),
  );
}

/** A calendar day as printed, `YYYY-MM-DD`, years 0001 to 9999; days compare as strings. */
export type Day = string;

/** The stated precision of a date, and the unit by which a qualifier widens it. */
export type Unit = 'years' | 'months' | 'days';

// Beyond four digits ISO strings no longer sort by time, so the ends of the calendar hold.
function within(date: Temporal.PlainDate): Day {
  if (date.year < 1) return firstDay;
  return date.year > 9999 ? lastDay : date.toString();
}

const firstDay = '0001-01-01';

/** Where the calendar ends: later than every day of which anything can be known. */
export const lastDay = '9999-12-31';

/** The day so many days after a day (before it where negative), within 0001 to 9999. */
export function addDays(day: Day, count: number): Day {
  return shift(day, 'days', count);
}

/** The number of days from `a` to `b`, negative where `b` is the earlier. */
export function daysBetween(a: Day, b: Day): number {
  return (Date.parse(b) - Date.parse(a)) / millisecondsPerDay;
}

// An ISO day is read as midnight UTC, and days of UTC have no summer time.
const millisecondsPerDay = 86_400_000;

/** The number of days in a month (1 to 12); without Temporal, since every date that is read asks for it. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/**
 * Reads the date of a milestone: a year, a month, a day, each with or without `~`, `?` or `%`, or a span `[a..b]`,
 * `[a..]`, `[..b]`, also without the brackets. A slash is refused: it is a duration, which a milestone has not.
 */
export function parseMilestoneDate(text: string): UncertainDate | DateProblem {
  return (text.includes('/') ? null : readEdtf(text)) ?? explainDate(text, { periods: false });
}

/**
 * A date whose day may not be known: its text (EDTF, ISO 8601-2) and the days that bound it, both inclusive.
 * A bound is null where nothing bounds it.
 */
export type UncertainDate = { readonly edtf: string; readonly earliest: Day | null; readonly latest: Day | null };

/** Why a text is refused as a date: what is wrong and what to do; `suggestion` is a text that would be read. */
export type DateProblem = { readonly message: string; readonly suggestion?: string };

/** Reads a single date, a span or a period, in normal form; null for all that is refused, without a reason. */
export function readEdtf(text: string): UncertainDate | null {
  if (text.length > longestDate) return null;
  const date = readStatedDate(text);
  if (date) return { edtf: text, earliest: date.earliest, latest: date.latest };
  const span = takeSpanApart(text);
  return span && readSpan(span);
}

// As in [2017-01-19~..2018-02-01~]; what is longer is refused before any pattern looks at it.
const longestDate = 26;

/**
 * Reads a year, a month or a day, with or without a qualifier; null for anything else.
 * `~`, `?` and `%` widen both ends by one unit of the stated precision.
 */
export function readStatedDate(text: string): StatedDate | null {
  const [matched, year, month, day, qualifier] = dateForm.exec(text) ?? [];
  if (!matched || whyImpossible(text)) return null;
  const first = `${year}-${month ?? '01'}-${day ?? '01'}`;
  const last = `${year}-${month ?? '12'}-${day ?? daysInMonth(Number(year), Number(month ?? 12))}`;
  if (!qualifier) return { first, last, earliest: first, latest: last };
  const unit: Unit = day ? 'days' : month ? 'months' : 'years';
  return { first, last, earliest: shift(first, unit, -1), latest: shift(first, unit, 2, -1) };
}

/** A single date: the days its digits name (`first`, `last`) and those its qualifier allows (`earliest`, `latest`). */
type StatedDate = { readonly first: Day; readonly last: Day; readonly earliest: Day; readonly latest: Day };

const dateForm = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?%]?)$/;

/** Why no calendar has the year, month or day that an ISO date (with or without a qualifier) names; null if one has. */
export function whyImpossible(date: string): string | null {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[~?%]?$/.exec(date) ?? [];
  if (year === '0000') return 'there is no year 0000: years run from 0001 to 9999';
  if (!year || !month) return null;
  if (Number(month) < 1 || Number(month) > 12) return `there is no month ${month}`;
  const days = daysInMonth(Number(year), Number(month));
  return day && (Number(day) < 1 || Number(day) > days)
    ? `there is no day ${day}: ${year}-${month} has ${days} days`
    : null;
}

/** Takes `[a..b]`, its short forms without brackets, or the period `a/b` apart, without judging the ends. */
export function takeSpanApart(text: string): WrittenSpan | null {
  const period = periodForm.exec(text);
  if (period) {
    const [, from = '', to = ''] = period;
    return { from: openPoint(from), to: openPoint(to), print: (a, b) => `${a || '..'}/${b || '..'}` };
  }
  const span = spanForm.exec(text);
  if (!span) return null;
  const [, from, to, shortFrom, shortTo] = span;
  return { from: from ?? shortFrom ?? '', to: to ?? shortTo ?? '', print: (a, b) => `[${a}..${b}]` };
}

/** The two ends of a span as written, '' where one is open, and how the span is printed; null if there is no span. */
export type WrittenSpan = {
  readonly from: string;
  readonly to: string;
  readonly print: (from: string, to: string) => string;
};

// A missing bound is beyond every day: '' sorts before all days and ':' after them.
function from(date: UncertainDate): string {
  return date.earliest ?? '';
}

function to(date: UncertainDate): string {
  return date.latest ?? ':';
}

const periodForm = /^([^/]+)\/([^/]+)$/;

function openPoint(end: string): string {
  return end === '..' ? '' : end;
}

const spanForm = /^(?:\[([^[\]]*)\.\.([^[\]]*)\]|([^[\]]*)\.\.([^[\]]*))$/;

function readSpan({ from, to, print }: WrittenSpan): UncertainDate | null {
  const start = from === '' ? null : readStatedDate(from);
  const end = to === '' ? null : readStatedDate(to);
  const unread = (from !== '' && !start) || (to !== '' && !end);
  if (unread || (!start && !end) || (start && end && start.first > end.last)) return null;
  return { edtf: print(from, to), earliest: start?.earliest ?? null, latest: end?.latest ?? null };
}

/**
 * Says why a text is not a date that is read here and, where the text leaves one choice, what to write instead.
 * With `periods`, a slash is allowed.
 */
export function explainDate(text: string, { periods }: { readonly periods: boolean }): DateProblem {
  const { says, instead } = refuse(text, periods);
  const message = `"${text.slice(0, longestExplained)}": ${says}`;
  return instead !== undefined && readEdtf(instead) ? { message, suggestion: instead } : { message };
}

function refuse(text: string, periods: boolean): Refusal {
  if (text.trim() === '') return { says: 'a date is missing' };
  if (text.length > longestExplained) return { says: 'too long for a date' };
  const dense = text.replace(/\s+/g, '');
  if (dense !== text && readEdtf(dense)) {
    const isSlashed = dense.includes('/') && !periods;
    return isSlashed ? refuse(dense, periods) : { says: 'a date is written without spaces', instead: dense };
  }
  const dotted = text.replace(/^\//, '../').replace(/\/$/, '/..');
  if (dotted !== text)
    return periods ? { says: 'an open end is written as two dots', instead: dotted } : refuse(dotted, periods);
  if (/[{}]/.test(text)) return refuseDate(text);
  const printed = text.includes('..') ? null : refuseAsPrinted(text);
  if (printed) return printed;
  const span = takeSpanApart(text) ?? takeDashedApart(text);
  return span ? refuseSpan(text, span, periods) : refuseDate(text);
}

/** Why a text is refused as a date, and what to write instead where that leaves no choice. */
export type Refusal = { readonly says: string; readonly instead?: string | undefined };

// Longer texts are not worth a reason, and patterns with two open ends take their time.
const longestExplained = 80;

/** Why a text is not one of the single dates that are read here, and what to write instead. */
export function refuseDate(text: string): Refusal {
  return (
    refuseByType(text) ??
    refuseByCalendar(text) ??
    refuseAsPrinted(text) ??
    refuseByShape(text) ?? { says: noDateAtAll }
  );
}

/** Valid EDTF beyond what is read here. */
function refuseByType(text: string): Refusal | null {
  const { type, values, unspecified: digits } = understood(text);
  if (type === 'Season') return { says: 'a season is not a date: write the months as [a..b]' };
  if (type === 'Century' || type === 'Decade')
    return { says: 'a year has four digits: write it in full, or a span of years [a..b]' };
  if (type === 'Year' || (type === 'Date' && Number(values[0]) < 1))
    return { says: 'years run from 0001 to 9999, written with four digits' };
  return type === 'Date' && digits ? unspecified(text) : null;
}

function understood(text: string): ParsedEdtf {
  try {
    return parse(text);
  } catch {
    return { type: 'none', values: [] };
  }
}

function unspecified(text: string): Refusal {
  const year = text.slice(0, 4);
  return {
    says: 'unspecified digits are not read: leave the part out, or write a span [a..b]',
    instead: year.includes('X')
      ? `[${year.replaceAll('X', '0')}..${year.replaceAll('X', '9')}]`
      : text.replace(/-X.*$/, ''),
  };
}

function refuseByCalendar(text: string): Refusal | null {
  const impossible = whyImpossible(text);
  return impossible ? { says: impossible } : null;
}

/** Refuses a date as newspapers and spreadsheets print it, with the ISO form where it is certain; null for other texts. */
export function refuseAsPrinted(text: string): Refusal | null {
  for (const [form, refusal] of inNumbers) {
    const parts = form.exec(text);
    if (parts) return refusal(...parts.slice(1));
  }
  return withNameOfMonth(text);
}

const twoDigitYear: Refusal = { says: 'a year has four digits: write it in full, as in 2018-02-01' };

const inNumbers: readonly Form[] = [
  [/^\d{1,2}([-./])\d{1,2}\1\d{2}$/, () => twoDigitYear],
  [/^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$/, (a = '', b = '', year = '') => dayAndMonth(a, b, year)],
  [/^(\d{4})[-./](\d{1,2})[-./](\d{1,2})$/, (year = '', month = '', day = '') => insteadOf(iso(year, month, day))],
  [/^(\d{4})(\d{2})(\d{2})$/, (year = '', month = '', day = '') => insteadOf(iso(year, month, day))],
  [/^(\d{4})[-./](0?[1-9]|1[0-2])$/, (year = '', month = '') => insteadOf(iso(year, month))],
  [/^(\d{1,2})[-./](\d{4})$/, (month = '', year = '') => insteadOf(iso(year, month))],
];

type Form = readonly [form: RegExp, refusal: (...parts: readonly string[]) => Refusal];

/** '2/1/2018', where only a number above 12 or two equal ones tell day and month apart. */
function dayAndMonth(a: string, b: string, year: string): Refusal {
  const readings = [...new Set([iso(year, b, a), iso(year, a, b)])];
  const days = readings.filter(readStatedDate);
  if (days.length < 2) return insteadOf(days[0] ?? iso(year, b, a));
  return { says: `day and month cannot be told apart: write ${days.join(' or ')}` };
}

function iso(year: string, month: string, day?: string): string {
  return [year, month.padStart(2, '0'), ...(day ? [day.padStart(2, '0')] : [])].join('-');
}

function insteadOf(date: string): Refusal {
  const impossible = whyImpossible(date);
  if (impossible) return { says: impossible };
  return { says: `dates are written year first, with two digits for month and day: ${date}`, instead: date };
}

/** '1 Feb 2018', 'February 2018', 'Thursday, Feb 1st, 2018'. */
function withNameOfMonth(text: string): Refusal | null {
  const words = text
    .toLowerCase()
    .split(/[\s,.\-/]+/)
    .filter((word) => word !== '' && !weekday.test(word));
  const [month, otherMonth] = words.map(monthNumber).filter((number) => number !== undefined);
  const numbers = words
    .filter((word) => !monthNumber(word))
    .map((word) => word.replace(/^(\d{1,2})(?:st|nd|rd|th)$/, '$1'));
  if (!month || otherMonth || numbers.length > 2 || !numbers.every((number) => /^(?:\d{1,2}|\d{4})$/.test(number)))
    return null;
  const year = numbers.find((number) => number.length === 4);
  const day = numbers.find((number) => number.length < 4);
  if (year) return numbers.length === 2 && !day ? null : insteadOf(iso(year, month, day));
  return numbers.length === 2
    ? twoDigitYear
    : { says: 'the year is missing: write it first, with four digits, or a span [a..b]' };
}

const weekday = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*$/;

function monthNumber(word: string): string | undefined {
  const index = word.length < 3 ? -1 : months.findIndex((month) => month.startsWith(word));
  return index < 0 ? undefined : String(index + 1);
}

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

function refuseByShape(text: string): Refusal | null {
  if (/^\d{4}-\d{2}-\d{2}[T ]\d/.test(text))
    return { says: 'a time of day is not read: write the day as printed', instead: text.slice(0, 10) };
  if (/[,{}]/.test(text))
    return {
      says: 'a list is not a date: state each date by itself, or write the span from the first to the last as [a..b]',
    };
  if (/^\[[^.]*\]$/.test(text)) return { says: 'brackets are for spans, as in [a..b]', instead: text.slice(1, -1) };
  return readStatedDate(text.replace(qualifiers, '')) ? misplacedQualifier(text) : null;
}

const qualifiers = /[~?%]/g;

function misplacedQualifier(text: string): Refusal {
  const used = [...new Set(text.match(qualifiers))];
  const one = used.length === 1 ? used[0] : '%';
  return {
    says: 'a qualifier (~, ? or %) stands once, at the end of the date',
    instead: text.replace(qualifiers, '') + one,
  };
}

/** What is said of a text of which nothing better can be said. */
export const noDateAtAll =
  'not a date that is read here: write a year (2018), a month (2018-02) or a day (2018-02-01), each may end in ~, ? or %, or a span [a..b], [a..], [..b]';

/** '2017-2018', 'Feb 2018 – Mar 2018', '2017 to 2018'. */
function takeDashedApart(text: string): WrittenSpan | null {
  const [, year, laterYear, from = year, to = laterYear] =
    /^(\d{4})-(\d{4})$|^(.+?)(?: *[–—] *| - | to )(.+)$/.exec(text) ?? [];
  return from && to ? { from, to, print: inBrackets } : null;
}

function inBrackets(from: string, to: string): string {
  return `[${from}..${to}]`;
}

function refuseSpan(text: string, span: WrittenSpan, periods: boolean): Refusal {
  const form = wrongForm(text, periods);
  const { says, instead } = judgeSpan(form ? { ...span, print: inBrackets } : span);
  return { says: [form, says].filter(Boolean).join('; '), instead };
}

function wrongForm(text: string, periods: boolean): string | null {
  if (!text.includes('/')) return text.includes('..') ? null : 'a span is written [a..b]';
  return periods ? null : 'a slash is a duration, and a milestone has none: write [a..b] for some day between a and b';
}

function judgeSpan({ from, to, print }: WrittenSpan): Refusal {
  if (from === '' && to === '') return { says: 'a span needs at least one end: write [a..b], [a..] or [..b]' };
  const start = judgeEnd('start', from);
  const end = judgeEnd('end', to);
  const says = [...start.says, ...end.says].join('; ');
  const first = readStatedDate(start.text)?.first;
  const last = readStatedDate(end.text)?.last;
  if (!first || !last || first <= last) return { says, instead: print(start.text, end.text) };
  const reversed = `the ends are in reverse order, ${start.text} is after ${end.text}`;
  return { says: [says, reversed].filter(Boolean).join('; '), instead: print(end.text, start.text) };
}

function judgeEnd(name: string, text: string): End {
  if (text === '' || readStatedDate(text)) return { text, says: [] };
  const { says, instead = text } = refuseDate(text);
  return { text: instead, says: [`${name} ${text}: ${says}`] };
}

type End = { readonly text: string; readonly says: readonly string[] };

/** Reads the date of a period, such as a term or the dates of Games: as of a milestone, and `a/b`, `a/..`, `../b`. */
export function parsePeriod(text: string): UncertainDate | DateProblem {
  return readEdtf(text) ?? explainDate(text, { periods: true });
}

/** Whether a reading was refused. */
export function isDateProblem(result: UncertainDate | DateProblem | Day): result is DateProblem {
  return typeof result === 'object' && 'message' in result;
}

/** The date of a text that has been checked before, as stored events hold it; throws a RangeError on any other. */
export function uncertainDate(edtf: string): UncertainDate {
  const date = readEdtf(edtf);
  if (!date) throw new RangeError(explainDate(edtf, { periods: true }).message);
  return date;
}

/**
 * The last day of a year, a month or a day, which is what a clock means by it: cut-offs are inclusive.
 * Anything less definite is refused.
 */
export function endOfPeriod(text: string): Day | DateProblem {
  const period = parsePeriod(text);
  if (isDateProblem(period)) {
    const { message, ...rest } = period;
    return { message: message.replace(noDateAtAll, `no date: ${oneDay}`), ...rest };
  }
  const plain = text.replace(/[~?%]$/, '');
  const stated = readStatedDate(plain);
  if (stated && plain === text) return stated.last;
  const message = `"${text}": a clock stands at one day: ${oneDay}`;
  return stated ? { message, suggestion: plain } : { message };
}

const oneDay = 'write a year (2018), a month (2018-02) or a day (2018-02-01), whose end is meant';

/** Whether two dates have the same bounds, however they are written. */
export function equalBounds(a: UncertainDate, b: UncertainDate): boolean {
  return a.earliest === b.earliest && a.latest === b.latest;
}

/** Whether every day that `inner` allows is one that `outer` allows; equal bounds count as containing. */
export function contains(outer: UncertainDate, inner: UncertainDate): boolean {
  return from(outer) <= from(inner) && to(inner) <= to(outer);
}

/**
 * The days that both dates allow; null where they have none in common. Where these are the bounds of one of the two, it
 * is kept as written (of two ways to write the same bounds the shorter), so that the order of the two does not matter.
 */
export function intersect(a: UncertainDate, b: UncertainDate): UncertainDate | null {
  if (equalBounds(a, b)) return plainest(a, b);
  if (contains(a, b)) return b;
  if (contains(b, a)) return a;
  const { earliest } = from(a) < from(b) ? b : a;
  const { latest } = to(a) < to(b) ? a : b;
  if (earliest !== null && latest !== null && earliest > latest) return null;
  return { edtf: earliest === latest ? `${earliest}` : `[${earliest ?? ''}..${latest ?? ''}]`, earliest, latest };
}

function plainest(a: UncertainDate, b: UncertainDate): UncertainDate {
  return a.edtf.length < b.edtf.length || (a.edtf.length === b.edtf.length && a.edtf <= b.edtf) ? a : b;
}

/** Whether `a` was over before `b` can have begun, whatever days within the bounds are chosen. */
export function certainlyBefore(a: UncertainDate, b: UncertainDate): boolean {
  return a.latest !== null && b.earliest !== null && a.latest < b.earliest;
}

/**
 * The date without its days after `latest`, as a report of what happened cannot speak of days after its publication.
 * A date wholly after `latest` is a contradiction and not for this function to settle: it stays as it is.
 */
export function clipLatest(date: UncertainDate, latest: Day): UncertainDate {
  return to(date) <= latest ? date : (intersect(date, { edtf: `[..${latest}]`, earliest: null, latest }) ?? date);
}

/** The order of dates in a list: by earliest day (a missing one first), latest day (a missing one last), then text. */
export function compareDates(a: UncertainDate, b: UncertainDate): number {
  return inOrder(from(a), from(b)) || inOrder(to(a), to(b)) || inOrder(a.edtf, b.edtf);
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
