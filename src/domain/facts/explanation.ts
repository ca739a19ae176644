import type { Day } from '../vocabulary/dates.ts';
import type { Modality } from '../vocabulary/event-data.ts';
import type { EventType, FieldValue, Whole } from '../vocabulary/event-type.ts';
import { type Certainty, type Evidence, isFirm } from './evidence.ts';
import {
  agreeing,
  type Choice,
  chooseStage,
  type Fact,
  factState,
  modalityClaims,
  noteClaims,
  type Stages,
  stagesAt,
} from './fact.ts';
import { claimsOnWhole, type MergedFact } from './fields.ts';
import {
  asMembers,
  type Claim,
  claimsOn,
  dataFields,
  type Merging,
  mergingOf,
  placeGroups,
  type Resolution,
  tallyUp,
} from './merge.ts';
import { boundsOn, dateClaims } from './occurrence.ts';
import { isLookBack, planOf } from './plan.ts';
import { type Loss, lossesIn, rankBest, rankByPublication } from './rank.ts';
import { wholeValue } from './wholes.ts';

/**
 * The steps of every choice behind a displayed fact, by what was chosen: `modality`, `date`, `plan`, `note` or `data.` and
 * a field. It takes the same claims through the same ranking as `factState`. Empty if nothing of the fact had come.
 */
export function explainFact(fact: Fact, day: Day, certainty: Certainty): ReadonlyMap<string, readonly Step[]> {
  const stages = stagesAt(fact, day, certainty);
  const choice = chooseStage(stages, fact);
  if (choice === null) return new Map();
  const { stage } = choice;
  const displayed = stages[stage];
  const state = factState(fact, day, certainty);
  return new Map<string, readonly Step[]>([
    ['modality', explainStage(fact, stages, choice)],
    ['date', stages.occurrence === null ? [] : explainDate(stages)],
    ['plan', explainPlan(stages, choice.ended)],
    ['note', explainNote(displayed, state === null ? displayed : agreeing(displayed, state))],
    ...explainFields((stage === 'happened' && stages.states.at(-1)?.mergedBy) || fact, stage, displayed),
  ]);
}

/** One step of a choice: reports with the value that they give, what became of it, and which places it lost. */
export type Step<V = unknown> = {
  readonly value: V | null;
  readonly evidence: readonly Evidence[];
  readonly outcome: Outcome;
  readonly lost: readonly Loss[];
};

export type Outcome = (typeof outcomes)[number];

/** What became of the value of some reports when a value of a fact was chosen. */
export const outcomes = [
  'leads',
  'agrees',
  'narrows',
  'adds',
  'too-weak',
  'apart',
  'covered',
  'covered-apart',
  'not-shown',
  'replaced',
  'restates',
  'looks-back',
  'guess',
  'undated',
  'bounds',
  'yields',
  'not-yet',
  'other-state',
] as const;

function explainFields(
  { key, type, resolutions, counts }: MergedFact,
  stage: Modality,
  displayed: readonly Evidence[],
): readonly (readonly [string, readonly Step[]])[] {
  const on = (field: string) => resolutions(key, field, stage);
  return [
    ...dataFields(type).map(([name, field]): readonly [string, readonly Step[]] => {
      const [claims, resolution] = claimsOn(name, field, displayed, on(name), counts);
      const how = mergingOf(name, field);
      if (how === 'best') return [`data.${name}`, explainBest(claims)];
      if (how !== 'members') return [`data.${name}`, explainSettled(claims, how, resolution)];
      const steps = explainSettled(...asMembers(claims, resolution));
      const weighed = new Set(claims.map(({ evidence }) => evidence));
      const added = displayed.filter((one) => one.fields[name] !== undefined && !weighed.has(one));
      return [
        `data.${name}`,
        [
          ...steps.map((step) => ({ ...step, value: step.value?.members ?? null })),
          ...added.map(
            (one): Step => ({
              value: one.fields[name],
              evidence: [one],
              outcome: isFirm(one) ? 'adds' : 'guess',
              lost: [],
            }),
          ),
        ],
      ];
    }),
    ...Object.entries(type.wholes).flatMap(([name, whole]) => explainWhole(name, whole, type, displayed, on)),
  ];
}

// A part of what is said together is shown for the reason for which the whole is.
function explainWhole(
  name: string,
  whole: Whole,
  type: EventType,
  displayed: readonly Evidence[],
  on: (field: string) => Resolution<FieldValue> | undefined,
): readonly (readonly [string, readonly Step[]])[] {
  const [claims, merging, resolution] = claimsOnWhole(name, whole, type, displayed, on);
  const steps = explainSettled(claims, merging, resolution);
  const ofPart = (part: string): readonly Step[] => {
    const giving = steps.flatMap((step) => {
      const value = step.value?.[part];
      return value === undefined ? [] : [{ ...step, value }];
    });
    // The best report may leave out what another one fills in.
    const [filling] = giving.filter(({ outcome }) => outcome === 'narrows');
    if (resolution !== undefined || filling === undefined || giving.some(({ outcome }) => outcome === 'leads')) {
      return giving;
    }
    return giving.map((step) => (step === filling ? { ...step, outcome: 'leads' } : step));
  };
  return [
    ...(whole.kind === 'money'
      ? [
          [
            `data.${name}`,
            steps.map((step) => ({ ...step, value: step.value && wholeValue(whole, step.value) })),
          ] as const,
        ]
      : []),
    ...whole.parts.map((part) => [`data.${part}`, ofPart(part)] as const),
  ];
}

function explainStage(
  { key, evidence, resolutions }: Fact,
  stages: Stages,
  { stage, contending }: Choice,
): readonly Step[] {
  const weighed = explainSettled(...modalityClaims(contending, resolutions(key, 'modality', null)));
  // The choice does not weigh reports in another modality, or reports that come after that day.
  const others = evidence.filter((one) => !contending.includes(one));
  return [
    ...weighed,
    ...others.map((one): Step => {
      const { modality } = one.report;
      const outcome = outcomeOf(one, stages, stage, contending.length > 0);
      return { value: modality, evidence: [one], outcome, lost: [] };
    }),
  ];
}

function outcomeOf(one: Evidence, stages: Stages, stage: Modality, isWeighed: boolean): Outcome {
  if (stages.overtaken.includes(one)) return 'guess';
  const { modality } = one.report;
  if (modality === 'happened' && stages.states.slice(0, -1).some(({ evidence }) => evidence.includes(one))) {
    return 'other-state';
  }
  if (!stages[modality].includes(one)) return 'not-yet';
  if (modality !== stage) return 'yields';
  return isWeighed ? 'agrees' : 'leads';
}

function explainDate({ occurrence, dating: { dating: happened, mergedBy } }: Stages): readonly Step[] {
  const { key, resolutions } = mergedBy;
  const settled = explainSettled(...dateClaims(key, happened, resolutions));
  const weighed = new Set(settled.flatMap(({ evidence }) => evidence));
  const bounding = new Set(settled.length === 0 ? happened : boundsOn({ key, resolutions }, happened));
  return [
    ...settled.map((step) => ({ ...step, value: step.value?.edtf ?? null })),
    ...happened
      .filter((one) => !weighed.has(one))
      .map((one): Step => {
        const bounds = bounding.has(one) && one.published?.latest === occurrence?.date.latest;
        const outcome = one.date !== null ? 'guess' : bounds ? (settled.length > 0 ? 'narrows' : 'bounds') : 'undated';
        return { value: null, evidence: [one], outcome, lost: [] };
      }),
  ];
}

function explainPlan({ planned, certainty }: Stages, ended: ReadonlySet<Evidence>): readonly Step[] {
  const { current, history, evidence: stated } = planOf(planned, certainty, ended);
  const places = rankByPublication(stated.filter(({ date }) => date !== null));
  const losses = new Map(
    [...lossesIn(places)].map(
      ([
        {
          evidence: [one],
        },
        lost,
      ]) => [one, lost],
    ),
  );
  // A later restatement of the plan in force takes no place from it.
  const restating = current?.evidence.slice(1) ?? [];
  const lostBy = (one: Evidence) => (losses.get(one) ?? []).filter(({ to }) => !restating.includes(to[0] as Evidence));
  const step =
    (outcome: Outcome) =>
    (one: Evidence): Step => ({
      value: one.date?.edtf ?? null,
      evidence: [one],
      outcome,
      lost: outcome === 'replaced' ? lostBy(one) : [],
    });
  return [
    ...(current?.evidence.slice(0, 1) ?? []).map(step('leads')),
    ...restating.map(step('restates')),
    ...history
      .toReversed()
      .flatMap(({ evidence }) => evidence)
      .map((one) => step(isLookBack(one) ? 'looks-back' : 'replaced')(one)),
    ...stated.filter(({ date }) => date === null).map(step('undated')),
    ...planned.filter((one) => !stated.includes(one)).map(step('guess')),
  ];
}

// The wording of a report that contradicts a displayed value is not shown.
function explainNote(displayed: readonly Evidence[], agreed: readonly Evidence[]): readonly Step<string>[] {
  const others = noteClaims(displayed.filter((one) => !agreed.includes(one)));
  return [
    ...explainBest(noteClaims(agreed)),
    ...others.map(
      ({ value, evidence }): Step<string> => ({
        value,
        evidence: [evidence],
        outcome: 'not-shown',
        lost: [],
      }),
    ),
  ];
}

function explainBest<V>(claims: readonly Claim<V>[]): readonly Step<V>[] {
  if (claims.length === 0) return [];
  const groups = claims.map(({ value, evidence }) => ({ value, evidence: [evidence] }));
  const best = rankBest(groups);
  const losses = lossesIn([best]);
  return groups.map((group) => ({
    ...group,
    outcome: group === best.group ? 'leads' : 'not-shown',
    lost: losses.get(group) ?? [],
  }));
}

function explainSettled<V>(
  claims: readonly Claim<V>[],
  merging: Merging<V>,
  resolution: Resolution<V> | undefined,
): readonly Step<V>[] {
  const places = placeGroups(claims, merging);
  const losses = lossesIn(places);
  const ranked = places.map(({ group }) => group);
  const { outcomes: tallied } = tallyUp(ranked, merging, resolution);
  return ranked.map((group, i) => ({ ...group, outcome: tallied[i] as Outcome, lost: losses.get(group) ?? [] }));
}
