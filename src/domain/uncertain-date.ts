import { type DateProblem, explainDate } from './date-problem.ts';
import { noDateAtAll } from './date-refusal.ts';
import type { Day } from './day.ts';
import { readEdtf, readStatedDate, type UncertainDate } from './edtf-syntax.ts';

export type { DateProblem } from './date-problem.ts';
export { addDays, type Day, daysBetween } from './day.ts';
export type { UncertainDate } from './edtf-syntax.ts';

/**
 * Reads the date of a milestone: a year, a month, a day, each with or without `~`, `?` or `%`, or a span `[a..b]`,
 * `[a..]`, `[..b]`, also without the brackets. A slash is refused: it is a duration, which a milestone has not.
 */
export function parseMilestoneDate(text: string): UncertainDate | DateProblem {
  return (text.includes('/') ? null : readEdtf(text)) ?? explainDate(text, { periods: false });
}

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

const oneDay = 'write a year (2018), a month (2018-02) or a day (2018-02-01), whose end is meant';

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

// A missing bound is beyond every day: '' sorts before all days and ':' after them.
function from(date: UncertainDate): string {
  return date.earliest ?? '';
}
function to(date: UncertainDate): string {
  return date.latest ?? ':';
}

/** Whether two dates have the same bounds, however they are written. */
export function equalBounds(a: UncertainDate, b: UncertainDate): boolean {
  return a.earliest === b.earliest && a.latest === b.latest;
}

/** Whether every day that `inner` allows is one that `outer` allows; equal bounds count as containing. */
export function contains(outer: UncertainDate, inner: UncertainDate): boolean {
  return from(outer) <= from(inner) && to(inner) <= to(outer);
}

function plainest(a: UncertainDate, b: UncertainDate): UncertainDate {
  return a.edtf.length < b.edtf.length || (a.edtf.length === b.edtf.length && a.edtf <= b.edtf) ? a : b;
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

function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order of dates in a list: by earliest day (a missing one first), latest day (a missing one last), then text. */
export function compareDates(a: UncertainDate, b: UncertainDate): number {
  return inOrder(from(a), from(b)) || inOrder(to(a), to(b)) || inOrder(a.edtf, b.edtf);
}
