import { intersect, uncertainDate } from '../vocabulary/dates.ts';
import { attributions, type Modality } from '../vocabulary/event-data.ts';
import {
  asText,
  type EventType,
  type Field,
  type FieldKind,
  type FieldValue,
  mergeOf,
  plainName,
  type TerritoryDates,
} from '../vocabulary/event-type.ts';
import type { Decision, DecisionEvent, ReportEvent } from '../vocabulary/events.ts';
import { intersectQuantities, type Quantity } from '../vocabulary/quantity.ts';
import { compare, compareSources, type Evidence, judges } from './evidence.ts';
import { groupWeight, type Place, rank, rankBest } from './rank.ts';

/**
 * Settles a field: the claims are grouped by value and taken in the order of the ranking rule, each joining the displayed
 * value or standing beside it. A resolution comes before all of them and covers the reports that it judged. Null if
 * nothing claims a value.
 */
export function settle<V>(
  claims: readonly Claim<V>[],
  merging: Merging<V>,
  resolution?: Resolution<V>,
): Settled<V> | null {
  if (claims.length === 0) return null;
  const groups = placeGroups(claims, merging).map(({ group }) => group);
  const { value, contested, agreeing, apart } = tallyUp(groups, merging, resolution).tally as Tally<V>;
  const alternatives = apart.length === 0 ? [] : inOrder([{ value, displayed: true, evidence: agreeing }, ...apart]);
  return { value, contested, reopened: resolution !== undefined && contested, alternatives };
}

/** A report together with the value that it gives. */
export type Claim<V> = { readonly value: V; readonly evidence: Evidence };

/** How the values of one field are compared and combined. */
export type Merging<V> = {
  /** Equal texts are equal values. */
  readonly same: (value: V) => string;
  /** The displayed value after a further one; null if they contradict each other. */
  readonly combine: (displayed: V, other: V) => V | null;
  /** Whether a further value narrows the displayed one (a second-hand report or a guess may not), or adds to it. */
  readonly joins: 'narrows' | 'adds';
  /** The displayed value, filled from one that agrees with it but may not narrow it. */
  readonly fill?: (displayed: V, other: V) => V;
  /** Whether a value is displayed before others: one with an amount, before one with a currency alone. */
  readonly leads?: (value: V) => boolean;
};

/** A steward's resolution of one field. */
export type Resolution<V> = { readonly value: V; readonly judged: (evidence: Evidence) => boolean };

/** A field of a fact, settled from the reports that give it. */
export type Settled<V> = {
  readonly value: V;
  readonly contested: boolean;
  /** A report that a steward's resolution did not judge contradicts it. */
  readonly reopened: boolean;
  /** Every value with its reports, in order of publication, if not all agree; empty otherwise. */
  readonly alternatives: readonly Alternative<V>[];
};

/** A value of a field with the reports that give it. */
export type Alternative<V> = {
  readonly value: V;
  readonly displayed: boolean;
  readonly evidence: readonly Evidence[];
};

/** The claims grouped by value, in the order in which they are taken. */
export function placeGroups<V>(claims: readonly Claim<V>[], merging: Merging<V>): readonly Place<ClaimGroup<V>>[] {
  const places = rank(groupClaims(claims, merging));
  const { leads = () => true } = merging;
  return [...places.filter(({ group }) => leads(group.value)), ...places.filter(({ group }) => !leads(group.value))];
}

function groupClaims<V>(claims: readonly Claim<V>[], { same }: Merging<V>): readonly ClaimGroup<V>[] {
  return [...Map.groupBy(claims, ({ value }) => same(value)).values()].map((group) => ({
    value: (group[0] as Claim<V>).value,
    evidence: group.map(({ evidence }) => evidence),
  }));
}

/** The reports that claim one value. */
type ClaimGroup<V> = { readonly value: V; readonly evidence: readonly Evidence[] };

/** Takes ranked groups one after another. `outcomes` has the outcome of each. */
export function tallyUp<V>(
  ranked: readonly ClaimGroup<V>[],
  merging: Merging<V>,
  resolution: Resolution<V> | undefined,
): { readonly tally: Tally<V> | null; readonly outcomes: readonly TallyOutcome[] } {
  const outcomes: TallyOutcome[] = [];
  let tally: Tally<V> | null =
    resolution === undefined
      ? null
      : { value: resolution.value, weight: -1, agreeing: [], apart: [], contested: false };
  for (const group of ranked) {
    const isCovered = resolution !== undefined && group.evidence.every(resolution.judged);
    const [next, outcome]: readonly [Tally<V>, TallyOutcome] =
      tally === null ? lead(group) : (isCovered ? cover : join)(tally, group, merging);
    tally = next;
    outcomes.push(outcome);
  }
  return { tally, outcomes };
}

type Tally<V> = {
  readonly value: V;
  readonly weight: number;
  readonly agreeing: readonly Evidence[];
  readonly apart: readonly Alternative<V>[];
  readonly contested: boolean;
};

/** What became of the value of a group when a field was settled. */
type TallyOutcome = 'leads' | 'agrees' | 'narrows' | 'adds' | 'too-weak' | 'apart' | 'covered' | 'covered-apart';

function lead<V>(group: ClaimGroup<V>): readonly [Tally<V>, TallyOutcome] {
  const { value, evidence } = group;
  return [{ value, weight: groupWeight(group), agreeing: evidence, apart: [], contested: false }, 'leads'];
}

// What a resolution judged no longer contradicts it, and stays visible.
function cover<V>(
  tally: Tally<V>,
  { value, evidence }: ClaimGroup<V>,
  { combine, fill }: Merging<V>,
): readonly [Tally<V>, TallyOutcome] {
  return combine(tally.value, value) === null
    ? [{ ...tally, apart: [...tally.apart, { value, displayed: false, evidence }] }, 'covered-apart']
    : [
        {
          ...tally,
          value: fill === undefined ? tally.value : fill(tally.value, value),
          agreeing: [...tally.agreeing, ...evidence],
        },
        'covered',
      ];
}

function join<V>(
  tally: Tally<V>,
  { value, evidence }: ClaimGroup<V>,
  { combine, joins, same, fill = (displayed) => displayed }: Merging<V>,
): readonly [Tally<V>, TallyOutcome] {
  const combined = combine(tally.value, value);
  if (combined === null) {
    const apart = [...tally.apart, { value, displayed: false, evidence }];
    return [{ ...tally, apart, contested: true }, 'apart'];
  }
  const weight = groupWeight({ evidence });
  const counts = joins === 'adds' || weight < secondHandWeight || weight <= tally.weight;
  const isGuess = weight >= guessWeight;
  const next = counts ? combined : isGuess ? tally.value : fill(tally.value, value);
  return [
    { ...tally, value: next, agreeing: [...tally.agreeing, ...evidence] },
    same(combined) === same(tally.value) ? 'agrees' : same(next) === same(tally.value) ? 'too-weak' : joins,
  ];
}

// From this weight on, an attribution never narrows what a better one says.
const secondHandWeight = attributions.indexOf('second-hand');
// A guess does not even fill what a better report leaves open.
const guessWeight = attributions.indexOf('inference');

/** Alternatives in order of publication. */
export function inOrder<V>(alternatives: readonly Alternative<V>[]): readonly Alternative<V>[] {
  return alternatives
    .map((one) => ({ ...one, evidence: one.evidence.toSorted(compareSources) }))
    .toSorted(compareAlternatives);
}

function compareAlternatives<V>({ evidence: [a] }: Alternative<V>, { evidence: [b] }: Alternative<V>): number {
  return a === undefined || b === undefined ? (a === undefined ? -1 : 1) : compareSources(a, b);
}

/** A field on which reports disagree, with every value and its reports. */
export type Contest = {
  readonly field: string;
  readonly alternatives: readonly Alternative<string | FieldValue>[];
  readonly contested: boolean;
};

/** The contest on a field, if reports disagree on it. */
export function contestOn<V>(
  field: string,
  { alternatives, contested }: Pick<Settled<V>, 'alternatives' | 'contested'>,
  show: (value: V) => FieldValue = (value) => value as FieldValue,
): readonly Contest[] {
  if (alternatives.length === 0) return [];
  return [{ field, alternatives: alternatives.map((one) => ({ ...one, value: show(one.value) })), contested }];
}

/** The claim of the best report, for a field that is never contested. */
export function bestClaim<V>(claims: readonly Claim<V>[]): Claim<V> | null {
  if (claims.length === 0) return null;
  const { group } = rankBest(claims.map((claim) => ({ claim, evidence: [claim.evidence] })));
  return group.claim;
}

/** The fields that a fact shows. `asOf` is the day of what a report tells, not a value beside it. */
export function dataFields({ fields }: EventType): readonly (readonly [string, Field])[] {
  return Object.entries(fields).filter(([name]) => name !== 'asOf');
}

/**
 * The values that reports and a resolution give for a field. Names and codes that differ only in spelling are one value in
 * one spelling, which depends on no order: a code in capitals, in a list a slug, else the one with capitals in it.
 */
export function claimsOn(
  name: string,
  field: Field,
  evidence: readonly Evidence[],
  resolution?: Resolution<FieldValue>,
  counts: (field: string, one: Evidence) => boolean = () => true,
): readonly [readonly Claim<FieldValue>[], Resolution<FieldValue> | undefined] {
  const claims = evidence.flatMap((one) => {
    const value = one.fields[name];
    return value === undefined ? [] : [{ value, evidence: one }];
  });
  const spell = spellingAmong(
    field,
    claims.map(({ value }) => value),
  );
  return [
    claims.flatMap((claim) => (counts(name, claim.evidence) ? [{ ...claim, value: spell(claim.value) }] : [])),
    resolution && { ...resolution, value: spell(resolution.value) },
  ];
}

function spellingAmong({ kind }: Field, values: readonly FieldValue[]): (value: FieldValue) => FieldValue {
  if (kind === 'currency') return (code) => asText(code).toUpperCase();
  if (kind !== 'word' && kind !== 'names') return (value) => value;
  const spellings = Map.groupBy(values.flat() as readonly string[], plainName);
  const chosen = new Map([...spellings].map(([plain, same]) => [plain, choose(kind, plain, same)]));
  const spell = (written: string) => chosen.get(plainName(written)) ?? written;
  return (value) => (Array.isArray(value) ? [...new Set(value.map(spell))] : spell(asText(value)));
}

function choose(kind: FieldKind, plain: string, spellings: readonly string[]): string {
  if (kind === 'names' && spellings.includes(plain)) return plain;
  const mixed = spellings.filter((name) => name !== name.toLowerCase() && name !== name.toUpperCase());
  return (mixed.length > 0 ? mixed : spellings).toSorted()[0] as string;
}

/**
 * The resolution that holds for a field of a fact among its reports in one modality (null: between modalities), by the
 * reports that it judged; among several the later decision wins. `among` limits them to those that judged one of these.
 */
export type Resolutions = (
  fact: string,
  field: string,
  modality: Modality | null,
  among?: readonly Evidence[],
) => Resolution<FieldValue> | undefined;

/** How a field merges: its best claim stands alone, lists of members unite, or two values become one. */
export function mergingOf(name: string, field: Field): 'best' | 'members' | Merging<FieldValue> {
  // Whether a list is complete is a property of each list, not of the fact.
  const how = name === 'complete' ? 'text' : mergeOf(field.kind);
  if (how === 'text') return 'best';
  if (how === 'set') return 'members';
  if (how === 'entries') return byEntry;
  return how === 'exact' ? exactly : withinRange(field);
}

/** Claims on a list, as `settle` takes them. */
export function asMembers(
  claims: readonly Claim<FieldValue>[],
  resolution: Resolution<FieldValue> | undefined,
): readonly [readonly Claim<Members>[], Merging<Members>, Resolution<Members> | undefined] {
  return [
    claims.map(({ value, evidence }) => ({ value: membersOf(value, evidence.fields['complete'] === true), evidence })),
    asSet,
    resolution && { value: membersOf(resolution.value, true), judged: resolution.judged },
  ];
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

/** A value as text: equal values have equal texts, lists in any order. */
export function canonical(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? value.toSorted(compare) : value);
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

// Each territory has its own day; those that one report alone names add to the others.
const byEntry: Merging<FieldValue> = {
  same: (dates) => JSON.stringify(Object.entries(dates).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  combine: (a, b) => uniteDates(a as TerritoryDates, b as TerritoryDates),
  joins: 'adds',
};

function uniteDates(a: TerritoryDates, b: TerritoryDates): TerritoryDates | null {
  const united: Record<string, string> = { ...b, ...a };
  for (const [territory, date] of Object.entries(a)) {
    const other = b[territory];
    const both = other === undefined ? date : intersect(uncertainDate(date), uncertainDate(other))?.edtf;
    if (both === undefined) return null;
    united[territory] = both;
  }
  return Object.fromEntries(Object.entries(united).toSorted(([x], [y]) => (x < y ? -1 : 1)));
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
 * Whether a report's value of a field (or `date`) contradicts the steward's. A value that leaves room for the steward's
 * does not; a list does if it names more than the steward's, which is complete.
 */
export function contradicts(type: EventType, field: string, right: FieldValue, given: FieldValue): boolean {
  const kind = field === 'date' ? 'date' : type.fields[field]?.kind;
  if (kind === undefined || kind === 'text' || field === 'complete') return false;
  if (kind === 'date' || kind === 'period') {
    return intersect(uncertainDate(asText(right)), uncertainDate(asText(given))) === null;
  }
  if (kind === 'quantity') return intersectQuantities(right as Quantity, given as Quantity) === null;
  if (kind === 'names') {
    const members = new Set((right as readonly string[]).map(plainName));
    return (given as readonly string[]).some((member) => !members.has(plainName(member)));
  }
  if (kind === 'territories') return canonical(right) !== canonical(given);
  if (kind === 'territoryDates') return uniteDates(right as TerritoryDates, given as TerritoryDates) === null;
  if (kind === 'word' || kind === 'currency') return plainName(asText(right)) !== plainName(asText(given));
  return right !== given;
}

/** The resolutions among decisions, by the fact that they hold for; `reports` are those that a reader could know. */
export function resolutionsOf(
  decided: ReadonlyMap<string, readonly DecisionEvent[]>,
  reports: ReadonlyMap<string, ReportEvent>,
): Resolutions {
  return (fact, field, modality, among) => {
    const resolved = (decided.get(fact) ?? []).flatMap(({ decision, damaged }): ResolvedContest[] =>
      decision.type === 'ContestResolved' && decision.field === field && !damaged ? [decision] : [],
    );
    const last = resolved.findLast(
      (decision) =>
        decision.reports.some(
          (id) => reports.has(id) && (modality === null || reports.get(id)?.modality === modality),
        ) &&
        (among === undefined || among.some(({ report }) => judges(decision.reports, report, reports))),
    );
    return last && { value: last.value, judged: ({ report }) => judges(last.reports, report, reports) };
  };
}

type ResolvedContest = Extract<Decision, { type: 'ContestResolved' }>;
