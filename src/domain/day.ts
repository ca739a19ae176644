/** A calendar day as printed, `YYYY-MM-DD`, years 0001 to 9999; days compare as strings. */
export type Day = string;

/** The stated precision of a date, and the unit by which a qualifier widens it. */
export type Unit = 'years' | 'months' | 'days';

// An ISO day is read as midnight UTC, and days of UTC have no summer time.
const millisecondsPerDay = 86_400_000;

const firstDay = '0001-01-01';
/** Where the calendar ends: later than every day of which anything can be known. */
export const lastDay = '9999-12-31';

// Beyond four digits ISO strings no longer sort by time, so the ends of the calendar hold.
function within(date: Temporal.PlainDate): Day {
  if (date.year < 1) return firstDay;
  return date.year > 9999 ? lastDay : date.toString();
}

/** The day so many units, and then so many days, after a day (before it where negative), within 0001 to 9999. */
export function shift(day: Day, unit: Unit, count: number, days = 0): Day {
  return within(
    Temporal.PlainDate.from(day)
      .add({ [unit]: count })
      .add({ days }),
  );
}

/** The day so many days after a day (before it where negative), within 0001 to 9999. */
export function addDays(day: Day, count: number): Day {
  return shift(day, 'days', count);
}

/** The number of days from `a` to `b`, negative where `b` is the earlier. */
export function daysBetween(a: Day, b: Day): number {
  return (Date.parse(b) - Date.parse(a)) / millisecondsPerDay;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The number of days in a month (1 to 12); without Temporal, since every date that is read asks for it. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
