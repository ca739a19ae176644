import * as z from 'zod';
import type { FactState } from '../domain/facts/fact.ts';
import { type IngestEvents, ingestsOf } from '../domain/facts/facts-at.ts';
import { byPublication } from '../domain/facts/games-calendar.ts';
import { mergedInto, mergesIn, publicationsOf, readingsByArticle } from '../domain/facts/what-counts.ts';
import { contains, equalBounds, type UncertainDate } from '../domain/vocabulary/dates.ts';
import type { LedgerEvent, ReferenceEvent, ReportEvent } from '../domain/vocabulary/events.ts';
import { cycleOf } from '../domain/vocabulary/fact-key.ts';
import { factsNamed, type RelevantHistory, relevantHistory } from './relevant-history.ts';
import { eventTypeShape } from './shapes.ts';
import { succession } from './succession.ts';

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
  'separated',
] as const;

/**
 * What an ingest did to each fact that it touched: compares the fact before and after the whole ingest. `relevant` holds
 * at least the history up to the end of the ingest.
 */
export function effectsOf(ingest: IngestEvents, relevant: RelevantHistory): Effects {
  const start = ingest[0]?.position ?? 0;
  const end = ingest.at(-1)?.position ?? 0;
  const touched = new Set(relevant.touchedBy(ingest, end));
  const before = byKey(relevant.statesAt(touched, start - 1));
  const after = byKey(relevant.statesAt(touched, end));
  const merges = mergesIn(relevant.merging(touched, end));
  const factOfReport = ({ id, fact }: ReportEvent) => {
    if (cycleOf(fact) === null) return fact;
    return [...after.values()].find(({ evidence }) => evidence.some(({ report }) => report.id === id))?.key ?? fact;
  };
  const reports = Map.groupBy(
    ingest.filter((event) => event.kind === 'report'),
    factOfReport,
  );
  const cycles = new Set([...touched].flatMap((fact) => cycleOf(fact) ?? []));
  for (const fact of [...before.keys(), ...after.keys()]) if (cycles.has(cycleOf(fact) ?? '')) touched.add(fact);
  const joined = new Set([...mergesIn(ingest).values()].map(({ decision }) => decision.fact));
  const hasReading = ingest.some(({ kind }) => kind === 'reading');
  const isSeparation = ingest.some((event) => event.kind === 'decision' && event.decision.type === 'MergeUndone');
  const hasRetraction = ingest.some(
    (event) => event.kind === 'retraction' || (event.kind === 'decision' && event.decision.type === 'FactRetracted'),
  );

  const changesOf = (fact: string, was: ShownFact | undefined, is: ShownFact | undefined): readonly Effect[] => {
    // What was merged is told anew as it stands apart: nobody reported anything.
    if (isSeparation) return is !== undefined && isMoreContested(was, is) ? ['contested'] : [];
    const newReports = reports.get(fact);
    if (newReports === undefined && was !== undefined && !joined.has(fact)) {
      return is !== undefined && isMoreContested(was, is) ? ['contested'] : [];
    }
    const counting = new Set(is?.evidence.map(({ report }) => report.id));
    const counts = newReports?.some(({ id }) => counting.has(id)) ?? true;
    return counts || !hasReading ? compare(was, is) : [whyUncounted(ingest, relevant.about(touched, end))];
  };

  const byFact = new Map(
    [...touched].map((fact): [string, readonly Effect[]] => {
      const key = mergedInto(fact, merges);
      // A key that was merged into another fact has no effects of its own, unless the ingest reports it.
      if (key !== fact && !reports.has(fact)) return [fact, []];
      const [was, is] = [before.get(fact) ?? before.get(key), after.get(key)];
      const isDropped = hasLostReport(was, is) && !isSeparation;
      const dropped: Effect[] = isDropped ? [hasRetraction ? 'retracted' : 'superseded'] : [];
      return [fact, [...new Set([...changesOf(fact, was, is), ...dropped, ...decisionEffects(fact, ingest)])]];
    }),
  );
  return { byFact, factOfReport };
}

type Effects = {
  readonly byFact: ReadonlyMap<string, readonly Effect[]>;
  /** The fact that a report of the ingest is about. */
  readonly factOfReport: (report: ReportEvent) => string;
};

type Effect = z.infer<typeof effectShape>;

const effectShape = z
  .enum(effects)
  .describe(
    'entered: first report; corroborated: nothing displayed changed; advanced: new modality, plan or state; narrowed: more is known; superseded: a newer reading replaces reports; separated: a merge was undone',
  );

function byKey(states: readonly ShownFact[]): ReadonlyMap<string, ShownFact> {
  return new Map(states.map((state) => [state.key, state]));
}

type ShownFact = FactState;

function isMoreContested(before: ShownFact | undefined, after: ShownFact): boolean {
  return after.contested && (before === undefined || alternativesIn(after) > alternativesIn(before));
}

function alternativesIn({ contests }: ShownFact): number {
  return contests.flatMap(({ alternatives }) => alternatives).length;
}

function compare(before: ShownFact | undefined, after: ShownFact | undefined): readonly Effect[] {
  if (after === undefined) return [];
  const contested: readonly Effect[] = isMoreContested(before, after) ? ['contested'] : [];
  if (before === undefined) return ['entered', ...contested];
  if (display(before) === display(after) && modalitiesOf(before) === modalitiesOf(after)) {
    // Another alternative does not contest a fact if a steward's decision covers it.
    return contested.length > 0 ? contested : ['corroborated'];
  }
  const changes: readonly Effect[] = isAdvanced(before, after) ? ['advanced', ...contested] : contested;
  // A report in place of a lost one neither narrows nor widens the fact.
  return changes.length > 0 || hasLostReport(before, after) ? changes : ['narrowed'];
}

// Everything that a reader sees of a fact, except its modalities.
function display({ stage, occurrence, plan, fields, states, contested }: ShownFact): string {
  return JSON.stringify([
    stage,
    occurrence?.date ?? null,
    plan.current?.date ?? null,
    valuesIn(fields),
    states.map((state) => [state.asOf, valuesIn(state.fields)]),
    contested,
  ]);
}

function valuesIn(fields: ShownFact['fields']) {
  return Object.entries(fields).map(([field, { value }]) => [field, value]);
}

function modalitiesOf({ evidence }: ShownFact): string {
  return [...new Set(evidence.map(({ report }) => report.modality))].toSorted().join(' ');
}

function isAdvanced(before: ShownFact, after: ShownFact): boolean {
  if (before.stage !== after.stage || modalitiesOf(before) !== modalitiesOf(after)) return true;
  if (before.states.length > 0 && after.states.length > before.states.length) return true;
  const [old, now] = [before.plan.current?.date, after.plan.current?.date];
  return old != null && now != null && !equalBounds(old, now) && !contains(old, now);
}

function hasLostReport(before: ShownFact | undefined, after: ShownFact | undefined): boolean {
  const remaining = new Set(after?.evidence.map(({ report }) => report.id));
  return before?.evidence.some(({ report }) => !remaining.has(report.id)) ?? false;
}

// Why a new report does not count: a higher revision was there already, or a steward had retracted the fact.
function whyUncounted(ingest: IngestEvents, about: readonly LedgerEvent[]): Effect {
  const readings = about.filter((event) => event.kind === 'reading');
  const isReplaced = ingest.some(
    (event) =>
      event.kind === 'reading' &&
      readings.some(({ read }) => read.article === event.read.article && read.revision > event.read.revision),
  );
  return isReplaced ? 'superseded' : 'retracted';
}

function decisionEffects(fact: string, ingest: IngestEvents): readonly Effect[] {
  return ingest.flatMap((event) =>
    event.kind === 'decision' && factsNamed(event).includes(fact) ? (effectOfDecision[event.decision.type] ?? []) : [],
  );
}

const effectOfDecision: Readonly<Record<string, Effect>> = {
  FactCorrected: 'corrected',
  ContestResolved: 'resolved',
  FactRetracted: 'retracted',
  MergeUndone: 'separated',
};

/**
 * The audit trail of a history: one entry for each event that a reader could know of, by position, in recorded order.
 * `relevant` is its index. What an event changed is worked out when somebody looks at the entry, because it costs more
 * than all the rest, and most entries are not on the page.
 */
export function audit(
  history: readonly LedgerEvent[],
  relevant: RelevantHistory = relevantHistory(history),
  isVisible: (position: number) => boolean = () => true,
): readonly AuditEntry[] {
  const isLate = lateness(history);
  const { supersedes, supersededBy } = succession(history);
  const effectOfReference = referenceEffects(history);
  return ingestsOf(history).flatMap((ingest) => {
    const visible = ingest.filter(({ position }) => isVisible(position));
    return visible.map((event) => {
      const changes = () => {
        if (event.kind !== 'reference') return changesBy(event, cachedEffects(ingest, relevant), ingest);
        return { effects: [effectOfReference.get(event.id) ?? 'entered'], alsoTouched: [] };
      };
      const by = supersededBy.get(event.id) ?? null;
      return {
        position: event.position,
        recordedAt: event.recordedAt,
        recordedBy: event.recordedBy,
        event: { id: event.id, type: typeOf(event), stream: event.stream, revision: event.revision },
        ...placeOf(event, ingest),
        get fact() {
          return factOf(event, () => cachedEffects(ingest, relevant));
        },
        asserted: assertedBy(event),
        get effects() {
          return changes().effects;
        },
        get alsoTouched() {
          return changes().alsoTouched;
        },
        late: event.kind === 'report' && isLate(event),
        supersedes: supersedes.get(event.id) ?? null,
        supersededBy: by !== null && isVisible(by) ? by : null,
      };
    });
  });
}

export type AuditEntry = z.infer<typeof auditEntryShape>;

/** One recorded event: who, when, from where, what it asserted, and what that changed. */
export const auditEntryShape = z.object({
  position: z.int(),
  recordedAt: z.string(),
  recordedBy: z.string(),
  event: z.object({ id: z.string(), type: eventTypeShape, stream: z.string(), revision: z.int() }),
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

// A report is late if it was certainly published before a report on the same fact that an earlier ingest recorded.
function lateness(history: readonly LedgerEvent[]): (report: ReportEvent) => boolean {
  const publications = publicationsByReport(history);
  // For each fact, where the newest certain publication of its reports moves on: [position, earliest day], ascending.
  const newest = new Map<string, [number, string][]>();
  for (const event of history) {
    if (event.kind !== 'report') continue;
    const day = publications.get(event.id)?.published?.earliest;
    if (day == null) continue;
    const steps = newest.get(event.fact) ?? [];
    const last = steps.at(-1);
    if (last === undefined || last[1] < day) steps.push([event.position, day]);
    newest.set(event.fact, steps);
  }
  const starts = new Map<number, number>();
  for (const ingest of ingestsOf(history)) {
    for (const { position } of ingest) starts.set(position, ingest[0]?.position ?? position);
  }
  const startOf = (position: number) => starts.get(position) ?? position;
  return ({ id, fact, position }) => {
    const publication = publications.get(id);
    const latest = publication?.published?.latest;
    if (publication === undefined || latest == null) return false;
    const since = Math.min(startOf(publication.since), startOf(position));
    return (newest.get(fact) ?? []).some(([recorded, day]) => recorded < since && day > latest);
  };
}

// When each report was published, and the position of the first reading of that publication: a re-reading is as late as the
// reading that it replaces.
function publicationsByReport(history: readonly LedgerEvent[]) {
  const publications = new Map<string, { readonly published: UncertainDate | null; readonly since: number }>();
  for (const { published, reading, replaced } of [...readingsByArticle(history).values()].flatMap(publicationsOf)) {
    const readings = [...replaced, reading];
    const since = (replaced[0] ?? reading).position;
    for (const id of readings.flatMap(({ read }) => read.reports)) publications.set(id, { published, since });
  }
  return publications;
}

/**
 * What each statement of a reference did to its fact, by event id. The statement published last counts, so one published
 * before the statement in force is superseded from the start.
 */
function referenceEffects(history: readonly LedgerEvent[]): ReadonlyMap<string, Effect> {
  const inForce = new Map<string, ReferenceEvent>();
  const effects = new Map<string, Effect>();
  for (const event of history) {
    if (event.kind !== 'reference') continue;
    const before = inForce.get(event.fact);
    const isNewer = before === undefined || byPublication(before, event) < 0;
    if (before === undefined) effects.set(event.id, 'entered');
    else if (contentOf(event) === contentOf(before)) effects.set(event.id, 'corroborated');
    else effects.set(event.id, isNewer ? 'advanced' : 'superseded');
    if (isNewer) inForce.set(event.fact, event);
  }
  return effects;
}

function contentOf({ fields, games }: ReferenceEvent): string {
  return JSON.stringify([fields, games]);
}

function cachedEffects(ingest: IngestEvents, relevant: RelevantHistory): Effects {
  const effectsByEnd = effectsCache.get(relevant) ?? new Map<number, Effects>();
  effectsCache.set(relevant, effectsByEnd);
  const end = ingest.at(-1)?.position ?? 0;
  const effects = effectsByEnd.get(end) ?? effectsOf(ingest, relevant);
  effectsByEnd.set(end, effects);
  return effects;
}

// The effects of an ingest are the same at every cut.
const effectsCache = new WeakMap<RelevantHistory, Map<number, Effects>>();

/** The name under which the type of an event is stored. */
export function typeOf(event: LedgerEvent): string {
  if (event.kind === 'reading') return 'ArticleRead';
  if (event.kind === 'retraction') return 'ArticleRetracted';
  return event.kind === 'decision' ? event.decision.type : event.type.type;
}

function placeOf(event: LedgerEvent, ingest: IngestEvents): Pick<AuditEntry, 'article' | 'revision' | 'paragraphs'> {
  if (event.kind === 'report') {
    const { article, revision, paragraphs } = event.metadata;
    return { article, revision, paragraphs };
  }
  if (event.kind === 'reading') return { article: event.read.article, revision: event.read.revision, paragraphs: [] };
  if (event.kind === 'retraction') {
    return { article: event.retracted.article, revision: event.retracted.revision, paragraphs: [] };
  }
  // A correction in an article file takes the place of the report that it judges.
  const judged = event.kind === 'decision' && 'reports' in event.decision ? event.decision.reports : [];
  const report = ingest.find(({ kind, id }) => kind === 'report' && judged.includes(id));
  return report === undefined ? { article: null, revision: null, paragraphs: [] } : placeOf(report, ingest);
}

// The days of other reports may say that a store opened again; any other report is about the fact that it names.
function factOf(event: LedgerEvent, effects: () => Effects): string | null {
  if (event.kind === 'report') return cycleOf(event.fact) === null ? event.fact : effects().factOfReport(event);
  if (event.kind === 'reference') return event.fact;
  return event.kind === 'decision' ? event.decision.fact : null;
}

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

function changesBy(
  event: LedgerEvent,
  effects: Effects,
  ingest: IngestEvents,
): Pick<AuditEntry, 'effects' | 'alsoTouched'> {
  const fact = factOf(event, () => effects);
  if (fact !== null) return { effects: [...(effects.byFact.get(fact) ?? [])], alsoTouched: [] };
  // A reading or a retraction also touches facts that its own ingest does not report: those that it drops.
  const reportedFacts = new Set(ingest.map((one) => factOf(one, () => effects)));
  const alsoTouched = [...effects.byFact]
    .filter(([key, names]) => !reportedFacts.has(key) && names.length > 0)
    .map(([key, names]) => ({ fact: key, effects: [...names] }))
    .toSorted((a, b) => (a.fact < b.fact ? -1 : 1));
  return { effects: [...new Set(alsoTouched.flatMap((touched) => touched.effects))], alsoTouched };
}

/** The facts that had each effect, by effect. */
export function effectsByKind(
  facts: readonly { readonly fact: string; readonly effects: readonly Effect[] }[],
): EffectsShape {
  const factsWith = (effect: Effect) => facts.flatMap(({ fact, effects }) => (effects.includes(effect) ? [fact] : []));
  return Object.fromEntries(
    effects.map((effect) => [effect, [...new Set(factsWith(effect))].toSorted()]),
  ) as EffectsShape;
}

/** The effects on several partnerships together. */
export function joinEffects(several: readonly EffectsShape[]): EffectsShape {
  return Object.fromEntries(
    effects.map((effect) => [effect, [...new Set(several.flatMap((one) => one[effect]))].toSorted()]),
  ) as EffectsShape;
}

export const effectsShape = z.record(z.enum(effects), z.array(z.string()));

export type EffectsShape = z.infer<typeof effectsShape>;
