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
import { type Outcome, type TellOf, tellAbout } from './trail.ts';
import type { Day } from './uncertain-date.ts';

/** A field on which reports disagree, with every value and its reports. */
export type Contest = {
  readonly field: string;
  readonly alternatives: readonly Alternative<string | FieldValue>[];
  readonly contested: boolean;
};

/** Why a modality is the displayed one; `weighed`: it contends with another, and the ranking or a steward chose. */
export const stageRules = [
  'happened',
  'happened-after-denial',
  'planned',
  'denied',
  'denied-after-plan',
  'weighed',
] as const;
export type StageRule = (typeof stageRules)[number];

/** A fact as of a day of the world: what it says of itself then. */
export type FactState = Fact & {
  /** The modality that is displayed. */
  readonly stage: Modality;
  readonly stageRule: StageRule;
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
function stagesAt(fact: Fact, day: Day, certainty: Certainty, tell?: TellOf): Stages {
  const stated = (modality: Modality) =>
    inModality(fact, modality).filter(({ published }) => hasCome(published, day, certainty));
  const happened = inModality(fact, 'happened');
  const when = happened.length === 0 ? null : occurrence(fact.key, happened, fact.resolutions, tellAbout(tell, 'date'));
  const has = when !== null && hasCome({ ...when.date, earliest: when.possibleFrom }, day, certainty);
  return {
    happened: has ? happened : [],
    planned: stated('planned'),
    denied: stated('denied'),
    occurrence: has ? when : null,
  };
}

function latestDay(evidence: readonly Evidence[]): Day {
  return evidence.map(({ published }) => published?.latest ?? lastDay).reduce((a, b) => (a > b ? a : b));
}
function lastEarliestDay(evidence: readonly Evidence[]): Day {
  return evidence.map(({ published }) => published?.earliest ?? '0000-01-01').reduce((a, b) => (a > b ? a : b));
}

type Choice = { readonly stage: Modality; readonly rule: StageRule; readonly weighed: Settled<Modality> | null };

const oneOfTwo: Merging<Modality> = {
  same: (stage) => stage,
  combine: (a, b) => (a === b ? a : null),
  joins: 'narrows',
};

function weigh(
  evidence: readonly Evidence[],
  resolution: Resolution<FieldValue> | undefined,
  tell: TellOf | undefined,
): Choice | null {
  const claims = evidence.map((one) => ({ value: one.report.modality, evidence: one }));
  const chosen = claims.find(({ value }) => value === resolution?.value)?.value;
  const settled = resolution && chosen && { value: chosen, judged: resolution.judged };
  const weighed = settle(claims, oneOfTwo, settled, tellAbout(tell, 'modality'));
  return weighed && { stage: weighed.value, rule: 'weighed', weighed };
}

// A denial beats a plan that was certainly published before it, and yields to what certainly happened after it.
function choose(
  { happened, planned, denied, occurrence: when }: Stages,
  { key, resolutions }: Fact,
  tell: TellOf | undefined,
): Choice | null {
  const certain = (stage: Modality, rule: StageRule): Choice => ({ stage, rule, weighed: null });
  const against = (evidence: readonly Evidence[]) =>
    weigh([...evidence, ...denied], resolutions(key, 'modality', null), tell);
  if (happened.length > 0) {
    if (denied.length === 0) return certain('happened', 'happened');
    const later = when?.date.earliest != null && when.date.earliest > latestDay(denied);
    return later ? certain('happened', 'happened-after-denial') : against(happened);
  }
  if (denied.length > 0) {
    if (planned.length === 0) return certain('denied', 'denied');
    return latestDay(planned) < lastEarliestDay(denied) ? certain('denied', 'denied-after-plan') : against(planned);
  }
  return planned.length > 0 ? certain('planned', 'planned') : null;
}

// What the choice of a modality does not weigh: reports in another one, and those that do not speak by that day.
function tellStages(fact: Fact, stages: Stages, { stage, weighed }: Choice, tell: TellOf) {
  const contending = new Set(weighed === null ? [] : ['denied', stages.happened.length > 0 ? 'happened' : 'planned']);
  for (const one of fact.evidence) {
    const { modality } = one.report;
    if (contending.has(modality) && stages[modality].includes(one)) continue;
    const spoken: Outcome = modality === stage ? 'leads' : 'yields';
    const outcome = stages[modality].includes(one) ? spoken : 'not-yet';
    tell('modality', { value: modality, evidence: [one], outcome, lost: [] });
  }
}

function contestOf(field: string, { alternatives, contested }: Settled<FieldValue | string>): Contest[] {
  return alternatives.length === 0 ? [] : [{ field, alternatives, contested }];
}

function dateContest(when: Occurrence | null): Contest[] {
  return when?.settled == null || when.settled.alternatives.length === 0
    ? []
    : [
        {
          field: 'date',
          contested: when.settled.contested,
          alternatives: when.settled.alternatives.map((one) => ({ ...one, value: one.value.edtf })),
        },
      ];
}

/**
 * A fact as of the end of `day`, certainly or possibly; null where nothing of it had come by then. The occurred
 * clock chooses what is displayed; it never drops evidence: the reports stay those of the fact. `tell` hears of every
 * step of every choice, and changes none.
 */
export function factState(fact: Fact, day: Day, certainty: Certainty, tell?: TellOf): FactState | null {
  const stages = stagesAt(fact, day, certainty, tell);
  const choice = choose(stages, fact, tell);
  if (choice === null) return null;
  const { stage, rule, weighed } = choice;
  if (tell !== undefined) tellStages(fact, stages, choice, tell);
  const displayed = stages[stage];
  const fields = mergeFields(fact.key, fact.type, stage, displayed, fact.resolutions, tell);
  const plan = planOf(stages.planned, tellAbout(tell, 'plan'));
  const when = stage === 'happened' ? stages.occurrence : null;
  const contests = [
    ...(weighed === null ? [] : contestOf('modality', weighed)),
    ...dateContest(when),
    ...Object.entries(fields).flatMap(([field, settled]) => contestOf(field, settled)),
  ];
  const note = bestClaim(
    displayed.flatMap((evidence) => (evidence.report.note === null ? [] : [{ value: evidence.report.note, evidence }])),
    tellAbout(tell, 'note'),
  );
  const campaign = fields['campaign']?.value;
  return {
    ...fact,
    campaign: typeof campaign === 'string' ? campaign : fact.campaign,
    stage,
    stageRule: rule,
    occurrence: when,
    plan,
    variance: when !== null && plan.current !== null ? varianceOf(plan.current.date, when.date) : null,
    fields,
    note: note?.value ?? null,
    contests,
    contested: contests.some(({ contested }) => contested),
    reopened: [...Object.values(fields), when?.settled, weighed].some((settled) => settled?.reopened === true),
  };
}
