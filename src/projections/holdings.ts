import type { Certainty, Cut } from '../domain/facts/evidence.ts';
import { factState, factsAt } from '../domain/facts/fact.ts';
import { bearing, type Ground, versionsOf, withoutHearsay } from '../domain/facts/facts-at.ts';
import { type CategoryHolding, holdingsOf } from '../domain/facts/rules.ts';
import type { LedgerEvent } from '../domain/vocabulary/events.ts';
import { type LastEvent, latestOf } from './partnership-view.ts';

/** What a partnership holds at a cut, from the history of its stream up to it. */
export function holdings(
  partnership: string,
  history: readonly LedgerEvent[],
  { occurredAsOf, reportedAsOf }: Pick<Cut, 'occurredAsOf' | 'reportedAsOf'>,
): Holdings {
  const held = (certainty: Certainty) => {
    const facts = factsAt(history, reportedAsOf, certainty);
    const states = facts.flatMap((fact) => factState(fact, occurredAsOf, certainty) ?? []);
    // What only hearsay says that another holds makes no grant illegal.
    return holdingsOf(partnership, withoutHearsay(states));
  };
  const visible = bearing(history, reportedAsOf);
  const told = visible.flatMap((event) =>
    event.kind === 'report' && event.subject !== null && onCategory.has(event.type.type) ? [event.subject] : [],
  );
  return {
    certain: held('certain'),
    possible: held('possible'),
    granted: [...categoriesIn(visible)],
    ends: [...new Set(told)].map((category) => ({
      category,
      last: latestOf([lastOnHoldings(visible, new Set([category]))]),
    })),
  };
}

/** What a partnership holds, and what that rests on. */
export type Holdings = Readonly<Record<Certainty, readonly CategoryHolding[]>> & {
  /** The categories that any report grants it. */
  readonly granted: readonly string[];
  /** The last event that may have changed what it holds of a category. */
  readonly ends: readonly { readonly category: string; readonly last: LastEvent }[];
};

const onCategory: ReadonlySet<string> = new Set(['CategoryGranted', 'CategoryLost']);

/** Which of these categories other partnerships hold, and the last event that this depends on. */
export function holdingsElsewhere(
  categories: ReadonlySet<string>,
  others: readonly Holdings[],
): { readonly otherHoldings: Ground['otherHoldings']; readonly last: LastEvent } {
  const held = (certainty: Certainty) =>
    others.flatMap((other) => other[certainty].filter(({ category }) => categories.has(category)));
  // A holder whose grant this reader cannot know of bears on nothing, whatever else it reports of its term.
  const bearingHere = others.filter(({ granted }) => granted.some((category) => categories.has(category)));
  const ends = bearingHere.flatMap((other) => other.ends.filter(({ category }) => categories.has(category)));
  return {
    otherHoldings: { certain: held('certain'), possible: held('possible') },
    last: latestOf(ends.map(({ last }) => last)),
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
