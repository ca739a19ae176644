import { turningTypes } from '../domain/facts/states.ts';
import { articleNamed, type LedgerEvent } from '../domain/vocabulary/events.ts';
import { cycleOf } from '../domain/vocabulary/fact-key.ts';

/** Indexes a history that starts with `events`. */
export function relevantHistory(events: readonly LedgerEvent[] = []): RelevantHistory {
  const byFact = new Map<string, Set<LedgerEvent>>();
  const byArticle = new Map<string, Set<LedgerEvent>>();
  const factsOfArticle = new Map<string, Set<string>>();
  const merges = new Map<string, Set<string>>();
  const cycles = new Map<string, Set<string>>();
  // The facts that have states, and those that may end or change the states of others.
  const [stateful, turning] = [new Set<string>(), new Set<string>()];

  const add = (event: LedgerEvent) => {
    const article = articleNamed(event);
    for (const fact of factsNamed(event)) {
      addTo(byFact, fact, event);
      const cycle = cycleOf(fact);
      if (cycle !== null) addTo(cycles, cycle, fact);
    }
    if (event.kind === 'report') {
      const { type } = event.type;
      addTo(factsOfArticle, event.metadata.article, event.fact);
      if (type in turningTypes) stateful.add(event.fact);
      if (allTurning.has(type)) turning.add(event.fact);
    } else if (article !== null) addTo(byArticle, article, event);
    if (event.kind === 'decision' && 'from' in event.decision) {
      addTo(merges, event.decision.fact, event.decision.from);
      addTo(merges, event.decision.from, event.decision.fact);
    }
  };

  events.forEach(add);
  return {
    add,
    touchedBy: (events) => {
      const facts = new Set(events.flatMap(factsNamed));
      for (const event of events) {
        if (event.kind !== 'reading' && event.kind !== 'retraction') continue;
        const article = articleNamed(event) as string;
        if ((byArticle.get(article)?.size ?? 0) < 2) continue;
        for (const fact of factsOfArticle.get(article) ?? []) facts.add(fact);
      }
      // A set may grow during its iteration, so this also follows the merges of merged facts.
      for (const fact of facts) {
        for (const other of [...(merges.get(fact) ?? []), ...(cycles.get(cycleOf(fact) ?? '') ?? [])]) facts.add(other);
      }
      return facts;
    },
    about: (facts) => {
      const asked = [...facts];
      const all = new Set([...asked, ...(asked.some((fact) => stateful.has(fact)) ? turning : [])]);
      const onFacts = [...all].flatMap((fact) => [...(byFact.get(fact) ?? [])]);
      const articles = new Set(onFacts.flatMap((event) => articleNamed(event) ?? []));
      const onArticles = [...articles].flatMap((article) => [...(byArticle.get(article) ?? [])]);
      return [...new Set([...onFacts, ...onArticles])].toSorted((a, b) => a.position - b.position);
    },
    facts: () => byFact.keys(),
  };
}

/**
 * A history indexed by facts and articles. `about` finds the events on some facts without reading the whole history: their
 * reports, the readings and retractions of the articles of these reports, and the decisions on the facts; of a fact that
 * has states, also what may end or change them.
 */
export type RelevantHistory = {
  /** Adds the next event, in recorded order. */
  readonly add: (event: LedgerEvent) => void;
  /** The facts that events touch, including those whose earlier reports a reading or a retraction drops. */
  readonly touchedBy: (events: readonly LedgerEvent[]) => ReadonlySet<string>;
  readonly about: (facts: Iterable<string>) => readonly LedgerEvent[];
  readonly facts: () => Iterable<string>;
};

/** A stream as the domain reads it, up to the last event that is loaded. */
export type History = {
  readonly events: readonly LedgerEvent[];
  readonly relevant: RelevantHistory;
  /** Revision of the last event, including events that the domain ignores; -1 for an empty stream. */
  readonly revision: number;
};

const allTurning: ReadonlySet<string> = new Set(Object.values(turningTypes).flat());

/** The facts that an event names; a merge and its undoing name two. */
export function factsNamed(event: LedgerEvent): readonly string[] {
  if (event.kind === 'report') return [event.fact];
  if (event.kind !== 'decision') return [];
  const { decision, facts } = event;
  return 'from' in decision ? [...facts, decision.from] : facts;
}

function addTo<T>(index: Map<string, Set<T>>, key: string, value: T) {
  const values = index.get(key);
  if (values === undefined) index.set(key, new Set([value]));
  else values.add(value);
}

/** The events of a history up to a position; a copy, since a history grows. */
export function upTo(events: readonly LedgerEvent[], position: number): readonly LedgerEvent[] {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle] as LedgerEvent).position <= position) low = middle + 1;
    else high = middle;
  }
  return events.slice(0, low);
}
