import type { Day, UncertainDate } from './uncertain-date.ts';

/** How sure one wants to be: `certain` counts what must have been so, `possible` also what may have been. */
export type Certainty = 'certain' | 'possible';

/**
 * The position of the three clocks, resolved. `position` is the recorded clock: the first n events of the ledger;
 * `reportedAsOf` limits what a reader could have known (null: no limit); `occurredAsOf` is the day of the world.
 */
export type Cut = {
  readonly occurredAsOf: Day;
  readonly reportedAsOf: Day | null;
  readonly position: number;
};

/**
 * Whether something dated `date` had come by the end of `day`. Certainly, if it cannot have been later; possibly,
 * if it can have been earlier. Without a day there is no limit. An unknown date is possible, never certain.
 */
export function hasCome(date: UncertainDate | null, day: Day | null, certainty: Certainty): boolean {
  if (day === null) return true;
  if (certainty === 'possible') return date === null || date.earliest === null || date.earliest <= day;
  return date !== null && date.latest !== null && date.latest <= day;
}
