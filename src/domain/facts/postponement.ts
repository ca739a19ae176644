import { equalBounds, spanBetween, uncertainDate } from '../vocabulary/dates.ts';
import { asText } from '../vocabulary/event-type.ts';
import { type Certainty, compare } from './evidence.ts';
import { type FactState, inModality, isHearsay } from './fact.ts';
import type { PlannedDate } from './plan.ts';
import { concerns, isPlannedAnew, planChangeOf } from './plan-status.ts';
import { inOrder } from './standing.ts';
import { happenedOfType } from './term.ts';

/**
 * A fact whose plan stands as postponements leave it. The last one puts off what was planned before it: to the day that it
 * names, for what it is the postponement of, else until further notice. A plan that is told after it is a plan anew.
 */
export function postponement(fact: FactState, postponements: readonly FactState[]): PutOff {
  const isPlan = fact.plan.evidence.length > 0 && fact.type.milestone !== 'postponed';
  const own = isPlan ? postponements.filter((one) => concerns(one, fact)) : [];
  const last = own.at(-1);
  if (last === undefined) return { ...fact, putOffBy: null, postponements: [] };
  const { current, history, evidence } = fact.plan;
  const plans = current === null ? history : [...history, current];
  const anew = plans.findLast((plan) => plan.evidence.some((one) => isPlannedAnew(one, planChangeOf(last), evidence)));
  const day = anew ?? newDayOf(last, fact);
  const told = [...plans, ...own.flatMap((one) => newDayOf(one, fact) ?? [])];
  const [same, others] = [told.filter((plan) => isOfDay(plan, day)), told.filter((plan) => !isOfDay(plan, day))];
  const inForce = day && { ...day, evidence: [...new Set(same.flatMap((plan) => plan.evidence))] };
  return {
    ...fact,
    plan: { current: inForce, history: others.toSorted(byFirstTelling), evidence },
    variance: fact.occurrence !== null && inForce !== null ? spanBetween(inForce.date, fact.occurrence.date) : null,
    putOffBy: inForce === null ? last.key : null,
    // A note worded for an earlier day does not fit the new one.
    note: fact.stage === 'planned' && current !== null && !isOfDay(current, inForce) ? null : fact.note,
    postponements: own,
  };
}

/** A fact with what put off its plan. */
export type PutOff = FactState & {
  /** The postponement that leaves it without a day; null where a day stands. */
  readonly putOffBy: string | null;
  /** Every postponement of it, in order of time. */
  readonly postponements: readonly FactState[];
};

/** The postponements that happened, in order of time: no guess, and hearsay at most possibly. */
export function postponementsIn(facts: readonly FactState[], certainty: Certainty): readonly FactState[] {
  const types = new Set(facts.flatMap(({ type }) => (type.milestone === 'postponed' ? [type.type] : [])));
  return happenedOfType(facts, ...types)
    .filter((fact) => certainty === 'possible' || !isHearsay(fact))
    .toSorted(inOrder);
}

// The day to which a postponement moves a fact: that of what it is about, not of everything that belongs to it.
function newDayOf(postponed: FactState, fact: FactState): PlannedDate | null {
  const until = postponed.fields['until'];
  if (until === undefined || fact.type.kind !== postponed.type.kind || !starts.has(fact.type.milestone)) return null;
  return { date: uncertainDate(asText(until.value)), evidence: inModality(postponed, 'happened') };
}

const starts: ReadonlySet<string> = new Set([
  'launched',
  'entered',
  'staged',
  'opened',
  'reopened',
  'deployed',
  'delivered',
]);

function isOfDay(plan: PlannedDate, day: PlannedDate | null): boolean {
  return day !== null && equalBounds(plan.date, day.date);
}

function byFirstTelling(a: PlannedDate, b: PlannedDate): number {
  return compare(firstTold(a), firstTold(b));
}

function firstTold({ evidence }: PlannedDate): string {
  return evidence.map(({ published }) => published?.earliest ?? '').reduce((a, b) => (a < b ? a : b), ':');
}
