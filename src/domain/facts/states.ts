import { certainlyBefore, clipLatest, type UncertainDate } from '../vocabulary/dates.ts';
import { type EventType, type FieldValue, plainName } from '../vocabulary/event-type.ts';
import { compare, compareSources, type Evidence, isFirm, unknownDate } from './evidence.ts';
import type { MergedFact, MergedFields } from './fields.ts';
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
  return sampledStates(fact, evidence, isStart, kind === 'roster' ? turns : null);
}

/** One state of a fact: what held from a day on. */
export type State = {
  readonly evidence: readonly Evidence[];
  readonly since: Occurrence;
  /** Its reports that say since when; empty where a turn does. */
  readonly dating: readonly Evidence[];
  /** What ended the one before: it is no longer held, or a sponsor joined or left the list. */
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

/** The plain name that a field gives; null where it gives none. */
export function slugOf(value: FieldValue | undefined): string | null {
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

// The states that lists, or amounts with an `asOf`, show on their days. `turns` is null for amounts.
function sampledStates(
  fact: MergedFact,
  evidence: readonly Evidence[],
  isStart: (one: Evidence) => boolean,
  turns: readonly Turn[] | null,
): readonly State[] {
  const isRoster = turns !== null;
  const hasFirm = evidence.some(isFirm);
  const starting = evidence.filter((one) => isStart(one) && (isFirm(one) || !hasFirm));
  const runs = runsOf(fact.type, starting);
  const joining = Map.groupBy(without(starting, evidence), (one) => runFor(fact.type, one, runs, isRoster));
  // An undated amount that contradicts a dated one says nothing about that day.
  const isApart = (run: Run, one: Evidence) =>
    !isRoster && run.unlike.every((start) => contradict(fact.type, start, one));
  const first = joining.get(null) ?? [];
  const before = first.length === 0 ? [] : [stateOf(fact, first, evidence, earliestOf(first))];
  const begun = lasting(
    fact.type,
    runs.map((run) => {
      const joined = Map.groupBy(joining.get(run) ?? [], (one) => isApart(run, one));
      return { ...run, evidence: [...run.starting, ...(joined.get(false) ?? [])], apart: joined.get(true) ?? [] };
    }),
    turns ?? [],
  );
  return [
    ...before,
    ...begun.flatMap((run) => {
      const state = stateOf(fact, run.evidence, evidence, run.starting);
      return run.apart.length === 0 ? [state] : [state, withApart(state, run.apart)];
    }),
  ];
}

// Undated amounts contest a dated one from their publication on: that is a state of its own.
function withApart(state: State, apart: readonly Evidence[]): State {
  const evidence = [...state.evidence, ...apart].toSorted(compareSources);
  const [first] = apart.toSorted(byLatest);
  const { published = null } = first ?? {};
  if (published === null) return { ...state, evidence };
  const since: Occurrence = {
    date: published,
    dates: [published],
    basis: 'derived',
    settled: null,
    possibleFrom: published.earliest,
    possibly: published.earliest,
    certainly: published.latest,
  };
  return { evidence, since, dating: [], lostBy: null };
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

/** A steward's choice holds for the state that it judged. */
export function resolutionsFor(
  { resolutions }: MergedFact,
  evidence: readonly Evidence[],
  all: readonly Evidence[],
): Resolutions {
  return (key, field, modality) => {
    const resolution = resolutions(key, field, modality);
    const isOfOthers = resolution !== undefined && without(evidence, all).some(resolution.judged);
    return isOfOthers ? resolutions(key, field, modality, evidence) : resolution;
  };
}

function without(some: readonly Evidence[], all: readonly Evidence[]): readonly Evidence[] {
  const left = new Set(some);
  return all.filter((one) => !left.has(one));
}

/** Reports of about one day, which start one state, and one of them for each thing that they say. */
type Run = { readonly starting: readonly Evidence[]; readonly unlike: readonly Evidence[] };

// Of reports that say the same, one: all of them contradict the same others.
function unlike(evidence: readonly Evidence[], toldBy: (one: Evidence) => string = () => ''): readonly Evidence[] {
  return [...new Map(evidence.map((one) => [`${toldBy(one)} ${JSON.stringify(one.fields)}`, one])).values()];
}

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
  const heard = new Map([...fixed].map(([pivot, ofPivot]) => [pivot, unlike(ofPivot, mouthOf)]));
  const groups = Map.groupBy(starting, (one) => {
    const days = near(one);
    if (days.length < 2) return days[0];
    const saying = (isHeard: (other: Evidence) => boolean) =>
      days.find((pivot) => heard.get(pivot)?.some((other) => isHeard(other) && !contradict(type, other, one)));
    const mouth = mouthOf(one);
    return saying((other) => mouthOf(other) === mouth) ?? saying(() => true) ?? days[0];
  });
  return pivots.map((pivot) => {
    const ofPivot = groups.get(pivot) ?? [];
    return { starting: ofPivot, unlike: unlike(ofPivot) };
  });
}

function mouthOf({ publisher, report: { metadata } }: Evidence): string {
  return JSON.stringify([publisher && plainName(publisher), metadata.attribution, metadata.speaker]);
}

// A run that contradicts nothing in the state before it tells that the state lasts, unless a sponsor joined or left
// between them.
function lasting(type: EventType, runs: readonly BegunRun[], turns: readonly Turn[] = []): readonly BegunRun[] {
  const states: BegunRun[] = [];
  for (const run of runs) {
    const last = states.at(-1);
    const isContradicted = (one: Evidence) => run.unlike.some((other) => contradict(type, one, other));
    const lasts = last !== undefined && !unlike(last.evidence).some(isContradicted);
    const isTurned = turns.some((turn) => {
      const isAfter = (one: Evidence) => certainlyBefore(turn.occurrence.date, dayOf(one));
      const isListed = last?.evidence.some((one) => isListedIn(turn.subject, one)) ?? false;
      return (
        run.starting.every(isAfter) && !last?.starting.every(isAfter) && isListed === (turn.type.type === 'SponsorLeft')
      );
    });
    if (lasts && !isTurned)
      states[states.length - 1] = {
        ...last,
        evidence: [...last.evidence, ...run.evidence],
        apart: [...last.apart, ...run.apart],
      };
    else states.push(run);
  }
  return states;
}

type BegunRun = Run & {
  readonly evidence: readonly Evidence[];
  /** Amounts that nobody dates and that contradict those of the run. */
  readonly apart: readonly Evidence[];
};

/** The order of reports by the last day of which they may tell. */
export function byLatest(a: Evidence, b: Evidence): number {
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

// The state that a report joins if it starts none; null: the state before the first run.
function runFor(type: EventType, one: Evidence, runs: readonly Run[], isRoster: boolean): Run | null {
  const day = dayOf(one);
  const begunBy = (run: Run) => run.starting.some((start) => !certainlyBefore(day, dayOf(start)));
  const begunBefore = (run: Run) => run.starting.every((start) => certainlyBefore(dayOf(start), day));
  const last = runs.findLastIndex(begunBy);
  // A list tells of its own day. An undated amount may be of any state that its source could know.
  const first = isRoster ? runs.findLastIndex(begunBefore) : -1;
  const candidates = runs.slice(Math.max(first, 0), last + 1);
  const agreeing = candidates.findLast(
    (run) => (isRoster && begunBefore(run)) || run.unlike.every((start) => !contradict(type, start, one)),
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
  // After an undated loss nobody can tell which grants came later.
  const losses = turns.filter(({ occurrence }) => occurrence.basis !== 'publication').toSorted(byDay);
  const dated = evidence.filter(({ date }) => date !== null);
  const lossesBefore = (day: UncertainDate) => losses.filter(({ occurrence }) => certainlyBefore(occurrence.date, day));
  const spanOf = (one: Evidence) => {
    if (losses.length === 0) return 0;
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

/** The order of turns by their days. */
export function byDay(a: Turn, b: Turn): number {
  return (
    compare(a.occurrence.date.latest ?? ':', b.occurrence.date.latest ?? ':') ||
    compare(a.occurrence.date.earliest ?? '', b.occurrence.date.earliest ?? '') ||
    compare(a.fact, b.fact)
  );
}

// Grants on different days are states of their own if they grant different things; on one day, reports may disagree.
function grantedStates(fact: MergedFact, evidence: readonly Evidence[], all: readonly Evidence[]): readonly State[] {
  const hasFirm = evidence.some(isFirm);
  const starting = evidence.filter((one) => one.date !== null && (isFirm(one) || !hasFirm));
  const runs = runsOf(fact.type, starting);
  if (runs.length === 0) return [stateOf(fact, evidence, all)];
  const joining = Map.groupBy(without(starting, evidence), (one) => runFor(fact.type, one, runs, false) ?? runs[0]);
  const begun = runs.map((run) => ({ ...run, evidence: [...run.starting, ...(joining.get(run) ?? [])], apart: [] }));
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
  const inOneSpan = Map.groupBy(
    spans.filter(({ from, to }) => from === to),
    ({ to }) => to,
  );
  const fixed = new Map([...inOneSpan].map(([span, ofSpan]) => [span, unlike(ofSpan.map(({ one }) => one))]));
  const spanOf = ({ one, from, to }: (typeof spans)[number]) => {
    if (from === to) return to;
    // A report from a time when either term may have held belongs to the last one that it agrees with.
    for (let span = to; span >= from; span--) {
      if (fixed.get(span)?.some((other) => agree(fact.type, other, one))) return span;
    }
    return to;
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

/** A change that nobody dates holds from its publication. */
export function changeOf(turn: Turn): Turn {
  const { date, basis } = turn.occurrence;
  if (basis !== 'publication') return turn;
  const [first] = turn.evidence.toSorted(byLatest);
  return { ...turn, occurrence: { ...turn.occurrence, date: first === undefined ? date : dayOf(first) } };
}

function agree(type: EventType, a: Evidence, b: Evidence): boolean {
  const isShared = dataFields(type).some(([name]) => a.fields[name] !== undefined && b.fields[name] !== undefined);
  return isShared && !contradict(type, a, b);
}

/** Whether a report lists a member of this plain name. */
export function isListedIn(name: string | null, one: Evidence): boolean {
  return membersIn(one).some((member) => plainName(member) === name);
}

/** The members that a report lists. */
export function membersIn({ fields }: Evidence): readonly string[] {
  const { members } = fields;
  return Array.isArray(members) ? (members as readonly string[]) : [];
}
