import { isDeepStrictEqual } from 'node:util';
import { contains, equalBounds, type UncertainDate } from '../domain/vocabulary/dates.ts';
import {
  type CampaignValue,
  type Meaning,
  meanings,
  type ObligationPart,
  type Parts,
  type ProgrammeValue,
  type ReadModels,
  type RolloutPart,
  type RowValue,
  type Standing,
} from './diff-parts.ts';
import type { AuditEntry } from './effects.ts';
import type { Cell } from './obligations.ts';
import type { Step } from './rollout.ts';
import type { Source } from './shapes.ts';
import type { Entry } from './timeline.ts';

/** What surrounds the differences between two views. */
export function around(from: ReadModels, to: ReadModels): Around {
  return {
    known: new Set(from.audit.map(({ position }) => position)),
    trail: new Map(to.audit.map((entry) => [entry.position, entry])),
    decisions: Map.groupBy(
      to.audit.filter(({ event }) => event.type in decided),
      ({ fact }) => fact,
    ),
    counted: reportsIn(from),
    counting: reportsIn(to),
  };
}

/** What a difference is judged by beside the two values: what was recorded and what counted on either side. */
export type Around = {
  /** The positions of what a reader could know of before. */
  readonly known: ReadonlySet<number>;
  /** What a reader can know of now, by position. */
  readonly trail: ReadonlyMap<number, AuditEntry>;
  /** What stewards decided on each fact, as far as a reader can know of it now. */
  readonly decisions: ReadonlyMap<string | null, readonly AuditEntry[]>;
  /** The reports that counted before, for whatever fact, and those that count now. */
  readonly counted: ReadonlySet<string>;
  readonly counting: ReadonlySet<string>;
};

// What a decision of a steward does, in the words of the audit trail; a merge has none of its own.
const decided: Readonly<Record<string, Meaning>> = {
  FactCorrected: 'corrected',
  FactRetracted: 'retracted',
  ContestResolved: 'resolved',
};

function reportsIn({ timeline }: ReadModels): ReadonlySet<string> {
  return new Set(timeline.flatMap(({ sources }) => sources.map(({ id }) => id)));
}

/** What it means that a statement is there which was not. */
export function meaningsOfNew(statement: Statement, surroundings: Around): Meaning[] {
  const { sources, contested, reopened, flags } = statement;
  const { known, counted } = surroundings;
  return inOrder([
    ...(sources.length > 0 && sources.every(({ position }) => !known.has(position)) ? (['entered'] as const) : []),
    ...(sources.some(({ id }) => counted.has(id)) ? (['merged'] as const) : []),
    ...(contested ? (['contested'] as const) : []),
    ...decisionsOn(statement, surroundings, false),
    ...(reopened ? (['reopened'] as const) : []),
    ...(flags.length > 0 ? (['flagged'] as const) : []),
  ]);
}

/** What a part of a read model states, in the terms that all parts share. */
export type Statement = {
  /** In our words. */
  readonly title: string;
  /** The fact that it states; null where it states none, or several. */
  readonly fact: string | null;
  /** Where it stands; null where it has no status. */
  readonly standing: Standing | null;
  readonly timing: Standing['timing'] | null;
  /** What it is told with, and how certain that is: milestones and qualifications, by fact and status. */
  readonly within: ReadonlyMap<string, Standing['timing']>;
  readonly contested: boolean;
  /** A report goes against what a steward decided. */
  readonly reopened: boolean;
  /** The values on which sources disagree. */
  readonly alternatives: number;
  readonly flags: readonly string[];
  readonly sources: readonly Source[];
  /** The Games have closed without a report of delivery. */
  readonly closed: boolean;
  /** What is displayed beside all that. */
  readonly shown: unknown;
};

function inOrder(found: readonly Meaning[]): Meaning[] {
  return meanings.filter((meaning) => found.includes(meaning));
}

// What a steward decided on it meanwhile; and before, where nothing else tells why it is shown otherwise.
function decisionsOn({ fact }: Statement, { known, decisions }: Around, isUnexplained: boolean): readonly Meaning[] {
  return (fact === null ? [] : (decisions.get(fact) ?? [])).flatMap(({ position, event }) => {
    const meaning = decided[event.type];
    const isNew = !known.has(position);
    return meaning !== undefined && (isNew || (isUnexplained && meaning === 'resolved')) ? [meaning] : [];
  });
}

/** What it means that a statement is gone. */
export function meaningsOfGone({ sources }: Statement, surroundings: Around): Meaning[] {
  const found = ended(sources, surroundings);
  return inOrder(found.length === 0 && sources.length > 0 ? ['redated'] : found);
}

function ended(gone: readonly Source[], surroundings: Around): readonly Meaning[] {
  return gone.flatMap((source) => endOf(source, surroundings) ?? []);
}

// What made a report count no more; null where it counts still, be it for another day than the clocks show.
function endOf({ id, position }: Pick<Source, 'id' | 'position'>, { trail, counting }: Around): Meaning | null {
  if (counting.has(id)) return 'merged';
  const by = trail.get(trail.get(position)?.supersededBy ?? 0);
  if (by === undefined) return null;
  return retractions.has(by.event.type) ? 'retracted' : 'superseded';
}

const retractions = new Set(['ArticleRetracted', 'FactRetracted']);

/** What it means that a statement is another than it was. */
export function meaningsOfChanged(before: Statement, after: Statement, surroundings: Around): Meaning[] {
  const [had, has] = [before, after].map(({ sources }) => new Set(sources.map(({ id }) => id)));
  const gone = before.sources.filter(({ id }) => !has?.has(id));
  const joined = after.sources.some(({ id }) => !had?.has(id));
  const named: readonly Meaning[] = [
    ...(isAdvanced(before, after) ? (['advanced'] as const) : []),
    ...onContest(before, after),
    ...(after.reopened && !before.reopened ? (['reopened'] as const) : []),
    ...(corrections(after) > corrections(before) ? (['corrected'] as const) : []),
    ...ended(gone, surroundings),
    ...onTiming(before, after),
    ...(after.closed && !before.closed ? (['closed'] as const) : []),
    ...(after.flags.some((flag) => !before.flags.includes(flag)) ? (['flagged'] as const) : []),
    ...(before.flags.some((flag) => !after.flags.includes(flag)) ? (['cleared'] as const) : []),
  ];
  const isShownOtherwise = !isDeepStrictEqual(before.shown, after.shown);
  // What came in the place of a report that is gone is neither more nor less than it was.
  const isUnexplained = gone.length === 0 && !named.some((meaning) => explains.has(meaning));
  const all = [...named, ...decisionsOn(after, surroundings, isUnexplained && isShownOtherwise)];
  if (!isUnexplained || all.some((meaning) => explains.has(meaning))) return inOrder(all);
  if (isShownOtherwise) return inOrder([...all, 'narrowed']);
  return inOrder(joined ? [...all, 'corroborated'] : all);
}

function isAdvanced(before: Statement, after: Statement): boolean {
  return (
    before.standing?.status !== after.standing?.status ||
    modalities(before) !== modalities(after) ||
    isReplanned(before.standing?.planned ?? null, after.standing?.planned ?? null)
  );
}

function modalities({ sources }: Statement): string {
  return [...new Set(sources.map(({ modality }) => modality))].toSorted().join(' ');
}

// Another plan than before, and not just a closer or a vaguer one.
function isReplanned(was: Standing['planned'], is: Standing['planned']): boolean {
  if (was?.edtf == null || is?.edtf == null) return false;
  const [before, after] = [was as UncertainDate, is as UncertainDate];
  return !equalBounds(before, after) && !contains(before, after);
}

function onContest(before: Statement, after: Statement): readonly Meaning[] {
  if (after.contested) {
    // What was contested, decided and reopened in between is contested anew.
    const isReopened = after.reopened && !before.reopened;
    return !before.contested || isReopened || after.alternatives > before.alternatives ? ['contested'] : [];
  }
  if (!before.contested) return [];
  // Where a steward has settled it, what sources say otherwise stays to be seen.
  return [after.alternatives > 0 ? 'resolved' : 'settled'];
}

function corrections({ sources }: Statement): number {
  return sources.flatMap((source) => source.corrections).length;
}

function onTiming(before: Statement, after: Statement): readonly Meaning[] {
  const within = [...after.within].flatMap(([key, timing]) => {
    const old = before.within.get(key);
    return old === undefined || old === timing ? [] : [became(timing)];
  });
  const isSame = before.standing?.status === after.standing?.status;
  return isSame && before.timing !== after.timing ? [became(after.timing), ...within] : within;
}

function became(timing: Statement['timing']): Meaning {
  return timing === 'certain' ? 'became-certain' : 'became-uncertain';
}

// Beside one of these, what is shown otherwise is no narrowing.
const explains: ReadonlySet<Meaning> = new Set([
  'advanced',
  'contested',
  'resolved',
  'settled',
  'corrected',
  'retracted',
]);

/** What an entry of the audit trail means that is another than it was: through what its report counts no more. */
export function meaningsOfEntry(before: AuditEntry, after: AuditEntry, { trail }: Around): Meaning[] {
  if (after.supersededBy === null || after.supersededBy === before.supersededBy) return [];
  return [retractions.has(trail.get(after.supersededBy)?.event.type ?? '') ? 'retracted' : 'superseded'];
}

/** What a part of a read model states. */
export function statementOf(part: AnyPart): Statement {
  if (part.part === 'fact') return ofStep(part.value);
  if (part.part === 'entry') return ofEntry(part.value);
  return isOfObligations(part) ? ofObligation(part) : ofRollout(part);
}

/** A part of any read model. */
export type AnyPart = Parts[keyof Parts][number];

function ofStep(step: Stepped, title = step.summary): Statement {
  const { fact, status, timing, occurred, planned, contested, reopened, alternatives, flags, sources, data } = step;
  return {
    ...plain,
    title,
    fact,
    standing: { status, timing, occurred, planned },
    timing,
    contested,
    reopened,
    alternatives: alternatives.length,
    flags: flags.map(({ rule, detail }) => `${rule}: ${detail}`),
    sources,
    shown: [occurred, planned, data ?? {}],
  };
}

type Stepped = Omit<Step, 'status'> & { readonly status: string; readonly data?: Entry['data'] };

const plain: Omit<Statement, 'title'> = {
  fact: null,
  standing: null,
  timing: null,
  within: new Map(),
  contested: false,
  reopened: false,
  alternatives: 0,
  flags: [],
  sources: [],
  closed: false,
  shown: null,
};

function ofEntry({ event }: AuditEntry): Statement {
  return { ...plain, title: event.type };
}

function isOfObligations(part: AnyPart): part is ObligationPart {
  return part.part === 'row' || part.part === 'cell' || part.part === 'programme';
}

function ofObligation(part: ObligationPart): Statement {
  if (part.part === 'cell') return ofCell(part.value);
  return part.part === 'row' ? ofRow(part.value) : ofProgramme(part.value);
}

function ofCell(cell: Cell): Statement {
  const { name, status, timing, contested, reopened, flags, sources, closedWithoutReport, otherStatuses, scope } = cell;
  const milestones = cell.milestones.map(({ fact, status, occurred, planned }) => [fact, status, occurred, planned]);
  return {
    ...plain,
    title: name,
    standing: { status, timing, occurred: null, planned: null },
    timing,
    within: timed(cell),
    contested,
    reopened,
    flags: flags.map(({ rule, detail }) => `${rule}: ${detail}`),
    sources,
    closed: closedWithoutReport,
    shown: [otherStatuses, scope, cell.denied === null, texts(cell.qualifications), milestones],
  };
}

function timed({
  qualifications,
  milestones = [],
}: Pick<Cell, 'qualifications'> & Partial<Pick<Cell, 'milestones'>>): Statement['within'] {
  return new Map([
    ...qualifications.map(({ fact, timing }) => [fact, timing] as const),
    ...milestones.map(({ fact, status, timing }) => [`${fact} ${status}`, timing] as const),
  ]);
}

function texts(qualifications: Cell['qualifications']) {
  return qualifications.map(({ fact, text }) => [fact, text]);
}

function ofRow({ name, timing, implied, host, window, coverage, qualifications }: RowValue): Statement {
  return {
    ...plain,
    title: name,
    timing,
    within: timed({ qualifications }),
    sources: [...coverage, ...qualifications.flatMap(({ sources }) => sources)],
    shown: [implied, host, window, texts(qualifications)],
  };
}

function ofProgramme({ qualifications }: ProgrammeValue): Statement {
  return {
    ...plain,
    title: 'The whole programme',
    within: timed({ qualifications }),
    sources: qualifications.flatMap(({ sources }) => sources),
    shown: texts(qualifications),
  };
}

function ofRollout(part: RolloutPart): Statement {
  if (part.part === 'campaign') return ofCampaign(part.value);
  if (part.part === 'storefront') {
    const { name, platform, games } = part.value;
    return { ...plain, title: name, shown: [platform, games] };
  }
  if (part.part === 'market') return ofStep(part.value, part.value.market);
  return ofStep(part.value, 'name' in part.value ? part.value.name : part.value.summary);
}

function ofCampaign({ name, creatives: { stated, unidentified } }: CampaignValue): Statement {
  return {
    ...plain,
    title: name,
    contested: stated?.contested ?? false,
    alternatives: stated?.alternatives.length ?? 0,
    sources: stated?.sources ?? [],
    shown: [stated?.value ?? null, unidentified],
  };
}
