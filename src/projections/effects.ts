import * as z from 'zod';
import { judges } from '../domain/facts/evidence.ts';
import { type Fact, type FactState, factState, factsAt } from '../domain/facts/fact.ts';
import { type IngestEvents, ingestsOf, isOfSteward } from '../domain/facts/facts-at.ts';
import { byPublication } from '../domain/facts/games-calendar.ts';
import { mergedInto, mergesIn, publicationsOf } from '../domain/facts/what-counts.ts';
import { contains, equalBounds, lastDay, type UncertainDate } from '../domain/vocabulary/dates.ts';
import type {
  DecisionEvent,
  LedgerEvent,
  ReadingEvent,
  ReferenceEvent,
  ReportEvent,
} from '../domain/vocabulary/events.ts';
import { type RelevantHistory, relevantHistory } from './relevant-history.ts';

export const effects = [
  'entered',
  'corroborated',
  'advanced',
  'narrowed',
  'contested',
  'corrected',
  'retracted',
  'superseded',
  'resolved',
] as const;

/**
 * What an ingest did to the facts that it touched: each before and after the whole of it. `relevant` holds at least
 * the history up to the end of the ingest.
 */
export function effectsOf(ingest: IngestEvents, relevant: RelevantHistory): Effects {
  const start = ingest[0]?.position ?? 0;
  const end = ingest.at(-1)?.position ?? 0;
  const touched = relevant.touchedBy(ingest);
  const about = relevant.about(touched).filter(({ position }) => position <= end);
  const before = known(about.filter(({ position }) => position < start));
  const after = known(about);
  const merges = mergesIn(about);
  const reported = Map.groupBy(
    ingest.filter((event) => event.kind === 'report'),
    ({ fact }) => fact,
  );
  const isComplete = ingest.some(({ kind }) => kind === 'reading');
  const retracts = ingest.some(
    (event) => event.kind === 'retraction' || (event.kind === 'decision' && event.decision.type === 'FactRetracted'),
  );
  const joined = new Set(mergesIn(ingest).map(({ decision }) => decision.fact));

  const changes = (fact: string, was: Known | undefined, is: Known | undefined): readonly Effect[] => {
    const reports = reported.get(fact);
    if (reports === undefined && was !== undefined && !joined.has(fact)) {
      return is !== undefined && disputed(was, is) ? ['contested'] : [];
    }
    const counting = new Set(is?.fact.evidence.map(({ report }) => report.id));
    const counts = reports?.some(({ id }) => counting.has(id)) ?? true;
    return counts || !isComplete ? compare(was, is) : [inVain(ingest, about)];
  };

  return new Map(
    [...touched].map((fact) => {
      const key = mergedInto(fact, merges);
      // A key that stands for another fact by now, and is not reported here, has no effects of its own.
      if (key !== fact && !reported.has(fact)) return [fact, []];
      const [was, is] = [before.get(fact) ?? before.get(key), after.get(key)];
      const dropped: Effect[] = lost(was, is) ? [retracts ? 'retracted' : 'superseded'] : [];
      return [fact, [...new Set([...changes(fact, was, is), ...dropped, ...decided(ingest, fact)])]];
    }),
  );
}

/** What an ingest did to each fact that it touched. */
export type Effects = ReadonlyMap<string, readonly Effect[]>;

export type Effect = z.infer<typeof effectShape>;

export const effectShape = z
  .enum(effects)
  .describe(
    'entered: first report; corroborated: nothing displayed changed; advanced: new modality or plan; narrowed: more is known; superseded: a newer reading replaces reports',
  );

// Through no other clock: everything that is recorded counts, whenever it was published or happened.
function known(history: readonly LedgerEvent[]): ReadonlyMap<string, Known> {
  return new Map(
    factsAt(history, null, 'possible').flatMap((fact) => {
      const state = factState(fact, lastDay, 'possible');
      return state === null ? [] : [[fact.key, { fact, state }]];
    }),
  );
}

type Known = { readonly fact: Fact; readonly state: FactState };

function disputed(before: Known | undefined, after: Known): boolean {
  return after.state.contested && (before === undefined || dispute(after) > dispute(before));
}

function dispute({ state }: Known): number {
  return state.contests.flatMap(({ alternatives }) => alternatives).length;
}

function compare(before: Known | undefined, after: Known | undefined): readonly Effect[] {
  if (after === undefined) return [];
  const contested: readonly Effect[] = disputed(before, after) ? ['contested'] : [];
  if (before === undefined) return ['entered', ...contested];
  if (shown(before) === shown(after) && modalities(before) === modalities(after)) {
    // What a steward has settled is not contested by one alternative more that his decision covers.
    return contested.length > 0 ? contested : ['corroborated'];
  }
  const found: readonly Effect[] = advances(before, after) ? ['advanced', ...contested] : contested;
  // What came in the place of a report that is gone is neither more nor less than it was.
  return found.length > 0 || lost(before, after) ? found : ['narrowed'];
}

function shown({ state }: Known): string {
  return JSON.stringify([
    state.stage,
    state.occurrence?.date ?? null,
    state.plan.current?.date ?? null,
    Object.entries(state.fields).map(([field, { value }]) => [field, value]),
    state.contested,
  ]);
}

function modalities({ fact }: Known): string {
  return [...new Set(fact.evidence.map(({ report }) => report.modality))].toSorted().join(' ');
}

function advances(before: Known, after: Known): boolean {
  if (before.state.stage !== after.state.stage || modalities(before) !== modalities(after)) return true;
  const [old, now] = [before.state.plan.current?.date, after.state.plan.current?.date];
  return old !== undefined && now !== undefined && !equalBounds(old, now) && !within(now, old);
}

function within(after: UncertainDate | null | undefined, before: UncertainDate | null | undefined): boolean {
  return after == null || before == null || contains(before, after);
}

function lost(before: Known | undefined, after: Known | undefined): boolean {
  const remaining = new Set(after?.fact.evidence.map(({ report }) => report.id));
  return before?.fact.evidence.some(({ report }) => !remaining.has(report.id)) ?? false;
}

// What was reported on a fact, and counts for nothing: a higher revision was there before, or a steward took it back.
function inVain(ingest: IngestEvents, about: readonly LedgerEvent[]): Effect {
  const isReplaced = ingest.some(
    (event) =>
      event.kind === 'reading' &&
      about.some(
        (one) =>
          one.kind === 'reading' && one.read.article === event.read.article && one.read.revision > event.read.revision,
      ),
  );
  return isReplaced ? 'superseded' : 'retracted';
}

function decided(ingest: IngestEvents, fact: string): readonly Effect[] {
  return ingest.flatMap((event) =>
    event.kind === 'decision' && event.decision.fact === fact ? (named[event.decision.type] ?? []) : [],
  );
}

const named: Readonly<Record<string, Effect>> = {
  FactCorrected: 'corrected',
  ContestResolved: 'resolved',
  FactRetracted: 'retracted',
};

/**
 * Tells of each report of a history whether it is a late arrival: certainly published before a report on the same fact
 * that an earlier ingest recorded.
 */
export function lateness(history: readonly LedgerEvent[]): (report: ReportEvent) => boolean {
  const published = publications(history);
  // Newest certain publication among the reports on a fact, at each position: [position, earliest day] ascending.
  const newest = new Map<string, [number, string][]>();
  for (const event of history) {
    if (event.kind !== 'report') continue;
    const day = published.get(event.id)?.published?.earliest;
    if (day == null) continue;
    const sofar = newest.get(event.fact) ?? [];
    const last = sofar.at(-1);
    if (last === undefined || last[1] < day) newest.set(event.fact, [...sofar, [event.position, day]]);
  }
  const ingestStart = new Map<number, number>();
  for (const ingest of ingestsOf(history)) {
    for (const { position } of ingest) ingestStart.set(position, ingest[0]?.position ?? position);
  }
  return (report) => {
    const own = published.get(report.id);
    const latest = own?.published?.latest;
    if (own === undefined || latest == null) return false;
    const since = Math.min(
      ingestStart.get(own.since) ?? own.since,
      ingestStart.get(report.position) ?? report.position,
    );
    return (newest.get(report.fact) ?? []).some(([position, day]) => position < since && day > latest);
  };
}

// When each report was published, and the position since which the ledger could know: a re-reading is as late as
// what it replaces.
function publications(history: readonly LedgerEvent[]): ReadingOf {
  const found = new Map<string, { published: UncertainDate | null; since: number }>();
  for (const readings of readingsByArticle(history).values()) {
    for (const { published, reading, replaced } of publicationsOf(readings)) {
      const [first] = [...replaced, reading];
      for (const one of [...replaced, reading]) {
        for (const id of one.read.reports) found.set(id, { published, since: first?.position ?? reading.position });
      }
    }
  }
  return found;
}

type ReadingOf = ReadonlyMap<string, { readonly published: UncertainDate | null; readonly since: number }>;

function readingsByArticle(history: readonly LedgerEvent[]) {
  return Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );
}

/**
 * What replaces what: a report of a higher revision the same statement of the one below, whichever was recorded
 * first; a reading the reports that it no longer lists; a retraction the reports that it judges; a decision of a
 * steward an earlier one of its kind on the same field, all of whose reports it judges.
 */
export function succession(history: readonly LedgerEvent[]): Succession {
  const supersedes = new Map<string, number>();
  const supersededBy = new Map<string, number>();
  const reports = new Map<string, ReportEvent>();
  const readings = new Map<string, ReadingEvent[]>();
  for (const event of history) {
    if (event.kind === 'report') reports.set(event.id, event);
    if (event.kind === 'reading')
      readings.set(event.read.article, [...(readings.get(event.read.article) ?? []), event]);
  }
  const reportsOf = (reading: ReadingEvent) => reading.read.reports.flatMap((id) => reports.get(id) ?? []);

  for (const ofArticle of readings.values()) {
    const sorted = ofArticle.toSorted((a, b) => a.read.revision - b.read.revision);
    sorted.slice(1).forEach((reading, i) => {
      const below = sorted[i] as ReadingEvent;
      const newer = new Map(reportsOf(reading).map((report) => [statementOf(report), report]));
      supersedes.set(reading.id, below.position);
      supersededBy.set(below.id, reading.position);
      for (const older of reportsOf(below)) {
        const replacement = newer.get(statementOf(older));
        supersededBy.set(older.id, replacement?.position ?? reading.position);
        if (replacement !== undefined) supersedes.set(replacement.id, older.position);
      }
    });
  }
  for (const event of history) {
    if (event.kind === 'retraction') {
      for (const reading of readings.get(event.retracted.article) ?? []) {
        if (reading.read.revision > event.retracted.revision) continue;
        for (const { id } of [reading, ...reportsOf(reading)]) {
          if (!supersededBy.has(id)) supersededBy.set(id, event.position);
        }
      }
    }
    if (event.kind === 'decision' && event.decision.type === 'FactRetracted') {
      const { reports: judged } = event.decision;
      for (const report of reports.values()) {
        if (judges(judged, report, reports) && !supersededBy.has(report.id))
          supersededBy.set(report.id, event.position);
      }
    }
  }
  for (const { earlier, later } of replacedDecisions(history)) {
    supersedes.set(later.id, earlier.position);
    supersededBy.set(earlier.id, later.position);
  }
  return { supersedes, supersededBy };
}

/** Which event replaced which, as positions by event id. */
export type Succession = {
  readonly supersedes: ReadonlyMap<string, number>;
  readonly supersededBy: ReadonlyMap<string, number>;
};

function statementOf({ fact, modality, metadata }: ReportEvent): string {
  return JSON.stringify([fact, modality, metadata.attribution, metadata.speaker]);
}

/**
 * The decisions that a later one on the same field stands in the place of: among corrections and among resolutions, if
 * it judges every report that the earlier one judged. Each earlier one goes with the first that does.
 */
export function replacedDecisions(history: readonly LedgerEvent[]): readonly ReplacedDecision[] {
  const merges = mergesIn(history);
  const alike = Map.groupBy(history.filter(isOfSteward), ({ decision }) =>
    'field' in decision ? JSON.stringify([decision.type, mergedInto(decision.fact, merges), decision.field]) : null,
  );
  alike.delete(null);
  return [...alike.values()].flatMap((decisions) =>
    decisions.flatMap((earlier, i) => {
      const judged = 'reports' in earlier.decision ? earlier.decision.reports : [];
      const later = decisions
        .slice(i + 1)
        .find(({ decision }) => 'reports' in decision && judged.every((id) => decision.reports.includes(id)));
      return later === undefined ? [] : [{ earlier, later }];
    }),
  );
}

/** Two decisions, the later of which stands in the place of the earlier. */
export type ReplacedDecision = { readonly earlier: DecisionEvent; readonly later: DecisionEvent };

/**
 * What each statement of a reference did to its fact, by id of the event: of several the one that was published last
 * counts, so that one which was published earlier than what is known is superseded from the start.
 */
export function referenceEffects(history: readonly LedgerEvent[]): ReadonlyMap<string, Effect> {
  const inForce = new Map<string, ReferenceEvent>();
  const effects = new Map<string, Effect>();
  for (const event of history) {
    if (event.kind !== 'reference') continue;
    const before = inForce.get(event.fact);
    effects.set(event.id, effectOf(event, before));
    if (before === undefined || byPublication(before, event) < 0) inForce.set(event.fact, event);
  }
  return effects;
}

function effectOf(event: ReferenceEvent, before: ReferenceEvent | undefined): Effect {
  if (before === undefined) return 'entered';
  if (said(event) === said(before)) return 'corroborated';
  return byPublication(before, event) < 0 ? 'advanced' : 'superseded';
}

function said({ fields, games }: ReferenceEvent): string {
  return JSON.stringify([fields, games]);
}

/** What an event asserts, as answers show it. */
export function assertedBy(event: LedgerEvent): AuditEntry['asserted'] {
  if (event.kind === 'reading') {
    const { reports, omitted: _omitted, article: _article, revision: _revision, ...read } = event.read;
    return { ...read, reports: reports.length };
  }
  if (event.kind === 'retraction') return { ...event.retracted };
  if (event.kind === 'decision') {
    const { type: _type, fact: _fact, ...decision } = event.decision;
    return event.damaged ? { ...decision, damaged: ['value'] } : decision;
  }
  const { modality, date, games, note, fields, damaged } = event;
  const { reference, publisher, title } = event.kind === 'reference' ? event.metadata : {};
  const source = reference === undefined ? {} : { reference, publisher, title };
  return {
    modality,
    date: date?.edtf ?? null,
    games,
    note,
    ...fields,
    ...source,
    ...(damaged.length > 0 ? { damaged } : {}),
  };
}

export type AuditEntry = z.infer<typeof auditEntryShape>;

/** One recorded event: who, when, from where, what it asserted, and what that changed. */
export const auditEntryShape = z.object({
  position: z.int(),
  recordedAt: z.string(),
  recordedBy: z.string(),
  event: z.object({ id: z.string(), type: z.string(), stream: z.string(), revision: z.int() }),
  article: z.string().nullable(),
  revision: z.int().nullable(),
  paragraphs: z.array(z.int()),
  fact: z.string().nullable(),
  asserted: z.record(z.string(), z.unknown()),
  effects: z.array(effectShape).describe('the fact before and after the whole ingest, through no other clock'),
  alsoTouched: z
    .array(z.object({ fact: z.string(), effects: z.array(effectShape) }))
    .describe('of a reading or a retraction: the facts beyond its own reports, such as those that it drops'),
  late: z.boolean().describe('certainly published before a report on the fact that was recorded earlier'),
  supersedes: z.int().nullable().describe('position of the report that this one replaces'),
  supersededBy: z.int().nullable().describe('position of the event through which it no longer counts'),
});

/** The type of an event, by the name under which it is stored. */
export function typeOf(event: LedgerEvent): string {
  if (event.kind === 'reading') return 'ArticleRead';
  if (event.kind === 'retraction') return 'ArticleRetracted';
  return event.kind === 'decision' ? event.decision.type : event.type.type;
}

/** The audit trail of a history: one entry an event, in recorded order. `relevant` is the same history, indexed. */
export function audit(
  history: readonly LedgerEvent[],
  relevant: RelevantHistory = relevantHistory(history),
): readonly AuditEntry[] {
  const isLate = lateness(history);
  const { supersedes, supersededBy } = succession(history);
  const ofReferences = referenceEffects(history);
  return ingestsOf(history).flatMap((ingest) => {
    const effects = effectsOnce(ingest, relevant);
    return ingest.map((event) => ({
      position: event.position,
      recordedAt: event.recordedAt,
      recordedBy: event.recordedBy,
      event: { id: event.id, type: typeOf(event), stream: event.stream, revision: event.revision },
      ...placeOf(event, ingest),
      fact: factOf(event),
      asserted: assertedBy(event),
      ...(event.kind === 'reference'
        ? { effects: [ofReferences.get(event.id) ?? 'entered'], alsoTouched: [] }
        : doneBy(event, effects, ingest)),
      late: event.kind === 'report' && isLate(event),
      supersedes: supersedes.get(event.id) ?? null,
      supersededBy: supersededBy.get(event.id) ?? null,
    }));
  });
}

function effectsOnce(ingest: IngestEvents, relevant: RelevantHistory): Effects {
  const known = remembered.get(relevant) ?? new Map<number, Effects>();
  remembered.set(relevant, known);
  const end = ingest.at(-1)?.position ?? 0;
  const effects = known.get(end) ?? effectsOf(ingest, relevant);
  known.set(end, effects);
  return effects;
}

// What an ingest did never changes: its effects are worked out once, however often and at whatever cut they are read.
const remembered = new WeakMap<RelevantHistory, Map<number, Effects>>();

function placeOf(event: LedgerEvent, ingest: IngestEvents): Pick<AuditEntry, 'article' | 'revision' | 'paragraphs'> {
  if (event.kind === 'report') {
    const { article, revision, paragraphs } = event.metadata;
    return { article, revision, paragraphs };
  }
  if (event.kind === 'reading') return { article: event.read.article, revision: event.read.revision, paragraphs: [] };
  if (event.kind === 'retraction') {
    return { article: event.retracted.article, revision: event.retracted.revision, paragraphs: [] };
  }
  // A correction that an article file carries stands with the report that it judges.
  const judged = event.kind === 'decision' && 'reports' in event.decision ? event.decision.reports : [];
  const report = ingest.find((one) => one.kind === 'report' && judged.includes(one.id));
  return report === undefined ? { article: null, revision: null, paragraphs: [] } : placeOf(report, ingest);
}

function factOf(event: LedgerEvent): string | null {
  if (event.kind === 'report' || event.kind === 'reference') return event.fact;
  return event.kind === 'decision' ? event.decision.fact : null;
}

function doneBy(event: LedgerEvent, effects: Effects, ingest: IngestEvents): Done {
  const fact = factOf(event);
  if (fact !== null) return { effects: [...(effects.get(fact) ?? [])], alsoTouched: [] };
  const alsoTouched = beyond(effects, ingest);
  return { effects: [...new Set(alsoTouched.flatMap((one) => one.effects))], alsoTouched };
}

type Done = Pick<AuditEntry, 'effects' | 'alsoTouched'>;

// What a reading or a retraction does beyond the reports that were recorded with it: the facts that it drops.
function beyond(effects: Effects, ingest: IngestEvents): AuditEntry['alsoTouched'] {
  const reported = new Set(ingest.map(factOf));
  return [...effects]
    .filter(([fact, found]) => !reported.has(fact) && found.length > 0)
    .map(([fact, found]) => ({ fact, effects: [...found] }))
    .toSorted((a, b) => (a.fact < b.fact ? -1 : 1));
}
