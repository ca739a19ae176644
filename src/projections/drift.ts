import * as z from 'zod';
import type { Evidence } from '../domain/facts/evidence.ts';
import type { ViewFact } from '../domain/facts/facts-at.ts';
import { dataFields } from '../domain/facts/merge.ts';
import { planOf } from '../domain/facts/plan.ts';
import { inOrderOfPublication } from '../domain/facts/rank.ts';
import { dayOf } from '../domain/facts/states.ts';
import { certainlyBefore, dateChange, type UncertainDate, uncertainDate } from '../domain/vocabulary/dates.ts';
import { modality } from '../domain/vocabulary/event-data.ts';
import { asText, type FieldKind, type FieldValue, plainName } from '../domain/vocabulary/event-type.ts';
import { reportTypes } from '../domain/vocabulary/event-types.ts';
import { type Quantity, quantityChange } from '../domain/vocabulary/quantity.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { answerShape, beginAnswer, type Page, pageOf, pageShape, type Question, wholeList } from './answer.ts';
import { type FilterRules, type Filters, factsThatPass, noFilters } from './filters.ts';
import { reportingLag, reportingLagShape, reportingLags, reportingLagsShape } from './reporting-lag.ts';
import {
  dateOf,
  dateShape,
  flagShape,
  occurredShape,
  reportTypeShape,
  sourceShape,
  sourcesShape,
  spanShape,
  timingShape,
  valueShape,
} from './shapes.ts';
import { sourceOf, sourcesOf } from './sources.ts';
import { type Telling, type ToldFact, toldFacts } from './tellings.ts';
import { factLink, flagsShown, occurredOf, statusShape, summaryOf } from './timeline.ts';

/** How the facts of a partnership were told by a cut: those told more than once, or planned. */
export function driftAnswer(question: Question, filters: Filters = noFilters, page: Page = wholeList): DriftAnswer {
  const { view, names } = question;
  const { ground, cut, partnership } = view;
  const certainty = cut.timing === 'certain' ? 'certain' : 'possible';
  const told = toldFacts(ground, factsThatPass(view, filters), cut, certainty);
  const listed = filters.include.includes('told-once') ? told : told.filter(canDrift);
  const beginning = beginAnswer(question);
  const { total, items, next } = pageOf(listed, page, beginning.cut);
  const entries = items.map((fact) => driftEntry(fact, partnership, names));
  return { ...beginning, total, entries, lags: reportingLags(told), next };
}

export type DriftAnswer = z.infer<typeof driftAnswerShape>;

const stepShape = {
  order: z
    .enum(['certain', 'possible'])
    .nullable()
    .describe('whether it was certainly published after the step before; null: the first step'),
  sameArticle: z.boolean().describe('the step before is of the same article: two mouths, no drift'),
  counts: z.boolean().describe('false: a later publication of the same article replaced it'),
  source: sourceShape,
};

const planStepShape = z.object({
  date: dateShape.nullable().describe('null: told without a date, put off until further notice, denied or withdrawn'),
  change: z
    .enum([
      'first',
      'same',
      'more-precise',
      'vaguer',
      'earlier',
      'later',
      'overlapping',
      'postponed',
      'denied',
      'withdrawn',
    ])
    .describe('against the step before; overlapping: some days fit both; withdrawn: the publisher left it out'),
  days: spanShape.nullable().describe('how much later, negative: earlier; null where it did not move'),
  inForce: z.boolean().describe('the plan that is shown'),
  games: z.array(z.string()),
  withdrawnBy: z
    .object({ revision: z.int(), published: dateShape })
    .nullable()
    .describe('the publication of the same article that leaves it out'),
  ...stepShape,
});

export type PlanStep = z.infer<typeof planStepShape>;

const fieldStepShape = z.object({
  value: valueShape,
  modality,
  change: z
    .enum([
      'first',
      'same',
      'more-precise',
      'vaguer',
      'earlier',
      'later',
      'more',
      'fewer',
      'overlapping',
      'reworded',
      'changed',
      'names-others',
      'other-state',
    ])
    .describe(
      'against the step before; names-others: two lists that do not claim to be complete; other-state: it tells of ' +
        'another state of the world; neither is a drift',
    ),
  by: z
    .object({ min: z.number().nullable(), max: z.number().nullable() })
    .nullable()
    .describe('how much more a number, or how many days later a date, as a span; null where it did not move'),
  ...stepShape,
});

export type FieldStep = z.infer<typeof fieldStepShape>;

const fieldDriftShape = z.object({
  field: z.string(),
  kind: z
    .enum([
      'text',
      'word',
      'currency',
      'flag',
      'quantity',
      'date',
      'period',
      'edition',
      'names',
      'territories',
      'territoryDates',
    ])
    .describe('text: wording, never contested; quantity: a count'),
  changed: z.boolean(),
  steps: z.array(fieldStepShape),
});

export type FieldDrift = z.infer<typeof fieldDriftShape>;

const outcomeShape = z.object({
  kind: z.enum(['happened', 'denied', 'cancelled', 'postponed', 'withdrawn', 'nothing-since']),
  occurred: occurredShape.nullable(),
  variance: spanShape.nullable().describe('days from plan to actual; negative: before the plan'),
  ...sourcesShape,
});

const driftEntryShape = z
  .object({
    fact: z.string(),
    type: reportTypeShape,
    summary: z.string(),
    status: statusShape,
    timing: timingShape,
    games: z.array(z.string()),
    told: z.int().describe('how many reports tell of it'),
    articles: z.array(z.string()).describe('in order of publication'),
    changed: z.boolean().describe('whether the plan or a field changed from article to article'),
    plan: z.array(planStepShape).describe('every time it was planned, in order of publication; guesses left out'),
    fields: z.array(fieldDriftShape).describe('fields that were given more than once'),
    outcome: outcomeShape.nullable().describe('what came of the plan; null: it was never planned'),
    lag: reportingLagShape,
    flags: z.array(flagShape),
    links: z.object({ fact: z.string(), history: z.string() }),
  })
  .describe('How a fact was told: what changed from article to article, what came of it, and how late it was told');

export type DriftEntry = z.infer<typeof driftEntryShape>;

export const driftAnswerShape = answerShape
  .extend({
    total: pageShape.total,
    entries: z.array(driftEntryShape),
    lags: reportingLagsShape.describe('over all facts that the filters let through, told once or more'),
    next: pageShape.next,
  })
  .describe('How promises changed from article to article, and how late they were told, by first publication');

/** Whether a fact was told more than once, or planned: only then can it have drifted. */
export function canDrift({ tellings }: ToldFact): boolean {
  return tellings.length > 1 || tellings.some(isPlan);
}

function isPlan({ evidence }: Pick<Telling, 'evidence'>): boolean {
  return evidence.report.modality === 'planned';
}

/** How a fact was told: what changed from article to article, what came of it, and how late it was told. */
export function driftEntry(told: ToldFact, partnership: string, names: SubjectNames): DriftEntry {
  const { fact, tellings, postponements } = told;
  // A plan that was moved with its Games is in force no more.
  const current = fact.plannedFor?.basis === 'games' ? null : fact.plan.current;
  const plan = planDrift(tellings, postponements, current?.evidence ?? []);
  const fields = fieldDrifts(fact, tellings);
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
    plan,
    fields,
    outcome: outcomeOf(told, link),
    lag: reportingLag(told),
    flags: flagsShown(fact),
    links: { fact: link, history: `${link}/audit` },
  };
}

/** Whether a step is a change from article to article. */
export function isDrift({ change, sameArticle }: { readonly change: string; readonly sameArticle: boolean }): boolean {
  return !['first', 'same', 'names-others', 'other-state'].includes(change) && !sameArticle;
}

// Every time that a fact was planned, denied or withdrawn, each against the plan told before it, in the order that makes
// the last plan the one in force (docs/adr/0007). `current` holds the reports that name the plan in force. Empty if it was
// never planned.
function planDrift(
  tellings: readonly Telling[],
  postponements: readonly Telling[],
  current: readonly Evidence[],
): PlanStep[] {
  const steps = planSteps(tellings, postponements);
  if (!steps.some(isPlan)) return [];
  const inForce = new Set(current.map(({ report }) => report.id));
  let before: Step | undefined;
  // Undefined until a plan is told; null for a plan without a date.
  let toldDate: UncertainDate | null | undefined;
  return steps.map((step): PlanStep => {
    const { evidence, withdrawnBy } = step;
    const { report } = evidence;
    const date = newDayIn(step);
    const isStated = (isPlan(step) || isPostponement(step)) && withdrawnBy === null;
    const change = planChange(step, toldDate);
    const planStep: PlanStep = {
      date: isStated && date !== null ? dateOf(date) : null,
      ...change,
      inForce: isStated && inForce.has(report.id),
      games: [...report.games],
      withdrawnBy: withdrawnBy && {
        revision: withdrawnBy.reading.read.revision,
        published: dateOf(withdrawnBy.published),
      },
      ...placeAfter(before, step),
      source: sourceOf(step.report),
    };
    before = step;
    // A vaguer telling does not replace a plan, so the next one is held against what stood before it.
    if (isStated && change.change !== 'vaguer') toldDate = date;
    return withdrawnBy === null ? planStep : { ...planStep, sameArticle: false };
  });
}

/** A plan, a denial or a withdrawal. `evidence` is `report`, or, of a withdrawal, has the publication that withdrew it. */
type Step = Telling & { readonly report: Evidence };

// A postponement names the day to which it puts off, if any.
function newDayIn(step: Step): UncertainDate | null {
  if (!isPostponement(step)) return step.evidence.date;
  const until = step.evidence.fields['until'];
  return until === undefined ? null : uncertainDate(asText(until));
}

function isPostponement({ evidence }: Pick<Telling, 'evidence'>): boolean {
  return evidence.report.type.milestone === 'postponed';
}

function planSteps(tellings: readonly Telling[], postponements: readonly Telling[]): readonly Step[] {
  const plansTold = tellings.filter(isPlan);
  const stated = new Set(planOf(plansTold.map(({ evidence }) => evidence)).evidence);
  const plans = plansTold.filter(({ evidence }) => stated.has(evidence));
  const denials = tellings.filter(({ evidence }) => evidence.report.modality === 'denied');
  const steps: readonly Step[] = [
    ...[...plans, ...denials, ...postponements].map((telling) => ({
      ...telling,
      report: telling.evidence,
      withdrawnBy: null,
    })),
    // A withdrawal stands where the text that leaves the plan out was published.
    ...plans.flatMap((plan) => {
      const { evidence, withdrawnBy } = plan;
      if (withdrawnBy === null) return [];
      return [{ ...plan, evidence: { ...evidence, published: withdrawnBy.published }, report: evidence }];
    }),
  ];
  const byEvidence = new Map(steps.map((step) => [step.evidence, step]));
  return inOrderOfPublication([...byEvidence.keys()]).flatMap((evidence) => byEvidence.get(evidence) ?? []);
}

function planChange(step: Step, toldDate: UncertainDate | null | undefined): Pick<PlanStep, 'change' | 'days'> {
  const { evidence, withdrawnBy } = step;
  if (withdrawnBy !== null) return { change: 'withdrawn', days: null };
  if (isPostponement(step)) {
    const day = newDayIn(step);
    return { change: 'postponed', days: toldDate == null || day === null ? null : dateChange(toldDate, day).days };
  }
  if (evidence.report.modality === 'denied') return { change: 'denied', days: null };
  return toldDate === undefined ? { change: 'first', days: null } : dateChange(toldDate, evidence.date);
}

// What a step says of its place after the one before it.
function placeAfter(
  before: Telling | undefined,
  { evidence, counts }: Telling,
): Pick<PlanStep, 'order' | 'sameArticle' | 'counts'> {
  if (before === undefined) return { order: null, sameArticle: false, counts };
  const [latest, earliest] = [before.evidence.published?.latest, evidence.published?.earliest];
  const [a, b] = [before.evidence.report.metadata, evidence.report.metadata];
  return {
    order: latest != null && earliest != null && latest < earliest ? 'certain' : 'possible',
    sameArticle: a.article === b.article && a.revision === b.revision,
    counts,
  };
}

// How the fields of a fact changed from telling to telling: wording, counts, dates, names. What came of a plan is held
// against the plan. Only fields that were given more than once; absent is not a value.
function fieldDrifts({ type, states }: ViewFact, tellings: readonly Telling[]): FieldDrift[] {
  const { wholes } = type;
  const stateOf = ({ evidence: { report } }: Telling) =>
    states.findIndex(({ evidence }) => evidence.some((one) => one.report.id === report.id));
  return dataFields(type).flatMap(([field, { kind }]) => {
    const values = tellings.flatMap((telling): ToldValue[] => {
      const value = telling.evidence.fields[field];
      return value === undefined ? [] : [{ ...telling, value }];
    });
    if (values.length < 2) return [];
    const qualifiers =
      Object.values(wholes)
        .find((whole) => whole.parts[0] === field)
        ?.parts.slice(1) ?? [];
    const steps = values.map((now, i): FieldStep => {
      const before = values[i - 1];
      return {
        value: now.value,
        modality: now.evidence.report.modality,
        ...(before === undefined
          ? unmoved('first')
          : stateOf(before) === stateOf(now)
            ? valueChange(kind, before, now, qualifiers)
            : unmoved('other-state')),
        ...placeAfter(before, now),
        source: sourceOf(now.evidence),
      };
    });
    return [{ field, kind, changed: steps.some(isDrift), steps }];
  });
}

type ToldValue = Telling & { readonly value: FieldValue };

function unmoved(change: FieldStep['change']): Pick<FieldStep, 'change' | 'by'> {
  return { change, by: null };
}

function valueChange(
  kind: FieldKind,
  before: ToldValue,
  now: ToldValue,
  qualifiers: readonly string[],
): Pick<FieldStep, 'change' | 'by'> {
  if (kind === 'quantity') {
    const change = quantityChange(before.value as Quantity, now.value as Quantity);
    return change.change === 'same' || isComparable(before, now, qualifiers) ? change : unmoved('changed');
  }
  if (kind === 'date' || kind === 'period') {
    const { change, days } = dateChange(uncertainDate(asText(before.value)), uncertainDate(asText(now.value)));
    return { change, by: days };
  }
  if (canonicalText(kind, before.value) === canonicalText(kind, now.value)) return unmoved('same');
  if (kind === 'names')
    return unmoved(lacksNamesOf(before, now) || lacksNamesOf(now, before) ? 'changed' : 'names-others');
  return unmoved(kind === 'text' ? 'reworded' : 'changed');
}

// Amounts in two currencies, or one a year and one in all, are no more and no less than each other.
function isComparable(before: ToldValue, now: ToldValue, qualifiers: readonly string[]): boolean {
  return qualifiers.every((part) => {
    const [a, b] = [before.evidence.fields[part], now.evidence.fields[part]];
    if (a === undefined || b === undefined) return (a ?? b) === undefined || !unitFields.has(part);
    return plainName(asText(a)) === plainName(asText(b));
  });
}

// Without one of these nobody knows what a number says beside another one.
const unitFields: ReadonlySet<string> = new Set(['currency', 'per', 'unit']);

// Names in another spelling or order say the same.
function canonicalText(kind: FieldKind, value: FieldValue): string {
  if (kind === 'word' || kind === 'currency') return plainName(asText(value));
  return JSON.stringify(kind === 'names' ? [...plainNames(value)].toSorted() : value);
}

function plainNames(value: FieldValue): ReadonlySet<string> {
  return new Set((value as readonly string[]).map(plainName));
}

// Only a list that claims to be complete contradicts one that has other names, unless that one is certainly later.
function lacksNamesOf(list: ToldValue, other: ToldValue): boolean {
  if (list.evidence.fields['complete'] !== true) return false;
  if (certainlyBefore(dayOf(list.evidence), dayOf(other.evidence))) return false;
  return !plainNames(other.value).isSubsetOf(plainNames(list.value));
}

function outcomeOf({ fact, tellings, postponements }: ToldFact, link: string): DriftEntry['outcome'] {
  if (!tellings.some(isPlan)) return null;
  const kind = fact.status in outcomes ? outcomes[fact.status as keyof typeof outcomes] : 'nothing-since';
  const telling =
    kind === 'postponed'
      ? postponements.slice(-1)
      : tellings.filter(({ evidence, counts }) => counts && evidence.report.modality === kind);
  return {
    kind,
    occurred: occurredOf(fact),
    variance: fact.variance,
    ...sourcesOf(
      telling.map(({ evidence }) => evidence),
      [link],
    ),
  };
}

const outcomes = {
  happened: 'happened',
  denied: 'denied',
  cancelled: 'cancelled',
  postponed: 'postponed',
  unsupported: 'withdrawn',
} as const;

/** The filters of the drift; `include=told-once` adds what was told once and never planned. */
export const driftFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: statusShape.options,
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
  include: ['told-once', 'unsupported'],
};
