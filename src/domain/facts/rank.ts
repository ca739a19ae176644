import { type Day, daysBetween, lastDay } from '../vocabulary/dates.ts';
import { attributions } from '../vocabulary/event-data.ts';
import type { Evidence } from './evidence.ts';

/**
 * The rule that chooses among contradicting groups of reports: attribution, then the number of independent
 * articles, then certainly later publication, then narrower publication bounds, then the smallest report id.
 * Answers all of them, best first; the order of the input plays no part (docs/adr/0007).
 */
export function rank<G extends Group>(groups: readonly G[], tell?: TellLoss<G>): readonly G[] {
  return inTurn(groups.map(measure), ranking, tell);
}

/** Reports that say the same thing, competing with other such groups. */
export type Group = { readonly evidence: readonly Evidence[] };

/** Is told each place that a group lost, from the first place on. */
export type TellLoss<G> = (loser: G, loss: Loss<G>) => void;

/** A place that something lost in the ranking: by which rule, to what took the place, and against what survived there. */
export type Loss<G> = { readonly rule: RankRule; readonly to: G; readonly against: readonly G[] };

export type RankRule = (typeof rankRules)[number];

/** The rules of the ranking, in the order in which they eliminate (docs/adr/0007). */
export const rankRules = [
  'attribution',
  'independent-articles',
  'later-publication',
  'narrower-publication',
  'smallest-id',
] as const;

// Chooses again and again from what is left.
function inTurn<G>(groups: readonly Measured<G>[], rules: Rules, tell?: TellLoss<G>): readonly G[] {
  const chosen: G[] = [];
  let rest = groups;
  while (rest.length > 0) {
    const eliminated: Eliminated<G>[] = [];
    const one = choose(rest, rules, tell && ((some) => eliminated.push(...some)));
    for (const { loser, rule, against } of eliminated) tell?.(loser.group, { rule, to: one.group, against });
    chosen.push(one.group);
    rest = rest.filter((group) => group !== one);
  }
  return chosen;
}

type Measured<G> = {
  readonly group: G;
  readonly weight: number;
  readonly support: number;
  readonly earliest: Day;
  readonly latest: Day;
  readonly width: number;
  readonly id: string;
};

type Rules = readonly (readonly [RankRule, Survivors])[];

type Survivors = <G>(groups: readonly Measured<G>[]) => readonly Measured<G>[];

type Eliminated<G> = { readonly loser: Measured<G>; readonly rule: RankRule; readonly against: readonly G[] };

function choose<G>(
  groups: readonly Measured<G>[],
  rules: Rules = ranking,
  note?: (eliminated: readonly Eliminated<G>[]) => void,
): Measured<G> {
  let left = groups;
  for (const [rule, survivors] of rules) {
    if (left.length === 1) break;
    const kept = survivors(left);
    note?.(eliminatedBy(rule, left, kept));
    left = kept;
  }
  return left[0] as Measured<G>;
}

// "Certainly later" is a partial order: sorting by it could run in circles, dropping what something beats cannot.
const dropCertainlyEarlier: Survivors = (groups) => {
  const newest = greatest(groups.map(({ earliest }) => earliest));
  return groups.filter(({ latest }) => latest >= newest);
};

const ranking: Rules = [
  ['attribution', keepLeast('weight')],
  ['independent-articles', keepLeast('support')],
  ['later-publication', dropCertainlyEarlier],
  ['narrower-publication', keepLeast('width')],
  ['smallest-id', keepLeast('id')],
];

function keepLeast(by: 'weight' | 'support' | 'width' | 'id'): Survivors {
  return (groups) => {
    const value = least(groups.map((group) => group[by]));
    return groups.filter((group) => group[by] === value);
  };
}

function least<T extends number | string>(values: readonly T[]): T {
  return values.reduce((a, b) => (a < b ? a : b));
}

function greatest<T extends number | string>(values: readonly T[]): T {
  return values.reduce((a, b) => (a > b ? a : b));
}

function eliminatedBy<G>(
  rule: RankRule,
  before: readonly Measured<G>[],
  after: readonly Measured<G>[],
): readonly Eliminated<G>[] {
  return before
    .filter((group) => !after.includes(group))
    .map((loser) => {
      // What is left need not be certainly later than the loser, all of it: one of it was enough.
      const beating = rule === 'later-publication' ? after.filter(({ earliest }) => earliest > loser.latest) : after;
      return { loser, rule, against: beating.map(({ group }) => group) };
    });
}

function measure<G extends Group>(group: G): Measured<G> {
  return {
    group,
    weight: groupWeight(group),
    support: -independent(group),
    earliest: greatest(group.evidence.map(({ published }) => published?.earliest ?? '0000-01-01')),
    latest: greatest(group.evidence.map(({ published }) => published?.latest ?? lastDay)),
    width: least(group.evidence.map(widthOf)),
    id: least(group.evidence.map(({ report }) => report.id)),
  };
}

/** The weight of a group is that of its best report. */
export function groupWeight({ evidence }: Group): number {
  return least(evidence.map(weightOf));
}

/** Place of an attribution in the order of weight; 0 weighs most. */
function weightOf({ report }: Evidence): number {
  return attributions.indexOf(report.metadata.attribution);
}

// Independent means different publishers; an article without a known publisher counts for itself.
function independent({ evidence }: Group): number {
  return evidence.length === 1
    ? 1
    : new Set(evidence.map(({ publisher, report }) => publisher ?? `article ${report.metadata.article}`)).size;
}

function widthOf({ published }: Evidence): number {
  return published?.earliest && published.latest ? daysBetween(published.earliest, published.latest) : Infinity;
}

/** Reports grouped by what they say, best group first. */
export function rankBy<T extends Evidence>(
  evidence: readonly T[],
  says: (one: T) => string,
  tell?: TellLoss<{ readonly evidence: readonly T[] }>,
): readonly { readonly evidence: readonly T[] }[] {
  return rank(
    [...Map.groupBy(evidence, says).values()].map((group) => ({ evidence: group })),
    tell,
  );
}

/** The best of reports that each stand for themselves; undefined where there is none. */
export function bestReport(evidence: readonly Evidence[], tell?: TellLoss<Evidence>): Evidence | undefined {
  if (evidence.length === 0) return undefined;
  const eliminated: Eliminated<One>[] = [];
  const best = choose(evidence.map(measureOne), ranking, tell && ((some) => eliminated.push(...some))).group
    .evidence[0];
  for (const { loser, rule, against } of eliminated) {
    tell?.(loser.group.evidence[0], { rule, to: best, against: against.map((one) => one.evidence[0]) });
  }
  return best;
}

type One = { readonly evidence: readonly [Evidence] };

function measureOne(one: Evidence): Measured<One> {
  return measure({ evidence: [one] });
}

/**
 * The reports in order of publication, oldest first: what is certainly later, or else ranks higher among those that
 * may be, comes after what it replaces. A report loses a place to one that comes after it.
 */
export function inOrderOfPublication(evidence: readonly Evidence[], tell?: TellLoss<Evidence>): readonly Evidence[] {
  const only = ({ evidence: [one] }: One): Evidence => one;
  const note: TellLoss<One> | undefined =
    tell && ((loser, { rule, to, against }) => tell(only(loser), { rule, to: only(to), against: against.map(only) }));
  return inTurn(evidence.map(measureOne), publishedFirst, note).map(only).toReversed();
}

const publishedFirst: Rules = [['later-publication', dropCertainlyEarlier], ...ranking];

/** What is told of one of the choices; undefined where nobody listens. */
export function tellAbout(tell: TellOf | undefined, about: string): Tell | undefined {
  return tell && ((step) => tell(about, step));
}

/** Is told the steps of every choice that a fact is made of; `about` is `modality`, `date`, `plan`, `note` or `data.` and a field. */
export type TellOf = (about: string, step: Step) => void;

/** One step of a choice: reports with the value that they give, what became of it, and which places it lost. */
export type Step<V = unknown> = {
  readonly value: V | null;
  readonly evidence: readonly Evidence[];
  readonly outcome: Outcome;
  readonly lost: readonly Loss<readonly Evidence[]>[];
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
  'guess',
  'undated',
  'bounds',
  'yields',
  'not-yet',
] as const;

/** Is told the steps of a choice by the very function that chooses. Without one, nothing is noted: views pay nothing. */
export type Tell<V = unknown> = (step: Step<V>) => void;
