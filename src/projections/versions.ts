import { mergedInto } from '../domain/evidence-at.ts';
import type { DecisionEvent, LedgerEvent } from '../domain/ledger-event.ts';

/**
 * The version of each fact: the position of the last event that touched it, be it a report, a reading that drops
 * one, a retraction of its article or a decision on it.
 */
export const versionsOf = (history: readonly LedgerEvent[]): ReadonlyMap<string, number> => {
  const versions = new Map<string, number>();
  const factsOfArticle = new Map<string, Set<string>>();
  const merges: DecisionEvent[] = [];
  const touch = (fact: string, position: number) => {
    versions.set(fact, position);
    const remains = mergedInto(fact, merges);
    if (remains !== fact) versions.set(remains, position);
  };
  for (const event of history) {
    const { position } = event;
    if (event.kind === 'report') {
      touch(event.fact, position);
      const { article } = event.metadata;
      factsOfArticle.set(article, (factsOfArticle.get(article) ?? new Set()).add(event.fact));
    } else if (event.kind === 'retraction' || (event.kind === 'reading' && event.read.because !== null)) {
      const article = event.kind === 'retraction' ? event.retracted.article : event.read.article;
      for (const fact of factsOfArticle.get(article) ?? []) touch(fact, position);
    } else if (event.kind === 'decision') {
      touch(event.decision.fact, position);
      if (event.decision.type !== 'FactsMerged') continue;
      touch(event.decision.from, position);
      merges.push(event);
    }
  }
  return versions;
};
