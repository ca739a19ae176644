import type { EventType } from './events/event-type.ts';
import { asText, type Field, type FieldValue, mergeOf, type Quantity } from './events/field.ts';
import type { Modality } from './events/metadata.ts';
import type { Evidence } from './evidence.ts';
import { intersectQuantities } from './quantity.ts';
import type { Resolutions } from './resolutions.ts';
import { bestClaim, type Claim, type Merging, type Resolution, type Settled, settle } from './settle.ts';
import { type Tell, type TellOf, tellAbout } from './trail.ts';
import { intersect, uncertainDate } from './uncertain-date.ts';

type Claims = readonly Claim<FieldValue>[];

function canonical(value: unknown): string {
  return JSON.stringify(value);
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

type Members = { readonly members: readonly string[]; readonly complete: boolean };

function membersOf(value: FieldValue, complete: boolean): Members {
  return {
    members: [...new Set(value as readonly string[])].toSorted(),
    complete,
  };
}

function unite(a: Members, b: Members): Members {
  return {
    members: [...new Set([...a.members, ...b.members])].toSorted(),
    complete: a.complete || b.complete,
  };
}

function lacks({ members, complete }: Members, other: Members): boolean {
  return complete && !other.members.every((member) => members.includes(member));
}

// Without a list that claims to be complete, lists only add to each other.
const asSet: Merging<Members> = {
  same: canonical,
  combine: (a, b) => (lacks(a, b) || lacks(b, a) ? null : unite(a, b)),
  joins: 'adds',
};

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

function settleText(claims: Claims, tell: Tell | undefined): Settled<FieldValue> | null {
  const claim = bestClaim(claims, tell);
  return claim && { value: claim.value, contested: false, reopened: false, alternatives: [] };
}

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
