import type { LedgerEvent } from '../domain/ledger-event.ts';
import { articleNamed } from './article-named.ts';

/**
 * A history indexed by what its events bear on, so that the events about certain facts are found without reading
 * all of it: their reports, the readings and retractions of the articles of these, and the decisions on them.
 */
export type RelevantHistory = {
  /** Adds the next events, in recorded order. */
  readonly add: (events: readonly LedgerEvent[]) => void;
  /** The facts that events bear on, with those of earlier reports that a reading or a retraction drops. */
  readonly touchedBy: (events: readonly LedgerEvent[]) => ReadonlySet<string>;
  readonly about: (facts: Iterable<string>) => readonly LedgerEvent[];
  readonly facts: () => Iterable<string>;
};

function factsDirectly(event: LedgerEvent): readonly string[] {
  if (event.kind === 'report') return [event.fact];
  if (event.kind !== 'decision') return [];
  const { decision } = event;
  return decision.type === 'FactsMerged' ? [decision.fact, decision.from] : [decision.fact];
}

function gather<T>(index: Map<string, Set<T>>, key: string, value: T) {
  const values = index.get(key);
  if (values === undefined) index.set(key, new Set([value]));
  else values.add(value);
}

/** An empty history, to be filled in recorded order. */
export function relevantHistory(): RelevantHistory {
  const byFact = new Map<string, Set<LedgerEvent>>();
  const byArticle = new Map<string, Set<LedgerEvent>>();
  const factsOfArticle = new Map<string, Set<string>>();
  const merges = new Map<string, Set<string>>();

  const addOne = (event: LedgerEvent) => {
    const article = articleNamed(event);
    for (const fact of factsDirectly(event)) gather(byFact, fact, event);
    if (event.kind === 'report') gather(factsOfArticle, event.metadata.article, event.fact);
    else if (article !== null) gather(byArticle, article, event);
    if (event.kind === 'decision' && event.decision.type === 'FactsMerged') {
      gather(merges, event.decision.fact, event.decision.from);
      gather(merges, event.decision.from, event.decision.fact);
    }
  };

  return {
    add: (events) => events.forEach(addOne),
    touchedBy: (events) => {
      const facts = new Set(events.flatMap(factsDirectly));
      for (const event of events) {
        if (event.kind !== 'reading' && event.kind !== 'retraction') continue;
        const article = articleNamed(event) as string;
        if ((byArticle.get(article)?.size ?? 0) < 2) continue;
        for (const fact of factsOfArticle.get(article) ?? []) facts.add(fact);
      }
      // A set may grow while it is walked: merges of merged facts are followed too.
      for (const fact of facts) for (const other of merges.get(fact) ?? []) facts.add(other);
      return facts;
    },
    about: (facts) => {
      const own = [...facts].flatMap((fact) => [...(byFact.get(fact) ?? [])]);
      const articles = new Set(own.flatMap((event) => articleNamed(event) ?? []));
      const around = [...articles].flatMap((article) => [...(byArticle.get(article) ?? [])]);
      return [...new Set([...own, ...around])].toSorted((a, b) => a.position - b.position);
    },
    facts: () => byFact.keys(),
  };
}
