import { lastDay } from './day.ts';
import { attributions } from './events/metadata.ts';
import type { Evidence } from './evidence.ts';
import { type Day, daysBetween } from './uncertain-date.ts';

/** Reports that say the same thing, competing with other such groups. */
export type Group = { readonly evidence: readonly Evidence[] };

/** Place of an attribution in the order of weight; 0 weighs most. */
const weightOf = ({ report }: Evidence): number => attributions.indexOf(report.metadata.attribution);

const least = <T extends number | string>(values: readonly T[]): T => values.reduce((a, b) => (a < b ? a : b));
const greatest = <T extends number | string>(values: readonly T[]): T => values.reduce((a, b) => (a > b ? a : b));

/** The weight of a group is that of its best report. */
export const groupWeight = ({ evidence }: Group): number => least(evidence.map(weightOf));

// Independent means different publishers; an article without a known publisher counts for itself.
const independent = ({ evidence }: Group): number =>
  evidence.length === 1
    ? 1
    : new Set(evidence.map(({ publisher, report }) => publisher ?? `article ${report.metadata.article}`)).size;

const widthOf = ({ published }: Evidence): number =>
  published?.earliest && published.latest ? daysBetween(published.earliest, published.latest) : Infinity;

type Measured<G> = {
  readonly group: G;
  readonly weight: number;
  readonly support: number;
  readonly earliest: Day;
  readonly latest: Day;
  readonly width: number;
  readonly id: string;
};

const measure = <G extends Group>(group: G): Measured<G> => ({
  group,
  weight: groupWeight(group),
  support: -independent(group),
  earliest: greatest(group.evidence.map(({ published }) => published?.earliest ?? '0000-01-01')),
  latest: greatest(group.evidence.map(({ published }) => published?.latest ?? lastDay)),
  width: least(group.evidence.map(widthOf)),
  id: least(group.evidence.map(({ report }) => report.id)),
});

const keepLeast = <G>(
  groups: readonly Measured<G>[],
  by: 'weight' | 'support' | 'width' | 'id',
): readonly Measured<G>[] => {
  if (groups.length === 1) return groups;
  const value = least(groups.map((group) => group[by]));
  return groups.filter((group) => group[by] === value);
};

// "Certainly later" is a partial order: sorting by it could run in circles, dropping what something beats cannot.
const dropCertainlyEarlier = <G>(groups: readonly Measured<G>[]): readonly Measured<G>[] => {
  if (groups.length === 1) return groups;
  const newest = greatest(groups.map(({ earliest }) => earliest));
  return groups.filter(({ latest }) => latest >= newest);
};

const choose = <G>(groups: readonly Measured<G>[]): Measured<G> => {
  const bySupport = keepLeast(keepLeast(groups, 'weight'), 'support');
  return keepLeast(keepLeast(dropCertainlyEarlier(bySupport), 'width'), 'id')[0] as Measured<G>;
};

/**
 * The rule that chooses among contradicting groups of reports: attribution, then the number of independent
 * articles, then certainly later publication, then narrower publication bounds, then the smallest report id.
 * Answers all of them, best first; the order of the input plays no part (docs/adr/0007).
 */
export const rank = <G extends Group>(groups: readonly G[]): readonly G[] => {
  const ranked: G[] = [];
  let rest: readonly Measured<G>[] = groups.map(measure);
  while (rest.length > 0) {
    const chosen = choose(rest);
    ranked.push(chosen.group);
    rest = rest.filter((group) => group !== chosen);
  }
  return ranked;
};

/** Reports grouped by what they say, best group first. */
export const rankBy = <T extends Evidence>(
  evidence: readonly T[],
  says: (one: T) => string,
): readonly { readonly evidence: readonly T[] }[] =>
  rank([...Map.groupBy(evidence, says).values()].map((group) => ({ evidence: group })));

/** The best of reports that each stand for themselves; undefined where there is none. */
export const bestReport = (evidence: readonly Evidence[]): Evidence | undefined =>
  evidence.length === 0 ? undefined : choose(evidence.map((one) => measure({ evidence: [one] }))).group.evidence[0];

/**
 * The reports in order of publication, oldest first: what is certainly later, or else ranks higher among those that
 * may be, comes after what it replaces.
 */
export const inOrderOfPublication = (evidence: readonly Evidence[]): readonly Evidence[] => {
  const newestFirst: Evidence[] = [];
  let rest: readonly Measured<Group>[] = evidence.map((one) => measure({ evidence: [one] }));
  while (rest.length > 0) {
    const last = choose(dropCertainlyEarlier(rest));
    newestFirst.push(last.group.evidence[0] as Evidence);
    rest = rest.filter((one) => one !== last);
  }
  return newestFirst.toReversed();
};
