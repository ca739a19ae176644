import type { Evidence } from '../domain/evidence.ts';
import { planOf } from '../domain/plan.ts';
import { inOrderOfPublication } from '../domain/rank.ts';
import type { UncertainDate } from '../domain/uncertain-date.ts';
import { type DateChange, dateChange } from './date-change.ts';
import { stepPlace } from './drift-steps.ts';
import type { Telling } from './ever-published.ts';
import type { PlanStep } from './shapes/drift.ts';
import { dateOf, sourceOf } from './source-of.ts';

type Step = Telling & {
  /** The report, with the publication by which the step is placed. */
  readonly evidence: Evidence;
  readonly report: Evidence;
  readonly isWithdrawal: boolean;
};

function step(telling: Telling): Step {
  return { ...telling, report: telling.evidence, isWithdrawal: false };
}

// A withdrawal stands where the text was published that leaves the plan out.
function withdrawal(telling: Telling): readonly Step[] {
  const { evidence, withdrawnBy } = telling;
  if (withdrawnBy === null) return [];
  const placed = { ...evidence, published: withdrawnBy.published };
  return [{ ...telling, evidence: placed, report: evidence, isWithdrawal: true }];
}

function stepsIn(tellings: readonly Telling[]): readonly Step[] {
  const planned = tellings.filter(({ evidence }) => evidence.report.modality === 'planned');
  const told = new Set(planOf(planned.map(({ evidence }) => evidence)).evidence);
  const plans = planned.filter(({ evidence }) => told.has(evidence));
  const denied = tellings.filter(({ evidence }) => evidence.report.modality === 'denied');
  const steps = [...plans.map(step), ...denied.map(step), ...plans.flatMap(withdrawal)];
  const byEvidence = new Map(steps.map((one) => [one.evidence, one]));
  return inOrderOfPublication([...byEvidence.keys()]).flatMap((evidence) => byEvidence.get(evidence) ?? []);
}

function changeOf(
  { evidence, isWithdrawal }: Step,
  told: UncertainDate | null | undefined,
): Pick<PlanStep, 'change' | 'days'> | DateChange {
  if (isWithdrawal) return { change: 'withdrawn', days: null };
  if (evidence.report.modality === 'denied') return { change: 'denied', days: null };
  return told === undefined ? { change: 'first', days: null } : dateChange(told, evidence.date);
}

/**
 * Every time that a fact was planned, denied or withdrawn, each against the plan told before it: in the order by which
 * the last plan is the one in force (docs/adr/0007). `current` holds the reports that name the plan in force. Empty where it was never planned.
 */
export function planDrift(tellings: readonly Telling[], current: readonly Evidence[]): PlanStep[] {
  const steps = stepsIn(tellings);
  if (!steps.some(({ evidence }) => evidence.report.modality === 'planned')) return [];
  const inForce = new Set(current.map(({ report }) => report.id));
  let before: Step | undefined;
  // Undefined until a plan is told; a plan without a date is null.
  let told: UncertainDate | null | undefined;
  return steps.map((one): PlanStep => {
    const { evidence, isWithdrawal, withdrawnBy } = one;
    const { report, date } = evidence;
    const isPlan = !isWithdrawal && report.modality === 'planned';
    const change = changeOf(one, told);
    const shown: PlanStep = {
      date: isPlan && date !== null ? dateOf(date) : null,
      ...change,
      inForce: isPlan && inForce.has(report.id),
      games: [...report.games],
      withdrawnBy:
        isWithdrawal && withdrawnBy !== null
          ? { revision: withdrawnBy.reading.read.revision, published: dateOf(withdrawnBy.published) }
          : null,
      ...stepPlace(before, one),
      source: sourceOf(one.report),
    };
    before = one;
    // A vaguer telling does not replace a plan, so the next one is held against what stood before it.
    if (isPlan && change.change !== 'vaguer') told = date;
    return isWithdrawal ? { ...shown, sameArticle: false } : shown;
  });
}
