import type { Cut } from '../domain/cut.ts';
import { addDays, type Day, daysBetween, type UncertainDate } from '../domain/uncertain-date.ts';
import type { FactsInView, ViewFact } from './facts-in-view.ts';
import { flagsShown } from './flags-shown.ts';
import { lastReported } from './last-reported.ts';
import type { SubjectNames } from './names.ts';
import type { Silent } from './shapes/silence.ts';
import type { Span } from './shapes/span.ts';
import { sourceOf } from './source-of.ts';
import { grace } from './status.ts';
import { factLink, summaryOf } from './timeline.ts';

/** What all silent promises of a view share. */
export type SilenceContext = { readonly partnership: string; readonly names: SubjectNames; readonly cut: Cut };

/** The days from a date to a day, as far as its bounds tell. */
export function daysSince({ earliest, latest }: Pick<UncertainDate, 'earliest' | 'latest'>, day: Day): Span {
  return {
    min: latest === null ? null : daysBetween(latest, day),
    max: earliest === null ? null : daysBetween(earliest, day),
  };
}

/** Where a fact of a partnership is found, and its trail. */
export function linksTo(partnership: string, fact: string): Silent['links'] {
  const link = factLink(partnership, fact);
  return { fact: link, history: `${link}/audit` };
}

function standing({ status }: ViewFact): 'due' | 'overdue-unconfirmed' | null {
  return status === 'due' || status === 'overdue-unconfirmed' ? status : null;
}

/**
 * The plans whose last day is over and of which no report says what came of them: due while silence is still normal,
 * then overdue. A plan that is told again, without a new day, is as silent as before.
 */
export function silentPlans({ facts }: FactsInView, { partnership, names, cut }: SilenceContext): readonly Silent[] {
  return facts.flatMap((fact) => {
    const { plannedFor } = fact;
    const status = standing(fact);
    if (status === null || plannedFor?.latest == null || plannedFor.latest > cut.occurredAsOf) return [];
    return [
      {
        fact: fact.key,
        type: fact.type.type,
        summary: summaryOf(fact, names),
        status,
        timing: fact.timing,
        cell: null,
        promisedFor: plannedFor,
        overdue: daysSince(plannedFor, cut.occurredAsOf),
        normalUntil: addDays(plannedFor.latest, grace),
        games: [...fact.games],
        lastReported: lastReported(fact.evidence),
        flags: flagsShown(fact),
        sources: fact.plan.evidence.map(sourceOf),
        links: linksTo(partnership, fact.key),
      },
    ];
  });
}
