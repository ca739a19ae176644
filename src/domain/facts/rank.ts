import { type Day, daysBetween, lastDay } from '../vocabulary/dates.ts';
import { attributions } from '../vocabulary/event-data.ts';
import { plainName } from '../vocabulary/event-type.ts';
import { type Evidence, withoutGuesses } from './evidence.ts';

/**
 * The rule that chooses among contradicting groups of reports: attribution, then the number of independent
 * articles, then certainly later publication, then narrower publication bounds, then the smallest report id.
 * Answers all groups, best first; the order of the input plays no part (docs/adr/0007).
 */
export function rank<G extends Group>(groups: readonly G[]): readonly Place<G>[] {
  return takePlaces(groups, ranking);
}

/** Reports that say the same thing, competing with other such groups. */
type Group = { readonly evidence: readonly Evidence[] };

/** A place in a ranking: the group that took it, and the rounds in which the groups below it lost it. */
export type Place<G> = { readonly group: G; readonly rounds: readonly Round<G>[] };

type Round<G> = {
  readonly rule: RankRule;
  readonly before: readonly Measured<G>[];
  readonly after: readonly Measured<G>[];
};

export type RankRule = (typeof rankRules)[number];

/** The rules of the ranking, in the order in which they eliminate (docs/adr/0007). */
export const rankRules = [
  'attribution',
  'independent-articles',
  'later-publication',
  'narrower-publication',
  'smallest-id',
] as const;

/** The best group: the first place of the ranking. */
export function rankBest<G extends Group>(groups: readonly G[]): Place<G> {
  return takePlace(groups.map(measure), ranking);
}

/**
 * Single reports in order of publication, latest first: again and again takes the best-ranked report among those that no
 * other one is certainly later than.
 */
export function rankByPublication(evidence: readonly Evidence[]): readonly Place<SingleReport>[] {
  return takePlaces(
    evidence.map((one): SingleReport => ({ evidence: [one] })),
    [['later-publication', dropCertainlyEarlier], ...ranking],
  );
}

type SingleReport = { readonly evidence: readonly [Evidence] };

/** Single reports in order of publication, oldest first. */
export function inOrderOfPublication(evidence: readonly Evidence[]): readonly Evidence[] {
  return rankByPublication(evidence)
    .map(({ group }) => group.evidence[0])
    .toReversed();
}

/** Each place that a group lost, the first place first. */
export function lossesIn<G extends Group>(places: readonly Place<G>[]): ReadonlyMap<G, readonly Loss[]> {
  const losses = new Map<G, Loss[]>();
  for (const { group: winner, rounds } of places) {
    for (const { rule, before, after } of rounds) {
      for (const loser of before.filter((one) => !after.includes(one))) {
        // One certainly later group is enough to beat the loser; the others that are left need not be later.
        const beating = rule === 'later-publication' ? after.filter(({ earliest }) => earliest > loser.latest) : after;
        const loss = { rule, to: winner.evidence, against: beating.map(({ group }) => group.evidence) };
        losses.set(loser.group, [...(losses.get(loser.group) ?? []), loss]);
      }
    }
  }
  return losses;
}

/** A place that reports lost in the ranking: by which rule, to which reports, and against which remaining ones. */
export type Loss = {
  readonly rule: RankRule;
  readonly to: readonly Evidence[];
  readonly against: readonly (readonly Evidence[])[];
};

// Chooses the best again and again among the groups that are left.
function takePlaces<G extends Group>(groups: readonly G[], rules: Rules): readonly Place<G>[] {
  const places: Place<G>[] = [];
  let rest = groups.map(measure);
  while (rest.length > 0) {
    const place = takePlace(rest, rules);
    places.push(place);
    rest = rest.filter(({ group }) => group !== place.group);
  }
  return places;
}

type Rules = readonly (readonly [RankRule, Survivors])[];

type Survivors = <G>(groups: readonly Measured<G>[]) => readonly Measured<G>[];

function takePlace<G>(groups: readonly Measured<G>[], rules: Rules): Place<G> {
  const rounds: Round<G>[] = [];
  let left = groups;
  for (const [rule, survivors] of rules) {
    if (left.length === 1) break;
    const after = survivors(left);
    rounds.push({ rule, before: left, after });
    left = after;
  }
  return { group: (left[0] as Measured<G>).group, rounds };
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

// A guess adds no weight to what better reports say.
function measure<G extends Group>(group: G): Measured<G> {
  const evidence = withoutGuesses(group.evidence);
  return {
    group,
    weight: groupWeight({ evidence }),
    support: -countIndependent({ evidence }),
    earliest: greatest(evidence.map(({ published }) => published?.earliest ?? '0000-01-01')),
    latest: greatest(evidence.map(({ published }) => published?.latest ?? lastDay)),
    width: least(evidence.map(publicationWidth)),
    id: least(evidence.map(({ report }) => report.id)),
  };
}

/** The weight of a group is that of its best report; 0 weighs most. */
export function groupWeight({ evidence }: Group): number {
  return least(evidence.map(({ report }) => attributions.indexOf(report.metadata.attribution)));
}

function least<T extends number | string>(values: readonly T[]): T {
  return values.reduce((a, b) => (a < b ? a : b));
}

// A quote that three publishers print is one mouth, and three quotes of one publisher are one publisher: the fewer count.
function countIndependent({ evidence }: Group): number {
  if (evidence.length === 1) return 1;
  const publisherOf = publishersIn(evidence);
  const publishers = new Set(evidence.map(publisherOf));
  const mouths = new Set(evidence.map((one) => mouthOf(one) ?? publisherOf(one)));
  return Math.min(publishers.size, mouths.size);
}

function mouthOf({ report }: Evidence): string | null {
  const { speaker } = report.metadata;
  return speaker == null ? null : plainName(speaker.name);
}

// The publisher behind each report: of a copy that of its original, of a text under two ids that of the first id. An
// article without a known publisher counts for itself.
function publishersIn(evidence: readonly Evidence[]): (one: Evidence) => string {
  const byArticle = new Map(evidence.map((one) => [articleOf(one), one]));
  const byText = new Map<string, Evidence>();
  for (const one of evidence) {
    const { textSha256, copyOf } = one.citation;
    const other = textSha256 === undefined ? undefined : byText.get(textSha256);
    const isFirst = other === undefined || articleOf(one) < articleOf(other);
    if (textSha256 !== undefined && copyOf === undefined && isFirst) byText.set(textSha256, one);
  }
  const publisherOf = (one: Evidence, via: ReadonlySet<string>): string => {
    const { copyOf, textSha256 } = one.citation;
    const original = copyOf === undefined ? byText.get(textSha256 ?? '') : byArticle.get(copyOf);
    if (original !== undefined && original !== one && !via.has(articleOf(original))) {
      return publisherOf(original, new Set([...via, articleOf(one)]));
    }
    const publisher = copyOf === undefined ? one.publisher : null;
    return publisher === null ? `article ${copyOf ?? articleOf(one)}` : plainName(publisher);
  };
  return (one) => publisherOf(one, new Set());
}

function articleOf({ report }: Evidence): string {
  return report.metadata.article;
}

function greatest<T extends number | string>(values: readonly T[]): T {
  return values.reduce((a, b) => (a > b ? a : b));
}

function publicationWidth({ published }: Evidence): number {
  return published?.earliest && published.latest ? daysBetween(published.earliest, published.latest) : Infinity;
}

// "Certainly later" is a partial order: sorting by it could go in circles, so drop what something certainly beats.
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

function keepLeast(measure: 'weight' | 'support' | 'width' | 'id'): Survivors {
  return (groups) => {
    const best = least(groups.map((group) => group[measure]));
    return groups.filter((group) => group[measure] === best);
  };
}
