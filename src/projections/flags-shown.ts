import type { Flag } from '../domain/policies/policy.ts';
import type { ViewFact } from './facts-in-view.ts';

/**
 * The flags of a fact as answers show them: the rules that it breaks, and where it is only assumed that a report speaks
 * of it. An assumption hinders nothing; it asks a reader to look, and a new revision of the article undoes it. A value
 * that was damaged when it was recorded is missing from the fact: a correction gives it, a retraction drops its report.
 */
export function flagsShown({ flags, evidence }: Pick<ViewFact, 'flags' | 'evidence'>): Flag[] {
  const assumed = evidence.flatMap(({ report: { metadata } }) =>
    metadata.identityAssumed === null ? [] : [`article ${metadata.article}: ${metadata.identityAssumed}`],
  );
  const damaged = evidence.flatMap(({ damaged: names, report: { metadata } }) =>
    names.map((name) => `article ${metadata.article}: the value of ${name} was not kept when it was recorded`),
  );
  return [
    ...flags,
    ...[...new Set(assumed)].map((detail) => ({ rule: 'identity-assumed', detail })),
    ...[...new Set(damaged)].map((detail) => ({ rule: 'damaged-value', detail })),
  ];
}
