import {
  clipLatest,
  contains,
  type Day,
  type DaySpan,
  equalBounds,
  intersect,
  lastDay,
  spanBetween,
  type UncertainDate,
  uncertainDate,
} from '../vocabulary/dates.ts';
import type { Modality } from '../vocabulary/event-data.ts';
import { asText, type EventType, type FieldValue } from '../vocabulary/event-type.ts';
import type { LedgerEvent } from '../vocabulary/events.ts';
import { compareEditions, type Edition } from '../vocabulary/games-editions.ts';
import { type Certainty, compareSources, type Evidence, hasCome, unknownDate } from './evidence.ts';
import {
  type Alternative,
  bestClaim,
  type Claim,
  type Merging,
  mergeFields,
  type Resolution,
  type Resolutions,
  type Settled,
  settle,
} from './merge.ts';
import { inOrderOfPublication } from './rank.ts';
import { type EvidenceAt, evidenceAt } from './what-counts.ts';

function fact(key: string, evidence: readonly Evidence[], resolutions: Resolutions): Fact {
  const sorted = evidence.toSorted(compareSources);
  // After a merge of facts the reports of the fact that remains name it.
  const named = sorted.filter(({ report }) => report.fact === key);
  const [{ report }] = (named.length > 0 ? named : sorted) as [Evidence];
  const { type, subject } = report;
  const campaign = sorted.find(({ report }) => report.campaign !== null)?.report.campaign ?? null;
  const games = [...new Set(sorted.flatMap(({ report }) => report.games))].toSorted(compareEditions);
  return { key, type, subject, campaign, games, evidence: sorted, resolutions };
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
};

/** The facts of what counts at a cut, each from all its reports, in order of key: never in that of arrival. */
export function mergeFacts({ evidence, resolutions }: EvidenceAt): readonly Fact[] {
  return [...Map.groupBy(evidence, (one) => one.fact)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, reports]) => fact(key, reports, resolutions));
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

/** Every article that may have been the first: none was certainly published before it. */
export function firstReport({ evidence }: Fact): FirstReport {
  const beginning = '0000-01-01';
  const dates = evidence.map(({ published }) => published ?? unknownDate);
  const latest = dates.map((date) => date.latest ?? lastDay).reduce((a, b) => (a < b ? a : b));
  const first = evidence.filter(({ published }) => (published?.earliest ?? beginning) <= latest);
  const articles = [...new Set(first.map(({ report }) => report.metadata.article))].toSorted();
  const whole = first.find(
    ({ published }) => published !== null && first.every((one) => one.published?.edtf === published.edtf),
  )?.published;
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
export type FirstReport = { readonly date: UncertainDate; readonly articles: readonly string[] };

/**
 * A fact as of the end of `day`, certainly or possibly; null if nothing of it had come by then. The occurred clock
 * chooses what is displayed and never drops evidence: the reports stay those of the fact.
 */
export function factState(fact: Fact, day: Day, certainty: Certainty): FactState | null {
  const stages = stagesAt(fact, day, certainty);
  const choice = chooseStage(stages, fact);
  if (choice === null) return null;
  const { stage, rule, weighed } = choice;
  const displayed = stages[stage];
  const fields = mergeFields(fact, stage, displayed);
  const plan = planOf(stages.planned);
  const when = stage === 'happened' ? stages.occurrence : null;
  const contests = [
    ...(weighed === null ? [] : contestOn('modality', weighed)),
    ...(when?.settled ? contestOn('date', when.settled, ({ edtf }) => edtf) : []),
    ...Object.entries(fields).flatMap(([field, settled]) => contestOn(field, settled)),
  ];
  const campaign = fields['campaign']?.value;
  return {
    ...fact,
    campaign: typeof campaign === 'string' ? campaign : fact.campaign,
    stage,
    stageRule: rule,
    occurrence: when,
    plan,
    variance: when !== null && plan.current !== null ? spanBetween(plan.current.date, when.date) : null,
    fields,
    note: bestClaim(noteClaims(displayed))?.value ?? null,
    contests,
    contested: contests.some(({ contested }) => contested),
    reopened: [...Object.values(fields), when?.settled, weighed].some((settled) => settled?.reopened === true),
  };
}

/** A fact as of a day of the world: what it says of itself then. */
export type FactState = Fact & {
  /** The modality that is displayed. */
  readonly stage: Modality;
  readonly stageRule: StageRule;
  /** When it happened; null unless it has, by that day. */
  readonly occurrence: Occurrence | null;
  readonly plan: Plan;
  /** Days from plan to actual; negative: before the plan. */
  readonly variance: DaySpan | null;
  readonly fields: Readonly<Record<string, Settled<FieldValue>>>;
  /** The best wording among the reports of the displayed modality. */
  readonly note: string | null;
  readonly contests: readonly Contest[];
  readonly contested: boolean;
  readonly reopened: boolean;
};

/** Why a modality is the displayed one; `weighed`: it contends with another, and the ranking or a steward chose. */
export type StageRule = 'happened' | 'happened-after-denial' | 'planned' | 'denied' | 'denied-after-plan' | 'weighed';

/** When a fact happened, from its `happened` reports. */
export type Occurrence = {
  readonly date: UncertainDate;
  readonly basis: Basis;
  readonly settled: Settled<UncertainDate> | null;
  /** The earliest day for the occurred clock and for sorting: that of the date, else of the first publication. */
  readonly possibleFrom: Day | null;
};

/** What a date of occurrence rests on: a source's own words, several of them, or only that it was published. */
export type Basis = 'stated' | 'derived' | 'publication';

/** The plan in force and those that it replaced, oldest first. */
export type Plan = {
  readonly current: PlannedDate | null;
  readonly history: readonly PlannedDate[];
  /** All that tells of the plan, dated or not, without what is only guessed of it. */
  readonly evidence: readonly Evidence[];
};

/** A date on which something was to happen, with the reports that named it. */
export type PlannedDate = { readonly date: UncertainDate; readonly evidence: readonly Evidence[] };

/** A field on which reports disagree, with every value and its reports. */
export type Contest = {
  readonly field: string;
  readonly alternatives: readonly Alternative<string | FieldValue>[];
  readonly contested: boolean;
};

/** The reports that had come by the end of `day`, by modality: a plan or a denial comes when it is published. */
export function stagesAt(fact: Fact, day: Day, certainty: Certainty): Stages {
  const stated = (modality: Modality) =>
    inModality(fact, modality).filter(({ published }) => hasCome(published, day, certainty));
  const happened = inModality(fact, 'happened');
  const when = happened.length === 0 ? null : occurrence(fact, happened);
  const isPast = when !== null && hasCome({ ...when.date, earliest: when.possibleFrom }, day, certainty);
  return {
    happened: isPast ? happened : [],
    planned: stated('planned'),
    denied: stated('denied'),
    occurrence: isPast ? when : null,
  };
}

/** What a fact is made of on a day. */
export type Stages = Readonly<Record<Modality, readonly Evidence[]>> & { readonly occurrence: Occurrence | null };

/**
 * When it happened: the dates of the reports, in the order of the ranking rule, each narrowing the ones before it
 * where they overlap, else standing beside them as an alternative. If no report dates it, it happened by the day
 * on which the first report was certainly published: reported in January is not happened in January.
 */
export function occurrence({ key, resolutions }: Resolved, evidence: readonly Evidence[]): Occurrence {
  const settled = settle(...dateClaims(key, evidence, resolutions));
  const date = settled?.value ?? byPublication(evidence);
  const isStated = evidence.some((one) => one.date !== null && equalBounds(one.date, date));
  const first = evidence.some(({ published }) => published?.earliest == null)
    ? null
    : least(evidence.map(({ published }) => published?.earliest));
  return {
    date,
    basis: settled === null ? 'publication' : isStated ? 'stated' : 'derived',
    settled,
    // What certainly happened by a day before anybody wrote of it is not possible only later.
    possibleFrom: date.earliest ?? (first === null ? null : least([first, date.latest])),
  };
}

type Resolved = Pick<Fact, 'key' | 'resolutions'>;

/** The dates that `happened` reports give, as `settle` takes them. */
export function dateClaims(
  key: string,
  evidence: readonly Evidence[],
  resolutions: Resolutions,
): readonly [readonly Claim<UncertainDate>[], Merging<UncertainDate>, Resolution<UncertainDate> | undefined] {
  const claims = evidence.flatMap((one) => {
    const value = dateIn(one);
    return value === null ? [] : [{ value, evidence: one }];
  });
  const resolution = resolutions(key, 'date', 'happened');
  return [
    claims,
    { same: ({ edtf }) => edtf, combine: intersect, joins: 'narrows' },
    resolution && { value: uncertainDate(asText(resolution.value)), judged: resolution.judged },
  ];
}

// A report cannot speak of what happened after it was published.
function dateIn({ date, published }: Evidence): UncertainDate | null {
  return date === null || published?.latest == null ? date : clipLatest(date, published.latest);
}

function byPublication(evidence: readonly Evidence[]): UncertainDate {
  const latest = least(evidence.map(({ published }) => published?.latest));
  return { edtf: latest === null ? '[..]' : `[..${latest}]`, earliest: null, latest };
}

function least(days: readonly (Day | null | undefined)[]): Day | null {
  const known = days.filter((day) => day != null);
  return known.length === 0 ? null : known.reduce((a, b) => (a < b ? a : b));
}

/** A denial beats a plan that was certainly published before it, and yields to what certainly happened after it. */
export function chooseStage(
  { happened, planned, denied, occurrence: when }: Stages,
  { key, resolutions }: Resolved,
): Choice | null {
  const certain = (stage: Modality, rule: StageRule): Choice => ({ stage, rule, weighed: null });
  const against = (evidence: readonly Evidence[]): Choice | null => {
    const weighed = settle(...modalityClaims([...evidence, ...denied], resolutions(key, 'modality', null)));
    return weighed && { stage: weighed.value, rule: 'weighed', weighed };
  };
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

export type Choice = { readonly stage: Modality; readonly rule: StageRule; readonly weighed: Settled<Modality> | null };

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

function latestDay(evidence: readonly Evidence[]): Day {
  return evidence.map(({ published }) => published?.latest ?? lastDay).reduce((a, b) => (a > b ? a : b));
}

function lastEarliestDay(evidence: readonly Evidence[]): Day {
  return evidence.map(({ published }) => published?.earliest ?? '0000-01-01').reduce((a, b) => (a > b ? a : b));
}

/**
 * The plan of a fact from its `planned` reports: the latest published one that has a date. An undated or vaguer
 * restatement does not replace it; the earlier ones are kept, since promises drift.
 */
export function planOf(evidence: readonly Evidence[]): Plan {
  const plans: PlannedDate[] = [];
  const stated = withoutGuesses(evidence);
  for (const one of inOrderOfPublication(stated.filter(({ date }) => date !== null))) {
    const date = one.date as UncertainDate;
    const current = plans.at(-1);
    if (current !== undefined && contains(date, current.date)) {
      plans[plans.length - 1] = { ...current, evidence: [...current.evidence, one] };
    } else {
      plans.push({ date, evidence: [one] });
    }
  }
  return { current: plans.at(-1) ?? null, history: plans.slice(0, -1), evidence: stated };
}

// The reports without guesses, where anyone else speaks of the plan at all: a guess does not date a promise.
function withoutGuesses(evidence: readonly Evidence[]): readonly Evidence[] {
  const stated = evidence.filter(({ report }) => report.metadata.attribution !== 'inference');
  return stated.length > 0 ? stated : evidence;
}

/** The wordings of reports. */
export function noteClaims(evidence: readonly Evidence[]): readonly Claim<string>[] {
  return evidence.flatMap((one) => (one.report.note === null ? [] : [{ value: one.report.note, evidence: one }]));
}

function contestOn<V>(
  field: string,
  { alternatives, contested }: Settled<V>,
  show: (value: V) => FieldValue = (value) => value as FieldValue,
): readonly Contest[] {
  if (alternatives.length === 0) return [];
  return [{ field, alternatives: alternatives.map((one) => ({ ...one, value: show(one.value) })), contested }];
}
