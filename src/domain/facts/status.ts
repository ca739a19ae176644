import { addDays, certainlyBefore, type Day, type UncertainDate } from '../vocabulary/dates.ts';
import { lifecycleRank } from '../vocabulary/event-types.ts';
import type { Edition } from '../vocabulary/games-editions.ts';
import type { FactState } from './fact.ts';

/** Where a fact stands at the end of `day`, given what called off plans by then. */
export function statusOf(
  fact: FactState,
  day: Day,
  windows: ReadonlyMap<Edition, UncertainDate>,
  calledOff: readonly FactState[],
): StatusChoice {
  if (fact.stage !== 'planned') return choice(fact.stage, 'stage');
  const by = calledOff.find((cancelled) => concerns(cancelled, fact) && !isNewPlan(cancelled, fact));
  return by === undefined ? planStatus(plannedFor(fact, windows), day) : choice('cancelled', 'called-off', by.key);
}

/** Where a fact stands on a day. */
export type Status = 'planned' | 'due' | 'overdue-unconfirmed' | 'happened' | 'denied' | 'cancelled' | 'unsupported';

/** A status, the rule that gave it, and the fact that called a plan off. */
export type StatusChoice = {
  readonly status: Status;
  readonly statusRule: StatusRule;
  readonly calledOffBy: string | null;
};

export type StatusRule = (typeof statusRules)[number];

/** Why a fact has its status: that of its reports (`stage`), or what became of its plan by the day of the world. */
export const statusRules = [
  'stage',
  'called-off',
  'no-day-named',
  'day-to-come',
  'day-has-come',
  'day-long-past',
  'no-report-counts',
] as const;

function choice(status: Status, statusRule: StatusRule, calledOffBy: string | null = null): StatusChoice {
  return { status, statusRule, calledOffBy };
}

function concerns(cancelled: FactState, fact: FactState): boolean {
  return (
    cancelled.type.type === 'PartnershipTerminated' ||
    (cancelled.type.kind === fact.type.kind && subjectOf(cancelled) === subjectOf(fact)) ||
    (cancelled.type.kind === 'campaign' && cancelled.subject === fact.campaign)
  );
}

function subjectOf({ key }: FactState): string {
  return key.split('/')[1] as string;
}

// A plan that was certainly published after the end is a new one.
function isNewPlan(cancelled: FactState, fact: FactState): boolean {
  const end = cancelled.occurrence?.date.latest ?? null;
  return end !== null && fact.plan.evidence.some(({ published }) => (published?.earliest ?? '') > end);
}

function planStatus(planned: PlannedFor | null, day: Day): StatusChoice {
  if (planned === null) return choice('planned', 'no-day-named');
  if (planned.latest !== null && day > addDays(planned.latest, overdueAfterDays)) {
    return choice('overdue-unconfirmed', 'day-long-past');
  }
  // Without a first day it is due as soon as it is told: a missing earliest day counts as that of the publication.
  const hasCome = planned.earliest === null || planned.earliest <= day;
  return hasCome ? choice('due', 'day-has-come') : choice('planned', 'day-to-come');
}

/** How many days after the last planned day silence is still normal. */
export const overdueAfterDays = 30;

/** When something is to happen; an undated plan for Games takes their window. Null if nothing tells. */
export function plannedFor(fact: FactState, windows: ReadonlyMap<Edition, UncertainDate>): PlannedFor | null {
  if (fact.plan.current !== null) return { ...fact.plan.current.date, basis: 'stated' };
  if (fact.stage !== 'planned') return null;
  const named = new Set(fact.plan.evidence.flatMap(({ report }) => report.games));
  const known = fact.games.flatMap((edition) => (named.has(edition) ? (windows.get(edition) ?? []) : []));
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return null;
  const edtf = known.length === 1 ? first.edtf : `${first.earliest}/${last.latest}`;
  return { edtf, earliest: first.earliest, latest: last.latest, basis: 'games' };
}

/** The day that a plan names: its own, or that of the Games that it is for. */
export type PlannedFor = UncertainDate & { readonly basis: 'stated' | 'games' };

/** The milestones that call off what was still planned. */
export function cancellations(facts: readonly FactState[]): readonly FactState[] {
  return facts.filter(({ stage, type }) => stage === 'happened' && ending.has(type.type));
}

const ending = new Set(['CampaignCancelled', 'InitiativeShelved', 'StorefrontClosed', 'PartnershipTerminated']);

/**
 * Where an obligation stands by its milestones that happened and broke no rule, in the order of their dates; and
 * where else it may stand, if the bounds of the dates allow another order. Null if none has happened.
 */
export function obligationStatus(milestones: readonly FactState[]): {
  readonly status: ObligationStatus | null;
  readonly otherStatuses: readonly ObligationStatus[];
} {
  const facts = milestones.filter(({ stage }) => stage === 'happened').toSorted(inOrder);
  const status = standingStatus(facts.reduce((standing, { type }) => next(standing, type.type), start));
  const possible = facts.length > maxPermuted ? [status] : outcomes(facts);
  const others = [...new Set(possible)].filter(
    (other): other is ObligationStatus => other !== null && other !== status,
  );
  return { status, otherStatuses: others.toSorted(compare) };
}

/** Where an obligation stands. */
export type ObligationStatus = (typeof progress)[number] | 'postponed' | 'waived' | 'breached';

const progress = ['undertaken', 'confirmed', 'in-progress', 'partly-delivered', 'delivered'] as const;

function inOrder(a: FactState, b: FactState): number {
  return (
    compare(a.occurrence?.possibleFrom ?? '', b.occurrence?.possibleFrom ?? '') ||
    compare(a.occurrence?.date.latest ?? ':', b.occurrence?.date.latest ?? ':') ||
    lifecycleRank(a.type.type) - lifecycleRank(b.type.type) ||
    compare(a.key, b.key)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function standingStatus({ reached, held }: Standing): ObligationStatus | null {
  return held ?? progress[reached] ?? null;
}

// How far it has come, and what holds it up; "postponed" does not undo what was reached before.
type Standing = { readonly reached: number; readonly held: 'postponed' | 'waived' | 'breached' | null };

function next(standing: Standing, type: string): Standing {
  const step = steps[type];
  if (step !== undefined) return advance(standing, step);
  const over = standing.reached === delivered || standing.held === 'waived';
  if (type === 'ObligationPostponed' && !over) return { ...standing, held: 'postponed' };
  if (type === 'ObligationWaived' && !over) return { ...standing, held: 'waived' };
  if (type === 'ObligationBreached' && !over) return { ...standing, held: 'breached' };
  if (type === 'BreachCured' && standing.held === 'breached') return { ...standing, held: null };
  return standing;
}

const steps: Readonly<Record<string, number>> = {
  ObligationUndertaken: 0,
  ObligationConfirmed: 1,
  ObligationMilestoneReached: 2,
  ObligationPartlyDelivered: 3,
  ObligationDelivered: 4,
};

function advance({ reached, held }: Standing, step: number): Standing {
  const released = (held === 'postponed' && step > 0) || (held === 'breached' && step === delivered) ? null : held;
  return { reached: Math.max(reached, step), held: released };
}

const delivered = 4;

const start: Standing = { reached: -1, held: null };

// Beyond this many milestones the orders are too many to try; steps of the same type do not change the outcome.
const maxPermuted = 12;

// Every standing that some order allowed by the bounds ends in, by way of the sets of milestones passed so far.
function outcomes(facts: readonly FactState[]): readonly (ObligationStatus | null)[] {
  const before = facts.map((fact) =>
    facts.reduce((mask, other, i) => (precedes(other, fact) ? mask | (1 << i) : mask), 0),
  );
  const passed: Map<string, Standing>[] = Array.from({ length: 1 << facts.length }, () => new Map());
  passed[0]?.set('', start);
  for (const [mask, standings] of passed.entries()) {
    facts.forEach((fact, i) => {
      if ((mask & (1 << i)) !== 0 || ((before[i] as number) & ~mask) !== 0) return;
      for (const standing of standings.values()) {
        const after = next(standing, fact.type.type);
        passed[mask | (1 << i)]?.set(`${after.reached} ${after.held}`, after);
      }
    });
  }
  return [...(passed.at(-1)?.values() ?? [])].map(standingStatus);
}

function precedes(a: FactState, b: FactState): boolean {
  return a.occurrence !== null && b.occurrence !== null && certainlyBefore(a.occurrence.date, b.occurrence.date);
}
