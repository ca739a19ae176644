import type { Statistic } from './shapes/drift.ts';
import type { Span } from './shapes/span.ts';

// A missing bound is beyond every number.
function from({ min }: Span): number {
  return min ?? -Infinity;
}
function to({ max }: Span): number {
  return max ?? Infinity;
}
function finite(count: number): number | null {
  return Number.isFinite(count) ? count : null;
}
function ascending(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b);
}

// Of fewer the median tells no more than the range.
const leastForMedian = 3;

// Of an even number either of the two in the middle may be meant: the bounds hold for both.
function medianOf(spans: readonly Span[]): Span {
  return {
    min: finite(ascending(spans.map(from))[Math.floor((spans.length - 1) / 2)] as number),
    max: finite(ascending(spans.map(to))[Math.floor(spans.length / 2)] as number),
  };
}

/**
 * What can be said of several lags, in days: the bounds of the least and the greatest, and those of the median. They
 * hold for every choice of days: the median of the lower bounds is never above it, that of the upper never below.
 */
export function lagStatistic(spans: readonly (Span | null)[]): Statistic {
  const known = spans.filter((span) => span !== null);
  if (known.length === 0) return { known: 0, unknown: spans.length, range: null, median: null };
  return {
    known: known.length,
    unknown: spans.length - known.length,
    range: { min: finite(Math.min(...known.map(from))), max: finite(Math.max(...known.map(to))) },
    median: known.length < leastForMedian ? null : medianOf(known),
  };
}
