import { type Certainty, hasCome } from './cut.ts';
import { lastDay } from './day.ts';
import type { FieldValue } from './events/field.ts';
import type { Modality } from './events/metadata.ts';
import type { Evidence } from './evidence.ts';
import { type Fact, inModality } from './fact.ts';
import { mergeFields } from './merge-fields.ts';
import { type Occurrence, occurrence } from './occurrence.ts';
import { type Plan, planOf, type Variance, varianceOf } from './plan.ts';
import { type Alternative, bestClaim, type Merging, type Resolution, type Settled, settle } from './settle.ts';
import type { Day } from './uncertain-date.ts';

/** A field on which reports disagree, with every value and its reports. */
export type Contest = {
  readonly field: string;
  readonly alternatives: readonly Alternative<string | FieldValue>[];
  readonly contested: boolean;
};

/** A fact as of a day of the world: what it says of itself then. */
export type FactState = Fact & {
  /** The modality that is displayed. */
  readonly stage: Modality;
  /** When it happened; null unless it has, by that day. */
  readonly occurrence: Occurrence | null;
  readonly plan: Plan;
  readonly variance: Variance | null;
  readonly fields: Readonly<Record<string, Settled<FieldValue>>>;
  /** The best wording among the reports of the displayed modality. */
  readonly note: string | null;
  readonly contests: readonly Contest[];
  readonly contested: boolean;
  readonly reopened: boolean;
};

type Stages = {
  readonly happened: readonly Evidence[];
  readonly planned: readonly Evidence[];
  readonly denied: readonly Evidence[];
  readonly occurrence: Occurrence | null;
};

// A plan or a denial is a statement: it exists from its publication, whatever day it names.
const stagesAt = (fact: Fact, day: Day, certainty: Certainty): Stages => {
  const stated = (modality: Modality) =>
    inModality(fact, modality).filter(({ published }) => hasCome(published, day, certainty));
  const happened = inModality(fact, 'happened');
  const when = happened.length === 0 ? null : occurrence(fact.key, happened, fact.resolutions);
  const has = when !== null && hasCome({ ...when.date, earliest: when.possibleFrom }, day, certainty);
  return {
    happened: has ? happened : [],
    planned: stated('planned'),
    denied: stated('denied'),
    occurrence: has ? when : null,
  };
};

const latestDay = (evidence: readonly Evidence[]): Day =>
  evidence.map(({ published }) => published?.latest ?? lastDay).reduce((a, b) => (a > b ? a : b));
const lastEarliestDay = (evidence: readonly Evidence[]): Day =>
  evidence.map(({ published }) => published?.earliest ?? '0000-01-01').reduce((a, b) => (a > b ? a : b));

type Choice = { readonly stage: Modality; readonly weighed: Settled<Modality> | null };

const oneOfTwo: Merging<Modality> = {
  same: (stage) => stage,
  combine: (a, b) => (a === b ? a : null),
  joins: 'narrows',
};

const weigh = (evidence: readonly Evidence[], resolution: Resolution<FieldValue> | undefined): Choice | null => {
  const claims = evidence.map((one) => ({ value: one.report.modality, evidence: one }));
  const chosen = claims.find(({ value }) => value === resolution?.value)?.value;
  const weighed = settle(claims, oneOfTwo, resolution && chosen && { value: chosen, judged: resolution.judged });
  return weighed && { stage: weighed.value, weighed };
};

// A denial beats a plan that was certainly published before it, and yields to what certainly happened after it.
const choose = ({ happened, planned, denied, occurrence: when }: Stages, { key, resolutions }: Fact): Choice | null => {
  const certain = (stage: Modality): Choice => ({ stage, weighed: null });
  const against = (evidence: readonly Evidence[]) =>
    weigh([...evidence, ...denied], resolutions(key, 'modality', null));
  if (happened.length > 0) {
    if (denied.length === 0) return certain('happened');
    const later = when?.date.earliest != null && when.date.earliest > latestDay(denied);
    return later ? certain('happened') : against(happened);
  }
  if (denied.length > 0) {
    const beaten = planned.length === 0 || latestDay(planned) < lastEarliestDay(denied);
    return beaten ? certain('denied') : against(planned);
  }
  return planned.length > 0 ? certain('planned') : null;
};

const contestOf = (field: string, { alternatives, contested }: Settled<FieldValue | string>): Contest[] =>
  alternatives.length === 0 ? [] : [{ field, alternatives, contested }];

const dateContest = (when: Occurrence | null): Contest[] =>
  when?.settled == null || when.settled.alternatives.length === 0
    ? []
    : [
        {
          field: 'date',
          contested: when.settled.contested,
          alternatives: when.settled.alternatives.map((one) => ({ ...one, value: one.value.edtf })),
        },
      ];

/**
 * A fact as of the end of `day`, certainly or possibly; null where nothing of it had come by then. The occurred
 * clock chooses what is displayed; it never drops evidence: the reports stay those of the fact.
 */
export const factState = (fact: Fact, day: Day, certainty: Certainty): FactState | null => {
  const stages = stagesAt(fact, day, certainty);
  const choice = choose(stages, fact);
  if (choice === null) return null;
  const { stage, weighed } = choice;
  const displayed = stages[stage];
  const fields = mergeFields(fact.key, fact.type, stage, displayed, fact.resolutions);
  const plan = planOf(stages.planned);
  const when = stage === 'happened' ? stages.occurrence : null;
  const contests = [
    ...(weighed === null ? [] : contestOf('modality', weighed)),
    ...dateContest(when),
    ...Object.entries(fields).flatMap(([field, settled]) => contestOf(field, settled)),
  ];
  const note = bestClaim(
    displayed.flatMap((evidence) => (evidence.report.note === null ? [] : [{ value: evidence.report.note, evidence }])),
  );
  const campaign = fields['campaign']?.value;
  return {
    ...fact,
    campaign: typeof campaign === 'string' ? campaign : fact.campaign,
    stage,
    occurrence: when,
    plan,
    variance: when !== null && plan.current !== null ? varianceOf(plan.current.date, when.date) : null,
    fields,
    note: note?.value ?? null,
    contests,
    contested: contests.some(({ contested }) => contested),
    reopened: [...Object.values(fields), when?.settled, weighed].some((settled) => settled?.reopened === true),
  };
};
