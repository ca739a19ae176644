import { type Day, daysInMonth, shift, type Unit } from './day.ts';
import { whyImpossible } from './impossible-day.ts';

/**
 * A date whose day may not be known: its text (EDTF, ISO 8601-2) and the days that bound it, both inclusive.
 * A bound is null where nothing bounds it.
 */
export type UncertainDate = { readonly edtf: string; readonly earliest: Day | null; readonly latest: Day | null };

/** A single date: the days its digits name (`first`, `last`) and those its qualifier allows (`earliest`, `latest`). */
type StatedDate = { readonly first: Day; readonly last: Day; readonly earliest: Day; readonly latest: Day };

const dateForm = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?%]?)$/;
const spanForm = /^(?:\[([^[\]]*)\.\.([^[\]]*)\]|([^[\]]*)\.\.([^[\]]*))$/;
const periodForm = /^([^/]+)\/([^/]+)$/;

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

/** The two ends of a span as written, '' where one is open, and how the span is printed; null if there is no span. */
export type WrittenSpan = {
  readonly from: string;
  readonly to: string;
  readonly print: (from: string, to: string) => string;
};

function openPoint(end: string): string {
  return end === '..' ? '' : end;
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

function readSpan({ from, to, print }: WrittenSpan): UncertainDate | null {
  const start = from === '' ? null : readStatedDate(from);
  const end = to === '' ? null : readStatedDate(to);
  const unread = (from !== '' && !start) || (to !== '' && !end);
  if (unread || (!start && !end) || (start && end && start.first > end.last)) return null;
  return { edtf: print(from, to), earliest: start?.earliest ?? null, latest: end?.latest ?? null };
}

// As in [2017-01-19~..2018-02-01~]; what is longer is refused before any pattern looks at it.
const longestDate = 26;

/** Reads a single date, a span or a period, in normal form; null for all that is refused, without a reason. */
export function readEdtf(text: string): UncertainDate | null {
  if (text.length > longestDate) return null;
  const date = readStatedDate(text);
  if (date) return { edtf: text, earliest: date.earliest, latest: date.latest };
  const span = takeSpanApart(text);
  return span && readSpan(span);
}
