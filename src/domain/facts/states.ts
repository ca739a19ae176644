import { certainlyBefore, clipLatest, type Day, type UncertainDate } from '../vocabulary/dates.ts';
import { type EventType, type FieldValue, plainName } from '../vocabulary/event-type.ts';
import { type Certainty, compare, compareSources, type Evidence, hasCome, isFirm, unknownDate } from './evidence.ts';
import { type MergedFact, type MergedFields, mergeFields } from './fields.ts';
import { asMembers, claimsOn, dataFields, mergingOf, type Resolutions } from './merge.ts';
import { type Occurrence, occurrence } from './occurrence.ts';

/**
 * The states that the `happened` reports of a fact tell of, one after another: a state holds until the next one. A roster
 * marked complete, an amount with an `asOf`, a dated grant or loss, an amendment or a renewal starts one; what is told
 * without a day joins the state that it agrees with. Null where the fact is no state (docs/adr/0029). `turns` are the facts
 * beside it that end or change its states.
 */
export function statesOf(
  fact: MergedFact,
  evidence: readonly Evidence[],
  turns: readonly Turn[],
): readonly State[] | null {
  const kind = stateKinds[fact.type.type];
  if (kind === undefined || evidence.length === 0) return null;
  if (kind === 'term') return amendedStates(fact, evidence, turns);
  if (kind === 'holding') return heldStates(fact, evidence, turns);
  const isStart = ({ fields }: Evidence) =>
    kind === 'roster' ? fields['complete'] === true : fields['asOf'] !== undefined;
  if (kind === 'money' && !evidence.some(isStart)) return null;
  return sampledStates(fact, evidence, isStart, kind === 'roster');
}

/** One state of a fact: what held from a day on. */
export type State = {
  readonly evidence: readonly Evidence[];
  readonly since: Occurrence;
  /** Its reports that say since when; empty where a turn does. */
  readonly dating: readonly Evidence[];
  /** What ended it, where the state is that it is no longer held. */
  readonly lostBy: Turn | null;
};

/** Something beside a fact that ends or changes its states: a loss, an amendment, a sponsor that joined or left. */
export type Turn = {
  readonly fact: string;
  readonly type: EventType;
  readonly subject: string | null;
  readonly occurrence: Occurrence;
  readonly fields: MergedFields['fields'];
  readonly evidence: readonly Evidence[];
};

type StateKind = 'roster' | 'money' | 'holding' | 'term';

const stateKinds: Readonly<Record<string, StateKind>> = {
  RosterReported: 'roster',
  FinancialTermsReported: 'money',
  TierGranted: 'holding',
  CategoryGranted: 'holding',
  RoleGranted: 'holding',
  TermAgreed: 'term',
};

/** The types of facts that end or change the states of a type. */
export const turningTypes: Readonly<Record<string, readonly string[]>> = {
  RosterReported: ['SponsorJoined', 'SponsorLeft'],
  TierGranted: ['TierLost', 'TierChanged'],
  CategoryGranted: ['CategoryLost'],
  RoleGranted: ['RoleLost'],
  TermAgreed: ['PartnershipAmended', 'PartnershipRenewed', 'OptionExercised'],
};

/** Whether reports of another fact, of a turning type, tell of an end or a change of the states of a fact. */
export function canTurn(fact: Told, other: Told): boolean {
  // An agreement with a name of its own is a change itself.
  if (fact.type.type === 'TermAgreed') return fact.subject === null;
  if (other.type.type === 'TierChanged') {
    return other.evidence.some(({ fields }) => slugOf(fields['from']) === fact.subject);
  }
  if (fact.type.type !== 'RosterReported') return other.subject === fact.subject;
  const programmes = other.evidence.flatMap(({ fields }) => slugOf(fields['programme']) ?? []);
  return programmes.length === 0 || programmes.some((programme) => isRosterOf(fact.subject, programme));
}

type Told = {
  readonly type: EventType;
  readonly subject: string | null;
  readonly evidence: readonly Evidence[];
};

function slugOf(value: FieldValue | undefined): string | null {
  return typeof value === 'string' ? plainName(value) : null;
}

// `top-sponsors` is a roster of the programme TOP.
function isRosterOf(roster: string | null, programme: string): boolean {
  return roster === programme || (roster ?? '').startsWith(`${programme}-`) || programme.startsWith(`${roster}-`);
}

/** The day as of which a report tells: its own, else that of its publication. */
export function dayOf({ date, published }: Evidence): UncertainDate {
  if (date === null) return published ?? unknownDate;
  return published?.latest == null ? date : clipLatest(date, published.latest);
}

// States of which each is known from lists or amounts as of a day.
function sampledStates(
  fact: MergedFact,
  evidence: readonly Evidence[],
  isStart: (one: Evidence) => boolean,
  isRoster: boolean,
): readonly State[] {
  const hasFirm = evidence.some(isFirm);
  const starting = evidence.filter((one) => isStart(one) && (isFirm(one) || !hasFirm));
  const runs = runsOf(fact.type, starting);
  const joining = Map.groupBy(
    evidence.filter((one) => !starting.includes(one)),
    (one) => runFor(fact.type, one, runs, isRoster),
  );
  const first = joining.get(null) ?? [];
  const before = first.length === 0 ? [] : [stateOf(fact, first, evidence, earliestOf(first))];
  const begun = lasting(
    fact.type,
    runs.map((run) => ({ ...run, evidence: [...run.starting, ...(joining.get(run) ?? [])] })),
  );
  return [...before, ...begun.map((run) => stateOf(fact, run.evidence, evidence, run.starting))];
}

// A state, and since when it holds by the reports that date it; `all` are the reports of all states.
function stateOf(
  fact: MergedFact,
  evidence: readonly Evidence[],
  all: readonly Evidence[],
  dating: readonly Evidence[] = evidence,
): State {
  const since = occurrence({ ...fact, resolutions: resolutionsFor(fact, evidence, all) }, dating);
  return { evidence: evidence.toSorted(compareSources), since, dating, lostBy: null };
}

// A steward's choice holds for the state that it judged.
function resolutionsFor(
  { resolutions }: MergedFact,
  evidence: readonly Evidence[],
  all: readonly Evidence[],
): Resolutions {
  const others = all.filter((one) => !evidence.includes(one));
  return (key, field, modality) => {
    const resolution = resolutions(key, field, modality);
    const isOfOthers = resolution !== undefined && others.some(resolution.judged);
    return isOfOthers ? resolutions(key, field, modality, evidence) : resolution;
  };
}

/** Reports of about one day, which start one state. */
type Run = { readonly starting: readonly Evidence[] };

// The days of the reports, as few as all of them allow: each run is of one of these. A report that may be of several days
// tells of the one on which its own mouth, or else any other, says the same.
function runsOf(type: EventType, starting: readonly Evidence[]): readonly Run[] {
  const pivots: Evidence[] = [];
  for (const one of starting.toSorted(byLatest)) {
    const last = pivots.at(-1);
    if (last === undefined || certainlyBefore(dayOf(last), dayOf(one))) pivots.push(one);
  }
  const near = (one: Evidence) => pivots.filter((pivot) => mayBeOfOneDay(dayOf(pivot), dayOf(one)));
  const fixed = Map.groupBy(
    starting.filter((one) => near(one).length === 1),
    (one) => near(one)[0],
  );
  const groups = Map.groupBy(starting, (one) => {
    const days = near(one);
    const saying = (isHeard: (other: Evidence) => boolean) =>
      days.find((pivot) => fixed.get(pivot)?.some((other) => isHeard(other) && !contradict(type, other, one)));
    return saying((other) => isOfOneMouth(other, one)) ?? saying(() => true) ?? days[0];
  });
  return pivots.map((pivot) => ({ starting: groups.get(pivot) ?? [] }));
}

function isOfOneMouth(a: Evidence, b: Evidence): boolean {
  const [one, other] = [a, b].map(({ publisher, report: { metadata } }) =>
    JSON.stringify([publisher && plainName(publisher), metadata.attribution, metadata.speaker]),
  );
  return one === other;
}

// A run that contradicts nothing in the state before it tells that the state lasts.
function lasting(type: EventType, runs: readonly BegunRun[]): readonly BegunRun[] {
  const states: BegunRun[] = [];
  for (const run of runs) {
    const last = states.at(-1);
    const lasts = last?.evidence.every((one) => run.starting.every((other) => !contradict(type, one, other))) ?? false;
    if (last !== undefined && lasts)
      states[states.length - 1] = { ...last, evidence: [...last.evidence, ...run.evidence] };
    else states.push(run);
  }
  return states;
}

type BegunRun = Run & { readonly evidence: readonly Evidence[] };

function byLatest(a: Evidence, b: Evidence): number {
  return compare(dayOf(a).latest ?? ':', dayOf(b).latest ?? ':') || compareSources(a, b);
}

function mayBeOfOneDay(a: UncertainDate, b: UncertainDate): boolean {
  return !certainlyBefore(a, b) && !certainlyBefore(b, a);
}

/** Whether two reports disagree on a field. */
function contradict(type: EventType, a: Evidence, b: Evidence): boolean {
  return dataFields(type).some(([name, field]) => {
    const [[one, other]] = claimsOn(name, field, [a, b]);
    if (one === undefined || other === undefined) return false;
    const how = mergingOf(name, field);
    if (how === 'best') return false;
    if (how !== 'members') return how.combine(one.value, other.value) === null;
    const [[list, second], { combine }] = asMembers([one, other], undefined);
    return list !== undefined && second !== undefined && combine(list.value, second.value) === null;
  });
}

// The state that a report which starts none belongs to; null: one before all that are started.
function runFor(type: EventType, one: Evidence, runs: readonly Run[], isRoster: boolean): Run | null {
  const day = dayOf(one);
  const begunBy = (run: Run) => run.starting.some((start) => !certainlyBefore(day, dayOf(start)));
  const begunBefore = (run: Run) => run.starting.every((start) => certainlyBefore(dayOf(start), day));
  const last = runs.findLastIndex(begunBy);
  // A list is of its day; what is told of money without one may be of any state that the teller could know.
  const first = isRoster ? runs.findLastIndex(begunBefore) : -1;
  const candidates = runs.slice(Math.max(first, 0), last + 1);
  const agreeing = candidates.findLast(
    (run) => (isRoster && begunBefore(run)) || run.starting.every((start) => !contradict(type, start, one)),
  );
  return agreeing ?? candidates.at(-1) ?? null;
}

// The reports of about the earliest day.
function earliestOf(evidence: readonly Evidence[]): readonly Evidence[] {
  const [first] = evidence.toSorted(byLatest);
  return evidence.filter((one) => first !== undefined && !certainlyBefore(dayOf(first), dayOf(one)));
}

// A tier, a category or a role is held from a grant until it is lost, and again from a grant that is certainly later.
function heldStates(fact: MergedFact, evidence: readonly Evidence[], turns: readonly Turn[]): readonly State[] {
  // Nobody knows what was granted after a loss without a day.
  const losses = turns.filter(({ occurrence }) => occurrence.basis !== 'publication').toSorted(byDay);
  const dated = evidence.filter(({ date }) => date !== null);
  const lossesBefore = (day: UncertainDate) => losses.filter(({ occurrence }) => certainlyBefore(occurrence.date, day));
  const spanOf = (one: Evidence) => {
    const count = lossesBefore(dayOf(one)).length;
    if (one.date !== null) return count;
    // A retelling without a day starts nothing: it tells of a grant before it, the last one that it agrees with.
    const before = dated.filter((other) => !certainlyBefore(dayOf(one), dayOf(other)));
    const agreeing = before.filter((other) => !contradict(fact.type, other, one));
    const granted = (agreeing.length > 0 ? agreeing : before).map((other) => lossesBefore(dayOf(other)).length);
    return granted.length === 0 ? count : Math.max(...granted);
  };
  const spans = Map.groupBy(evidence, spanOf);
  return [...spans.keys()]
    .toSorted((a, b) => a - b)
    .flatMap((span) => {
      const loss = losses[span];
      const held = grantedStates(fact, spans.get(span) ?? [], evidence);
      if (loss === undefined) return held;
      const since = { ...loss.occurrence, settled: null };
      return [...held, { evidence: held.at(-1)?.evidence ?? [], since, dating: [], lostBy: loss }];
    });
}

function byDay(a: Turn, b: Turn): number {
  return (
    compare(a.occurrence.date.latest ?? ':', b.occurrence.date.latest ?? ':') ||
    compare(a.occurrence.date.earliest ?? '', b.occurrence.date.earliest ?? '') ||
    compare(a.fact, b.fact)
  );
}

// Grants of other days that grant something else are states of their own; on the day of one grant, reports may disagree.
function grantedStates(fact: MergedFact, evidence: readonly Evidence[], all: readonly Evidence[]): readonly State[] {
  const hasFirm = evidence.some(isFirm);
  const starting = evidence.filter((one) => one.date !== null && (isFirm(one) || !hasFirm));
  const runs = runsOf(fact.type, starting);
  if (runs.length === 0) return [stateOf(fact, evidence, all)];
  const joining = Map.groupBy(
    evidence.filter((one) => !starting.includes(one)),
    (one) => runFor(fact.type, one, runs, false) ?? runs[0],
  );
  const begun = runs.map((run) => ({ ...run, evidence: [...run.starting, ...(joining.get(run) ?? [])] }));
  return lasting(fact.type, begun).map((run) => stateOf(fact, run.evidence, all));
}

// What is agreed on the term holds until an amendment or a renewal.
function amendedStates(fact: MergedFact, evidence: readonly Evidence[], turns: readonly Turn[]): readonly State[] {
  const changes = turns.map(changeOf).toSorted(byDay);
  const spans = evidence.map((one) => {
    const day = dayOf(one);
    const from =
      one.date === null ? 0 : changes.filter((change) => certainlyBefore(change.occurrence.date, day)).length;
    const to = changes.filter((change) => !certainlyBefore(day, change.occurrence.date)).length;
    return { one, from, to };
  });
  const fixed = spans.filter(({ from, to }) => from === to);
  const spanOf = ({ one, from, to }: (typeof spans)[number]) => {
    // What was told when either may have held belongs to the last one that it agrees with.
    const agreeing = fixed.filter((other) => from <= other.to && other.to <= to && agree(fact.type, other.one, one));
    return agreeing.length === 0 ? to : Math.max(...agreeing.map((other) => other.to));
  };
  const bySpan = Map.groupBy(spans, spanOf);
  return [...bySpan.keys()]
    .toSorted((a, b) => a - b)
    .map((span) => {
      const ofSpan = (bySpan.get(span) ?? []).map(({ one }) => one);
      const change = changes[span - 1];
      const state = stateOf(fact, ofSpan, evidence);
      if (change === undefined || ofSpan.some(({ date }) => date !== null)) return state;
      return { ...state, since: { ...change.occurrence, settled: null }, dating: [] };
    });
}

// A change that nobody dates holds from its publication.
function changeOf(turn: Turn): Turn {
  const { date, basis } = turn.occurrence;
  if (basis !== 'publication') return turn;
  const [first] = turn.evidence.toSorted(byLatest);
  return { ...turn, occurrence: { ...turn.occurrence, date: first === undefined ? date : dayOf(first) } };
}

function agree(type: EventType, a: Evidence, b: Evidence): boolean {
  const isShared = dataFields(type).some(([name]) => a.fields[name] !== undefined && b.fields[name] !== undefined);
  return isShared && !contradict(type, a, b);
}

/** The states that had come by the end of `day`, each as it was then. */
export function statesBy(
  fact: MergedFact,
  states: readonly State[],
  turns: readonly Turn[],
  day: Day,
  certainty: Certainty,
): readonly StateBy[] {
  const isRoster = stateKinds[fact.type.type] === 'roster';
  const turned = isRoster ? turns.filter((turn) => hasTurned(turn.occurrence, day, certainty)).toSorted(byDay) : [];
  const all = states.flatMap((state) => state.evidence);
  return states
    .filter(({ since }) => hasTurned(since, day, certainty))
    .map((state, i, reached) => {
      // Who joins or leaves under the next list changes nothing in this one.
      const next = reached[i + 1]?.since.date;
      const during = turned.filter(({ occurrence }) => next === undefined || !certainlyBefore(next, occurrence.date));
      const evidence = isRoster ? state.evidence.filter((one) => hasCome(dayOf(one), day, certainty)) : state.evidence;
      const counts = isRoster ? countsAmong(evidence, during) : undefined;
      const mergedBy = { ...fact, resolutions: resolutionsFor(fact, state.evidence, all), ...(counts && { counts }) };
      const merged = state.lostBy === null ? mergeFields(mergedBy, 'happened', evidence) : lost;
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
function asOf({ since, evidence }: State): UncertainDate {
  if (since.basis !== 'publication') return since.date;
  const [first] = evidence.toSorted(byLatest);
  return first === undefined ? since.date : dayOf(first);
}

// Which reports of a list are held against each other: those that are certainly later than a complete list only add to it,
// or are guesses. How many sponsors there are is not known any more once one has
// joined or left.
function countsAmong(evidence: readonly Evidence[], turned: readonly Turn[]): MergedFact['counts'] {
  const later = new Set(laterThanList(evidence));
  return (field, one) => {
    if (field === 'members') return !later.has(one);
    if (field !== 'others') return true;
    const isOutdated = turned.some(({ occurrence }) => certainlyBefore(dayOf(one), occurrence.date));
    return !isOutdated && (isFirm(one) || !later.has(one));
  };
}

// What is told of a list certainly later than a complete one, and starts no other.
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
    const isNamed = later.some((one) => membersIn(one).some((name) => plainName(name) === leaver));
    if (leaver !== null && !isNamed) names.delete(leaver);
  }
  return { ...fields, members: { ...members, value: [...names.values()].toSorted() } };
}

function membersIn({ fields }: Evidence): readonly string[] {
  const { members } = fields;
  return Array.isArray(members) ? (members as readonly string[]) : [];
}
