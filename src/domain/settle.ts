import { compareSources, type Evidence } from './evidence.ts';
import { bestReport, groupWeight, rankBy } from './rank.ts';
import type { Loss, Outcome, Tell } from './trail.ts';

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

type Tally<V> = {
  readonly value: V;
  readonly weight: number;
  readonly agreeing: readonly Evidence[];
  readonly apart: readonly Alternative<V>[];
  readonly contested: boolean;
};

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

type Losses = readonly Loss<readonly Evidence[]>[];
type Group<V> = { readonly value: V; readonly evidence: readonly Evidence[]; readonly lost: Losses };
type Note = ((outcome: Outcome) => void) | undefined;

function join<V>(
  tally: Tally<V>,
  { value, evidence }: Group<V>,
  { combine, joins, same }: Merging<V>,
  note: Note,
): Tally<V> {
  const combined = combine(tally.value, value);
  if (combined === null) {
    note?.('apart');
    return { ...tally, apart: [...tally.apart, { value, displayed: false, evidence }], contested: true };
  }
  const weight = groupWeight({ evidence });
  const counts = joins === 'adds' || weight < weakest || weight <= tally.weight;
  note?.(same(combined) === same(tally.value) ? 'agrees' : counts ? joins : 'too-weak');
  return { ...tally, value: counts ? combined : tally.value, agreeing: [...tally.agreeing, ...evidence] };
}

function compareAlternatives<V>({ evidence: [a] }: Alternative<V>, { evidence: [b] }: Alternative<V>): number {
  return a === undefined || b === undefined ? (a === undefined ? -1 : 1) : compareSources(a, b);
}

function inOrder<V>(alternatives: readonly Alternative<V>[]): readonly Alternative<V>[] {
  return alternatives
    .map((one) => ({ ...one, evidence: one.evidence.toSorted(compareSources) }))
    .toSorted(compareAlternatives);
}

function grouped<V>(claims: readonly Claim<V>[], same: (value: V) => string, isTold: boolean): readonly Group<V>[] {
  const values = new Map(claims.map(({ value, evidence }) => [evidence, value]));
  const losses = new Map<readonly Evidence[], Loss<readonly Evidence[]>[]>();
  return rankBy(
    claims.map(({ evidence }) => evidence),
    (evidence) => same(values.get(evidence) as V),
    isTold
      ? ({ evidence }, { rule, to, against }) => {
          const lost = { rule, to: to.evidence, against: against.map((group) => group.evidence) };
          losses.set(evidence, [...(losses.get(evidence) ?? []), lost]);
        }
      : undefined,
  ).map(({ evidence }) => ({
    value: values.get(evidence[0] as Evidence) as V,
    evidence,
    lost: losses.get(evidence) ?? [],
  }));
}

// What a resolution judged contradicts it no more; it stays to be seen.
function cover<V>(tally: Tally<V>, { value, evidence }: Group<V>, { combine }: Merging<V>, note: Note): Tally<V> {
  const isApart = combine(tally.value, value) === null;
  note?.(isApart ? 'covered-apart' : 'covered');
  return isApart
    ? { ...tally, apart: [...tally.apart, { value, displayed: false, evidence }] }
    : { ...tally, agreeing: [...tally.agreeing, ...evidence] };
}

/**
 * Settles a field: the claims are grouped by value and taken in the order of the ranking rule, each joining the one
 * displayed or standing beside it. A resolution comes before all of them and covers the reports that it judged. Null
 * where nothing claims a value.
 */
export function settle<V>(
  claims: readonly Claim<V>[],
  merging: Merging<V>,
  resolution?: Resolution<V>,
  tell?: Tell<V>,
): Settled<V> | null {
  const groups = grouped(claims, merging.same, tell !== undefined);
  const [first, ...others] = groups;
  if (first === undefined) return null;

  let tally: Tally<V> =
    resolution === undefined
      ? { value: first.value, weight: groupWeight(first), agreeing: first.evidence, apart: [], contested: false }
      : { value: resolution.value, weight: -1, agreeing: [], apart: [], contested: false };
  if (resolution === undefined) tell?.({ ...first, outcome: 'leads' });
  for (const group of resolution === undefined ? others : groups) {
    const covered = resolution !== undefined && group.evidence.every(resolution.judged);
    const note: Note = tell && ((outcome) => tell({ ...group, outcome }));
    tally = (covered ? cover : join)(tally, group, merging, note);
  }

  const { value, contested, agreeing, apart } = tally;
  const alternatives = apart.length === 0 ? [] : inOrder([{ value, displayed: true, evidence: agreeing }, ...apart]);
  return { value, contested, reopened: resolution !== undefined && contested, alternatives };
}

/** The claim of the best report, where a field is never contested. */
export function bestClaim<V>(claims: readonly Claim<V>[], tell?: Tell<V>): Claim<V> | null {
  const losses = new Map<Evidence, Losses>();
  const best = bestReport(
    claims.map(({ evidence }) => evidence),
    tell &&
      ((loser, { rule, to, against }) => losses.set(loser, [{ rule, to: [to], against: against.map((one) => [one]) }])),
  );
  for (const { value, evidence } of tell === undefined ? [] : claims) {
    tell?.({
      value,
      evidence: [evidence],
      outcome: evidence === best ? 'leads' : 'not-shown',
      lost: losses.get(evidence) ?? [],
    });
  }
  return claims.find(({ evidence }) => evidence === best) ?? null;
}
