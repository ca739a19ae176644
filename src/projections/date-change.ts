import { varianceOf } from '../domain/plan.ts';
import { certainlyBefore, contains, equalBounds, type UncertainDate } from '../domain/uncertain-date.ts';
import type { Span } from './shapes/span.ts';

/** How one date stands to the one that was told before it. */
export type DateChange = {
  readonly change: 'same' | 'more-precise' | 'vaguer' | 'earlier' | 'later' | 'overlapping';
  /** How many days later, as a span; null where it did not move. */
  readonly days: Span | null;
};

function still(change: DateChange['change']): DateChange {
  return { change, days: null };
}

/**
 * How a date changed: to no date at all is the vaguest. What lies within the date before is more precise and no move;
 * what has days in common with it, and others on either side, may have moved either way.
 */
export function dateChange(before: UncertainDate | null, now: UncertainDate | null): DateChange {
  if (before === null || now === null) {
    if (before === now) return still('same');
    return still(before === null ? 'more-precise' : 'vaguer');
  }
  if (equalBounds(before, now)) return still('same');
  if (contains(before, now)) return still('more-precise');
  if (contains(now, before)) return still('vaguer');
  const days = varianceOf(before, now);
  if (certainlyBefore(before, now)) return { change: 'later', days };
  return { change: certainlyBefore(now, before) ? 'earlier' : 'overlapping', days };
}
