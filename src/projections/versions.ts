import { mergedInto } from '../domain/evidence-at.ts';
import type { DecisionEvent, LedgerEvent } from '../domain/ledger-event.ts';
import { articleChanges } from './article-named.ts';

/**
 * The version of each fact: the position of the last event that touched it, be it a report, a further reading of its
 * article (which may drop a report, or date it anew), a retraction of that or a decision on the fact.
 */
export function versionsOf(history: readonly LedgerEvent[]): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  const factsOfArticle = new Map<string, Set<string>>();
  const merges: DecisionEvent[] = [];
  const changes = articleChanges();
  const touch = (fact: string, position: number) => {
    versions.set(fact, position);
    const remains = mergedInto(fact, merges);
    if (remains !== fact) versions.set(remains, position);
  };
  for (const event of history) {
    const { position } = event;
    for (const fact of factsOfArticle.get(changes(event) ?? '') ?? []) touch(fact, position);
    if (event.kind === 'report') {
      touch(event.fact, position);
      const { article } = event.metadata;
      factsOfArticle.set(article, (factsOfArticle.get(article) ?? new Set()).add(event.fact));
    } else if (event.kind === 'decision') {
      touch(event.decision.fact, position);
      if (event.decision.type !== 'FactsMerged') continue;
      touch(event.decision.from, position);
      merges.push(event);
    }
  }
  return versions;
}

/** The version of an article: the position of its last reading or retraction; null where it has none. */
export function versionOfArticle(history: readonly LedgerEvent[], article: string): number | null {
  return (
    history.findLast(
      (event) =>
        (event.kind === 'reading' && event.read.article === article) ||
        (event.kind === 'retraction' && event.retracted.article === article),
    )?.position ?? null
  );
}
