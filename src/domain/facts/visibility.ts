import type { Day } from '../vocabulary/dates.ts';
import { articleNamed, type DecisionEvent, type LedgerEvent, type ReadingEvent } from '../vocabulary/events.ts';
import { hasCome } from './evidence.ts';
import { decisionsInForce, followMerge, isWithdrawn, mergedInto, publicationsOf } from './what-counts.ts';

/**
 * What a reader on `reportedAsOf` could possibly know of while a history grows: `bearing` of the history so far, for one
 * event at a time, without reading the history again. Add the events in recorded order.
 */
export function visibility(reportedAsOf: Day | null): Visibility {
  return reportedAsOf === null ? withoutLimit() : untilDay(reportedAsOf);
}

export type Visibility = {
  readonly add: (event: LedgerEvent) => void;
  /** Whether an event that was added bears on an answer of the history so far. */
  readonly isVisible: (event: LedgerEvent) => boolean;
  /** Whether a visible report of the history so far grants a category. */
  readonly grants: (category: string) => boolean;
};

function withoutLimit(): Visibility {
  const granted = new Set<string>();
  return {
    add: (event) => {
      const category = categoryGranted(event);
      if (category !== null) granted.add(category);
    },
    isVisible: () => true,
    grants: (category) => granted.has(category),
  };
}

/** The category that a report grants, or null. */
export function categoryGranted(event: LedgerEvent): string | null {
  return event.kind === 'report' && event.type.type === 'CategoryGranted' ? event.subject || null : null;
}

function untilDay(reportedAsOf: Day): Visibility {
  const articles = new Map<string, { readonly readings: ReadingEvent[]; visible: ReadonlySet<string> }>();
  // The article that lists a report, and of each fact its reports; the category that a report grants.
  const [articleOf, granting] = [new Map<string, string>(), new Map<string, string>()];
  const reportsOf = new Map<string, Set<string>>();
  const granted = new Map<string, number>();
  const [merges, mergedFrom] = [new Map<string, DecisionEvent>(), new Map<string, Set<string>>()];

  const isListed = (id: string): boolean => articles.get(articleOf.get(id) ?? '')?.visible.has(id) ?? false;

  // A further reading may date the ones before it, or replace their date.
  const addReading = (event: ReadingEvent) => {
    const { article: id, reports } = event.read;
    for (const one of [event.id, ...reports]) articleOf.set(one, id);
    const article = articles.get(id) ?? { readings: [], visible: new Set<string>() };
    article.readings.push(event);
    articles.set(id, article);
    const before = article.visible;
    article.visible = listedBy(article.readings, reportedAsOf);
    countGrants(before.difference(article.visible), -1);
    countGrants(article.visible.difference(before), 1);
  };

  const countGrants = (ids: ReadonlySet<string>, step: 1 | -1) => {
    for (const id of ids) {
      const category = granting.get(id);
      if (category !== undefined) granted.set(category, (granted.get(category) ?? 0) + step);
    }
  };

  const addMerge = (event: DecisionEvent) => {
    const { decision } = event;
    if (!('from' in decision)) return;
    mergedFrom.get(merges.get(decision.from)?.decision.fact ?? '')?.delete(decision.from);
    followMerge(event, merges);
    const into = merges.get(decision.from)?.decision.fact;
    if (into !== undefined) addTo(mergedFrom, into, decision.from);
  };

  // A circle of merges, and what is merged into one, is merged into nothing.
  const keysMergedInto = (fact: string): ReadonlySet<string> => {
    const keys = new Set([fact]);
    if (merges.has(fact)) return keys;
    for (const key of keys) for (const from of mergedFrom.get(key) ?? []) keys.add(from);
    return keys;
  };

  const isReported = (fact: string): boolean =>
    [...keysMergedInto(mergedInto(fact, merges))].some((key) => [...(reportsOf.get(key) ?? [])].some(isListed));

  // What may be withdrawn is no longer certain, so a possible withdrawal bears on an answer.
  const mayHold = (withdrawal: Parameters<typeof isWithdrawn>[0]) => isWithdrawn(withdrawal, reportedAsOf, 'certain');

  const isDecisionVisible = (event: DecisionEvent): boolean => {
    const { decision } = event;
    const isOnVisible =
      'reports' in decision ? decision.reports.some(isListed) : [decision.fact, decision.from].some(isReported);
    if (decision.type === 'FactRetracted') return isOnVisible && mayHold(decision);
    return isOnVisible && decisionsInForce([event], { reportedAsOf }, 'possible').length > 0;
  };

  return {
    add: (event) => {
      const category = categoryGranted(event);
      if (category !== null) granting.set(event.id, category);
      if (event.kind === 'report') addTo(reportsOf, event.fact, event.id);
      if (event.kind === 'reading') addReading(event);
      if (event.kind === 'decision') addMerge(event);
    },
    isVisible: (event) => {
      if (event.kind === 'reference') return hasCome(event.published, reportedAsOf, 'possible');
      if (event.kind === 'decision') return isDecisionVisible(event);
      if (event.kind !== 'retraction') return isListed(event.id);
      return (articles.get(articleNamed(event) ?? '')?.visible.size ?? 0) > 0 && mayHold(event.retracted);
    },
    grants: (category) => (granted.get(category) ?? 0) > 0,
  };
}

// The readings of an article that a reader could know of, and what they list.
function listedBy(readings: readonly ReadingEvent[], reportedAsOf: Day): ReadonlySet<string> {
  const visible = publicationsOf(readings).filter(({ published }) => hasCome(published, reportedAsOf, 'possible'));
  const read = visible.flatMap(({ reading, replaced }) => [...replaced, reading]);
  return new Set(read.flatMap((one) => [one.id, ...one.read.reports]));
}

function addTo(index: Map<string, Set<string>>, key: string, value: string) {
  const values = index.get(key);
  if (values === undefined) index.set(key, new Set([value]));
  else values.add(value);
}
