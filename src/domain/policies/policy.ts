import type { Edition } from '../edition.ts';
import type { FactState } from '../fact-state.ts';
import type { UncertainDate } from '../uncertain-date.ts';

/** A business rule that a fact breaks. */
export type Flag = { readonly rule: string; readonly detail: string };

/** A flag and the fact that bears it. */
export type Finding = { readonly fact: string; readonly flag: Flag };

/** How long a party holds a category; a null end means until one is reported. */
export type CategoryHolding = {
  readonly partnership: string;
  readonly category: string;
  readonly start: UncertainDate;
  readonly end: UncertainDate | null;
};

/** What the rules need to know beside the facts of the partnership. */
export type PolicyContext = {
  /** When each known edition takes place. */
  readonly windows: ReadonlyMap<Edition, UncertainDate>;
  /** Categories of the same rights holder that other partners hold. */
  readonly otherHoldings: readonly CategoryHolding[];
};

/**
 * A business rule: names the facts that break it. A rule is broken only if it is broken for every choice of days
 * within the bounds of the dates; something that is missing is a gap, not a violation.
 */
export type Policy = (facts: readonly FactState[], context: PolicyContext) => readonly Finding[];
