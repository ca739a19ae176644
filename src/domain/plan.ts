import type { Evidence } from './evidence.ts';
import { inOrderOfPublication } from './rank.ts';
import { contains, daysBetween, type UncertainDate } from './uncertain-date.ts';

/** A date on which something was to happen, with the reports that named it. */
export type PlannedDate = { readonly date: UncertainDate; readonly evidence: readonly Evidence[] };

/** The plan in force and those that it replaced, oldest first. */
export type Plan = {
  readonly current: PlannedDate | null;
  readonly history: readonly PlannedDate[];
  /** All that tells of the plan, dated or not, without what is only guessed of it. */
  readonly evidence: readonly Evidence[];
};

/** Days from plan to actual, as a span over both bounds; null where a bound is missing. Negative: before the plan. */
export type Variance = { readonly min: number | null; readonly max: number | null };

// The reports without guesses, where anyone else speaks of the plan at all: a guess does not date a promise.
const withoutGuesses = (evidence: readonly Evidence[]): readonly Evidence[] => {
  const stated = evidence.filter(({ report }) => report.metadata.attribution !== 'inference');
  return stated.length > 0 ? stated : evidence;
};

/**
 * The plan of a fact from its `planned` reports: the latest published one that has a date. An undated or vaguer
 * restatement does not replace it; the earlier ones are kept, since promises drift.
 */
export const planOf = (evidence: readonly Evidence[]): Plan => {
  const plans: PlannedDate[] = [];
  const told = withoutGuesses(evidence);
  for (const one of inOrderOfPublication(told.filter(({ date }) => date !== null))) {
    const date = one.date as UncertainDate;
    const current = plans.at(-1);
    if (current !== undefined && contains(date, current.date)) {
      plans[plans.length - 1] = { ...current, evidence: [...current.evidence, one] };
    } else {
      plans.push({ date, evidence: [one] });
    }
  }
  return { current: plans.at(-1) ?? null, history: plans.slice(0, -1), evidence: told };
};

/** How many days after its plan something happened, as far as the bounds tell. */
export const varianceOf = (planned: UncertainDate, occurred: UncertainDate): Variance => ({
  min: occurred.earliest && planned.latest ? daysBetween(planned.latest, occurred.earliest) : null,
  max: occurred.latest && planned.earliest ? daysBetween(planned.earliest, occurred.latest) : null,
});
