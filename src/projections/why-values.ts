import type { FieldValue } from '../domain/events/field.ts';
import type { Evidence } from '../domain/evidence.ts';
import { rankRules, type Step } from '../domain/trail.ts';
import type { ViewFact } from './facts-in-view.ts';
import type { ValueWhy, Weighed } from './shapes/why.ts';
import { outcomeText, rankText, valueText } from './why-words.ts';

type Steps = readonly Step[];

function idsOf(evidence: readonly Evidence[]): string[] {
  return evidence.map(({ report }) => report.id);
}

function weighed({ value, evidence, outcome, lost }: Step, isResolved: boolean): readonly Weighed[] {
  const losses = lost.map(({ rule, to, against }) => ({ rule, to: idsOf(to), against: against.flatMap(idsOf) }));
  const [first] = losses;
  // What a steward chose is displayed whatever the ranking says: no place in it is why a report stands aside.
  const reason = first === undefined || isResolved ? '' : `: ${rankText(first.rule)}`;
  return evidence.map(({ report }) => {
    const { article } = report.metadata;
    const text = `${outcomeText(article, outcome)}${reason}`;
    return { report: report.id, article, value: value as Weighed['value'], outcome, lost: losses, text };
  });
}

// By what the last of those that say otherwise was eliminated.
function decisive(losers: Steps): ValueWhy['rule'] | undefined {
  const rules = new Set(losers.flatMap(({ lost: [first] }) => first?.rule ?? []));
  return rankRules.findLast((rule) => rules.has(rule));
}

const losing = new Set(['apart', 'too-weak', 'not-shown']);

function rankedRule(steps: Steps): ValueWhy['rule'] {
  const reports = steps.flatMap(({ evidence }) => evidence);
  if (reports.length === 1) return 'only-one';
  const rule = decisive(steps.filter(({ outcome }) => losing.has(outcome)));
  if (rule !== undefined) return rule;
  const values = new Map(steps.map(({ value }) => [JSON.stringify(value), value]));
  if (values.size === 1) return 'all-agree';
  return [...values.values()].some(Array.isArray) ? 'union' : 'intersection';
}

// A resolution comes before all reports, so that none of them leads.
function settledRule(steps: Steps): ValueWhy['rule'] {
  return steps.some(({ outcome }) => outcome === 'leads') ? rankedRule(steps) : 'resolution';
}

function planRule(steps: Steps): ValueWhy['rule'] {
  const dated = steps.filter(({ outcome }) => outcome === 'leads' || outcome === 'restates' || outcome === 'replaced');
  if (dated.length === 0) return 'window-of-the-games';
  return dated.length === 1 ? 'only-one' : 'latest-published-plan';
}

function modalityRule({ stageRule }: ViewFact, steps: Steps): ValueWhy['rule'] {
  return stageRule === 'weighed'
    ? settledRule(steps.filter(({ outcome }) => outcome !== 'not-yet' && outcome !== 'yields'))
    : stageRule;
}

/**
 * Every displayed value of a fact with the rule that chose it and every report on it. `steps` are what the functions
 * that chose have told, by what they chose.
 */
export function valuesOf(fact: ViewFact, steps: ReadonlyMap<string, Steps>): readonly ValueWhy[] {
  const contested = new Set(fact.contests.filter((one) => one.contested).map(({ field }) => field));
  const why = (
    field: string,
    about: string,
    value: FieldValue | null | undefined,
    rule: (steps: Steps) => ValueWhy['rule'],
  ): readonly ValueWhy[] => {
    if (value === undefined || value === null) return [];
    const told = steps.get(about) ?? [];
    const chosenBy = rule(told);
    return [
      {
        field,
        value,
        rule: chosenBy,
        text: valueText(chosenBy),
        contested: contested.has(about.replace(/^data\./, '')),
        reports: told.flatMap((step) => weighed(step, chosenBy === 'resolution')),
      },
    ];
  };
  const { occurrence } = fact;
  return [
    ...why('modality', 'modality', fact.stage, (told) => modalityRule(fact, told)),
    ...why('occurred', 'date', occurrence?.date.edtf, (told) =>
      occurrence?.basis === 'publication'
        ? 'first-publication'
        : settledRule(told.filter(({ value }) => value !== null)),
    ),
    ...why('planned', 'plan', fact.plannedFor?.edtf, planRule),
    ...why('summary', 'note', fact.note, settledRule),
    ...Object.entries(fact.fields).flatMap(([name, { value }]) =>
      why(`data.${name}`, `data.${name}`, value, settledRule),
    ),
  ];
}
