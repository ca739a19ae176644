import type { Certainty } from '../domain/facts/evidence.ts';
import { factState, factsAt } from '../domain/facts/fact.ts';
import { bearing, type Ground, versionsOf, withoutHearsay } from '../domain/facts/facts-at.ts';
import { holdingsOf } from '../domain/facts/rules.ts';
import type { LedgerEvent } from '../domain/vocabulary/events.ts';
import type { ResolvedCut } from './live/clocks.ts';
import { type LastEvent, latestOf } from './partnership-view.ts';

/**
 * Which of these categories other partnerships hold at a cut, and the last event that this depends on. `others` are the
 * streams of the other holders up to the cut, by partnership.
 */
export function holdingsElsewhere(
  categories: ReadonlySet<string>,
  others: ReadonlyMap<string, readonly LedgerEvent[]>,
  { occurredAsOf, reportedAsOf }: ResolvedCut,
): { readonly otherHoldings: Ground['otherHoldings']; readonly last: LastEvent } {
  const holdings = (certainty: Certainty) =>
    [...others].flatMap(([partnership, history]) => {
      const facts = factsAt(history, reportedAsOf, certainty);
      const states = facts.flatMap((fact) => factState(fact, occurredAsOf, certainty) ?? []);
      // What only hearsay says that another holds makes no grant illegal.
      return holdingsOf(partnership, withoutHearsay(states)).filter(({ category }) => categories.has(category));
    });
  // A holder whose grant this reader cannot know of bears on nothing, whatever else it reports of its term.
  const ends = [...others.values()].flatMap((history) => {
    const visible = bearing(history, reportedAsOf);
    return categoriesIn(visible).isDisjointFrom(categories) ? [] : [lastOnHoldings(visible, categories)];
  });
  return {
    otherHoldings: { certain: holdings('certain'), possible: holdings('possible') },
    last: latestOf(ends),
  };
}

/**
 * The last event of a history that may change who holds one of the categories and until when, or null. A grant that no
 * longer counts is included. A report counts from the end of its ingest, so this is the last event of an ingest.
 */
export function lastOnHoldings(history: readonly LedgerEvent[], categories: ReadonlySet<string>): LedgerEvent | null {
  const isOnHoldings = bearingOnHoldings(categories);
  const positions = [...versionsOf(history)].flatMap(([fact, position]) => (isOnHoldings(fact) ? [position] : []));
  const version = Math.max(0, ...positions);
  const touched = history.findLast(({ position }) => position === version);
  return history.findLast(({ correlationId }) => correlationId === touched?.correlationId) ?? null;
}

/** Whether a fact can change who holds one of the categories and until when. */
export function bearingOnHoldings(categories: ReadonlySet<string>): (fact: string) => boolean {
  const granted = new Set([...categories].flatMap((one) => [`category/${one}/granted`, `category/${one}/lost`]));
  return (fact) => granted.has(fact) || onTerm.test(fact);
}

const onTerm = /^partnership\/.*\/(?:term-agreed|amended|renewed|option-exercised|reinstated|terminated|expired)$/;

/** The categories that any report of a history grants. */
export function categoriesIn(history: readonly LedgerEvent[]): ReadonlySet<string> {
  return new Set(
    history.flatMap((event) =>
      event.kind === 'report' && event.type.type === 'CategoryGranted' && event.subject ? [event.subject] : [],
    ),
  );
}
