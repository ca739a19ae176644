import type { ArticleIndex } from '../domain/decisions/admission.ts';
import type { FactState } from '../domain/facts/fact.ts';
import type { IngestEvents } from '../domain/facts/facts-at.ts';
import { turningTypes } from '../domain/facts/states.ts';
import { categoryGranted } from '../domain/facts/visibility.ts';
import {
  articleNamed,
  type DecisionEvent,
  editionsNamed,
  type LedgerEvent,
  type ReadingEvent,
  type ReportEvent,
} from '../domain/vocabulary/events.ts';
import { cycleOf } from '../domain/vocabulary/fact-key.ts';
import type { Edition } from '../domain/vocabulary/games-editions.ts';
import { factStates, type KeptStates, keepAll } from './fact-states.ts';

/** Indexes a history that starts with `events`. `kept` holds the states of facts that were asked for. */
export function relevantHistory(events: readonly LedgerEvent[] = [], kept: KeptStates = keepAll()): RelevantHistory {
  const byFact = new Map<string, LedgerEvent[]>();
  const byArticle = new Map<string, LedgerEvent[]>();
  // The facts that an article reports, each with the position of its first such report.
  const factsOfArticle = new Map<string, Map<string, number>>();
  const mergesOf = new Map<string, LedgerEvent[]>();
  const cycles = new Map<string, Set<string>>();
  const [editions, categories] = [new Set<Edition>(), new Set<string>()];
  // The campaigns and subjects that the reports of a fact name beside its key, and the facts of each.
  const [campaigns, ofCampaign] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  const [naming, things] = [[] as ReadingEvent[], new Map<string, Set<string>>()];
  // The types of facts that have states, by fact, and the facts of each type that may end or change the states of others.
  const [stateful, turning] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  let last = 0;

  const addReport = (event: ReportEvent) => {
    const { type } = event.type;
    const ofArticle = factsOfArticle.get(event.metadata.article);
    if (ofArticle === undefined) factsOfArticle.set(event.metadata.article, new Map([[event.fact, event.position]]));
    else if (!ofArticle.has(event.fact)) ofArticle.set(event.fact, event.position);
    if (type in turningTypes) addTo(stateful, event.fact, type);
    if (allTurning.has(type)) addTo(turning, type, event.fact);
    for (const edition of editionsNamed(event)) editions.add(edition);
    for (const name of [event.campaign, event.subject, event.fields['campaign']]) addCampaign(event.fact, name);
    const category = categoryGranted(event);
    if (category !== null) categories.add(category);
  };

  const addCampaign = (fact: string, name: unknown) => {
    if (typeof name !== 'string' || isOfFrame(fact)) return;
    const thing = firstPart(name);
    if (thing === thingOf(fact)) return;
    addTo(campaigns, fact, thing);
    addTo(ofCampaign, thing, fact);
  };

  const add = (event: LedgerEvent) => {
    const article = articleNamed(event);
    last = event.position;
    for (const fact of new Set(factsNamed(event))) {
      if (!byFact.has(fact)) addTo(things, isOfFrame(fact) ? frame : thingOf(fact), fact);
      listUnder(byFact, fact, event);
      const cycle = cycleOf(fact);
      if (cycle !== null) addTo(cycles, cycle, fact);
    }
    if (event.kind === 'report') addReport(event);
    else if (article !== null) listUnder(byArticle, article, event);
    if (event.kind === 'reading' && event.read.subjects !== undefined) naming.push(event);
    if (event.kind === 'decision' && 'field' in event.decision && event.decision.field === 'campaign') {
      for (const fact of event.facts) addCampaign(fact, event.decision.value);
    }
    if (event.kind === 'decision' && 'from' in event.decision) {
      for (const fact of new Set([event.decision.fact, event.decision.from])) listUnder(mergesOf, fact, event);
    }
    states.note(event);
  };

  // A set may grow during its iteration, so this also follows the merges of merged facts.
  const withShared = (facts: Set<string>, through = Number.POSITIVE_INFINITY): ReadonlySet<string> => {
    for (const fact of facts) {
      for (const event of eventsThrough(mergesOf.get(fact), through)) {
        if (event.kind === 'decision') for (const other of [event.decision.fact, fromOf(event)]) facts.add(other);
      }
      const cycle = cycleOf(fact);
      if (cycle === null) continue;
      for (const other of cycles.get(cycle) ?? []) if (firstOf(other) <= through) facts.add(other);
    }
    return facts;
  };

  const firstOf = (fact: string): number => byFact.get(fact)?.[0]?.position ?? Number.POSITIVE_INFINITY;

  const touchedBy: RelevantHistory['touchedBy'] = (some, through = Number.POSITIVE_INFINITY) => {
    const facts = new Set(some.flatMap(factsNamed));
    for (const event of some) {
      if (event.kind !== 'reading' && event.kind !== 'retraction') continue;
      const article = articleNamed(event) as string;
      if (event.kind === 'reading' && eventsThrough(byArticle.get(article), through).length < 2) continue;
      for (const [fact, first] of factsOfArticle.get(article) ?? []) if (first <= through) facts.add(fact);
    }
    return withShared(facts, through);
  };

  const about: RelevantHistory['about'] = (facts, through = Number.POSITIVE_INFINITY) => {
    const all = new Set(facts);
    const types = new Set([...all].flatMap((fact) => [...(stateful.get(fact) ?? [])]));
    for (const type of [...types].flatMap((one) => turningTypes[one] ?? [])) {
      for (const fact of turning.get(type) ?? []) all.add(fact);
    }
    const onFacts = [...all].flatMap((fact) => eventsThrough(byFact.get(fact), through));
    const articles = new Set(onFacts.flatMap((event) => articleNamed(event) ?? []));
    const onArticles = [...articles].flatMap((article) => eventsThrough(byArticle.get(article), through));
    return [...new Set([...onFacts, ...onArticles])].toSorted((a, b) => a.position - b.position);
  };

  // A set may grow during its iteration, so this also follows what is linked to the linked.
  const linked: RelevantHistory['linked'] = (facts) => {
    const all = new Set([...facts].filter((fact) => !isOfFrame(fact)));
    for (const fact of all) {
      for (const other of withShared(new Set([fact]))) all.add(other);
      for (const key of [thingOf(fact), ...(campaigns.get(fact) ?? [])]) {
        for (const other of [...(things.get(key) ?? []), ...(ofCampaign.get(key) ?? [])]) all.add(other);
      }
    }
    return [...new Set([...facts, ...(things.get(frame) ?? []), ...all])];
  };

  const states = factStates({
    kept,
    about,
    touchedBy,
    groupOf: (fact) => withShared(new Set([fact])),
    last: () => last,
    lastOf: (fact) => byFact.get(fact)?.at(-1)?.position ?? 0,
    isStateful: (fact) => stateful.has(fact),
    isTurning: (fact) => [...turning.values()].some((facts) => facts.has(fact)),
  });
  events.forEach(add);
  return {
    add,
    touchedBy,
    about,
    statesAt: states.at,
    merging: (facts, through) => {
      const events = [...facts].flatMap((fact) => eventsThrough(mergesOf.get(fact), through));
      return [...new Set(events)].toSorted((a, b) => a.position - b.position);
    },
    facts: () => byFact.keys(),
    sharing: (facts) => withShared(new Set(facts)),
    linked,
    turned: (facts) => {
      const types = [...turning].flatMap(([type, ofType]) =>
        [...facts].some((fact) => ofType.has(fact)) ? [type] : [],
      );
      const isTurned = (one: string) => turningTypes[one]?.some((type) => types.includes(type)) ?? false;
      return [...stateful].flatMap(([fact, ofFact]) => ([...ofFact].some(isTurned) ? [fact] : []));
    },
    related: (facts) => {
      const keys = new Set([frame, ...[...facts].map(thingOf)]);
      return [...keys].flatMap((key) => [...(things.get(key) ?? [])]);
    },
    editions: () => editions,
    categories: () => categories,
    naming: () => naming,
  };
}

/** Whether a fact is of the frame of its partnership, which bears on every other one. */
export function isOfFrame(fact: string): boolean {
  return fact.startsWith('partnership/') || fact.startsWith('coverage/');
}

// Among things, the frame has a name that no fact has.
const frame = '';

// What a fact is about, without its edition: `cloud-services` in `obligation/cloud-services.2018w/undertaken`.
function thingOf(fact: string): string {
  return firstPart(fact.split('/')[1] ?? fact);
}

function firstPart(text: string): string {
  return text.split('.')[0] ?? text;
}

function fromOf({ decision }: DecisionEvent): string {
  return 'from' in decision ? decision.from : decision.fact;
}

function eventsThrough(events: readonly LedgerEvent[] = [], position: number): readonly LedgerEvent[] {
  return (events.at(-1)?.position ?? 0) <= position ? events : upTo(events, position);
}

/**
 * A history indexed by facts and articles. `about` finds the events on some facts without reading the whole history: their
 * reports, the readings and retractions of the articles of these reports, and the decisions on the facts; of a fact that
 * has states, also what may end or change them.
 */
export type RelevantHistory = {
  /** Adds the next event, in recorded order. */
  readonly add: (event: LedgerEvent) => void;
  /**
   * The facts that events touch, including those whose earlier reports a reading or a retraction drops. Only what is
   * recorded up to `through` counts, if it is given.
   */
  readonly touchedBy: (events: readonly LedgerEvent[], through?: number) => ReadonlySet<string>;
  /** The events on some facts, all or those up to a position. */
  readonly about: (facts: Iterable<string>, through?: number) => readonly LedgerEvent[];
  /**
   * These facts, with those that they share reports with, as they were after a position, in order of key: through the
   * recorded clock alone. Those after the last event are kept until an event touches them.
   */
  readonly statesAt: (facts: Iterable<string>, position: number) => readonly FactState[];
  /** The merges of these facts and their undoings, up to a position. */
  readonly merging: (facts: Iterable<string>, through: number) => readonly LedgerEvent[];
  readonly facts: () => Iterable<string>;
  /** The facts that a business rule may tie to these: the frame of the partnership, and what is about the same things. */
  readonly related: (facts: Iterable<string>) => readonly string[];
  /** The same with what follows from them in turn, by the campaigns that reports name too: no rule ties them to others. */
  readonly linked: (facts: Iterable<string>) => readonly string[];
  /** These facts with those that they share reports with. */
  readonly sharing: (facts: Iterable<string>) => ReadonlySet<string>;
  /** The facts whose states these may end or change. */
  readonly turned: (facts: Iterable<string>) => readonly string[];
  /** The Games that any event names. */
  readonly editions: () => ReadonlySet<Edition>;
  /** The categories that any report grants. */
  readonly categories: () => ReadonlySet<string>;
  /** The readings that register names. */
  readonly naming: () => readonly ReadingEvent[];
};

/** A stream as the domain reads it, up to the last event that is loaded. */
export type History = {
  readonly events: readonly LedgerEvent[];
  readonly relevant: RelevantHistory;
  readonly articles: ArticleIndex;
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

function addTo(index: Map<string, Set<string>>, key: string, value: string) {
  const values = index.get(key);
  if (values === undefined) index.set(key, new Set([value]));
  else values.add(value);
}

function listUnder(index: Map<string, LedgerEvent[]>, key: string, event: LedgerEvent) {
  const events = index.get(key);
  if (events === undefined) index.set(key, [event]);
  else events.push(event);
}

/** The events of a history up to a position; a copy, since a history grows. */
export function upTo(events: readonly LedgerEvent[], position: number): readonly LedgerEvent[] {
  return events.slice(0, countThrough(events, position));
}

function countThrough(events: readonly LedgerEvent[], position: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle] as LedgerEvent).position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The ingest that ends at a position. */
export function ingestAt(events: readonly LedgerEvent[], position: number): IngestEvents {
  const end = countThrough(events, position);
  const last = events[end - 1];
  let start = end;
  while (start > 0 && events[start - 1]?.correlationId === last?.correlationId) start -= 1;
  return events.slice(start, end);
}
