import type { Evidence } from './evidence.ts';
import { inOrderOfPublication } from './rank.ts';
import type { Loss, Outcome, Tell } from './trail.ts';
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
function withoutGuesses(evidence: readonly Evidence[]): readonly Evidence[] {
  const stated = evidence.filter(({ report }) => report.metadata.attribution !== 'inference');
  return stated.length > 0 ? stated : evidence;
}

function tellPlan(
  { current, history, evidence: told }: Plan,
  all: readonly Evidence[],
  losses: ReadonlyMap<Evidence, readonly Loss<Evidence>[]>,
  tell: Tell,
) {
  const say = (one: Evidence, outcome: Outcome) => {
    // A later restatement of the plan in force takes no place from it.
    const lost = (losses.get(one) ?? []).filter(({ to }) => !current?.evidence.slice(1).includes(to));
    const steps = lost.map(({ rule, to, against }) => ({ rule, to: [to], against: against.map((other) => [other]) }));
    tell({ value: one.date?.edtf ?? null, evidence: [one], outcome, lost: outcome === 'replaced' ? steps : [] });
  };
  for (const one of current?.evidence ?? []) say(one, one === current?.evidence[0] ? 'leads' : 'restates');
  for (const one of history.toReversed().flatMap(({ evidence }) => evidence)) say(one, 'replaced');
  for (const one of told) if (one.date === null) say(one, 'undated');
  for (const one of all) if (!told.includes(one)) say(one, 'guess');
}

/**
 * The plan of a fact from its `planned` reports: the latest published one that has a date. An undated or vaguer
 * restatement does not replace it; the earlier ones are kept, since promises drift.
 */
export function planOf(evidence: readonly Evidence[], tell?: Tell): Plan {
  const plans: PlannedDate[] = [];
  const told = withoutGuesses(evidence);
  const losses = new Map<Evidence, Loss<Evidence>[]>();
  const noteLoss = (loser: Evidence, loss: Loss<Evidence>) => losses.set(loser, [...(losses.get(loser) ?? []), loss]);
  const dated = told.filter(({ date }) => date !== null);
  for (const one of inOrderOfPublication(dated, tell && noteLoss)) {
    const date = one.date as UncertainDate;
    const current = plans.at(-1);
    if (current !== undefined && contains(date, current.date)) {
      plans[plans.length - 1] = { ...current, evidence: [...current.evidence, one] };
    } else {
      plans.push({ date, evidence: [one] });
    }
  }
  const plan = { current: plans.at(-1) ?? null, history: plans.slice(0, -1), evidence: told };
  if (tell !== undefined) tellPlan(plan, evidence, losses, tell);
  return plan;
}

/** How many days after its plan something happened, as far as the bounds tell. */
export function varianceOf(planned: UncertainDate, occurred: UncertainDate): Variance {
  return {
    min: occurred.earliest && planned.latest ? daysBetween(planned.latest, occurred.earliest) : null,
    max: occurred.latest && planned.earliest ? daysBetween(planned.earliest, occurred.latest) : null,
  };
}
