import { type Day, endOfPeriod, parseMilestoneDate, uncertainDate } from './dates.ts';
import { isProblem } from './problem.ts';

/**
 * The day that a text means if it names a period as people do (`2017-Q4`, `last quarter`, `end of 2018`): by `end`, the
 * first or the last day of the period. A clock takes the last. Any other text, EDTF above all, stays as it is. `today` is
 * the day on which the text was written, UTC. A week begins on Monday, a quarter in January, April, July or October.
 */
export function toSpokenDay(text: string, today: Day, end: keyof Period): string {
  if (text.length > maxSpokenLength) return text;
  return spokenPeriod(wordsOf(text), today)?.[end] ?? text;
}

/** As `toSpokenDay`, for a year and a month too: `2018-02` begins on 2018-02-01. */
export function toDay(text: string, today: Day, end: keyof Period): string {
  return writtenPeriod(text)?.[end] ?? toSpokenDay(text, today, end);
}

// As in "beginning of the fourth quarter of 2018"; a longer text is refused before any pattern looks at it.
const maxSpokenLength = 60;

/** The first and the last day of a period, both inclusive. */
type Period = { readonly begins: Day; readonly ends: Day };

function wordsOf(text: string): string {
  const words = text.toLowerCase().replaceAll(/[\s_,]+/g, ' ');
  // Dashes stand for spaces between words, and between a year and its quarter.
  const spaced = words.replaceAll(/(?<=[a-z])[-/](?=[a-z0-9])|(?<=\d)[-/](?=[a-z])|(?<=[qh]\d)[-/](?=\d)/g, ' ');
  return spaced.replaceAll(/\b(?:of|the) /g, '').trim();
}

function spokenPeriod(words: string, today: Day): Period | null {
  const [, edge, rest = ''] = /^(start|beginning|begin|end) (.+)$/.exec(words) ?? [];
  if (edge !== undefined) return edgeOf(edge, spokenPeriod(rest, today) ?? writtenPeriod(rest));
  return (
    relativeDay(words, today) ??
    relativePeriod(words, today) ??
    distantDay(words, today) ??
    partOfYear(words) ??
    namedMonth(words)
  );
}

function edgeOf(edge: string, period: Period | null): Period | null {
  if (period === null) return null;
  return edge === 'end' ? oneDay(period.ends) : oneDay(period.begins);
}

function oneDay(day: Day): Period {
  return { begins: day, ends: day };
}

// A year, a month or a day, as EDTF writes it.
function writtenPeriod(text: string): Period | null {
  const ends = endOfPeriod(text);
  return isProblem(ends) ? null : { begins: uncertainDate(text).earliest ?? ends, ends };
}

const relativeDays: Readonly<Record<string, number>> = { yesterday: -1, today: 0, now: 0, tomorrow: 1 };

// "yesterday", "last Tuesday": the nearest one before today, or after it.
function relativeDay(words: string, today: Day): Period | null {
  const step = relativeDays[words];
  if (step !== undefined) return periodAt('day', step, today);
  const [, which, name = ''] = /^(last|next) ([a-z]+)$/.exec(words) ?? [];
  const weekday = weekdays.findIndex((one) => name.length >= 3 && one.startsWith(name)) + 1;
  if (which === undefined || weekday === 0) return null;
  const ahead = (weekday - Temporal.PlainDate.from(today).dayOfWeek + 7) % 7;
  return periodAt('day', which === 'next' ? ahead || 7 : ahead - 7, today);
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const steps: Readonly<Record<string, number>> = { last: -1, previous: -1, past: -1, this: 0, current: 0, next: 1 };

// "last quarter": the whole one before this.
function relativePeriod(words: string, today: Day): Period | null {
  const [which = '', unit = '', ...more] = words.split(' ');
  const step = steps[which];
  if (step === undefined || more.length > 0 || unit === 'day' || !isUnit(unit)) return null;
  return periodAt(unit, step, today);
}

type PeriodUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

const units: readonly string[] = ['day', 'week', 'month', 'quarter', 'year'] satisfies readonly PeriodUnit[];

function isUnit(word: string): word is PeriodUnit {
  return units.includes(word);
}

// The day, week, month, quarter or year so many steps from the one that holds `today`; null beyond the calendar.
function periodAt(unit: PeriodUnit, step: number, today: Day): Period | null {
  const day = Temporal.PlainDate.from(today);
  const first = {
    day,
    week: day.subtract({ days: day.dayOfWeek - 1 }),
    month: day.with({ day: 1 }),
    quarter: day.with({ day: 1, month: day.month - ((day.month - 1) % 3) }),
    year: day.with({ day: 1, month: 1 }),
  }[unit];
  const begins = first.add(durationOf(unit, step));
  return isInCalendar(begins) ? periodFrom(begins, unit) : null;
}

function durationOf(unit: PeriodUnit, count: number): Temporal.DurationLike {
  return unit === 'quarter' ? { months: 3 * count } : { [`${unit}s`]: count };
}

function isInCalendar({ year }: Temporal.PlainDate): boolean {
  return year >= 1 && year <= 9999;
}

function periodFrom(begins: Temporal.PlainDate, unit: PeriodUnit): Period {
  const ends = begins.add(durationOf(unit, 1)).subtract({ days: 1 });
  return { begins: begins.toString(), ends: isInCalendar(ends) ? ends.toString() : `${begins.year}-12-31` };
}

// "30 days ago", "a year ago", "in 2 weeks": the day that far from today.
function distantDay(words: string, today: Day): Period | null {
  const [, ahead, count = '', unit = '', ago] =
    /^(in )?(\d{1,4}|an?|one) (day|week|month|quarter|year)s?( ago)?$/.exec(words) ?? [];
  if (!isUnit(unit) || (ahead === undefined) === (ago === undefined)) return null;
  const number = /^\d/.test(count) ? Number(count) : 1;
  const day = Temporal.PlainDate.from(today).add(durationOf(unit, ago === undefined ? number : -number));
  return isInCalendar(day) ? oneDay(day.toString()) : null;
}

// "2017 q4", "q4 2017", "fourth quarter 2017", "first half 2018".
function partOfYear(words: string): Period | null {
  const [year, letter, number] = partForms.flatMap((form) => {
    const { year, letter = '', number = '' } = form.exec(words)?.groups ?? {};
    return year === undefined ? [] : [year, letter, ordinals.findIndex((names) => names.includes(number)) + 1];
  }) as [string?, string?, number?];
  const months = letter === 'h' ? 6 : 3;
  if (year === undefined || year === '0000' || !number || months * number > 12) return null;
  const begins = Temporal.PlainDate.from(`${year}-01-01`).add({ months: months * (number - 1) });
  return { begins: begins.toString(), ends: begins.add({ months }).subtract({ days: 1 }).toString() };
}

const partForms = [
  /^(?<year>\d{4}) ?(?<letter>[qh])(?<number>[1-4])$/,
  /^(?<letter>[qh])(?<number>[1-4]) ?(?<year>\d{4})$/,
  /^(?<number>\w+) (?<letter>[qh])(?:uarter|alf) (?<year>\d{4})$/,
];

const ordinals = ['1 1st first', '2 2nd second', '3 3rd third', '4 4th fourth'].map((names) => names.split(' '));

// "February 2018", "5 Feb 2018": as printed, where the text leaves one choice.
function namedMonth(words: string): Period | null {
  if (!/[a-z]{3}/.test(words)) return null;
  const read = parseMilestoneDate(words);
  return isProblem(read) && read.suggestion !== undefined ? writtenPeriod(read.suggestion) : null;
}
