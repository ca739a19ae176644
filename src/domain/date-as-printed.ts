import { readStatedDate } from './edtf-syntax.ts';
import { whyImpossible } from './impossible-day.ts';

/** Why a text is refused as a date, and what to write instead where that leaves no choice. */
export type Refusal = { readonly says: string; readonly instead?: string | undefined };

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
const weekday = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*$/;

const twoDigitYear: Refusal = { says: 'a year has four digits: write it in full, as in 2018-02-01' };

function iso(year: string, month: string, day?: string): string {
  return [year, month.padStart(2, '0'), ...(day ? [day.padStart(2, '0')] : [])].join('-');
}

function insteadOf(date: string): Refusal {
  const impossible = whyImpossible(date);
  if (impossible) return { says: impossible };
  return { says: `dates are written year first, with two digits for month and day: ${date}`, instead: date };
}

function monthNumber(word: string): string | undefined {
  const index = word.length < 3 ? -1 : months.findIndex((month) => month.startsWith(word));
  return index < 0 ? undefined : String(index + 1);
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

/** '2/1/2018', where only a number above 12 or two equal ones tell day and month apart. */
function dayAndMonth(a: string, b: string, year: string): Refusal {
  const readings = [...new Set([iso(year, b, a), iso(year, a, b)])];
  const days = readings.filter(readStatedDate);
  if (days.length < 2) return insteadOf(days[0] ?? iso(year, b, a));
  return { says: `day and month cannot be told apart: write ${days.join(' or ')}` };
}

type Form = readonly [form: RegExp, refusal: (...parts: readonly string[]) => Refusal];

const inNumbers: readonly Form[] = [
  [/^\d{1,2}([-./])\d{1,2}\1\d{2}$/, () => twoDigitYear],
  [/^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$/, (a = '', b = '', year = '') => dayAndMonth(a, b, year)],
  [/^(\d{4})[-./](\d{1,2})[-./](\d{1,2})$/, (year = '', month = '', day = '') => insteadOf(iso(year, month, day))],
  [/^(\d{4})(\d{2})(\d{2})$/, (year = '', month = '', day = '') => insteadOf(iso(year, month, day))],
  [/^(\d{4})[-./](0?[1-9]|1[0-2])$/, (year = '', month = '') => insteadOf(iso(year, month))],
  [/^(\d{1,2})[-./](\d{4})$/, (month = '', year = '') => insteadOf(iso(year, month))],
];

/** Refuses a date as newspapers and spreadsheets print it, with the ISO form where it is certain; null for other texts. */
export function refuseAsPrinted(text: string): Refusal | null {
  for (const [form, refusal] of inNumbers) {
    const parts = form.exec(text);
    if (parts) return refusal(...parts.slice(1));
  }
  return withNameOfMonth(text);
}
