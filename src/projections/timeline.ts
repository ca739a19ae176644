import * as z from 'zod';
import { compare } from '../domain/facts/evidence.ts';
import { firstReport, isGuess } from '../domain/facts/fact.ts';
import type { ViewFact } from '../domain/facts/facts-at.ts';
import type { PlannedDate } from '../domain/facts/plan.ts';
import type { Flag } from '../domain/facts/rules.ts';
import { type Day, uncertainDate } from '../domain/vocabulary/dates.ts';
import { lifecycleRank, reportTypes } from '../domain/vocabulary/event-types.ts';
import type { DecisionEvent } from '../domain/vocabulary/events.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { answerShape, beginAnswer, type Page, pageOf, pageShape, type Question, wholeList } from './answer.ts';
import { type FilterRules, type Filters, factsThatPass, noFilters } from './filters.ts';
import {
  alternativesShape,
  type DecisionShape,
  dateOf,
  dateShape,
  decisionShape,
  flagShape,
  humanise,
  nameOf,
  occurredShape,
  plannedShape,
  reportTypeShape,
  sourcesShape,
  timingShape,
  valueShape,
} from './shapes.ts';
import { alternativesOf, type Shown, sourcesOf } from './sources.ts';
import { groupOf, groupShape, titleOf } from './titles.ts';

/** The timeline: one entry for each fact, in order of time. */
export function timeline(
  facts: readonly ViewFact[],
  partnership: string,
  names: SubjectNames,
  shown?: Shown,
): readonly Entry[] {
  return facts.toSorted(inOrderOfTime).map((fact) => entryOf(fact, partnership, names, shown));
}

export type Entry = z.infer<typeof entryShape>;

export const statusShape = z.enum([
  'planned',
  'due',
  'overdue-unconfirmed',
  'happened',
  'denied',
  'cancelled',
  'postponed',
  'on-hold',
  'unsupported',
]);

const stateShape = z.object({
  asOf: dateShape.describe('since when it holds, or as of when it is known'),
  timing: timingShape.describe('whether it is certain that this state had come'),
  data: z.record(z.string(), valueShape).describe('held: false: it is no longer held'),
  contested: z.boolean().describe('reports on this state disagree'),
  ...sourcesShape,
});

/** One fact on the timeline, merged from all its reports. */
export const entryShape = z
  .object({
    fact: z.string(),
    type: reportTypeShape,
    summary: z.string(),
    status: statusShape,
    timing: timingShape.describe('whether it is certain that this status had been reached by the clocks'),
    occurred: occurredShape.nullable(),
    planned: plannedShape.nullable(),
    sortedBy: z
      .object({
        day: z.string().nullable().describe('null: nothing bounds it'),
        basis: z.enum(['occurred', 'planned', 'reported']).describe('reported: no first day is told'),
      })
      .describe('the day by which the timeline sorts it; what has no date comes last'),
    planHistory: z.array(dateShape.extend(sourcesShape)).describe('plans that were replaced'),
    denied: dateShape
      .extend(sourcesShape)
      .nullable()
      .describe('the day for which it is denied, where a denial names one'),
    variance: z
      .object({ min: z.int().nullable(), max: z.int().nullable() })
      .nullable()
      .describe('days from plan to actual, as a span'),
    data: z.record(z.string(), valueShape).describe('of a state: what held on the day of the occurred clock'),
    contested: z.boolean(),
    reopened: z
      .boolean()
      .describe('a report that a decision did not judge contradicts it, or brings back what was retracted'),
    decisions: z.array(decisionShape).describe('what stewards decided on it, in recorded order'),
    ...alternativesShape,
    flags: z.array(flagShape),
    guess: z.boolean().describe('only inference tells of it: possible, and never due, overdue or silent'),
    states: z.array(stateShape).describe('the states up to that day, one after another; empty where it is no state'),
    games: z.array(z.string()),
    title: z.string().describe('a short title, without Games or market'),
    group: groupShape.nullable().describe('the row on which this fact stands with its like; null: it stands alone'),
    firstReported: z.object({
      edtf: z.string().nullable(),
      articles: z.array(z.string()),
      tie: z.boolean().describe('more than one article may have been the first'),
    }),
    ...sourcesShape,
    version: z.int().describe('position of the last event that touched it'),
    links: z.object({ fact: z.string(), history: z.string() }),
  })
  .describe('One fact: what is said of it and by whom');

/** The timeline of a partnership through a cut. */
export function timelineAnswer(
  question: Question,
  filters: Filters = noFilters,
  page: Page = wholeList,
): z.infer<typeof timelineAnswerShape> {
  const { view, names } = question;
  const beginning = beginAnswer(question);
  const passing = factsThatPass(view, filters).filter((fact) => mayLieIn(filters, fact));
  const facts = passing.toSorted(inOrderOfTime);
  const { total, items, next } = pageOf(facts, page, beginning.cut);
  return { ...beginning, total, entries: items.map((fact) => entryOf(fact, view.partnership, names)), next };
}

// Whether the fact happened, or is planned, on a day that may lie in the period. A fact without a day counts on the day by
// which the timeline sorts it.
function mayLieIn({ from, to }: Filters, fact: ViewFact): boolean {
  if (from === null && to === null) return true;
  const { day } = placeOf(fact).sortedBy;
  const dates = [fact.occurrence?.date, fact.plannedFor, fact.denied?.date].filter((date) => date != null);
  const spans = dates.length === 0 ? [{ earliest: day, latest: day }] : dates;
  return spans.some(({ earliest, latest }) => (earliest ?? '') <= (to ?? ':') && (latest ?? ':') >= (from ?? ''));
}

export const timelineAnswerShape = answerShape
  .extend({ total: pageShape.total, entries: z.array(entryShape), next: pageShape.next })
  .describe('The timeline: one entry a fact, in order of time');

export const timelineFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: statusShape.options,
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
  include: ['unsupported'],
  from: 'first day',
  to: 'last day',
};

/**
 * The order of the timeline: by the day of `sortedBy`, latest day, place in the life of a partnership, fact key. What
 * has no date comes last.
 */
export function inOrderOfTime(a: ViewFact, b: ViewFact): number {
  const [x, y] = [placeOf(a), placeOf(b)];
  return (
    Number(x.isUndated) - Number(y.isUndated) ||
    compare(x.sortedBy.day ?? ':', y.sortedBy.day ?? ':') ||
    compare(x.latest ?? ':', y.latest ?? ':') ||
    lifecycleRank(a.type.type) - lifecycleRank(b.type.type) ||
    compare(a.key, b.key)
  );
}

// When it happened, else when it is planned, else when it was reported. A missing earliest day counts as that of the first
// publication.
function placeOf(fact: ViewFact): Place {
  const known = places.get(fact);
  if (known !== undefined) return known;
  const place = placeInTime(fact);
  places.set(fact, place);
  return place;
}

// A sort asks for the place of each fact many times.
const places = new WeakMap<ViewFact, Place>();

function placeInTime(fact: ViewFact): Place {
  const { occurrence, plannedFor } = fact;
  const reported = firstReport(fact).date;
  const date = occurrence?.date ?? plannedFor;
  const isUndated = date == null;
  const latest = isUndated ? reported.latest : date.latest;
  if (date?.earliest != null) {
    return { sortedBy: { day: date.earliest, basis: occurrence === null ? 'planned' : 'occurred' }, latest, isUndated };
  }
  const first = occurrence === null ? reported.earliest : occurrence.possibleFrom;
  return { sortedBy: { day: first ?? latest, basis: 'reported' }, latest, isUndated };
}

type Place = {
  readonly sortedBy: Entry['sortedBy'];
  readonly latest: Day | null;
  /** It is planned or denied without a day. */
  readonly isUndated: boolean;
};

/**
 * A fact as an entry of the timeline. `shown` says how much of its lists of sources and contested values it has: by default
 * the first 20 of each, with the number of all.
 */
export function entryOf(fact: ViewFact, partnership: string, names: SubjectNames, shown?: Shown): Entry {
  const first = firstReport(fact);
  const link = factLink(partnership, fact.key);
  // What stands within the entry begins at its first member, on whatever page.
  const within = shown && { offset: 0, limit: shown.limit };
  return {
    fact: fact.key,
    type: fact.type.type,
    summary: summaryOf(fact, names),
    status: fact.status,
    timing: fact.timing,
    occurred: occurredOf(fact),
    planned: fact.plannedFor,
    sortedBy: placeOf(fact).sortedBy,
    planHistory: replacedPlans(fact).map(({ date, evidence }) => ({
      ...dateOf(date),
      ...sourcesOf(evidence, [link], within),
    })),
    denied: fact.denied && { ...dateOf(fact.denied.date), ...sourcesOf(fact.denied.evidence, [link], within) },
    variance: fact.variance,
    data: dataOf(fact.fields),
    contested: fact.contested,
    reopened: fact.reopened,
    decisions: fact.decisions.map(decisionOf),
    ...alternativesOf(fact.contests, [link], shown),
    flags: flagsShown(fact),
    guess: isGuess(fact),
    states: statesIn(fact, link, within),
    games: [...fact.games],
    title: titleOf(fact, names),
    group: groupOf(fact),
    firstReported: { edtf: first.date.edtf, articles: [...first.articles], tie: first.articles.length > 1 },
    ...sourcesOf(fact.evidence, [link], shown),
    version: fact.version,
    links: { fact: link, history: `${link}/audit` },
  };
}

// The plans that a later one replaced, and the one in force if it was moved with its Games.
function replacedPlans({ plan, plannedFor }: ViewFact): readonly PlannedDate[] {
  const isMoved = plannedFor?.basis === 'games' && plan.current !== null && plan.current.date.edtf !== plannedFor.edtf;
  return isMoved ? [...plan.history, plan.current] : plan.history;
}

function dataOf(fields: ViewFact['fields']): Entry['data'] {
  return Object.fromEntries(
    Object.entries(fields).map(([field, { value }]) => [field, value as Entry['data'][string]]),
  );
}

function statesIn({ states, sureStates }: ViewFact, link: string, within?: Shown): Entry['states'] {
  const textOf = ({ asOf, fields }: ViewFact['states'][number]) => JSON.stringify([asOf.edtf, dataOf(fields)]);
  const sure = sureStates && new Set(sureStates.map(textOf));
  return states.map((state) => ({
    asOf: dateOf(state.asOf),
    timing: sure === null || sure.has(textOf(state)) ? 'certain' : 'possible',
    data: dataOf(state.fields),
    contested: state.contests.some(({ contested }) => contested),
    ...sourcesOf((state.lostBy ?? state).evidence, [link], within),
  }));
}

export function factLink(partnership: string, fact: string): string {
  return `/api/partnerships/${partnership}/facts/${fact}`;
}

/** A fact in a sentence: the best note of its reports, else its type and subject. */
export function summaryOf(fact: ViewFact, names: SubjectNames): string {
  if (fact.note !== null) return fact.note;
  const type = humanise(fact.type.type);
  return fact.subject === null ? type : `${type}: ${nameOf(names, fact.type.kind, fact.subject)}`;
}

/** When a fact happened, as answers show it. */
export function occurredOf({ occurrence }: ViewFact): Entry['occurred'] {
  return occurrence && { ...dateOf(occurrence.date), basis: occurrence.basis };
}

function decisionOf({ id, position, recordedBy, decision }: DecisionEvent): DecisionShape {
  const onField = 'field' in decision ? decision : null;
  const { withdrawnOn } = decision.type === 'FactRetracted' ? decision : {};
  return {
    decision: id,
    type: decision.type,
    position,
    recordedBy,
    reports: 'reports' in decision ? decision.reports : [],
    field: onField?.field ?? null,
    value: onField?.value ?? null,
    basis: onField?.basis ?? null,
    from: 'from' in decision ? decision.from : null,
    withdrawnOn: withdrawnOn === undefined ? null : dateOf(uncertainDate(withdrawnOn)),
    reason: decision.reason,
    reference: onField?.reference ?? null,
  };
}

/**
 * The flags of a fact as answers show them: the rules that it breaks, the reports that are only assumed to be about it,
 * and damaged values. An assumption changes nothing but asks a reader to look; a new revision of the article undoes it. A
 * value that was damaged when it was recorded is missing from the fact: a correction restores it, and a retraction drops
 * its report.
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
