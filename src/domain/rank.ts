import { attributions } from './events/metadata.ts';
import type { Evidence } from './evidence.ts';
import { type Day, daysBetween } from './uncertain-date.ts';

/** Reports that say the same thing, competing with other such groups. */
export type Group = { readonly evidence: readonly Evidence[] };

/** Place of an attribution in the order of weight; 0 weighs most. */
export const weightOf = ({ report }: Evidence): number => attributions.indexOf(report.metadata.attribution);

/** The weight of a group is that of its best report. */
export const groupWeight = ({ evidence }: Group): number => Math.min(...evidence.map(weightOf));

// Independent means different publishers; an article without a known publisher counts for itself.
const independent = ({ evidence }: Group): number =>
  new Set(evidence.map(({ publisher, report }) => publisher ?? `article ${report.metadata.article}`)).size;

const earliestDay = ({ evidence }: Group): Day =>
  evidence.map(({ published }) => published?.earliest ?? '0000-01-01').reduce((a, b) => (a > b ? a : b));
const latestDay = ({ evidence }: Group): Day =>
  evidence.map(({ published }) => published?.latest ?? '9999-12-31').reduce((a, b) => (a > b ? a : b));

const narrowest = ({ evidence }: Group): number =>
  Math.min(
    ...evidence.map(({ published }) =>
      published?.earliest && published.latest ? daysBetween(published.earliest, published.latest) : Infinity,
    ),
  );

const smallestId = ({ evidence }: Group): string =>
  evidence.map(({ report }) => report.id).reduce((a, b) => (a < b ? a : b));

const keepLeast = <G extends Group>(groups: readonly G[], measure: (group: G) => number | string): readonly G[] => {
  const measured = groups.map((group) => ({ group, value: measure(group) }));
  const least = measured.map(({ value }) => value).reduce((a, b) => (a < b ? a : b));
  return measured.filter(({ value }) => value === least).map(({ group }) => group);
};

// "Certainly later" is a partial order: sorting by it could run in circles, dropping what something beats cannot.
const dropCertainlyEarlier = <G extends Group>(groups: readonly G[]): readonly G[] => {
  const newest = groups.map(earliestDay).reduce((a, b) => (a > b ? a : b));
  return groups.filter((group) => latestDay(group) >= newest);
};

const best = <G extends Group>(groups: readonly G[]): G => {
  const byWeight = keepLeast(groups, groupWeight);
  const bySupport = keepLeast(byWeight, (group) => -independent(group));
  const byTime = dropCertainlyEarlier(bySupport);
  const byBounds = keepLeast(byTime, narrowest);
  return keepLeast(byBounds, smallestId)[0] as G;
};

/**
 * The rule that chooses among contradicting groups of reports: attribution, then the number of independent
 * articles, then certainly later publication, then narrower publication bounds, then the smallest report id.
 * Answers all of them, best first; the order of the input plays no part.
 */
export const rank = <G extends Group>(groups: readonly G[]): readonly G[] => {
  const ranked: G[] = [];
  let rest = groups;
  while (rest.length > 0) {
    const chosen = best(rest);
    ranked.push(chosen);
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
