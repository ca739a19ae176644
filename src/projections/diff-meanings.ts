import { isDeepStrictEqual } from 'node:util';
import { contains, equalBounds, type UncertainDate } from '../domain/vocabulary/dates.ts';
import { type AnyPart, type Meaning, meaningShape, type ReadModels, type Standing } from './diff-parts.ts';
import type { AuditEntry } from './effects.ts';
import type { Cell } from './obligations.ts';
import type { Step } from './rollout.ts';
import type { Source } from './shapes.ts';
import type { Entry } from './timeline.ts';

/** What it means that a part changed, that it appeared (no `before`) or that it disappeared (no `after`). */
export function meaningsOf(
  before: AnyPart | undefined,
  after: AnyPart | undefined,
  surroundings: Surroundings,
): Meaning[] {
  if (after?.part === 'entry')
    return ofEntry(before?.part === 'entry' ? before.value : null, after.value, surroundings);
  if (after === undefined) return before === undefined ? [] : ofGone(statementOf(before), surroundings);
  if (before === undefined) return ofNew(statementOf(after), surroundings);
  return ofChanged(statementOf(before), statementOf(after), surroundings);
}

/** Collects what a difference is judged by beside the two values of a part. */
export function surroundingsOf(from: ReadModels, to: ReadModels): Surroundings {
  return {
    positionsBefore: new Set(from.audit.map(({ position }) => position)),
    trail: new Map(to.audit.map((entry) => [entry.position, entry])),
    decisions: Map.groupBy(
      to.audit.filter(({ event }) => event.type in decisionMeanings),
      ({ fact }) => fact,
    ),
    reportsBefore: reportsIn(from),
    reportsNow: reportsIn(to),
    apart: separatedSince(from, to),
  };
}

/** What was recorded and what counted on either side. */
export type Surroundings = {
  /** The positions of the events that a reader could know of before. */
  readonly positionsBefore: ReadonlySet<number>;
  /** The events that a reader can know of now, by position. */
  readonly trail: ReadonlyMap<number, AuditEntry>;
  /** The stewards' decisions on each fact that a reader can know of now. */
  readonly decisions: ReadonlyMap<string | null, readonly AuditEntry[]>;
  /** The ids of the reports that counted before, for whatever fact, and of those that count now. */
  readonly reportsBefore: ReadonlySet<string>;
  readonly reportsNow: ReadonlySet<string>;
  /** The facts on either side of a merge that was undone since. */
  readonly apart: ReadonlySet<string>;
};

function separatedSince(from: ReadModels, to: ReadModels): ReadonlySet<string> {
  const before = new Set(from.audit.map(({ position }) => position));
  const undone = to.audit.filter(({ event, position }) => event.type === 'MergeUndone' && !before.has(position));
  return new Set(undone.flatMap(({ fact, asserted }) => [String(fact), String(asserted['from'])]));
}

// What a steward's decision does, in the words of the audit trail; a merge and its undoing show by their reports.
const decisionMeanings: Readonly<Record<string, Meaning>> = {
  FactCorrected: 'corrected',
  FactRetracted: 'retracted',
  ContestResolved: 'resolved',
};

function reportsIn({ timeline }: ReadModels): ReadonlySet<string> {
  return new Set(timeline.flatMap(({ sources }) => sources.map(({ id }) => id)));
}

// A new entry has the effects of its event. An older one changes if its report no longer counts.
function ofEntry(before: AuditEntry | null, { effects, supersededBy }: AuditEntry, { trail }: Surroundings): Meaning[] {
  if (before === null) return [...effects];
  if (supersededBy === null || supersededBy === before.supersededBy) return [];
  return [isRetraction(trail.get(supersededBy)) ? 'retracted' : 'superseded'];
}

function isRetraction(entry: AuditEntry | undefined): boolean {
  return entry?.event.type === 'ArticleRetracted' || entry?.event.type === 'FactRetracted';
}

function ofGone({ fact, sources }: Statement, surroundings: Surroundings): Meaning[] {
  const ends = sources.flatMap((source) => endOf(source, fact, surroundings) ?? []);
  return inOrder(ends.length === 0 && sources.length > 0 ? ['redated'] : ends);
}

// What became of a report that a statement no longer shows: it counts for another fact, or something ended it. Null if it
// still counts, on another day than the clocks show.
function endOf({ id, position }: Source, fact: string | null, surroundings: Surroundings): Meaning | null {
  const { trail, reportsNow } = surroundings;
  if (reportsNow.has(id)) return movementOf(fact, surroundings);
  const end = trail.get(trail.get(position)?.supersededBy ?? 0);
  if (end === undefined) return null;
  return isRetraction(end) ? 'retracted' : 'superseded';
}

// Reports that count for another fact than before.
function movementOf(fact: string | null, { apart }: Surroundings): 'merged' | 'separated' {
  return (fact === null ? apart.size > 0 : apart.has(fact)) ? 'separated' : 'merged';
}

function inOrder(meanings: readonly Meaning[]): Meaning[] {
  return meaningShape.options.filter((meaning) => meanings.includes(meaning));
}

function ofNew(statement: Statement, surroundings: Surroundings): Meaning[] {
  const { fact, sources, contested, reopened, flags } = statement;
  const { positionsBefore, reportsBefore } = surroundings;
  return inOrder([
    ...namesOfTrue({
      entered: sources.length > 0 && sources.every(({ position }) => !positionsBefore.has(position)),
      [movementOf(fact, surroundings)]: sources.some(({ id }) => reportsBefore.has(id)),
      contested,
      reopened,
      flagged: flags.length > 0,
    }),
    ...ofDecisions(statement, surroundings, false),
  ]);
}

function namesOfTrue(signs: Partial<Record<Meaning, boolean>>): Meaning[] {
  return meaningShape.options.filter((meaning) => signs[meaning] === true);
}

// What stewards decided on it since; and an earlier resolution where nothing else explains why it is shown otherwise.
function ofDecisions(
  { fact }: Statement,
  { positionsBefore, decisions }: Surroundings,
  isUnexplained: boolean,
): readonly Meaning[] {
  return (fact === null ? [] : (decisions.get(fact) ?? [])).flatMap(({ position, event }) => {
    const meaning = decisionMeanings[event.type];
    const isNew = !positionsBefore.has(position);
    return meaning !== undefined && (isNew || (isUnexplained && meaning === 'resolved')) ? [meaning] : [];
  });
}

function ofChanged(before: Statement, after: Statement, surroundings: Surroundings): Meaning[] {
  const [idsBefore, idsNow] = [idsOf(before), idsOf(after)];
  const gone = before.sources.filter(({ id }) => !idsNow.has(id));
  const direct = [
    ...namesOfTrue({
      advanced: isAdvanced(before, after),
      reopened: after.reopened && !before.reopened,
      corrected: countCorrections(after) > countCorrections(before),
      closed: after.closed && !before.closed,
      flagged: after.flags.some((flag) => !before.flags.includes(flag)),
      cleared: before.flags.some((flag) => !after.flags.includes(flag)),
    }),
    ...ofContest(before, after),
    ...gone.flatMap((source) => endOf(source, after.fact, surroundings) ?? []),
    ...ofTiming(before, after),
  ];
  const isShownOtherwise = !isDeepStrictEqual(before.details, after.details);
  // A report in the place of one that is gone says neither more nor less than before.
  const isUnexplained = gone.length === 0 && !direct.some((meaning) => explanations.has(meaning));
  const all = [...direct, ...ofDecisions(after, surroundings, isUnexplained && isShownOtherwise)];
  if (!isUnexplained || all.some((meaning) => explanations.has(meaning))) return inOrder(all);
  if (isShownOtherwise) return inOrder([...all, 'narrowed']);
  const hasNewSource = after.sources.some(({ id }) => !idsBefore.has(id));
  return inOrder(hasNewSource ? [...all, 'corroborated'] : all);
}

function idsOf({ sources }: Statement): ReadonlySet<string> {
  return new Set(sources.map(({ id }) => id));
}

function isAdvanced(before: Statement, after: Statement): boolean {
  return (
    before.standing?.status !== after.standing?.status ||
    (before.states.length > 0 && after.states.length > before.states.length) ||
    modalitiesOf(before) !== modalitiesOf(after) ||
    isReplanned(before.standing?.planned ?? null, after.standing?.planned ?? null)
  );
}

function modalitiesOf({ sources }: Statement): string {
  return [...new Set(sources.map(({ modality }) => modality))].toSorted().join(' ');
}

// Whether the plan is another one, and not the same one told more or less precisely.
function isReplanned(before: Standing['planned'], after: Standing['planned']): boolean {
  if (before?.edtf == null || after?.edtf == null) return false;
  const [old, now] = [before as UncertainDate, after as UncertainDate];
  return !equalBounds(old, now) && !contains(old, now);
}

function countCorrections({ sources }: Statement): number {
  return sources.flatMap(({ corrections }) => corrections).length;
}

function ofContest(before: Statement, after: Statement): readonly Meaning[] {
  if (after.contested) {
    // Contested before, decided and reopened since: contested anew.
    const isReopened = after.reopened && !before.reopened;
    return !before.contested || isReopened || after.alternatives > before.alternatives ? ['contested'] : [];
  }
  if (!before.contested) return [];
  // Only a steward's resolution leaves the other values to be seen.
  return [after.alternatives > 0 ? 'resolved' : 'settled'];
}

function ofTiming(before: Statement, after: Statement): readonly Meaning[] {
  const became = (timing: Statement['timing']) => (timing === 'certain' ? 'became-certain' : 'became-uncertain');
  const withinIt = [...after.timings].flatMap(([key, timing]): Meaning[] => {
    const old = before.timings.get(key);
    return old === undefined || old === timing ? [] : [became(timing)];
  });
  const isSameStatus = before.standing?.status === after.standing?.status;
  return isSameStatus && before.timing !== after.timing ? [became(after.timing), ...withinIt] : withinIt;
}

// A change with one of these meanings is explained by it, and is no narrowing.
const explanations: ReadonlySet<Meaning> = new Set([
  'advanced',
  'contested',
  'resolved',
  'settled',
  'corrected',
  'retracted',
]);

/** What a part of a read model states. */
export function statementOf(shown: AnyPart): Statement {
  if (shown.part === 'entry') return { ...plain, title: shown.value.event.type };
  if (shown.part === 'row') return rowStatement(shown.value);
  if (shown.part === 'programme') {
    const { qualifications } = shown.value;
    return { ...plain, title: 'The whole programme', ...qualified(qualifications), details: textsOf(qualifications) };
  }
  if (shown.part === 'cell') return cellStatement(shown.value);
  if (shown.part === 'campaign') return campaignStatement(shown.value);
  if (shown.part === 'storefront') {
    const { name, platform, games } = shown.value;
    return { ...plain, title: name, details: [platform, games] };
  }
  if (shown.part === 'market') return stepStatement(shown.value, shown.value.market);
  return stepStatement(shown.value, 'name' in shown.value ? shown.value.name : shown.value.summary);
}

/** A part of a read model in the terms that all parts share. */
type Statement = {
  readonly title: string;
  /** The key of the fact that it states; null if it states none, or several. */
  readonly fact: string | null;
  /** Null if it has no status. */
  readonly standing: Standing | null;
  readonly timing: Standing['timing'] | null;
  /** How certain each of its qualifications and milestones is: by fact, of a milestone by fact and status. */
  readonly timings: ReadonlyMap<string, Standing['timing']>;
  readonly contested: boolean;
  /** A report goes against what a steward decided. */
  readonly reopened: boolean;
  /** How many values of contested fields it has. */
  readonly alternatives: number;
  readonly flags: readonly string[];
  readonly sources: readonly Source[];
  /** The Games have closed without a report of delivery. */
  readonly closed: boolean;
  /** The states that it has come to. */
  readonly states: readonly unknown[];
  /** Whatever else a reader sees of it. */
  readonly details: unknown;
};

const plain: Omit<Statement, 'title'> = {
  fact: null,
  standing: null,
  timing: null,
  timings: new Map(),
  contested: false,
  reopened: false,
  alternatives: 0,
  flags: [],
  sources: [],
  closed: false,
  states: [],
  details: null,
};

function rowStatement(row: ValueOf<'row'>): Statement {
  const { name: title, timing, implied, host, window, editionStatus, coverage, qualifications } = row;
  const { timings, sources } = qualified(qualifications);
  const details = [implied, host, window, editionStatus, textsOf(qualifications)];
  return { ...plain, title, timing, timings, sources: [...coverage, ...sources], details };
}

type ValueOf<Name extends AnyPart['part']> = Extract<AnyPart, { part: Name }>['value'];

function qualified(qualifications: Cell['qualifications']): Pick<Statement, 'timings' | 'sources'> {
  return {
    timings: new Map(qualifications.map(({ fact, timing }) => [fact, timing])),
    sources: qualifications.flatMap(({ sources }) => sources),
  };
}

function textsOf(qualifications: Cell['qualifications']) {
  return qualifications.map(({ fact, text }) => [fact, text]);
}

function cellStatement(cell: Cell): Statement {
  const { name, status, timing, contested, reopened, flags, sources, closedWithoutReport, otherStatuses, scope } = cell;
  const { quantity, delivered } = cell;
  const milestones = cell.milestones.map(({ fact, status, occurred, planned }) => [fact, status, occurred, planned]);
  return {
    ...plain,
    title: name,
    standing: { status, timing, occurred: null, planned: null },
    timing,
    timings: new Map([
      ...qualified(cell.qualifications).timings,
      ...cell.milestones.map(({ fact, status, timing }) => [`${fact} ${status}`, timing] as const),
    ]),
    contested,
    reopened,
    flags: flags.map(flagText),
    sources,
    closed: closedWithoutReport,
    details: [
      otherStatuses,
      scope,
      quantity,
      delivered,
      cell.denied === null,
      textsOf(cell.qualifications),
      milestones,
    ],
  };
}

function flagText({ rule, detail }: Cell['flags'][number]): string {
  return `${rule}: ${detail}`;
}

function campaignStatement({ name: title, creatives }: ValueOf<'campaign'>): Statement {
  const { value = null, contested = false, alternatives = [], sources = [] } = creatives.stated ?? {};
  const details = [value, creatives.unidentified];
  return { ...plain, title, contested, alternatives: alternatives.length, sources, details };
}

function stepStatement(
  step: Omit<Step, 'status'> & { readonly status: string } & Partial<Pick<Entry, 'data' | 'states'>>,
  title: string,
): Statement {
  const { fact, status, timing, occurred, planned, contested, reopened, alternatives, flags, sources, data } = step;
  const states = (step.states ?? []).map((state) => [state.asOf, state.data]);
  return {
    ...plain,
    title,
    fact,
    standing: { status, timing, occurred, planned },
    timing,
    contested,
    reopened,
    alternatives: alternatives.length,
    flags: flags.map(flagText),
    sources,
    states,
    details: [occurred, planned, data ?? {}, states],
  };
}
