import { certainlyBefore, type Day, type UncertainDate } from '../vocabulary/dates.ts';
import { plainName } from '../vocabulary/event-type.ts';
import { type Certainty, type Evidence, hasCome, isFirm } from './evidence.ts';
import { type MergedFact, type MergedFields, mergeFields } from './fields.ts';
import type { Occurrence } from './occurrence.ts';
import {
  byDay,
  byLatest,
  changeOf,
  dayOf,
  isListedIn,
  membersIn,
  resolutionsFor,
  type State,
  slugOf,
  type Turn,
} from './states.ts';

/** The states that had come by the end of `day`, each as it was then. */
export function statesBy(
  fact: MergedFact,
  states: readonly State[],
  turns: readonly Turn[],
  day: Day,
  certainty: Certainty,
): readonly StateBy[] {
  const isRoster = fact.type.type === 'RosterReported';
  const turned = isRoster
    ? turns
        .filter((turn) => hasTurned(turn.occurrence, day, certainty))
        .map(changeOf)
        .toSorted(byDay)
    : [];
  const all = states.flatMap((state) => state.evidence);
  return states
    .filter(({ since }) => hasTurned(since, day, certainty))
    .flatMap((state, i, reached) =>
      isRoster ? turnedStates(fact, state, reached[i + 1], turned) : [{ state, during: [] }],
    )
    .map(({ state, during }) => {
      const evidence = isRoster ? state.evidence.filter((one) => hasCome(dayOf(one), day, certainty)) : state.evidence;
      const counts = isRoster ? countsAmong(evidence, during) : undefined;
      const mergedBy = { ...fact, resolutions: resolutionsFor(fact, state.evidence, all), ...(counts && { counts }) };
      const merged = state.lostBy === null || isRoster ? mergeFields(mergedBy, 'happened', evidence) : lost;
      return {
        ...state,
        evidence,
        asOf: asOf(state),
        mergedBy,
        ...merged,
        fields: isRoster ? listBy(merged.fields, evidence, during) : merged.fields,
      };
    });
}

// A list, and what it became with each sponsor that joined or left before the next list: states of their own, each with
// what was told until the next change.
function turnedStates(
  fact: MergedFact,
  state: State,
  next: State | undefined,
  turned: readonly Turn[],
): readonly { readonly state: State; readonly during: readonly Turn[] }[] {
  const during = turned.filter(
    ({ occurrence }) => next === undefined || !certainlyBefore(next.since.date, occurrence.date),
  );
  const isEarlier = ({ occurrence }: Turn) => certainlyBefore(occurrence.date, state.since.date);
  const until = (change: Turn | undefined) =>
    state.evidence.filter((one) => change === undefined || !certainlyBefore(change.occurrence.date, dayOf(one)));
  const listAfter = (turns: readonly Turn[], evidence: readonly Evidence[]) => {
    const merged = mergeFields({ ...fact, counts: countsAmong(evidence, turns) }, 'happened', evidence);
    const { members, others } = listBy(merged.fields, evidence, turns);
    return JSON.stringify([members?.value, others?.value]);
  };
  const changes = during.filter((turn, i) => {
    const before = during.slice(0, i);
    return !isEarlier(turn) && listAfter(before, until(turn)) !== listAfter([...before, turn], until(turn));
  });
  const [first] = changes;
  const upTo = (change: Turn | undefined) =>
    during.slice(0, change === undefined ? during.length : during.indexOf(change));
  return [
    { state: { ...state, evidence: until(first) }, during: upTo(first) },
    ...changes.map((change, i) => {
      const since = { ...change.occurrence, settled: null };
      const evidence = until(changes[i + 1]);
      return { state: { evidence, since, dating: [], lostBy: change }, during: upTo(changes[i + 1]) };
    }),
  ];
}

/** A state as of a day. */
export type StateBy = State &
  MergedFields & {
    readonly asOf: UncertainDate;
    /** By what its reports are merged. */
    readonly mergedBy: MergedFact;
  };

function hasTurned({ date, possibly, certainly }: Occurrence, day: Day, certainty: Certainty): boolean {
  return hasCome({ ...date, earliest: possibly, latest: certainly }, day, certainty);
}

const lost: MergedFields = {
  fields: { held: { value: false, contested: false, reopened: false, alternatives: [] } },
  contests: [],
  reopened: false,
};

// A state that no report dates is known as of the first publication that tells of it.
function asOf({ since, evidence, lostBy }: State): UncertainDate {
  if (since.basis !== 'publication' || lostBy !== null) return since.date;
  const [first] = evidence.toSorted(byLatest);
  return first === undefined ? since.date : dayOf(first);
}

// Which reports of a list are held against each other. One that is certainly later than a complete list only adds to it, or
// guesses. Once a sponsor has joined or left, nobody knows any more how many there are.
function countsAmong(evidence: readonly Evidence[], turned: readonly Turn[]): NonNullable<MergedFact['counts']> {
  const later = new Set(laterThanList(evidence));
  return (field, one) => {
    if (field === 'members') return !later.has(one);
    if (field !== 'others') return true;
    const isOutdated = turned.some(({ occurrence }) => certainlyBefore(dayOf(one), occurrence.date));
    return !isOutdated && (isFirm(one) || !later.has(one));
  };
}

// Reports that are certainly later than a complete list and start no list of their own.
function laterThanList(evidence: readonly Evidence[]): readonly Evidence[] {
  const hasFirm = evidence.some(isFirm);
  const complete = evidence.filter((one) => one.fields['complete'] === true && (isFirm(one) || !hasFirm));
  const [first] = complete.toSorted(byLatest);
  if (first === undefined) return [];
  return evidence.filter((one) => !complete.includes(one) && certainlyBefore(dayOf(first), dayOf(one)));
}

// The list of a day: with the members that later lists add, with the sponsors that joined and without those that left or
// whose place another took, each unless a later list says otherwise.
function listBy(fields: StateBy['fields'], evidence: readonly Evidence[], turned: readonly Turn[]): StateBy['fields'] {
  const { members } = fields;
  if (members === undefined) return fields;
  const added = laterThanList(evidence).filter(isFirm);
  const names = new Map(
    [...added.flatMap(membersIn), ...(members.value as readonly string[])].map((name) => [plainName(name), name]),
  );
  for (const { type, subject, occurrence, fields } of turned) {
    const later = evidence.filter((one) => certainlyBefore(occurrence.date, dayOf(one)));
    const hasJoined = type.type === 'SponsorJoined';
    if (hasJoined && subject !== null && later.every((one) => one.fields['complete'] !== true)) {
      names.set(subject, names.get(subject) ?? subject);
    }
    const { succeeds } = fields;
    const leaver = hasJoined ? slugOf(succeeds?.contested ? undefined : succeeds?.value) : subject;
    const isNamed = later.some((one) => isListedIn(leaver, one));
    if (leaver !== null && !isNamed) names.delete(leaver);
  }
  return { ...fields, members: { ...members, value: [...names.values()].toSorted() } };
}
