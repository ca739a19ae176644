import { intersect, uncertainDate } from '../vocabulary/dates.ts';
import type { Modality } from '../vocabulary/event-data.ts';
import { asText, type EventType, type Field, type FieldValue, mergeOf } from '../vocabulary/event-type.ts';
import type { Decision, DecisionEvent, ReportEvent } from '../vocabulary/events.ts';
import { intersectQuantities, type Quantity } from '../vocabulary/quantity.ts';
import { compareSources, type Evidence, judges } from './evidence.ts';
import { bestReport, groupWeight, type Loss, type Outcome, rankBy, type Tell, type TellOf, tellAbout } from './rank.ts';

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

/** A report together with the value that it gives. */
export type Claim<V> = { readonly value: V; readonly evidence: Evidence };

/** How the values of one field are told apart and brought together. */
export type Merging<V> = {
  /** Equal texts are equal values. */
  readonly same: (value: V) => string;
  /** What the displayed value becomes by a further one; null: they contradict each other. */
  readonly combine: (displayed: V, other: V) => V | null;
  /** A further value narrows the displayed one, which a second-hand report or a guess may not do, or adds to it. */
  readonly joins: 'narrows' | 'adds';
};

/** A steward's resolution of one field. */
export type Resolution<V> = { readonly value: V; readonly judged: (evidence: Evidence) => boolean };

/** A field of a fact, settled from the reports that give it. */
export type Settled<V> = {
  readonly value: V;
  readonly contested: boolean;
  /** A report that a steward's resolution did not judge contradicts it. */
  readonly reopened: boolean;
  /** Every value with its reports, in order of publication, where not all agree; empty otherwise. */
  readonly alternatives: readonly Alternative<V>[];
};

/** A value of a field with the reports that give it. */
export type Alternative<V> = {
  readonly value: V;
  readonly displayed: boolean;
  readonly evidence: readonly Evidence[];
};

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

type Group<V> = { readonly value: V; readonly evidence: readonly Evidence[]; readonly lost: Losses };

type Losses = readonly Loss<readonly Evidence[]>[];

type Tally<V> = {
  readonly value: V;
  readonly weight: number;
  readonly agreeing: readonly Evidence[];
  readonly apart: readonly Alternative<V>[];
  readonly contested: boolean;
};

type Note = ((outcome: Outcome) => void) | undefined;

// What a resolution judged contradicts it no more; it stays to be seen.
function cover<V>(tally: Tally<V>, { value, evidence }: Group<V>, { combine }: Merging<V>, note: Note): Tally<V> {
  const isApart = combine(tally.value, value) === null;
  note?.(isApart ? 'covered-apart' : 'covered');
  return isApart
    ? { ...tally, apart: [...tally.apart, { value, displayed: false, evidence }] }
    : { ...tally, agreeing: [...tally.agreeing, ...evidence] };
}

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

// The attributions from second-hand on; they never narrow what a better one says.
const weakest = 3;

function inOrder<V>(alternatives: readonly Alternative<V>[]): readonly Alternative<V>[] {
  return alternatives
    .map((one) => ({ ...one, evidence: one.evidence.toSorted(compareSources) }))
    .toSorted(compareAlternatives);
}

function compareAlternatives<V>({ evidence: [a] }: Alternative<V>, { evidence: [b] }: Alternative<V>): number {
  return a === undefined || b === undefined ? (a === undefined ? -1 : 1) : compareSources(a, b);
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

/** The fields of one modality of a fact, each merged as its kind demands; absent is not a value. */
export function mergeFields(
  fact: string,
  type: EventType,
  modality: Modality,
  evidence: readonly Evidence[],
  resolutions: Resolutions,
  tell?: TellOf,
): Readonly<Record<string, Settled<FieldValue>>> {
  const merged: Record<string, Settled<FieldValue>> = {};
  for (const [name, field] of Object.entries(type.fields)) {
    const claims = evidence.flatMap((one) => {
      const value = one.fields[name];
      return value === undefined ? [] : [{ value, evidence: one }];
    });
    const settled = settleField(
      name,
      field,
      claims,
      resolutions(fact, name, modality),
      tellAbout(tell, `data.${name}`),
    );
    if (settled !== null) merged[name] = settled;
  }
  return merged;
}

/**
 * The resolution that holds for a field of a fact among its reports in one modality (null: between modalities), by the
 * reports that it judged; among several the later decision wins.
 */
export type Resolutions = (
  fact: string,
  field: string,
  modality: Modality | null,
) => Resolution<FieldValue> | undefined;

function settleField(
  name: string,
  field: Field,
  claims: Claims,
  resolution: Resolution<FieldValue> | undefined,
  tell: Tell | undefined,
): Settled<FieldValue> | null {
  // Whether a list is complete is a property of each list, not of the fact.
  const how = name === 'complete' ? 'text' : mergeOf(field.kind);
  if (how === 'text') return settleText(claims, tell);
  if (how === 'set') return settleSet(claims, resolution, tell);
  return settle(claims, how === 'exact' ? exactly : withinRange(field), resolution, tell);
}

type Claims = readonly Claim<FieldValue>[];

function settleText(claims: Claims, tell: Tell | undefined): Settled<FieldValue> | null {
  const claim = bestClaim(claims, tell);
  return claim && { value: claim.value, contested: false, reopened: false, alternatives: [] };
}

function settleSet(
  claims: Claims,
  resolution: Resolution<FieldValue> | undefined,
  tell: Tell | undefined,
): Settled<FieldValue> | null {
  const settled = settle(
    claims.map(({ value, evidence }) => ({ value: membersOf(value, evidence.fields['complete'] === true), evidence })),
    asSet,
    resolution && { value: membersOf(resolution.value, true), judged: resolution.judged },
    tell && ((step) => tell({ ...step, value: step.value?.members ?? null })),
  );
  if (settled === null) return null;
  const alternatives = settled.alternatives.map((one) => ({ ...one, value: one.value.members }));
  return { ...settled, value: settled.value.members, alternatives };
}

function membersOf(value: FieldValue, complete: boolean): Members {
  return {
    members: [...new Set(value as readonly string[])].toSorted(),
    complete,
  };
}

type Members = { readonly members: readonly string[]; readonly complete: boolean };

// Without a list that claims to be complete, lists only add to each other.
const asSet: Merging<Members> = {
  same: canonical,
  combine: (a, b) => (lacks(a, b) || lacks(b, a) ? null : unite(a, b)),
  joins: 'adds',
};

function canonical(value: unknown): string {
  return JSON.stringify(value);
}

function lacks({ members, complete }: Members, other: Members): boolean {
  return complete && !other.members.every((member) => members.includes(member));
}

function unite(a: Members, b: Members): Members {
  return {
    members: [...new Set([...a.members, ...b.members])].toSorted(),
    complete: a.complete || b.complete,
  };
}

const exactly: Merging<FieldValue> = {
  same: canonical,
  combine: (a, b) => (canonical(a) === canonical(b) ? a : null),
  joins: 'narrows',
};

function withinRange({ kind }: Field): Merging<FieldValue> {
  return {
    same: canonical,
    combine:
      kind === 'date' || kind === 'period'
        ? (a, b) => intersect(uncertainDate(asText(a)), uncertainDate(asText(b)))?.edtf ?? null
        : (a, b) => intersectQuantities(a as Quantity, b as Quantity),
    joins: 'narrows',
  };
}

/**
 * Whether a value that a report gives of a field (or of `date`) goes against the one that a steward found right. What
 * leaves room for it does not; a list does where it names more than the steward's, which is complete.
 */
export function contradicts(type: EventType, field: string, right: FieldValue, given: FieldValue): boolean {
  const kind = field === 'date' ? 'date' : type.fields[field]?.kind;
  if (kind === undefined || kind === 'text' || field === 'complete') return false;
  if (kind === 'date' || kind === 'period') {
    return intersect(uncertainDate(asText(right)), uncertainDate(asText(given))) === null;
  }
  if (kind === 'quantity') return intersectQuantities(right as Quantity, given as Quantity) === null;
  if (kind === 'names') {
    const members = new Set(right as readonly string[]);
    return (given as readonly string[]).some((member) => !members.has(member));
  }
  return right !== given;
}

/** The resolutions among decisions, by the fact that they hold for; `reports` are those that a reader could know. */
export function resolutionsOf(
  decided: ReadonlyMap<string, readonly DecisionEvent[]>,
  reports: ReadonlyMap<string, ReportEvent>,
): Resolutions {
  return (fact, field, modality) => {
    const resolved = (decided.get(fact) ?? []).flatMap(({ decision, damaged }): ResolvedContest[] =>
      decision.type === 'ContestResolved' && decision.field === field && !damaged ? [decision] : [],
    );
    const last = resolved.findLast((decision) =>
      decision.reports.some((id) => reports.has(id) && (modality === null || reports.get(id)?.modality === modality)),
    );
    return last && { value: last.value, judged: ({ report }) => judges(last.reports, report, reports) };
  };
}

type ResolvedContest = Extract<Decision, { type: 'ContestResolved' }>;
