import type { Span } from '../../projections/shapes/span.ts';

const number = new Intl.NumberFormat('en');

/** A span of days for people: "12", "12 to 31", "at least 12", "at most 31", "unknown". */
export function daysText({ min, max }: Span): string {
  if (min === null) return max === null ? 'unknown' : `at most ${number.format(max)}`;
  if (max === null) return `at least ${number.format(min)}`;
  return min === max ? number.format(min) : `${number.format(min)} to ${number.format(max)}`;
}
