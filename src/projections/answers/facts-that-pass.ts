import type { ViewFact } from '../facts-in-view.ts';
import type { PartnershipView } from '../partnership-view.ts';
import type { Filters } from './filters.ts';

function any(wanted: readonly string[], has: (value: string) => boolean): boolean {
  return wanted.length === 0 || wanted.some(has);
}

/** Whether a fact is one that the filters let through. */
export function passes(fact: ViewFact, { type, status, games, article, contested }: Filters): boolean {
  return (
    any(type, (one) => fact.type.type === one) &&
    any(status, (one) => fact.status === one) &&
    any(games, (one) => fact.games.includes(one)) &&
    any(article, (one) => fact.evidence.some(({ report }) => report.metadata.article === one)) &&
    (contested === null || fact.contested === contested)
  );
}

/** The facts of a view that the filters let through; unsupported ones only where they are asked for. */
export function factsThatPass(view: PartnershipView, filters: Filters): readonly ViewFact[] {
  const unsupported = filters.include.includes('unsupported') || filters.status.includes('unsupported');
  const facts = unsupported ? [...view.facts().facts, ...view.unsupported()] : view.facts().facts;
  return facts.filter((fact) => passes(fact, filters));
}
