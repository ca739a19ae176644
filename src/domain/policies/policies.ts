import type { FactState } from '../fact-state.ts';
import { campaignOrderPolicy } from './campaign-order-policy.ts';
import { categoryExclusivityPolicy } from './category-exclusivity-policy.ts';
import { coveragePolicy } from './coverage-policy.ts';
import { obligationTransitionsPolicy } from './obligation-transitions-policy.ts';
import type { Flag, Policy, PolicyContext } from './policy.ts';
import { storefrontOrderPolicy } from './storefront-order-policy.ts';
import { termPolicy } from './term-policy.ts';

/** Every business rule of a partnership. */
export const policies: readonly Policy[] = [
  termPolicy,
  coveragePolicy,
  categoryExclusivityPolicy,
  campaignOrderPolicy,
  storefrontOrderPolicy,
  obligationTransitionsPolicy,
];

function inOrder(a: Flag, b: Flag): number {
  return a.rule < b.rule || (a.rule === b.rule && a.detail < b.detail) ? -1 : 1;
}

/** The rules that each fact breaks, by fact key; derived anew for every view, so the order of arrival plays no part. */
export function flagsOf(facts: readonly FactState[], context: PolicyContext): ReadonlyMap<string, readonly Flag[]> {
  const findings = policies.flatMap((policy) => policy(facts, context));
  return new Map(
    [...Map.groupBy(findings, ({ fact }) => fact)].map(([fact, found]) => [
      fact,
      found.map(({ flag }) => flag).toSorted(inOrder),
    ]),
  );
}
