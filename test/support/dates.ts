import * as fc from 'fast-check';

/** Days from 0001-01-01 to 9999-12-31, most of them near the years that articles speak of. */
const days = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc.date({ min: new Date('2015-01-01'), max: new Date('2020-12-31'), noInvalidDate: true }),
    },
    {
      weight: 1,
      arbitrary: fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
    },
  )
  .map((date) => date.toISOString().slice(0, 10));

/** A year, a month or a day as EDTF writes it. */
export const plainDates = fc.tuple(days, fc.constantFrom(4, 7, 10)).map(([day, length]) => day.slice(0, length));

/** The signs for approximate, uncertain, and both. */
export const qualifiers = fc.constantFrom('~', '?', '%');

/** A year, a month or a day with or without a qualifier. */
export const statedDates = fc
  .tuple(plainDates, fc.oneof({ weight: 2, arbitrary: fc.constant('') }, qualifiers))
  .map(([date, qualifier]) => `${date}${qualifier}`);

// The digits that two dates share decide nothing, so the order of the texts is that of the days they name.
const ordered = fc
  .tuple(statedDates, statedDates)
  .map(([a, b]) => (a.slice(0, 10) <= b.slice(0, 10) ? ([a, b] as const) : ([b, a] as const)));

const ends = fc.oneof(
  ordered,
  statedDates.map((date) => [date, ''] as const),
  statedDates.map((date) => ['', date] as const),
);

/** `[a..b]`, `[a..]` or `[..b]`. */
export const spans = ends.map(([from, to]) => `[${from}..${to}]`);

/** `a/b`, `a/..` or `../b`. */
export const periods = ends.map(([from, to]) => `${from || '..'}/${to || '..'}`);
