import * as z from 'zod';
import type { Evidence } from '../domain/facts/evidence.ts';
import { explainFact, type Outcome, outcomes, type Step } from '../domain/facts/explanation.ts';
import type { StageRule } from '../domain/facts/fact.ts';
import { certaintyOf, type ViewFact } from '../domain/facts/facts-at.ts';
import { mergeFields } from '../domain/facts/fields.ts';
import { type StatusRule, statusRules } from '../domain/facts/plan-status.ts';
import { type RankRule, rankRules } from '../domain/facts/rank.ts';
import { decisionsInForce, type LeftOut, leftOutAt } from '../domain/facts/what-counts.ts';
import type { FieldValue } from '../domain/vocabulary/event-type.ts';
import type { DecisionEvent } from '../domain/vocabulary/events.ts';
import { answerShape, cutOf, noticeOf, type Question } from './answer.ts';
import { isDecisionOn, keysOf, remainingKey } from './audit.ts';
import { factIn, factNotice } from './fact.ts';
import type { PartnershipView } from './partnership-view.ts';
import { decisionTypes, sourceShape, timingShape, valueShape } from './shapes.ts';
import { sourceOf } from './sources.ts';
import { replacedDecisions } from './succession.ts';
import { factLink, statusShape } from './timeline.ts';

/**
 * Why a fact says what it says at a cut: every displayed value and the rule that chose it, every report up to the cut's
 * position and what became of it, every decision. `firstRecordedAt` is that of the fact's first report.
 */
export function whyAnswer(question: Question, key: string): WhyAnswer {
  const { view } = question;
  const { history } = view.ground;
  const fact = remainingKey(key, history);
  const keys = keysOf(fact, history);
  const shown = factIn(view, fact);
  const link = factLink(view.partnership, fact);
  const notice = shown === undefined ? { notice: noticeOf(question) ?? factNotice(question, fact) } : {};
  return {
    cut: cutOf(view.cut, lastEventOf(view)),
    ...notice,
    fact,
    excluded: excludedReports(view, keys),
    decisions: decisionsOn(view, keys),
    links: { fact: link, history: `${link}/audit` },
    ...(shown === undefined ? { status: null, values: [], considered: [] } : displayed(view, shown)),
  };
}

export type WhyAnswer = z.infer<typeof whyAnswerShape>;

// Why a value is the displayed one, by the rule that chose it.
const valueTexts = {
  'only-one': 'one report alone gives it',
  'all-agree': 'all reports that give it agree',
  intersection: 'reports overlap: what all of them allow',
  union: 'reports add to each other: what all of them name',
  resolution: 'a steward decided on it',
  'latest-published-plan': 'of several plans the latest published one that has a date',
  'put-off-to': 'it was put off to this day',
  'window-of-the-games': 'no report gives it a day; it is planned for these Games, so it takes their dates',
  state: 'the state of that day: lists add to it and sponsors leave it, a grant is lost',
  'first-publication': 'no report dates it; it happened by the day on which the first report was certainly published',
  ...({
    happened: 'a report says that it happened, and none denies it',
    'happened-after-denial': 'it certainly happened, or was reported, after it was denied',
    planned: 'reports say that it is planned, and none that it happened or that it is not so',
    'planned-beside-denial': 'it is planned anew after it was denied, or for another day than the denied one',
    'denied-for-another-day': 'a report says that it happened, and what is denied is another day',
    denied: 'a report denies it, and none says that it happened or is planned',
    'denied-after-plan': 'it was denied, certainly after it was planned',
    weighed: 'reports contend on it, and the ranking or a steward chose',
  } satisfies Record<StageRule, string>),
  ...({
    attribution: 'it has the best attribution',
    'independent-articles': 'more independent articles say so than anything else of equal attribution',
    'later-publication': 'what contradicts it was certainly published earlier, by sources that weigh the same',
    'narrower-publication': 'its publication is known more narrowly than that of what contradicts it',
    'smallest-id': 'nothing tells it from what contradicts it but the smallest report id',
  } satisfies Record<RankRule, string>),
};

// Why a report does not count.
const exclusionTexts = {
  'published-later': 'was certainly published after reportedAsOf',
  'not-certainly-published': 'was published by reportedAsOf only possibly, which timing=certain leaves out',
  republished: 'stands in a text that a later publication of the article replaced',
  reread: 'stands in a reading that a later reading of the same text replaced',
  'not-read-yet': 'belongs to an article that was not read to its end at this position',
  'article-retracted': 'stands in an article that was retracted',
  retracted: 'was retracted by a steward',
} as const satisfies Record<LeftOut['rule'], string>;

function namesIn<Table extends object>(table: Table) {
  return Object.keys(table) as (keyof Table & string)[];
}

const lossShape = z.object({
  rule: z.enum(rankRules).describe('the rule of the ranking by which it lost a place'),
  to: z.array(z.uuid()).describe('the reports that took the place'),
  against: z.array(z.uuid()).describe('every report that was still in the running by that rule'),
});

const weighedShape = z.object({
  report: z.uuid().describe('one of `considered`; of `excluded` where the fact is unsupported'),
  article: z.string(),
  value: valueShape.describe('as it counts: corrections applied, a date cut off at its publication'),
  outcome: z.enum(outcomes),
  lost: z.array(lossShape).describe('each place that it lost in the ranking, the first one first'),
  text: z.string(),
});

const valueWhyShape = z.object({
  field: z
    .string()
    .describe('as in the timeline: modality, occurred, planned, summary, or data. and the name of a field'),
  value: valueShape.describe('the displayed value; a date as EDTF'),
  rule: z.enum(namesIn(valueTexts)).describe('the rule that chose it'),
  text: z.string(),
  contested: z.boolean(),
  reports: z.array(weighedShape),
});

const consideredShape = sourceShape.extend({
  mergedFrom: z.string().nullable().describe('the key under which it was reported, where facts were merged'),
});

const excludedShape = sourceShape.extend({
  rule: z.enum(namesIn(exclusionTexts)),
  by: z.int().nullable().describe('position of the event that did it; null where a clock did'),
  text: z.string(),
});

const decisionShape = z.object({
  position: z.int(),
  recordedAt: z.string(),
  recordedBy: z.string(),
  type: z.enum(decisionTypes),
  field: z.string().nullable(),
  value: valueShape,
  reason: z.string(),
  inForce: z.boolean(),
  text: z.string(),
});

export const whyAnswerShape = answerShape
  .extend({
    fact: z.string(),
    status: z
      .object({
        value: statusShape,
        timing: timingShape,
        certainly: statusShape.nullable().describe('the status by what was certainly so; null: not certainly any'),
        rule: z.enum(statusRules),
        by: z.string().nullable().describe('the fact that called it off'),
        text: z.string(),
      })
      .nullable()
      .describe('null where nothing of it is visible through the cut'),
    values: z.array(valueWhyShape).describe('every displayed value, the rule that chose it and every report on it'),
    considered: z.array(consideredShape).describe('every report that counts at the cut'),
    excluded: z.array(excludedShape).describe('every report up to the position that does not count, and why'),
    decisions: z.array(decisionShape).describe("stewards' decisions on it up to the position"),
    links: z.object({ fact: z.string(), history: z.string() }),
  })
  .describe('Why a fact says what it says: what chose each value, and what became of every report');

/** The last event that the explanation depends on: it also names what reportedAsOf excludes, which a view does not. */
function lastEventOf({ ground, last }: PartnershipView): PartnershipView['last'] {
  const event = ground.history.at(-1);
  if (event === undefined || (last !== null && last.position >= event.position)) return last;
  return { position: event.position, recordedAt: event.recordedAt };
}

function excludedReports({ ground, cut }: PartnershipView, keys: ReadonlySet<string>): WhyAnswer['excluded'] {
  return leftOutAt(ground.history, cut, certaintyOf(cut.timing))
    .filter(({ report }) => keys.has(report.fact))
    .toSorted((a, b) => a.report.position - b.report.position)
    .map(({ report, publication, rule, by }) => {
      const { fact, date, fields } = report;
      const citation = publication?.reading.read ?? {};
      const publisher = publication?.reading.read.publisher ?? null;
      const published = publication?.published ?? null;
      const evidence = { report, fact, date, fields, publisher, citation, published, corrections: [], damaged: [] };
      const source = sourceOf(evidence);
      return { ...source, rule, by: by?.position ?? null, text: `the report ${exclusionTexts[rule]}` };
    });
}

function decisionsOn({ ground, cut }: PartnershipView, keys: ReadonlySet<string>): WhyAnswer['decisions'] {
  const reports = new Set(
    ground.history.flatMap((event) =>
      event.kind === 'report' && event.type.recurs !== true && keys.has(event.fact) ? [event.id] : [],
    ),
  );
  const decisions = ground.history.filter(
    (event): event is DecisionEvent => event.kind === 'decision' && isDecisionOn(event, keys, reports),
  );
  const inForce = decisionsInForce(decisions, cut, certaintyOf(cut.timing));
  // A decision whose reference was published later replaces nothing yet for this reader.
  const replacedBy = new Map(replacedDecisions(inForce).map(({ earlier, later }) => [earlier, later.position]));
  return decisions.map((event) => {
    const { decision, position, recordedAt, recordedBy } = event;
    const isInForce = inForce.includes(event);
    const by = replacedBy.get(event);
    const isUndone = decision.type === 'FactsMerged';
    const replaced = isUndone
      ? `it was undone at position ${by}`
      : `the decision at position ${by} stands in its place`;
    const text = by === undefined ? decisionTexts[decision.type] : replaced;
    return {
      position,
      recordedAt,
      recordedBy,
      type: decision.type,
      field: 'value' in decision ? decision.field : null,
      value: 'value' in decision ? decision.value : null,
      reason: decision.reason,
      inForce: isInForce && by === undefined,
      text: isInForce ? text : laterTexts[decision.type === 'FactRetracted' ? 'withdrawn' : 'founded'],
    };
  });
}

// Why a decision does not hold yet for this reader.
const laterTexts = {
  withdrawn: 'the publisher withdrew it after reportedAsOf',
  founded: 'it rests on a reference that was published after reportedAsOf',
} as const;

const decisionTexts: Readonly<Record<DecisionEvent['decision']['type'], string>> = {
  FactCorrected: 'what its reports say is corrected',
  FactRetracted: 'its reports count no more',
  ContestResolved: 'the contest is settled for the reports that were judged',
  FactsMerged: 'the reports of one key count under the other',
  MergeUndone: 'the reports of either key count under their own again',
};

function displayed(view: PartnershipView, fact: ViewFact): Pick<WhyAnswer, 'status' | 'values' | 'considered'> {
  const { key, status, statusRule, timing, calledOffBy } = fact;
  const isUnsupported = status === 'unsupported';
  // What is unsupported lost its reports to a decision or another reading, and not to a clock.
  const certainly = isUnsupported ? status : (view.facts().certain.find((one) => one.key === key)?.status ?? null);
  const certainty = isUnsupported ? 'possible' : certaintyOf(view.cut.timing);
  return {
    status: { value: status, timing, certainly, rule: statusRule, by: calledOffBy, text: statusTexts[statusRule] },
    values: [...displayedValues(fact, explainFact(fact, view.cut.occurredAsOf, certainty))],
    considered: (isUnsupported ? [] : fact.evidence).map((evidence) => ({
      ...sourceOf(evidence),
      mergedFrom: evidence.report.fact === key ? null : evidence.report.fact,
    })),
  };
}

const statusTexts: Readonly<Record<StatusRule, string>> = {
  stage: 'it is that of the displayed modality',
  'put-off': 'it was planned, and put off until further notice',
  paused: 'the campaign is paused, which puts on hold what is planned of it',
  'came-in-another-year': 'the like of it happened since, in another year: that may be what came of the plan',
  suspended: 'the partnership is suspended, which puts on hold what the partner is to do',
  guess: 'only a guess tells of the plan, and what is only guessed never falls due',
  hearsay: 'only second-hand reports tell of the plan, and hearsay never falls due',
  'called-off': 'it was planned, and what ended its subject happened',
  'games-cancelled': 'it was planned for Games that are cancelled',
  'no-day-named': 'it is planned, and nothing names a day',
  'day-to-come': 'it is planned for after occurredAsOf',
  'day-has-come': 'the first planned day has come, and no report says that it happened',
  'day-long-past': 'the last planned day is more than 30 days past, and no report says that it happened',
  'no-report-counts': 'every report of it was replaced or retracted',
};

// Every displayed value of a fact with the rule that chose it and every report on it.
function displayedValues(fact: ViewFact, explanation: ReadonlyMap<string, Steps>): readonly ValueWhy[] {
  const contested = new Set(fact.contests.filter((contest) => contest.contested).map(({ field }) => field));
  const explain = (
    field: string,
    choice: string,
    value: FieldValue | null | undefined,
    ruleIn: (steps: Steps) => ValueWhy['rule'],
  ): readonly ValueWhy[] => {
    if (value === undefined || value === null) return [];
    const steps = choice === 'plan' ? planSteps(fact, explanation) : (explanation.get(choice) ?? []);
    const rule = ruleIn(steps);
    const reports = steps.flatMap((step) => weighedReports(step, rule === 'resolution'));
    return [
      { field, value, rule, text: valueTexts[rule], contested: contested.has(choice.replace(/^data\./, '')), reports },
    ];
  };
  const { occurrence } = fact;
  return [
    ...explain('modality', 'modality', fact.stage, (steps) => modalityRule(fact, steps)),
    ...explain('occurred', 'date', occurrence?.date.edtf, (steps) => dateRule(fact, steps)),
    ...explain('planned', 'plan', fact.plannedFor?.edtf, (steps) =>
      isPutOff(fact) ? 'put-off-to' : planRule(fact, steps),
    ),
    ...explain('summary', 'note', fact.note, settledRule),
    ...Object.entries(fact.fields).flatMap(([name, { value }]) =>
      explain(`data.${name}`, `data.${name}`, value, (steps) => (isOfState(fact, name) ? 'state' : settledRule(steps))),
    ),
  ];
}

// Whether more than the reports that are held against each other made the value of a field.
function isOfState({ fields, states }: ViewFact, name: string): boolean {
  const state = states.at(-1);
  if (state === undefined) return false;
  const { value } = mergeFields(state.mergedBy, 'happened', state.evidence).fields[name] ?? {};
  return JSON.stringify(value) !== JSON.stringify(fields[name]?.value);
}

// Whether the planned day is one to which it was put off.
function isPutOff({ plan, postponements }: ViewFact): boolean {
  const told = new Set(postponements.flatMap(({ evidence }) => evidence));
  return plan.current?.evidence.every((one) => told.has(one)) ?? false;
}

// The day to which it was put off stands in the place of what was planned before.
function planSteps(fact: ViewFact, explanation: ReadonlyMap<string, Steps>): Steps {
  const steps = explanation.get('plan') ?? [];
  const { current } = fact.plan;
  if (!isPutOff(fact) || current === null) return steps;
  const before = steps.map((step): Step => (step.outcome === 'leads' ? { ...step, outcome: 'replaced' } : step));
  return [...before, { value: current.date.edtf, evidence: current.evidence, outcome: 'leads', lost: [] }];
}

type Steps = readonly Step[];

export type ValueWhy = WhyAnswer['values'][number];

function weighedReports({ value, evidence, outcome, lost }: Step, isResolved: boolean): ValueWhy['reports'] {
  const losses = lost.map(({ rule, to, against }) => ({ rule, to: idsOf(to), against: against.flatMap(idsOf) }));
  const [first] = losses;
  // A steward's choice is displayed whatever the ranking says, so no place in it explains why a report stands aside.
  const reason = first === undefined || isResolved ? '' : `: ${lossTexts[first.rule]}`;
  return evidence.map(({ report }) => {
    const { article } = report.metadata;
    const text = `article ${article} ${outcomeTexts[outcome]}${reason}`;
    return { report: report.id, article, value: value as FieldValue | null, outcome, lost: losses, text };
  });
}

function idsOf(evidence: readonly Evidence[]): string[] {
  return evidence.map(({ report }) => report.id);
}

// Why something lost by a rule of the ranking.
const lossTexts: Readonly<Record<RankRule, string>> = {
  attribution: 'its attribution weighs less',
  'independent-articles': 'fewer independent articles say so',
  'later-publication': 'what it lost to was certainly published later',
  'narrower-publication': 'the bounds of its publication are wider',
  'smallest-id': 'nothing else tells them apart, so the smallest report id decides',
};

// What became of what an article says.
const outcomeTexts: Readonly<Record<Outcome, string>> = {
  leads: 'says what is displayed, or leads to it',
  agrees: 'agrees with it',
  narrows: 'narrows it',
  adds: 'adds to it',
  'too-weak': 'would narrow it, but second-hand reports and guesses never narrow what a better one says',
  apart: 'contradicts it and stands beside it as an alternative',
  covered: 'was judged by the decision, and agrees with it',
  'covered-apart': 'was judged by the decision, and says otherwise; it contests nothing any more',
  'not-shown': 'is worded otherwise; the best report is shown',
  replaced: 'gives an earlier plan, which a later one replaced',
  restates: 'restates the plan, no more exactly',
  'looks-back': 'looks back at an earlier plan, whose day was over by then',
  guess: 'guesses or tells at second hand, which decides nothing where better reports speak',
  undated: 'gives no date',
  bounds: 'was certainly published first, which bounds the date',
  yields: 'speaks of it in a way that what is displayed has overtaken',
  'other-state': 'tells of a state before the one that is shown',
  'not-yet': 'speaks of what had not come by occurredAsOf',
};

function modalityRule({ stageRule }: ViewFact, steps: Steps): ValueWhy['rule'] {
  return stageRule === 'weighed'
    ? settledRule(steps.filter(({ outcome }) => outcome !== 'not-yet' && outcome !== 'yields'))
    : stageRule;
}

function dateRule({ occurrence }: ViewFact, steps: Steps): ValueWhy['rule'] {
  if (steps.length === 0) return 'state';
  const dating = steps.filter(({ value }) => value !== null);
  if (occurrence?.basis === 'publication' && dating.length === 0) return 'first-publication';
  const rule = settledRule(dating);
  // The publication of a report without a day bounds the day that others give.
  const isBounded = steps.some(({ value, outcome }) => value === null && outcome === 'narrows');
  return isBounded && (rule === 'only-one' || rule === 'all-agree') ? 'intersection' : rule;
}

// A resolution goes before all reports, so none of them leads.
function settledRule(steps: Steps): ValueWhy['rule'] {
  return steps.some(({ outcome }) => outcome === 'leads') ? rankedRule(steps) : 'resolution';
}

function rankedRule(steps: Steps): ValueWhy['rule'] {
  const reports = steps.flatMap(({ evidence }) => evidence);
  if (reports.length === 1) return 'only-one';
  const rule = decisive(steps.filter(({ outcome }) => losing.has(outcome)));
  if (rule !== undefined) return rule;
  const values = new Map(steps.map(({ value }) => [JSON.stringify(value), value]));
  if (values.size === 1) return 'all-agree';
  return [...values.values()].some(Array.isArray) ? 'union' : 'intersection';
}

// The rule that eliminated the last of those that say otherwise.
function decisive(losers: Steps): ValueWhy['rule'] | undefined {
  const rules = new Set(losers.flatMap(({ lost: [first] }) => first?.rule ?? []));
  return rankRules.findLast((rule) => rules.has(rule));
}

const losing = new Set(['apart', 'too-weak', 'not-shown']);

function planRule({ plannedFor }: ViewFact, steps: Steps): ValueWhy['rule'] {
  const dated = steps.filter(({ outcome }) => planning.has(outcome));
  if (dated.length === 0 || plannedFor?.basis === 'games') return 'window-of-the-games';
  return dated.length === 1 ? 'only-one' : 'latest-published-plan';
}

const planning = new Set(['leads', 'restates', 'looks-back', 'replaced']);
