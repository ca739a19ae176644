import type { Modality } from '../vocabulary/event-data.ts';
import type { EventType, Field, FieldValue, Whole } from '../vocabulary/event-type.ts';
import type { Evidence } from './evidence.ts';
import {
  type Alternative,
  asMembers,
  bestClaim,
  type Claim,
  type Contest,
  claimsOn,
  contestOn,
  contradicts,
  dataFields,
  inOrder,
  type Merging,
  mergingOf,
  type Resolution,
  type Resolutions,
  type Settled,
  settle,
} from './merge.ts';
import { isShownWhole, isWholeValue, mergingOfWhole, type Parts, partsOf, wholeValue } from './wholes.ts';

/**
 * The fields of one modality of a fact, each merged as its kind demands; absent is not a value. Fields that are said
 * together are settled as one value: each then has its part of it, and money and measures also have a field of their own.
 */
export function mergeFields(fact: MergedFact, modality: Modality, evidence: readonly Evidence[]): MergedFields {
  const on = (field: string) => fact.resolutions(fact.key, field, modality);
  const wholes = Object.entries(fact.type.wholes).flatMap(
    ([name, whole]) => settleWhole(name, whole, fact.type, evidence, on) ?? [],
  );
  const parts = new Map(wholes.flatMap((whole) => Object.entries(whole.parts)));
  const isPart = new Set(Object.values(fact.type.wholes).flatMap((whole) => whole.parts));
  const fields = dataFields(fact.type).flatMap(([name, field]): (readonly [string, Settled<FieldValue>])[] => {
    const settled = isPart.has(name)
      ? parts.get(name)
      : settleField(name, field, ...claimsOn(name, field, evidence, on(name), fact.counts));
    return settled == null ? [] : [[name, settled]];
  });
  return {
    fields: Object.fromEntries([...fields, ...wholes.flatMap(({ named }) => named)]),
    contests: [
      ...fields.flatMap(([name, settled]) => (isPart.has(name) ? [] : contestOn(name, settled))),
      ...wholes.flatMap(({ contests }) => contests),
    ],
    reopened: fields.some(([, settled]) => settled.reopened) || wholes.some(({ reopened }) => reopened),
  };
}

/** What a fact is merged by. `counts` says which reports are held against each other on a field; without it, all are. */
export type MergedFact = {
  readonly key: string;
  readonly type: EventType;
  readonly resolutions: Resolutions;
  readonly counts?: (field: string, one: Evidence) => boolean;
};

/** The fields of a fact, with what is contested on them. */
export type MergedFields = {
  readonly fields: Readonly<Record<string, Settled<FieldValue>>>;
  readonly contests: readonly Contest[];
  readonly reopened: boolean;
};

/** The resolution of a field, if there is one. */
type ResolutionOn = (field: string) => Resolution<FieldValue> | undefined;

function settleWhole(
  name: string,
  whole: Whole,
  type: EventType,
  evidence: readonly Evidence[],
  on: ResolutionOn,
): SettledWhole | null {
  const settled = settle(...claimsOnWhole(name, whole, type, evidence, on));
  if (settled === null) return null;
  const { value, contested, reopened } = settled;
  const show = (parts: Parts) => wholeValue(whole, parts);
  const contests = isShownWhole(whole) ? contestOn(name, settled, show) : contestsOnParts(whole, type, settled, on);
  const asPart = (part: string, shown: FieldValue): Settled<FieldValue> => {
    const own = contests.find(({ field }) => field === part);
    const isContested = isShownWhole(whole) ? contested : own?.contested === true;
    return { value: shown, contested: isContested, reopened, alternatives: own?.alternatives ?? [] };
  };
  return {
    parts: Object.fromEntries(Object.entries(value).map(([part, shown]) => [part, asPart(part, shown)])),
    named: whole.kind === 'money' ? [[name, asPart(name, show(value))]] : [],
    contests,
    reopened,
  };
}

type SettledWhole = {
  readonly parts: Readonly<Record<string, Settled<FieldValue>>>;
  /** The field that money has beside its parts. */
  readonly named: readonly (readonly [string, Settled<FieldValue>])[];
  readonly contests: readonly Contest[];
  readonly reopened: boolean;
};

/** Claims on fields that are said together, as `settle` takes them. */
export function claimsOnWhole(
  name: string,
  whole: Whole,
  type: EventType,
  evidence: readonly Evidence[],
  on: ResolutionOn,
): readonly [readonly Claim<Parts>[], Merging<Parts>, Resolution<Parts> | undefined] {
  const said = new Map<Evidence, Record<string, FieldValue>>();
  const decided: (readonly [string, Resolution<FieldValue>])[] = [];
  for (const part of whole.parts) {
    const [claims, resolution] = claimsOn(part, type.fields[part] as Field, evidence, on(part));
    for (const { value, evidence: one } of claims) said.set(one, { ...said.get(one), [part]: value });
    if (resolution !== undefined && !isWholeValue(resolution.value)) decided.push([part, resolution]);
  }
  const claims = evidence.flatMap((one) => {
    const value = said.get(one);
    return value === undefined ? [] : [{ value, evidence: one }];
  });
  const onWhole = on(name);
  const resolution =
    onWhole !== undefined && isWholeValue(onWhole.value)
      ? { value: partsOf(whole, onWhole.value), judged: onWhole.judged }
      : resolutionOfParts(type, claims, decided);
  return [claims, mergingOfWhole(whole), resolution];
}

// What a steward decided on parts stands within what the best report that agrees with it says together.
function resolutionOfParts(
  type: EventType,
  claims: readonly Claim<Parts>[],
  decided: readonly (readonly [string, Resolution<FieldValue>])[],
): Resolution<Parts> | undefined {
  if (decided.length === 0) return undefined;
  const agrees = ({ value }: Claim<Parts>) =>
    decided.every(([part, right]) => {
      const given = value[part];
      return given !== undefined && !contradicts(type, part, right.value, given);
    });
  const base = bestClaim(claims.filter(agrees))?.value ?? {};
  return {
    value: { ...base, ...Object.fromEntries(decided.map(([part, { value }]) => [part, value])) },
    judged: (one) => decided.some(([, { judged }]) => judged(one)),
  };
}

// The parts of a term, or of a change, are contested one by one: a report that contradicts it does so in the parts in which
// it says something else, or something that the displayed one does not say.
function contestsOnParts(
  { parts }: Whole,
  type: EventType,
  { value, alternatives }: Settled<Parts>,
  on: ResolutionOn,
): readonly Contest[] {
  const agreeing = alternatives.filter(({ displayed }) => displayed).flatMap(({ evidence }) => evidence);
  const disputes = alternatives.flatMap((other): readonly (readonly [string, Alternative<FieldValue>])[] => {
    if (other.displayed) return [];
    const given = Object.entries(other.value);
    const disputed = given.filter(([part, said]) => {
      const shown = value[part];
      return shown === undefined || contradicts(type, part, shown, said);
    });
    return (disputed.length > 0 ? disputed : given).map(([part, said]) => [
      part,
      { value: said, displayed: false, evidence: other.evidence },
    ]);
  });
  return parts.flatMap((part) => {
    const others = disputes.filter(([disputed]) => disputed === part).map(([, other]) => other);
    if (others.length === 0) return [];
    const shown = value[part];
    const evidence = agreeing.filter(({ fields }) => fields[part] !== undefined);
    const displayed = shown === undefined ? [] : [{ value: shown, displayed: true, evidence }];
    const isJudged = (one: Evidence) => on(part)?.judged(one) === true;
    return [
      {
        field: part,
        alternatives: inOrder([...displayed, ...others]),
        contested: others.some((other) => !other.evidence.every(isJudged)),
      },
    ];
  });
}

function settleField(
  name: string,
  field: Field,
  claims: readonly Claim<FieldValue>[],
  resolution: Resolution<FieldValue> | undefined,
): Settled<FieldValue> | null {
  const how = mergingOf(name, field);
  if (how === 'best') {
    const best = bestClaim(claims);
    return best && { value: best.value, contested: false, reopened: false, alternatives: [] };
  }
  if (how !== 'members') return settle(claims, how, resolution);
  const settled = settle(...asMembers(claims, resolution));
  if (settled === null) return null;
  const alternatives = settled.alternatives.map((one) => ({ ...one, value: one.value.members }));
  return { ...settled, value: settled.value.members, alternatives };
}
