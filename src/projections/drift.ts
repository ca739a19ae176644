import * as z from 'zod';
import { type Certainty, type Cut, type Evidence, hasCome } from '../domain/facts/evidence.ts';
import { firstReport, planOf, varianceOf } from '../domain/facts/fact.ts';
import type { Ground, ViewFact } from '../domain/facts/facts-at.ts';
import { inOrderOfPublication } from '../domain/facts/rank.ts';
import {
  certainlyBefore,
  contains,
  equalBounds,
  type UncertainDate,
  uncertainDate,
} from '../domain/vocabulary/dates.ts';
import { asText, type EventType, type FieldKind, type FieldValue } from '../domain/vocabulary/event-type.ts';
import { lifecycleRank, reportTypes } from '../domain/vocabulary/event-types.ts';
import { type Quantity, quantityBounds } from '../domain/vocabulary/quantity.ts';
import { answerShape, beginAnswer, type Page, pageOf, pageShape, type Question, wholeList } from './answer.ts';
import { type FilterRules, type Filters, factsThatPass, noFilters } from './filters.ts';
import {
  type DriftEntry,
  driftEntryShape,
  everPublished,
  type FieldDrift,
  type FieldStep,
  happenedOn,
  inTellingOrder,
  isDrift,
  lagBetween,
  lagOfRecording,
  lagStatistic,
  type PlanStep,
  type ReportingLags,
  reportingLag,
  reportingLagsShape,
  stepPlace,
  type Telling,
} from './reporting-lag.ts';
import type { Span, SubjectNames } from './shapes.ts';
import { dateOf, factLink, flagsShown, occurredOf, sourceOf, statusShape, summaryOf } from './timeline.ts';

/**
 * Facts with all that was ever published of them by a cut, in the order of their first report: also what stood in a
 * text that its publisher replaced. What we misread is no telling.
 */
export function toldFacts({ history }: Ground, facts: readonly ViewFact[], cut: Cut, certainty: Certainty) {
  const tellings = Map.groupBy(everPublished(history, cut.reportedAsOf, certainty), ({ evidence }) => evidence.fact);
  return facts
    .flatMap((fact): ToldFact[] => {
      const told = inTellingOrder(come(fact, tellings.get(fact.key) ?? [], cut, certainty));
      return told.length === 0 ? [] : [{ fact, tellings: told }];
    })
    .toSorted(inOrder);
}

/** A fact with every report that ever told of it, in order of publication. */
export type ToldFact = { readonly fact: ViewFact; readonly tellings: readonly Telling[] };

// On the occurred clock a plan or a denial exists from its publication, and what happened from when it did.
function come(fact: ViewFact, tellings: readonly Telling[], { occurredAsOf }: Cut, certainty: Certainty) {
  const when = happenedOn(fact, tellings);
  const has =
    fact.stage === 'happened' ||
    (when !== null && hasCome({ ...when.date, earliest: when.possibleFrom }, occurredAsOf, certainty));
  return tellings.filter(({ evidence }) =>
    evidence.report.modality === 'happened' ? has : hasCome(evidence.published, occurredAsOf, certainty),
  );
}

function inOrder({ fact: a }: ToldFact, { fact: b }: ToldFact): number {
  const [x, y] = [firstReport(a).date, firstReport(b).date];
  return (
    compare(x.earliest ?? '', y.earliest ?? '') ||
    compare(x.latest ?? ':', y.latest ?? ':') ||
    lifecycleRank(a.type.type) - lifecycleRank(b.type.type) ||
    compare(a.key, b.key)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a fact was told more than once, or planned: only then can it have drifted. */
export function canDrift({ tellings }: ToldFact): boolean {
  return tellings.length > 1 || tellings.some(({ evidence }) => evidence.report.modality === 'planned');
}

/** How a fact was told: what changed from article to article, what came of it, and how late it was told. */
export function driftEntry(told: ToldFact, partnership: string, names: SubjectNames): DriftEntry {
  const { fact, tellings } = told;
  const plan = planDrift(tellings, fact.plan.current?.evidence ?? []);
  const fields = fieldDrift(fact.type, tellings);
  const link = factLink(partnership, fact.key);
  return {
    fact: fact.key,
    type: fact.type.type,
    summary: summaryOf(fact, names),
    status: fact.status,
    timing: fact.timing,
    games: [...fact.games],
    told: tellings.length,
    articles: [...new Set(tellings.map(({ evidence }) => evidence.report.metadata.article))],
    changed: plan.some(isDrift) || fields.some(({ changed }) => changed),
    plan: [...plan],
    fields: [...fields],
    outcome: outcomeOf(told),
    lag: reportingLag(fact, tellings),
    flags: flagsShown(fact),
    links: { fact: link, history: `${link}/audit` },
  };
}

/**
 * Every time that a fact was planned, denied or withdrawn, each against the plan told before it: in the order by which
 * the last plan is the one in force (docs/adr/0007). `current` holds the reports that name the plan in force. Empty where it was never planned.
 */
export function planDrift(tellings: readonly Telling[], current: readonly Evidence[]): PlanStep[] {
  const steps = stepsIn(tellings);
  if (!steps.some(({ evidence }) => evidence.report.modality === 'planned')) return [];
  const inForce = new Set(current.map(({ report }) => report.id));
  let before: Step | undefined;
  // Undefined until a plan is told; a plan without a date is null.
  let told: UncertainDate | null | undefined;
  return steps.map((one): PlanStep => {
    const { evidence, isWithdrawal, withdrawnBy } = one;
    const { report, date } = evidence;
    const isPlan = !isWithdrawal && report.modality === 'planned';
    const change = changeOf(one, told);
    const shown: PlanStep = {
      date: isPlan && date !== null ? dateOf(date) : null,
      ...change,
      inForce: isPlan && inForce.has(report.id),
      games: [...report.games],
      withdrawnBy:
        isWithdrawal && withdrawnBy !== null
          ? { revision: withdrawnBy.reading.read.revision, published: dateOf(withdrawnBy.published) }
          : null,
      ...stepPlace(before, one),
      source: sourceOf(one.report),
    };
    before = one;
    // A vaguer telling does not replace a plan, so the next one is held against what stood before it.
    if (isPlan && change.change !== 'vaguer') told = date;
    return isWithdrawal ? { ...shown, sameArticle: false } : shown;
  });
}

function stepsIn(tellings: readonly Telling[]): readonly Step[] {
  const planned = tellings.filter(({ evidence }) => evidence.report.modality === 'planned');
  const told = new Set(planOf(planned.map(({ evidence }) => evidence)).evidence);
  const plans = planned.filter(({ evidence }) => told.has(evidence));
  const denied = tellings.filter(({ evidence }) => evidence.report.modality === 'denied');
  const steps = [...plans.map(step), ...denied.map(step), ...plans.flatMap(withdrawal)];
  const byEvidence = new Map(steps.map((one) => [one.evidence, one]));
  return inOrderOfPublication([...byEvidence.keys()]).flatMap((evidence) => byEvidence.get(evidence) ?? []);
}

type Step = Telling & {
  /** The report, with the publication by which the step is placed. */
  readonly evidence: Evidence;
  readonly report: Evidence;
  readonly isWithdrawal: boolean;
};

function step(telling: Telling): Step {
  return { ...telling, report: telling.evidence, isWithdrawal: false };
}

// A withdrawal stands where the text was published that leaves the plan out.
function withdrawal(telling: Telling): readonly Step[] {
  const { evidence, withdrawnBy } = telling;
  if (withdrawnBy === null) return [];
  const placed = { ...evidence, published: withdrawnBy.published };
  return [{ ...telling, evidence: placed, report: evidence, isWithdrawal: true }];
}

function changeOf(
  { evidence, isWithdrawal }: Step,
  told: UncertainDate | null | undefined,
): Pick<PlanStep, 'change' | 'days'> | DateChange {
  if (isWithdrawal) return { change: 'withdrawn', days: null };
  if (evidence.report.modality === 'denied') return { change: 'denied', days: null };
  return told === undefined ? { change: 'first', days: null } : dateChange(told, evidence.date);
}

/** How one date stands to the one that was told before it. */
export type DateChange = {
  readonly change: 'same' | 'more-precise' | 'vaguer' | 'earlier' | 'later' | 'overlapping';
  /** How many days later, as a span; null where it did not move. */
  readonly days: Span | null;
};

/**
 * How a date changed: to no date at all is the vaguest. What lies within the date before is more precise and no move;
 * what has days in common with it, and others on either side, may have moved either way.
 */
export function dateChange(before: UncertainDate | null, now: UncertainDate | null): DateChange {
  if (before === null || now === null) {
    if (before === now) return still('same');
    return still(before === null ? 'more-precise' : 'vaguer');
  }
  if (equalBounds(before, now)) return still('same');
  if (contains(before, now)) return still('more-precise');
  if (contains(now, before)) return still('vaguer');
  const days = varianceOf(before, now);
  if (certainlyBefore(before, now)) return { change: 'later', days };
  return { change: certainlyBefore(now, before) ? 'earlier' : 'overlapping', days };
}

function still(change: DateChange['change']): DateChange {
  return { change, days: null };
}

/**
 * How the fields of a fact changed from telling to telling, in order of publication: wording, counts, dates, names.
 * What came of a plan is held against the plan. Only fields that were given more than once; absent is not a value.
 */
export function fieldDrift({ fields }: EventType, tellings: readonly Telling[]): readonly FieldDrift[] {
  const inOrder = inTellingOrder(tellings);
  return Object.entries(fields).flatMap(([field, { kind }]) => {
    const said = inOrder.flatMap((telling): Said[] => {
      const value = telling.evidence.fields[field];
      return value === undefined ? [] : [{ ...telling, value }];
    });
    if (said.length < 2) return [];
    const steps = stepsOf(kind, said);
    return [{ field, kind, changed: steps.some(isDrift), steps: [...steps] }];
  });
}

type Said = Telling & { readonly value: FieldValue };

function stepsOf(kind: FieldKind, said: readonly Said[]): readonly FieldStep[] {
  return said.map((one, i) => {
    const before = said[i - 1];
    return {
      value: one.value,
      modality: one.evidence.report.modality,
      ...(before === undefined ? unmoved('first') : changeOfFieldDrift(kind, before, one)),
      ...stepPlace(before, one),
    };
  });
}

function unmoved(change: FieldStep['change']): Change {
  return { change, by: null };
}

type Change = Pick<FieldStep, 'change' | 'by'>;

function changeOfFieldDrift(kind: FieldKind, earlier: Said, later: Said): Change {
  const [before, now] = [earlier.value, later.value];
  if (kind === 'quantity') return quantityChange(before as Quantity, now as Quantity);
  if (kind === 'date' || kind === 'period') {
    const { change, days } = dateChange(uncertainDate(asText(before)), uncertainDate(asText(now)));
    return { change, by: days };
  }
  if (canonical(before) === canonical(now)) return unmoved('same');
  if (kind === 'names') return listsChange(earlier, later);
  return unmoved(kind === 'text' ? 'reworded' : 'changed');
}

function quantityChange(before: Quantity, now: Quantity): Change {
  const [a, b] = [quantityBounds(before), quantityBounds(now)];
  if (a.min === b.min && a.max === b.max) return unmoved('same');
  if (a.min <= b.min && b.max <= a.max) return unmoved('more-precise');
  if (b.min <= a.min && a.max <= b.max) return unmoved('vaguer');
  const by = { min: finite(b.min - a.max), max: finite(b.max - a.min) };
  if (b.min > a.max) return { change: 'more', by };
  return { change: b.max < a.min ? 'fewer' : 'overlapping', by };
}

function finite(count: number): number | null {
  return Number.isFinite(count) ? count : null;
}

function canonical(value: FieldValue): string {
  return JSON.stringify(Array.isArray(value) ? value.toSorted((a, b) => (a < b ? -1 : 1)) : value);
}

// A list that does not claim to be complete names some: another one that names others contradicts it in nothing.
function listsChange(before: Said, now: Said): Change {
  const lacks = (one: Said, other: Said): boolean =>
    one.evidence.fields['complete'] === true &&
    (other.value as readonly string[]).some((name) => !(one.value as readonly string[]).includes(name));
  return unmoved(lacks(before, now) || lacks(now, before) ? 'changed' : 'names-others');
}

function outcomeOf({ fact, tellings }: ToldFact): DriftEntry['outcome'] {
  if (!tellings.some(({ evidence }) => evidence.report.modality === 'planned')) return null;
  const kind = kindOf(fact);
  const telling = tellings.filter(({ evidence, counts }) => counts && evidence.report.modality === kind);
  return {
    kind,
    occurred: occurredOf(fact),
    variance: fact.variance,
    sources: telling.map(({ evidence }) => sourceOf(evidence)),
  };
}

function kindOf({ status }: ViewFact): NonNullable<DriftEntry['outcome']>['kind'] {
  return status in kinds ? kinds[status as keyof typeof kinds] : 'nothing-since';
}

const kinds = { happened: 'happened', denied: 'denied', cancelled: 'cancelled', unsupported: 'withdrawn' } as const;

/** How the facts of a partnership were told by a cut: those told more than once or planned. */
export function driftAnswer(asked: Question, filters: Filters = noFilters, page: Page = wholeList): DriftAnswer {
  const { view, names } = asked;
  const { ground, cut, partnership } = view;
  const certainty = cut.timing === 'certain' ? 'certain' : 'possible';
  const told = toldFacts(ground, factsThatPass(view, filters), cut, certainty);
  const listed = filters.include.includes('told-once') ? told : told.filter(canDrift);
  const begin = beginAnswer(asked);
  const { total, items, next } = pageOf(listed, page, begin.cut);
  return {
    ...begin,
    total,
    entries: items.map((one) => driftEntry(one, partnership, names)),
    lags: reportingLags(told),
    next,
  };
}

export type DriftAnswer = z.infer<typeof driftAnswerShape>;

export const driftAnswerShape = answerShape
  .extend({
    total: pageShape.total,
    entries: z.array(driftEntryShape),
    lags: reportingLagsShape.describe('over all facts that the filters let through, told once or more'),
    next: pageShape.next,
  })
  .describe('How promises changed from article to article, and how late they were told, by first publication');

/** How late articles and publishers tell of what happened, over these facts, and how late that was recorded. */
export function reportingLags(facts: readonly ToldFact[]): ReportingLags {
  const lags = Map.groupBy(toldBy(facts), ({ telling }) => articleOf(telling));
  const tellings = Map.groupBy(
    facts.flatMap((fact) => fact.tellings.filter(({ counts }) => counts)),
    articleOf,
  );
  const articles = [...tellings]
    .map(([article, ofArticle]) => {
      const [{ evidence }] = ofArticle as [Telling];
      const recordedAt = least(ofArticle.map((telling) => telling.evidence.report.recordedAt));
      return {
        article,
        publisher: evidence.publisher,
        published: dateOf(evidence.published),
        recordedAt,
        occurredToReported: lagStatistic((lags.get(article) ?? []).map(({ lag }) => lag)),
        reportedToRecorded: lagOfRecording(evidence.published, recordedAt),
      };
    })
    .toSorted((a, b) => {
      const [x, y] = [a, b].map(
        ({ published, article }) => `${published.earliest ?? ''} ${published.latest ?? ':'} ${article}`,
      );
      return (x as string) < (y as string) ? -1 : 1;
    });
  const publishers = Map.groupBy(articles, ({ publisher }) => publisher);
  publishers.delete(null);
  return {
    articles,
    publishers: [...publishers]
      .map(([publisher, own]) => ({
        publisher: publisher as string,
        articles: own.map(({ article }) => article),
        occurredToReported: lagStatistic(own.flatMap(({ article }) => (lags.get(article) ?? []).map(({ lag }) => lag))),
        reportedToRecorded: lagStatistic(own.map(({ reportedToRecorded }) => reportedToRecorded)),
      }))
      .toSorted((a, b) => (a.publisher < b.publisher ? -1 : 1)),
  };
}

// Of two mouths in one article that tell of one fact, one is enough.
function toldBy(facts: readonly ToldFact[]): readonly Told[] {
  return facts.flatMap(({ fact, tellings }) => {
    const when = happenedOn(fact, tellings);
    const happened = tellings.filter(({ evidence }) => evidence.report.modality === 'happened');
    if (when === null) return [];
    const byArticle = new Map(happened.map((telling) => [telling.evidence.report.metadata.article, telling]));
    return [...byArticle.values()].map((telling) => {
      const { published } = telling.evidence;
      const isDated = when.basis !== 'publication' && published !== null;
      return { telling, lag: isDated ? lagBetween(when.date, published) : null };
    });
  });
}

// What an article tells of one fact that happened; null: nobody says when it happened.
type Told = { readonly telling: Telling; readonly lag: Span | null };

function articleOf({ evidence }: Telling): string {
  return evidence.report.metadata.article;
}

function least(instants: readonly string[]): string {
  return instants.reduce((a, b) => (a < b ? a : b));
}

/** The filters of the drift; `include=told-once` adds what was told once and never planned. */
export const driftFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: statusShape.options,
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
  include: ['told-once', 'unsupported'],
};
