import type { EventType } from './events/event-type.ts';
import { type Field, type FieldValue, mergeOf, type Quantity } from './events/field.ts';
import type { Resolutions } from './evidence-at.ts';
import type { Evidence } from './evidence.ts';
import { intersectQuantities } from './quantity.ts';
import { rankBy } from './rank.ts';
import { type Alternative, bestClaim, type Claim, type Settled, settle } from './settle.ts';
import { intersect, uncertainDate } from './uncertain-date.ts';

const canonical = (value: FieldValue): string => JSON.stringify(value);

const equal = (a: FieldValue, b: FieldValue): FieldValue | null => (canonical(a) === canonical(b) ? a : null);

const overlap = (field: Field): ((a: FieldValue, b: FieldValue) => FieldValue | null) =>
  field.kind === 'date' || field.kind === 'period'
    ? (a, b) => intersect(uncertainDate(String(a)), uncertainDate(String(b)))?.edtf ?? null
    : (a, b) => intersectQuantities(a as Quantity, b as Quantity);

const members = ({ value }: Claim<FieldValue>): readonly string[] => value as readonly string[];

const isComplete = ({ evidence }: Claim<FieldValue>): boolean => evidence.fields['complete'] === true;

// Without a list that claims to be complete, lists only add to each other.
const unite = (claims: readonly Claim<FieldValue>[]): Settled<FieldValue> | null => {
  if (claims.length === 0) return null;
  const value = [...new Set(claims.flatMap(members))].toSorted();
  const complete = claims.filter(isComplete);
  const [best] = rankBy(
    complete.map(({ evidence }) => evidence),
    ({ fields }) => canonical(fields['complete'] ?? false),
  );
  const all = complete.find(({ evidence }) => evidence === best?.evidence[0]);
  const beyond = all === undefined ? [] : value.filter((member) => !members(all).includes(member));
  if (all === undefined || beyond.length === 0) return { value, contested: false, reopened: false, alternatives: [] };
  const agreeing = claims.filter((claim) => members(claim).every((member) => members(all).includes(member)));
  const others = claims.filter((claim) => !agreeing.includes(claim));
  const alternatives: Alternative<FieldValue>[] = [
    { value: all.value, displayed: true, evidence: agreeing.map(({ evidence }) => evidence) },
    ...others.map((claim) => ({ value: claim.value, displayed: false, evidence: [claim.evidence] })),
  ];
  return { value: all.value, contested: true, reopened: false, alternatives };
};

const best = (claims: readonly Claim<FieldValue>[]): Settled<FieldValue> | null => {
  const claim = bestClaim(claims);
  return claim && { value: claim.value, contested: false, reopened: false, alternatives: [] };
};

/** The fields of one modality of a fact, each merged as its kind demands; absent is not a value. */
export const mergeFields = (
  fact: string,
  type: EventType,
  evidence: readonly Evidence[],
  resolutions: Resolutions,
): Readonly<Record<string, Settled<FieldValue>>> => {
  const merged: Record<string, Settled<FieldValue>> = {};
  for (const [name, field] of Object.entries(type.fields)) {
    const claims = evidence.flatMap((one) => {
      const value = one.fields[name];
      return value === undefined ? [] : [{ value, evidence: one }];
    });
    const how = name === 'complete' ? 'text' : mergeOf(field.kind);
    const settled =
      how === 'text'
        ? best(claims)
        : how === 'set'
          ? unite(claims)
          : settle(claims, canonical, how === 'exact' ? equal : overlap(field), resolutions(fact, name));
    if (settled !== null) merged[name] = settled;
  }
  return merged;
};
