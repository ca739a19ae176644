import { compareSources, type Evidence } from './evidence.ts';
import { bestReport, groupWeight, rankBy } from './rank.ts';

/** A value of a field with the reports that give it. */
export type Alternative<V> = {
  readonly value: V;
  readonly displayed: boolean;
  readonly evidence: readonly Evidence[];
};

/** A field of a fact, settled from the reports that give it. */
export type Settled<V> = {
  readonly value: V;
  readonly contested: boolean;
  /** A report that a steward's resolution did not judge contradicts it. */
  readonly reopened: boolean;
  /** Every value with its reports, in order of publication, where not all agree; empty otherwise. */
  readonly alternatives: readonly Alternative<V>[];
};

/** A steward's resolution of one field. */
export type Resolution<V> = { readonly value: V; readonly judged: (evidence: Evidence) => boolean };

/** A report together with the value that it gives. */
export type Claim<V> = { readonly value: V; readonly evidence: Evidence };

type Tally<V> = { value: V; weight: number; agreeing: Evidence[]; apart: Alternative<V>[]; contested: boolean };

// The attributions from second-hand on; they never narrow what a better one says.
const weakest = 3;

/** How the values of one field are told apart and brought together. */
export type Merging<V> = {
  /** Equal texts are equal values. */
  readonly same: (value: V) => string;
  /** What the displayed value becomes by a further one; null: they contradict each other. */
  readonly combine: (displayed: V, other: V) => V | null;
  /** A further value narrows the displayed one, which a second-hand report or a guess may not do, or adds to it. */
  readonly joins: 'narrows' | 'adds';
};

const join = <V>(
  tally: Tally<V>,
  value: V,
  evidence: readonly Evidence[],
  { combine, joins }: Merging<V>,
): Tally<V> => {
  const combined = combine(tally.value, value);
  if (combined === null) {
    const apart = [...tally.apart, { value, displayed: false, evidence }];
    return { ...tally, apart, contested: true };
  }
  const weight = groupWeight({ evidence });
  const counts = joins === 'adds' || weight < weakest || weight <= tally.weight;
  return { ...tally, value: counts ? combined : tally.value, agreeing: [...tally.agreeing, ...evidence] };
};

const compareAlternatives = <V>({ evidence: [a] }: Alternative<V>, { evidence: [b] }: Alternative<V>): number =>
  a === undefined || b === undefined ? (a === undefined ? -1 : 1) : compareSources(a, b);

const inOrder = <V>(alternatives: readonly Alternative<V>[]): readonly Alternative<V>[] =>
  alternatives
    .map((one) => ({ ...one, evidence: one.evidence.toSorted(compareSources) }))
    .toSorted(compareAlternatives);

/**
 * Settles a field: the claims are grouped by value and taken in the order of the ranking rule, each joining the one
 * displayed or standing beside it. A resolution comes before all of them and covers the reports that it judged. Null
 * where nothing claims a value.
 */
export const settle = <V>(
  claims: readonly Claim<V>[],
  merging: Merging<V>,
  resolution?: Resolution<V>,
): Settled<V> | null => {
  const { same, combine } = merging;
  const valueOf = new Map(claims.map(({ value, evidence }) => [evidence, value]));
  const groups = rankBy(
    claims.map(({ evidence }) => evidence),
    (evidence) => same(valueOf.get(evidence) as V),
  ).map(({ evidence }) => ({ value: valueOf.get(evidence[0] as Evidence) as V, evidence }));
  const [first] = groups;
  if (first === undefined) return null;

  const start: Tally<V> =
    resolution === undefined
      ? { value: first.value, weight: groupWeight(first), agreeing: [...first.evidence], apart: [], contested: false }
      : { value: resolution.value, weight: -1, agreeing: [], apart: [], contested: false };
  const tally = (resolution === undefined ? groups.slice(1) : groups).reduce((sofar, { value, evidence }) => {
    if (resolution === undefined || !evidence.every(resolution.judged)) return join(sofar, value, evidence, merging);
    return combine(sofar.value, value) === null
      ? { ...sofar, apart: [...sofar.apart, { value, displayed: false, evidence }] }
      : { ...sofar, agreeing: [...sofar.agreeing, ...evidence] };
  }, start);

  return {
    value: tally.value,
    contested: tally.contested,
    reopened: resolution !== undefined && tally.contested,
    alternatives:
      tally.apart.length === 0
        ? []
        : inOrder([{ value: tally.value, displayed: true, evidence: tally.agreeing }, ...tally.apart]),
  };
};

/** The claim of the best report, where a field is never contested. */
export const bestClaim = <V>(claims: readonly Claim<V>[]): Claim<V> | null => {
  const best = bestReport(claims.map(({ evidence }) => evidence));
  return claims.find(({ evidence }) => evidence === best) ?? null;
};
