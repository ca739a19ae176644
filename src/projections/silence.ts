import type { Certainty } from '../domain/cut.ts';
import { lifecycleRank } from '../domain/events/vocabulary.ts';
import type { FactsInView } from './facts-in-view.ts';
import type { Silent } from './shapes/silence.ts';
import { silentObligations } from './silent-obligations.ts';
import { type SilenceContext, silentPlans } from './silent-plans.ts';

/** What silence means, for whoever reads of it. */
export const meaningOfSilence =
  'Silence is not a breach: no report tells what came of these promises. They may have been kept and nobody wrote of ' +
  'it, or an article that tells of it is not in this ledger.';

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// What has been silent for longest comes first.
function inOrder(a: Silent, b: Silent): number {
  return (
    compare(a.promisedFor.latest ?? ':', b.promisedFor.latest ?? ':') ||
    compare(a.promisedFor.earliest ?? '', b.promisedFor.earliest ?? '') ||
    lifecycleRank(a.type) - lifecycleRank(b.type) ||
    compare(a.fact, b.fact)
  );
}

function silentIn(view: FactsInView, certainty: Certainty, context: SilenceContext): readonly Silent[] {
  return [...silentPlans(view, context), ...silentObligations(view, certainty, context)].toSorted(inOrder);
}

function placeOf({ fact, status }: Silent): string {
  return `${status} ${fact}`;
}

/**
 * What was promised for Games or dates that have passed, and has no report since of what came of it (ADR 0021).
 * `certain` is the view of what certainly was so, `possible` that of what possibly was, or null where only the certain
 * one is asked for.
 */
export function silence(
  { certain, possible }: { readonly certain: FactsInView; readonly possible: FactsInView | null },
  context: SilenceContext,
): readonly Silent[] {
  const sure = silentIn(certain, 'certain', context).map((one): Silent => ({ ...one, timing: 'certain' }));
  if (possible === null) return sure;
  const known = new Set(sure.map(placeOf));
  return silentIn(possible, 'possible', context).map((one) => ({
    ...one,
    timing: known.has(placeOf(one)) ? 'certain' : 'possible',
  }));
}
