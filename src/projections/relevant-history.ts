import type { LedgerEvent } from '../domain/ledger-event.ts';

/**
 * A growing history in which the events that bear on certain facts are found without reading all of it: their
 * reports, the readings and retractions of the articles of these, and the decisions on them.
 */
export type RelevantHistory = {
  add(events: readonly LedgerEvent[]): void;
  /** The facts that events bear on, with those of reports that a reading or a retraction drops. */
  touchedBy(events: readonly LedgerEvent[]): ReadonlySet<string>;
  about(facts: ReadonlySet<string>): readonly LedgerEvent[];
};

const push = <T>(index: Map<string, T[]>, key: string, value: T) => {
  const values = index.get(key);
  if (values === undefined) index.set(key, [value]);
  else values.push(value);
};

const factsDirectly = (event: LedgerEvent): readonly string[] => {
  if (event.kind === 'report') return [event.fact];
  if (event.kind !== 'decision') return [];
  const { decision } = event;
  return decision.type === 'FactsMerged' ? [decision.fact, decision.from] : [decision.fact];
};

const articleOf = (event: LedgerEvent): string | null => {
  if (event.kind === 'report') return event.metadata.article;
  if (event.kind === 'reading') return event.read.article;
  return event.kind === 'retraction' ? event.retracted.article : null;
};

/** An empty history to be filled in recorded order. */
export const relevantHistory = (): RelevantHistory => {
  const byFact = new Map<string, LedgerEvent[]>();
  const byArticle = new Map<string, LedgerEvent[]>();
  const factsOfArticle = new Map<string, Set<string>>();
  const merges = new Map<string, Set<string>>();

  const withMerged = (facts: ReadonlySet<string>): ReadonlySet<string> => {
    const all = new Set(facts);
    for (const fact of all) for (const other of merges.get(fact) ?? []) all.add(other);
    return all;
  };

  const addOne = (event: LedgerEvent) => {
    const article = articleOf(event);
    for (const fact of factsDirectly(event)) push(byFact, fact, event);
    if (article !== null && event.kind !== 'report') push(byArticle, article, event);
    if (event.kind === 'report') {
      const facts = factsOfArticle.get(event.metadata.article);
      if (facts === undefined) factsOfArticle.set(event.metadata.article, new Set([event.fact]));
      else facts.add(event.fact);
    }
    if (event.kind === 'decision' && event.decision.type === 'FactsMerged') {
      const { fact, from } = event.decision;
      for (const [a, b] of [[fact, from], [from, fact]] as const) merges.set(a, (merges.get(a) ?? new Set()).add(b));
    }
  };

  return {
    add: (events) => {
      for (const event of events) addOne(event);
    },
    touchedBy: (events) => {
      const facts = new Set(events.flatMap(factsDirectly));
      for (const event of events) {
        const rereads = event.kind === 'reading' && (byArticle.get(event.read.article)?.length ?? 0) > 0;
        if (!rereads && event.kind !== 'retraction') continue;
        for (const fact of factsOfArticle.get(articleOf(event) as string) ?? []) facts.add(fact);
      }
      return withMerged(facts);
    },
    about: (facts) => {
      const own = [...facts].flatMap((fact) => byFact.get(fact) ?? []);
      const articles = new Set(own.flatMap((event) => articleOf(event) ?? []));
      const around = [...articles].flatMap((article) => byArticle.get(article) ?? []);
      return [...new Set([...own, ...around])].toSorted((a, b) => a.position - b.position);
    },
  };
};
