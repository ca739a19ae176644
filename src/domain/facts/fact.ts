import {
  certainlyBefore,
  contains,
  type Day,
  type DaySpan,
  equalBounds,
  lastDay,
  spanBetween,
  type UncertainDate,
  uncertainDate,
} from '../vocabulary/dates.ts';
import { type Attribution, attributions, type Modality } from '../vocabulary/event-data.ts';
import { asText, type EventType, type FieldValue } from '../vocabulary/event-type.ts';
import type { LedgerEvent } from '../vocabulary/events.ts';
import { compareEditions, type Edition } from '../vocabulary/games-editions.ts';
import {
  type Certainty,
  compareSources,
  type Evidence,
  hasCome,
  isFirm,
  isFirsthand,
  isHeardBy,
  isPublishedAfter,
  unknownDate,
  withoutGuesses,
} from './evidence.ts';
import { mergeFields } from './fields.ts';
import {
  bestClaim,
  type Claim,
  type Contest,
  contestOn,
  type Merging,
  type Resolution,
  type Resolutions,
  type Settled,
  settle,
} from './merge.ts';
import { type Occurrence, occurrence } from './occurrence.ts';
import { type Fate, fateOf, type Plan, type PlannedDate, planOf } from './plan.ts';
import { groupWeight, inOrderOfPublication } from './rank.ts';
import { canTurn, statesOf, type Turn, turningTypes } from './states.ts';
import { type StateBy, statesBy } from './states-by.ts';
import { typeOfTurn } from './turns.ts';
import { type EvidenceAt, evidenceAt } from './what-counts.ts';

function fact(key: string, evidence: readonly Evidence[], resolutions: Resolutions): Fact {
  const sorted = evidence.toSorted(compareSources);
  // After a merge of facts the reports of the fact that remains name it.
  const named = sorted.filter(({ report }) => report.fact === key);
  const [{ report }] = (named.length > 0 ? named : sorted) as [Evidence];
  const { subject } = report;
  const type = typeOfTurn(key, report.type);
  const campaign = sorted.find(({ report }) => report.campaign !== null)?.report.campaign ?? null;
  const games = [...new Set(withoutGuesses(sorted).flatMap(({ report }) => report.games))].toSorted(compareEditions);
  return { key, type, subject, campaign, games, evidence: sorted, resolutions, turnedBy: [] };
}

/** What one or more reports are about: the merge of all that count at a cut of the recorded and reported clocks. */
export type Fact = {
  readonly key: string;
  readonly type: EventType;
  readonly subject: string | null;
  readonly campaign: string | null;
  readonly games: readonly Edition[];
  /** Every report that counts, by publication, article, revision, id. */
  readonly evidence: readonly Evidence[];
  readonly resolutions: Resolutions;
  /** Facts that end or change the states of this one. */
  readonly turnedBy: readonly Fact[];
};

/** The facts of what counts at a cut, each from all its reports, in order of key: never in that of arrival. */
export function mergeFacts({ evidence, resolutions }: EvidenceAt): readonly Fact[] {
  const facts = [...Map.groupBy(evidence, (one) => one.fact)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, reports]) => fact(key, reports, resolutions));
  const byType = Map.groupBy(facts, ({ type }) => type.type);
  return facts.map((one) => {
    const turning = turningTypes[one.type.type]?.flatMap((type) => byType.get(type) ?? []) ?? [];
    return turning.length === 0 ? one : { ...one, turnedBy: turning.filter((other) => canTurn(one, other)) };
  });
}

/** The facts of a history (the events up to a position) for a reader on `reportedAsOf`. */
export function factsAt(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): readonly Fact[] {
  return mergeFacts(evidenceAt(history, { reportedAsOf }, certainty));
}

/** The reports of a fact in one modality. */
export function inModality({ evidence }: Fact, modality: Modality): readonly Evidence[] {
  return evidence.filter(({ report }) => report.modality === modality);
}

/**
 * Every article that may have been the first: none was certainly published before it. A copy is not, beside its
 * original.
 */
export function firstReport({ evidence }: Fact): FirstReport {
  const beginning = '0000-01-01';
  const dates = evidence.map(({ published }) => published ?? unknownDate);
  const latest = dates.map((date) => date.latest ?? lastDay).reduce((a, b) => (a < b ? a : b));
  const first = evidence.filter(({ published }) => (published?.earliest ?? beginning) <= latest);
  const told = new Set(first.map(({ report }) => report.metadata.article));
  const copies = first.filter(({ citation }) => citation.copyOf !== undefined && told.has(citation.copyOf));
  const articles = [...told.difference(new Set(copies.map(({ report }) => report.metadata.article)))].toSorted();
  const published = first[0]?.published ?? null;
  const whole = published !== null && first.every((one) => one.published?.edtf === published.edtf) ? published : null;
  const earliest = first.map(({ published }) => published?.earliest ?? beginning).reduce((a, b) => (a < b ? a : b));
  return {
    articles,
    date: whole ?? {
      edtf:
        earliest === latest
          ? latest
          : `[${earliest === beginning ? '' : earliest}..${latest === lastDay ? '' : latest}]`,
      earliest: earliest === beginning ? null : earliest,
      latest: latest === lastDay ? null : latest,
    },
  };
}

/** Which articles may have been the first to report a fact, and when that was. */
type FirstReport = { readonly date: UncertainDate; readonly articles: readonly string[] };

/**
 * A fact as of the end of `day`, certainly or possibly; null if nothing of it had come by then. The occurred clock
 * chooses what is displayed and never drops evidence: the reports stay those of the fact.
 */
export function factState(fact: Fact, day: Day, certainty: Certainty): FactState | null {
  const stages = stagesAt(fact, day, certainty);
  const choice = chooseStage(stages, fact);
  if (choice === null) return null;
  const { stage, rule, weighed, ended } = choice;
  const displayed = stages[stage];
  const state = stage === 'happened' ? stages.states.at(-1) : undefined;
  const { fields, contests: onFields, reopened } = state ?? mergeFields(fact, stage, displayed);
  const plan = planOf(stages.planned, certainty, ended);
  const when = stage === 'happened' ? stages.occurrence : null;
  const contests = [...(weighed === null ? [] : contestOn('modality', weighed)), ...contestsOnDate(when), ...onFields];
  const campaign = fields['campaign']?.value;
  return {
    ...fact,
    campaign: typeof campaign === 'string' ? campaign : fact.campaign,
    stage,
    stageRule: rule,
    toldBy: bestAttribution(displayed),
    occurrence: when,
    datesByDay: when?.dates.filter((date) => hasCome(date, day, 'possible')) ?? [],
    plan,
    denied: denialOf(stages.denied),
    variance: when !== null && plan.current?.evidence.some(isFirm) ? spanBetween(plan.current.date, when.date) : null,
    fields,
    states: stages.states.map((one) => ({ ...one, contests: [...contestsOnDate(one.since), ...one.contests] })),
    note: bestClaim(noteClaims(agreeing(displayed, { stage, plan, type: fact.type, fields, contests })))?.value ?? null,
    contests,
    contested: contests.some(({ contested }) => contested),
    reopened: reopened || [when?.settled, weighed].some((settled) => settled?.reopened === true),
  };
}

/** A fact as of a day of the world: what it says of itself then. */
export type FactState = Fact & {
  /** The modality that is displayed. */
  readonly stage: Modality;
  readonly stageRule: StageRule;
  /** The best attribution among the reports of the displayed modality. */
  readonly toldBy: Attribution;
  /** When it happened; null unless it has, by that day. */
  readonly occurrence: Occurrence | null;
  /** The contested days on which it happened that may have come by that day, the displayed one first. */
  readonly datesByDay: readonly UncertainDate[];
  readonly plan: Plan;
  /** The day for which it is denied, by the latest denial that names one. */
  readonly denied: PlannedDate | null;
  /** Days from plan to actual; negative: before the plan. */
  readonly variance: DaySpan | null;
  readonly fields: Readonly<Record<string, Settled<FieldValue>>>;
  /** The states that had come by that day, of which the last one is displayed; empty where the fact is no state. */
  readonly states: readonly StateBy[];
  /** The best wording among the reports of the displayed modality that agree with the displayed values. */
  readonly note: string | null;
  readonly contests: readonly Contest[];
  readonly contested: boolean;
  readonly reopened: boolean;
};

/** Whether only a guess tells of what a fact displays. */
export function isGuess({ toldBy }: FactState): boolean {
  return toldBy === 'inference';
}

/** Whether nobody tells of what a fact displays but at second hand, or as a guess. */
export function isHearsay({ toldBy }: FactState): boolean {
  return toldBy === 'second-hand' || toldBy === 'inference';
}

/** Why a modality is the displayed one; `weighed`: it contends with another, and the ranking or a steward chose. */
export type StageRule =
  | 'happened'
  | 'happened-after-denial'
  | 'planned'
  | 'planned-beside-denial'
  | 'denied'
  | 'denied-after-plan'
  | 'denied-for-another-day'
  | 'weighed';

function contestsOnDate(when: Occurrence | null): readonly Contest[] {
  return when?.settled ? contestOn('date', when.settled, ({ edtf }) => edtf) : [];
}

function denialOf(evidence: readonly Evidence[]): PlannedDate | null {
  const dated = inOrderOfPublication(evidence.filter(({ date }) => date !== null));
  const date = dated.at(-1)?.date ?? null;
  return date && { date, evidence: dated.filter((one) => one.date !== null && equalBounds(one.date, date)) };
}

function bestAttribution(evidence: readonly Evidence[]): Attribution {
  return attributions[groupWeight({ evidence })] as Attribution;
}

/**
 * The reports that had come by the end of `day`, by modality: a plan or a denial comes when it is published. A guess that
 * it happened does not overtake what anyone else plans or denies, nor does hearsay for certain.
 */
export function stagesAt(fact: Fact, day: Day, certainty: Certainty): Stages {
  const stated = (modality: Modality) =>
    inModality(fact, modality).filter(({ published }) => hasCome(published, day, certainty));
  const happened = inModality(fact, 'happened');
  const turns = turnsOf(fact, certainty);
  const states = statesOf(fact, happened, turns);
  const reached = states === null ? [] : statesBy(fact, states, turns, day, certainty);
  const state = reached.at(-1);
  // What was granted happened when it was granted, also once it is lost.
  const dating = reached.findLast(({ lostBy }) => lostBy === null) ?? state;
  const when = dating?.since ?? (states !== null || happened.length === 0 ? null : occurrence(fact, happened));
  const isPast =
    when !== null && hasCome({ ...when.date, earliest: when.possibly, latest: when.certainly }, day, certainty);
  const [planned, denied] = [stated('planned'), stated('denied')];
  const isHeard = isHeardBy(certainty);
  const isChosen = fact.resolutions(fact.key, 'modality', null)?.value === 'happened';
  const isOvertaken =
    !isChosen &&
    ((!happened.some(isHeard) && [...planned, ...denied].some(isHeard)) ||
      (!happened.some(isFirsthand) && planned.some((plan) => isPlannedStill(plan, happened))));
  const counts = isPast && !isOvertaken;
  const overtaken = isPast && isOvertaken ? happened : [];
  return {
    certainty,
    happened: counts ? (state?.evidence ?? happened) : [],
    planned,
    denied,
    overtaken,
    occurrence: counts ? when : null,
    states: counts ? reached : [],
    dating: counts ? (dating ?? { dating: happened, mergedBy: fact }) : { dating: [], mergedBy: fact },
  };
}

// Whether a firsthand report still plans, for a day to come, what hearsay had told as done.
function isPlannedStill(plan: Evidence, heard: readonly Evidence[]): boolean {
  const { date, published } = plan;
  const isToCome = date === null || published === null || !certainlyBefore(date, published);
  return isFirsthand(plan) && isToCome && heard.every((one) => isPublishedAfter(plan, one));
}

// Hearsay ends and changes nothing. The occurred clock plays no part: a turn to come still tells two states apart.
function turnsOf({ turnedBy }: Fact, certainty: Certainty): readonly Turn[] {
  return turnedBy.flatMap((other) => {
    const state = factState(other, lastDay, certainty);
    if (state === null || state.occurrence === null || isHearsay(state)) return [];
    const { key, type, subject, evidence, occurrence, fields } = state;
    const happened = evidence.filter(({ report }) => report.modality === 'happened');
    return [{ fact: key, type, subject, occurrence, fields, evidence: happened }];
  });
}

/** What a fact is made of on a day. */
export type Stages = Readonly<Record<Modality, readonly Evidence[]>> & {
  readonly certainty: Certainty;
  /** Guesses and hearsay that it happened, where a better report plans or denies it. */
  readonly overtaken: readonly Evidence[];
  readonly occurrence: Occurrence | null;
  /** The states that had come by then; the reports that happened are those of the last one. */
  readonly states: readonly StateBy[];
  /** The reports that date it, and by what they are merged. */
  readonly dating: Pick<StateBy, 'dating' | 'mergedBy'>;
};

/**
 * Which modality is displayed. A denial speaks of what was known when it was published, and where it names a day, of that
 * day alone. What is published certainly later supersedes it; a steward's choice comes before all of that.
 */
export function chooseStage(stages: Stages, { key, resolutions }: Pick<Fact, 'key' | 'resolutions'>): Choice | null {
  const resolution = resolutions(key, 'modality', null);
  const { happened, planned, denied } = resolution === undefined ? heardIn(stages) : stages;
  const affirmed = happened.length > 0 ? happened : planned;
  const certain = (stage: Modality, rule: StageRule): Choice => ({ ...unweighed, stage, rule });
  const weigh = (contending: readonly Evidence[]): Choice | null => {
    const weighed = settle(...modalityClaims(contending, resolution));
    return weighed && { ...unweighed, stage: weighed.value, rule: 'weighed', weighed, contending };
  };
  if (affirmed.length === 0) return denied.length === 0 ? null : certain('denied', 'denied');
  if (denied.length === 0)
    return certain(happened.length > 0 ? 'happened' : 'planned', affirmed === happened ? 'happened' : 'planned');
  if (resolution !== undefined) return weigh([...affirmed, ...denied]);
  if (happened.length === 0) return againstPlans(planned, denied, weigh);
  const against = denied.filter((denial) => !isSuperseded(denial, happened, stages.occurrence));
  if (against.length > 0) return weigh([...happened, ...against]);
  const isOfOtherDays = denied.every(({ date }) => date !== null);
  return certain('happened', isOfOtherDays ? 'denied-for-another-day' : 'happened-after-denial');
}

export type Choice = {
  readonly stage: Modality;
  readonly rule: StageRule;
  readonly weighed: Settled<Modality> | null;
  /** The reports that were weighed against each other. */
  readonly contending: readonly Evidence[];
  /** The plans that a denial ended. */
  readonly ended: ReadonlySet<Evidence>;
};

const unweighed = { weighed: null, contending: [], ended: new Set<Evidence>() };

// What only a guess says does not count where anyone else speaks, nor does hearsay for certain. Hearsay denies nothing that
// a better report plans or tells of.
function heardIn({ certainty, happened, planned, denied }: Stages): Readonly<Record<Modality, readonly Evidence[]>> {
  const isHeard = isHeardBy(certainty);
  const hears = [...happened, ...planned, ...denied].some(isHeard);
  const [affirmed, plans, denials] = [happened, planned, denied].map((some) => (hears ? some.filter(isHeard) : some));
  const isAffirmed = [...(affirmed ?? []), ...(plans ?? [])].some(isFirsthand);
  return {
    happened: affirmed ?? [],
    planned: plans ?? [],
    denied: isAffirmed ? (denials ?? []).filter(isFirsthand) : (denials ?? []),
  };
}

// A denial yields to what certainly happened or was published later, and says nothing against another day.
function isSuperseded(denial: Evidence, happened: readonly Evidence[], when: Occurrence | null): boolean {
  const spoken = denial.published?.latest ?? lastDay;
  if (when?.date.earliest != null && when.date.earliest > spoken) return true;
  if (happened.some((one) => isPublishedAfter(one, denial))) return true;
  return denial.date !== null && when !== null && !contains(denial.date, when.date);
}

// Plans that no denial ends stand; else those that were published at the same time as a denial contend with it.
function againstPlans(
  planned: readonly Evidence[],
  denied: readonly Evidence[],
  weigh: (contending: readonly Evidence[]) => Choice | null,
): Choice | null {
  const fates = planned.map((plan) => ({ plan, fates: denied.map((denial) => fateOf(plan, denial)) }));
  const having = (fate: Fate) => fates.filter((one) => one.fates.includes(fate)).map(({ plan }) => plan);
  const ended = new Set(having('ended'));
  const contending = having('contends').filter((plan) => !ended.has(plan));
  if (planned.some((plan) => !ended.has(plan) && !contending.includes(plan))) {
    return { ...unweighed, stage: 'planned', rule: 'planned-beside-denial', ended };
  }
  if (contending.length === 0) return { ...unweighed, stage: 'denied', rule: 'denied-after-plan' };
  const choice = weigh([
    ...contending,
    ...denied.filter((denial) => contending.some((plan) => fateOf(plan, denial) === 'contends')),
  ]);
  return choice && { ...choice, ended };
}

/** The modalities of contending reports, as `settle` takes them. */
export function modalityClaims(
  evidence: readonly Evidence[],
  resolution: Resolution<FieldValue> | undefined,
): readonly [readonly Claim<Modality>[], Merging<Modality>, Resolution<Modality> | undefined] {
  const claims = evidence.map((one) => ({ value: one.report.modality, evidence: one }));
  const chosen = claims.find(({ value }) => value === resolution?.value)?.value;
  return [
    claims,
    { same: (stage) => stage, combine: (a, b) => (a === b ? a : null), joins: 'narrows' },
    resolution && chosen && { value: chosen, judged: resolution.judged },
  ];
}

/**
 * The reports whose values are shown: of a plan those that tell of the one in force, else those without a day; of all of
 * these, those that say nothing against a displayed value, nor a currency or the like that the displayed whole lacks, and
 * of these those that say nothing vaguer than a displayed value. All of them where none is so.
 */
export function agreeing(
  all: readonly Evidence[],
  { stage, plan, type, fields, contests }: Pick<FactState, 'stage' | 'plan' | 'type' | 'fields' | 'contests'>,
): readonly Evidence[] {
  const evidence = stage === 'planned' && plan.current !== null ? tellingOf(plan.current, all) : all;
  const apart = contests.flatMap(({ alternatives }) =>
    alternatives.flatMap((one) => (one.displayed ? [] : one.evidence)),
  );
  const parts = Object.values(type.wholes).flatMap((whole) => whole.parts);
  const isShown = (one: Evidence) =>
    parts.every((part) => one.fields[part] === undefined || fields[part] !== undefined);
  const rest = evidence.filter((one) => !apart.includes(one));
  // What is said of a quantity or a day may be vaguer than what is shown of it.
  const isExact = (one: Evidence) =>
    Object.entries(type.fields).every(([name, { kind }]) => {
      const [said, displayed] = [one.fields[name], fields[name]?.value];
      if (said === undefined || displayed === undefined) return true;
      if (kind === 'quantity') return JSON.stringify(said) === JSON.stringify(displayed);
      if (kind !== 'date' && kind !== 'period') return true;
      return equalBounds(uncertainDate(asText(said)), uncertainDate(asText(displayed)));
    });
  const shown = rest.filter(isShown);
  return [shown.filter(isExact), shown, rest].find((some) => some.length > 0) ?? evidence;
}

// The reports that word a planned day: those that name it as exactly as it is shown, if one of them has a note.
function tellingOf({ date, evidence }: PlannedDate, all: readonly Evidence[]): readonly Evidence[] {
  const telling = all.filter((one) => evidence.includes(one));
  const naming = telling.filter((one) => one.date !== null && equalBounds(one.date, date));
  const undated = all.filter((one) => one.date === null);
  return [naming, telling, undated].find((some) => noteClaims(some).length > 0) ?? telling;
}

/** The wordings of reports. */
export function noteClaims(evidence: readonly Evidence[]): readonly Claim<string>[] {
  return evidence.flatMap((one) => (one.report.note === null ? [] : [{ value: one.report.note, evidence: one }]));
}
