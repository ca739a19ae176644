import { lifecycleRank } from './events/vocabulary.ts';
import type { FactState } from './fact-state.ts';
import { certainlyBefore } from './uncertain-date.ts';

const progress = ['undertaken', 'confirmed', 'in-progress', 'partly-delivered', 'delivered'] as const;

/** Where an obligation stands. */
export type ObligationStatus = (typeof progress)[number] | 'postponed' | 'waived' | 'breached';

// How far it has come, and what holds it up; "postponed" does not undo what was reached before.
type Standing = { readonly reached: number; readonly held: 'postponed' | 'waived' | 'breached' | null };

const steps: Readonly<Record<string, number>> = {
  ObligationUndertaken: 0,
  ObligationConfirmed: 1,
  ObligationMilestoneReached: 2,
  ObligationPartlyDelivered: 3,
  ObligationDelivered: 4,
};
const delivered = 4;

function advance({ reached, held }: Standing, step: number): Standing {
  const released = (held === 'postponed' && step > 0) || (held === 'breached' && step === delivered) ? null : held;
  return { reached: Math.max(reached, step), held: released };
}

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

function statusOf({ reached, held }: Standing): ObligationStatus | null {
  return held ?? progress[reached] ?? null;
}

const start: Standing = { reached: -1, held: null };

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function inOrder(a: FactState, b: FactState): number {
  return (
    compare(a.occurrence?.possibleFrom ?? '', b.occurrence?.possibleFrom ?? '') ||
    compare(a.occurrence?.date.latest ?? ':', b.occurrence?.date.latest ?? ':') ||
    lifecycleRank(a.type.type) - lifecycleRank(b.type.type) ||
    compare(a.key, b.key)
  );
}

// Beyond this many milestones the orders are too many to try; steps of the same type do not change the outcome.
const mostToPermute = 12;

function precedes(a: FactState, b: FactState): boolean {
  return a.occurrence !== null && b.occurrence !== null && certainlyBefore(a.occurrence.date, b.occurrence.date);
}

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
  return [...(passed.at(-1)?.values() ?? [])].map(statusOf);
}

/**
 * Where an obligation stands by its milestones that happened and broke no rule, in the order of their dates; and
 * where else it may stand, if the bounds of the dates allow another order. Null if none has happened.
 */
export function obligationStatus(milestones: readonly FactState[]): {
  readonly status: ObligationStatus | null;
  readonly otherStatuses: readonly ObligationStatus[];
} {
  const facts = milestones.filter(({ stage }) => stage === 'happened').toSorted(inOrder);
  const status = statusOf(facts.reduce((standing, { type }) => next(standing, type.type), start));
  const possible = facts.length > mostToPermute ? [status] : outcomes(facts);
  const others = [...new Set(possible)].filter(
    (other): other is ObligationStatus => other !== null && other !== status,
  );
  return { status, otherStatuses: others.toSorted(compare) };
}
