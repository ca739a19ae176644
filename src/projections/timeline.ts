import { lifecycleRank } from '../domain/events/vocabulary.ts';
import { firstReport } from '../domain/fact.ts';
import type { UncertainDate } from '../domain/uncertain-date.ts';
import { decisionOf } from './decision-of.ts';
import type { ViewFact } from './facts-in-view.ts';
import { flagsShown } from './flags-shown.ts';
import { humanise, nameOf, type SubjectNames } from './names.ts';
import type { Entry } from './shapes/timeline.ts';
import { alternativesOf, dateOf, sourceOf } from './source-of.ts';

/** Where a fact is found under a partnership. */
export function factLink(partnership: string, fact: string): string {
  return `/api/partnerships/${partnership}/facts/${fact}`;
}

/** When a fact happened, as answers show it. */
export function occurredOf({ occurrence }: ViewFact): Entry['occurred'] {
  return occurrence && { ...dateOf(occurrence.date), basis: occurrence.basis };
}

/** What a fact says, in our words: the best note of its reports, else its type and its subject. */
export function summaryOf(fact: ViewFact, names: SubjectNames): string {
  if (fact.note !== null) return fact.note;
  const type = humanise(fact.type.type);
  return fact.subject === null ? type : `${type}: ${nameOf(names, fact.type.kind, fact.subject)}`;
}

function dataOf({ fields }: ViewFact): Entry['data'] {
  return Object.fromEntries(
    Object.entries(fields).map(([field, { value }]) => [field, value as Entry['data'][string]]),
  );
}

/** A fact as an entry of the timeline. */
export function entryOf(fact: ViewFact, partnership: string, names: SubjectNames): Entry {
  const first = firstReport(fact);
  const link = factLink(partnership, fact.key);
  return {
    fact: fact.key,
    type: fact.type.type,
    summary: summaryOf(fact, names),
    status: fact.status,
    timing: fact.timing,
    occurred: occurredOf(fact),
    planned: fact.plannedFor,
    planHistory: fact.plan.history.map(({ date, evidence }) => ({ ...dateOf(date), sources: evidence.map(sourceOf) })),
    variance: fact.variance,
    data: dataOf(fact),
    contested: fact.contested,
    reopened: fact.reopened,
    decisions: fact.decisions.map(decisionOf),
    alternatives: alternativesOf(fact.contests),
    flags: flagsShown(fact),
    games: [...fact.games],
    firstReported: { edtf: first.date.edtf, articles: [...first.articles], tie: first.articles.length > 1 },
    sources: fact.evidence.map(sourceOf),
    version: fact.version,
    links: { fact: link, history: `${link}/audit` },
  };
}

// When it happened, else when it is to happen, else when it was reported; a missing earliest day counts as that of the
// first publication.
function placeOf(fact: ViewFact): Pick<UncertainDate, 'earliest' | 'latest'> {
  if (fact.occurrence !== null) return { earliest: fact.occurrence.possibleFrom, latest: fact.occurrence.date.latest };
  const reported = firstReport(fact).date;
  if (fact.plannedFor === null) return reported;
  return { earliest: fact.plannedFor.earliest ?? reported.earliest, latest: fact.plannedFor.latest };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order of the timeline: by earliest day, latest day, place in the life of a partnership, fact key. */
export function inOrderOfTime(a: ViewFact, b: ViewFact): number {
  const [x, y] = [placeOf(a), placeOf(b)];
  return (
    compare(x.earliest ?? '', y.earliest ?? '') ||
    compare(x.latest ?? ':', y.latest ?? ':') ||
    lifecycleRank(a.type.type) - lifecycleRank(b.type.type) ||
    compare(a.key, b.key)
  );
}

/** The timeline: one entry a fact, in order of time. */
export function timeline(facts: readonly ViewFact[], partnership: string, names: SubjectNames): readonly Entry[] {
  return facts.toSorted(inOrderOfTime).map((fact) => entryOf(fact, partnership, names));
}
