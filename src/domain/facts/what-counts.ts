import { type Day, type UncertainDate, uncertainDate } from '../vocabulary/dates.ts';
import { asText, type FieldValue } from '../vocabulary/event-type.ts';
import type {
  Decision,
  DecisionEvent,
  LedgerEvent,
  ReadingEvent,
  ReportEvent,
  RetractionEvent,
} from '../vocabulary/events.ts';
import { type AppliedCorrection, type Certainty, type Cut, type Evidence, hasCome, judges } from './evidence.ts';
import { type Resolutions, resolutionsOf } from './merge.ts';
import { turns } from './turns.ts';

/**
 * The reports of a history that count for a reader on `reportedAsOf`, certainly or possibly: a reading in force lists
 * them, and no decision retracted them. Corrections are applied, merges followed. `history` holds the events up to the
 * cut's position; the occurred clock plays no part here.
 */
export function evidenceAt(history: readonly LedgerEvent[], cut: ReportedCut, certainty: Certainty): EvidenceAt {
  const reader = readerOf(history, cut, certainty);
  const { decided, visible } = reader;
  return { evidence: countingFor(reader, isInForce), resolutions: resolutionsOf(decided, visible) };
}

/** What counts at a cut: the reports, and the resolutions of their contests. */
export type EvidenceAt = { readonly evidence: readonly Evidence[]; readonly resolutions: Resolutions };

type ReportedCut = Pick<Cut, 'reportedAsOf'>;

/** Why each other report of a history does not count for that reader. */
export function leftOutAt(history: readonly LedgerEvent[], cut: ReportedCut, certainty: Certainty): readonly LeftOut[] {
  const reader = readerOf(history, cut, certainty);
  const listed = new Set([...reader.readings.values()].flat().flatMap(({ read }) => read.reports));
  const unread = [...reader.reports.values()].filter(({ id }) => !listed.has(id));
  return [
    ...[...judgeReports(reader, isInForce)].flatMap(({ rule, ...rest }) => (rule === null ? [] : [{ ...rest, rule }])),
    ...unread.map((report) => ({ report, publication: null, rule: 'not-read-yet', by: null }) as const),
  ];
}

/** A report that does not count, and why; `by` is the event that caused it, null if a clock did. */
export type LeftOut = {
  readonly report: ReportEvent;
  /** The publication that the report stands in; null for a report that no reading lists. */
  readonly publication: Publication | null;
  readonly rule: NotInForce['rule'] | 'reread' | 'retracted' | 'not-read-yet';
  readonly by: LedgerEvent | null;
};

/** What counts, and also the reports in texts that their publishers replaced: everything published, as we read it now. */
export function publishedEvidence(
  history: readonly LedgerEvent[],
  cut: ReportedCut,
  certainty: Certainty,
): readonly Evidence[] {
  return countingFor(
    readerOf(history, cut, certainty),
    ({ publication, notInForce }) =>
      notInForce === null ||
      (notInForce.rule === 'republished' && hasCome(publication.published, cut.reportedAsOf, certainty)),
  );
}

function readerOf(history: readonly LedgerEvent[], cut: ReportedCut, certainty: Certainty): Reader {
  const reports = reportsById(history);
  const readings = readingsByArticle(history);
  const decisions = decisionsInForce(
    history.filter((event) => event.kind === 'decision'),
    cut,
    certainty,
  );
  const merges = mergesIn(decisions);
  // A decision reaches other readings through the reports that it judged, if this reader could have known them.
  const visible = cut.reportedAsOf === null ? reports : visibleReports(history, cut.reportedAsOf, certainty);
  // Once merged facts are separated, a contest that was resolved across both is settled for neither of them.
  const separatedFrom = separations(decisions, merges, visible);
  const holding = decisions.filter(
    (event) => event.decision.type !== 'ContestResolved' || separatedFrom(event).length === 0,
  );
  return {
    ...cut,
    certainty,
    reports,
    readings,
    retractions: Map.groupBy(
      history.filter((event) => event.kind === 'retraction'),
      ({ retracted }) => retracted.article,
    ),
    visible,
    merges,
    decided: decisionsByFact(holding, merges, visible),
    judging: groupByKey(decisions, merges, (event) => judgedKeys(event, reports)),
  };
}

/** A history sorted by what its events are, for one reader. */
type Reader = ReportedCut & {
  readonly certainty: Certainty;
  readonly reports: ReadonlyMap<string, ReportEvent>;
  readonly readings: ReadonlyMap<string, readonly ReadingEvent[]>;
  readonly retractions: ReadonlyMap<string, readonly RetractionEvent[]>;
  readonly visible: ReadonlyMap<string, ReportEvent>;
  readonly merges: Merges;
  /** The decisions in force, by the fact that they are on. */
  readonly decided: ReadonlyMap<string, readonly DecisionEvent[]>;
  /** The same, by the keys of the reports that they judged: where a store reopens, its facts share them. */
  readonly judging: ReadonlyMap<string, readonly DecisionEvent[]>;
};

function judgedKeys({ decision, facts }: DecisionEvent, reports: ReadonlyMap<string, ReportEvent>): readonly string[] {
  const judged = 'reports' in decision ? decision.reports : [];
  return [...new Set([...facts, ...judged.flatMap((id) => reports.get(id)?.fact ?? [])])];
}

function reportsById(history: readonly LedgerEvent[]): ReadonlyMap<string, ReportEvent> {
  const reports = new Map<string, ReportEvent>();
  for (const event of history) if (event.kind === 'report') reports.set(event.id, event);
  return reports;
}

/** The readings of each article, in order of their positions. */
export function readingsByArticle(history: readonly LedgerEvent[]): ReadonlyMap<string, readonly ReadingEvent[]> {
  return Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );
}

/**
 * The decisions that hold for a reader on `reportedAsOf`: "we misread" and merges always; a decision that rests on a
 * reference from the day on which the reference was published; a retraction as `isWithdrawn` says.
 */
export function decisionsInForce(
  decisions: readonly DecisionEvent[],
  { reportedAsOf }: ReportedCut,
  certainty: Certainty,
): readonly DecisionEvent[] {
  return decisions.filter(({ decision }) => {
    if (decision.type === 'FactRetracted') return isWithdrawn(decision, reportedAsOf, certainty);
    return (
      !('basis' in decision) ||
      decision.basis === 'misread' ||
      decision.reference === null ||
      hasCome(uncertainDate(decision.reference.published), reportedAsOf, certainty)
    );
  });
}

/**
 * Whether a retraction holds for a reader on `reportedAsOf`: always, or from the day on which the publisher withdrew. In
 * between, what may be withdrawn still possibly counts, and counts certainly no more.
 */
export function isWithdrawn(
  { withdrawnOn }: { readonly withdrawnOn?: string | undefined },
  reportedAsOf: Day | null,
  certainty: Certainty,
): boolean {
  if (withdrawnOn === undefined) return true;
  return hasCome(uncertainDate(withdrawnOn), reportedAsOf, certainty === 'certain' ? 'possible' : 'certain');
}

/**
 * Decisions by the facts that they are on, once merges are followed; in recorded order. A merge and its undoing are on both
 * sides. What was decided on merged facts stays with the reports that it judged when these stand apart again.
 */
export function decisionsByFact(
  decisions: readonly DecisionEvent[],
  merges: Merges,
  reports: ReadonlyMap<string, ReportEvent>,
): ReadonlyMap<string, readonly DecisionEvent[]> {
  const separatedFrom = separations(decisions, merges, reports);
  return groupByKey(decisions, merges, (event) => {
    const { decision, facts } = event;
    return [...facts, ...('from' in decision ? [decision.from] : separatedFrom(event))];
  });
}

function groupByKey(
  decisions: readonly DecisionEvent[],
  merges: Merges,
  keysOf: (event: DecisionEvent) => readonly string[],
): ReadonlyMap<string, readonly DecisionEvent[]> {
  const byKey = new Map<string, DecisionEvent[]>();
  for (const event of decisions) {
    for (const key of new Set(keysOf(event).map((one) => mergedInto(one, merges)))) {
      const ofKey = byKey.get(key);
      if (ofKey === undefined) byKey.set(key, [event]);
      else ofKey.push(event);
    }
  }
  return byKey;
}

// The facts that were part of a decision's fact when it was made, and have been separated since.
function separations(
  decisions: readonly DecisionEvent[],
  merges: Merges,
  reports: ReadonlyMap<string, ReportEvent>,
): (event: DecisionEvent) => readonly string[] {
  if (decisions.every(({ decision }) => decision.type !== 'MergeUndone')) return () => [];
  const mergesThen = new Map<string, DecisionEvent>();
  const separated = new Map<DecisionEvent, readonly string[]>();
  for (const event of decisions) {
    const { decision, facts } = event;
    followMerge(event, mergesThen);
    if (!('reports' in decision)) continue;
    const isOn = (key: string, following: Merges) =>
      facts.some((fact) => mergedInto(fact, following) === mergedInto(key, following));
    const keys = decision.reports.flatMap((id) => reports.get(id)?.fact ?? []);
    separated.set(
      event,
      keys.filter((key) => isOn(key, mergesThen) && !isOn(key, merges)),
    );
  }
  return (event) => separated.get(event) ?? [];
}

/** The merges of facts in a history that were not undone. */
export function mergesIn(history: readonly LedgerEvent[]): Merges {
  const merges = new Map<string, DecisionEvent>();
  for (const event of history) if (event.kind === 'decision') followMerge(event, merges);
  return merges;
}

/** The merges in force, by the key that was merged away. */
export type Merges = ReadonlyMap<string, DecisionEvent>;

/** Keeps the merges in force, as one more decision leaves them. */
export function followMerge(event: DecisionEvent, merges: Map<string, DecisionEvent>): void {
  const { decision } = event;
  if (decision.type === 'FactsMerged') merges.set(decision.from, event);
  if (decision.type === 'MergeUndone') merges.delete(decision.from);
}

/** The fact that a key stands for once merges are followed; a circle of merges ends where it began. */
export function mergedInto(fact: string, merges: Merges): string {
  // Most facts were never merged.
  if (!merges.has(fact)) return fact;
  const seen = new Set<string>();
  let key = fact;
  while (!seen.has(key)) {
    seen.add(key);
    const merge = merges.get(key);
    if (merge === undefined) return key;
    key = merge.decision.fact;
  }
  return fact;
}

/** The reports that a reader on `reportedAsOf` could know, by id, whether or not they still count. */
export function visibleReports(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): ReadonlyMap<string, ReportEvent> {
  const reports = reportsById(history);
  const ids = visibleReadings(history, reportedAsOf, certainty).flatMap(({ reading }) => reading.read.reports);
  return new Map(ids.flatMap((id) => (reports.has(id) ? [[id, reports.get(id) as ReportEvent]] : [])));
}

/** The readings of what was published for a reader on `reportedAsOf`, replaced ones included, with their dates. */
export function visibleReadings(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): readonly { readonly reading: ReadingEvent; readonly published: UncertainDate | null }[] {
  return [...readingsByArticle(history).values()]
    .flatMap(publicationsOf)
    .filter(({ published }) => hasCome(published, reportedAsOf, certainty))
    .flatMap(({ published, reading, replaced }) => [...replaced, reading].map((one) => ({ reading: one, published })));
}

/**
 * The publications of one article, from the readings of all its revisions in any order. A `reread` replaces what
 * it corrects and inherits its date unless it gives one; a `republished` revision is a publication of its own.
 */
export function publicationsOf(readings: readonly ReadingEvent[]): readonly Publication[] {
  const publications: Publication[] = [];
  for (const reading of readings.toSorted((a, b) => a.read.revision - b.read.revision)) {
    const before = reading.read.because === 'reread' ? publications.pop() : undefined;
    publications.push({
      published: reading.published ?? before?.published ?? null,
      reading,
      replaced: before === undefined ? [] : [...before.replaced, before.reading],
    });
  }
  return publications;
}

/** One publication of an article: its date, null if unknown, our latest reading of it and those that it replaced. */
export type Publication = {
  readonly published: UncertainDate | null;
  readonly reading: ReadingEvent;
  readonly replaced: readonly ReadingEvent[];
};

function isInForce({ notInForce }: Standing): boolean {
  return notInForce === null;
}

function countingFor(reader: Reader, isIn: (standing: Standing) => boolean): readonly Evidence[] {
  const counting = [...judgeReports(reader, isIn)].flatMap(({ report, publication, rule }) =>
    rule === null ? [evidenceOf(report, publication, reader)] : [],
  );
  return turns(counting, (key) => mergedInto(key, reader.merges));
}

/** Goes through every report that a reading lists: `rule` says why it does not count, null if it does. */
function* judgeReports(reader: Reader, isIn: (standing: Standing) => boolean): Iterable<JudgedReport> {
  const listed = ({ read }: ReadingEvent) => read.reports.flatMap((id) => reader.reports.get(id) ?? []);
  for (const [article, readings] of reader.readings) {
    const retractions = reader.retractions.get(article) ?? [];
    for (const standing of publicationsStanding(readings, retractions, reader.reportedAsOf, reader.certainty)) {
      const { publication, notInForce } = standing;
      const { reading, replaced } = publication;
      const barred = { publication, ...(notInForce ?? { rule: 'reread' as const, by: reading }) };
      for (const report of replaced.flatMap(listed)) yield { report, ...barred };
      const counts = isIn(standing);
      for (const report of listed(reading)) {
        const [retraction = null] = counts ? decisionsOn(report, 'FactRetracted', reader) : [];
        if (counts) yield { report, publication, rule: retraction && 'retracted', by: retraction };
        else yield { report, ...barred };
      }
    }
  }
}

type JudgedReport = Omit<LeftOut, 'rule' | 'publication'> & {
  readonly publication: Publication;
  readonly rule: LeftOut['rule'] | null;
};

/**
 * Every publication of one article and whether it counts for a reader on `reportedAsOf` (null: no limit). The last one
 * that certainly came out by then replaces those before it; later ones that possibly came out count beside it.
 * What a retraction has judged does not count, at any `reportedAsOf` or from the day of its withdrawal.
 */
export function publicationsStanding(
  readings: readonly ReadingEvent[],
  retractions: readonly RetractionEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): readonly Standing[] {
  const retractionOf = ({ reading }: Publication) =>
    retractions.find(
      ({ retracted }) => retracted.revision >= reading.read.revision && isWithdrawn(retracted, reportedAsOf, certainty),
    );
  const all = publicationsOf(readings);
  const latestCertain = all.findLast(
    (one) => hasCome(one.published, reportedAsOf, 'certain') && retractionOf(one) === undefined,
  );
  const replacing = latestCertain?.reading.read.revision ?? 0;
  const notInForce = (publication: Publication): NotInForce | null => {
    const { published, reading } = publication;
    const retraction = retractionOf(publication);
    if (retraction !== undefined) return { rule: 'article-retracted', by: retraction };
    if (!hasCome(published, reportedAsOf, 'possible')) return { rule: 'published-later', by: null };
    if (reading.read.revision < replacing) return { rule: 'republished', by: latestCertain?.reading ?? null };
    return hasCome(published, reportedAsOf, certainty) ? null : { rule: 'not-certainly-published', by: null };
  };
  return all.map((publication) => ({ publication, notInForce: notInForce(publication) }));
}

/** A publication, and why it does not count; null if it does. */
type Standing = { readonly publication: Publication; readonly notInForce: NotInForce | null };

/** Why a publication of an article does not count; `by` is the event that caused it, null if a clock did. */
type NotInForce = {
  readonly rule: 'article-retracted' | 'published-later' | 'not-certainly-published' | 'republished';
  readonly by: ReadingEvent | RetractionEvent | null;
};

/** The publications of one article that count for a reader on `reportedAsOf`, certainly or possibly. */
export function publicationsInForce(
  readings: readonly ReadingEvent[],
  retractions: readonly RetractionEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): readonly Publication[] {
  return publicationsStanding(readings, retractions, reportedAsOf, certainty)
    .filter(isInForce)
    .map(({ publication }) => publication);
}

// A steward also judges the same statement in other readings; a file corrects only its own report.
function decisionsOn(
  report: ReportEvent,
  type: Decision['type'],
  { judging, merges, reports, visible }: Reader,
): readonly DecisionEvent[] {
  return (judging.get(mergedInto(report.fact, merges)) ?? []).filter((event) => {
    const { decision } = event;
    if (decision.type !== type || !('reports' in decision)) return false;
    return (
      decision.reports.includes(report.id) || (!isOfFile(event, reports) && judges(decision.reports, report, visible))
    );
  });
}

function isOfFile({ decision, correlationId }: DecisionEvent, reports: ReadonlyMap<string, ReportEvent>): boolean {
  return (
    decision.type === 'FactCorrected' && decision.reports.some((id) => reports.get(id)?.correlationId === correlationId)
  );
}

function evidenceOf(report: ReportEvent, { reading, published }: Publication, reader: Reader): Evidence {
  const fact = mergedInto(report.fact, reader.merges);
  const { publisher } = reading.read;
  const told = { report, fact, publisher, citation: reading.read, published };
  // Most reports are about facts on which nobody decided.
  if (!reader.judging.has(fact)) {
    return { ...told, ...corrected(report, []), corrections: [], damaged: report.damaged };
  }
  // A steward's correction outranks a file's, whichever was recorded first: files come in any order.
  const rankOf = (event: DecisionEvent) => (isOfFile(event, reader.reports) ? 0 : 1);
  const events = decisionsOn(report, 'FactCorrected', reader).toSorted((a, b) => rankOf(a) - rankOf(b));
  const corrections = events.filter(({ damaged }) => !damaged).map(asCorrection);
  const isMended = (field: string) => corrections.some((one) => one.field === field);
  // A correction whose value was damaged when it was recorded changes nothing.
  const damagedCorrections = events.flatMap((event) => {
    const { field } = asCorrection(event);
    return event.damaged && !isMended(field) ? [`the correction of ${field}`] : [];
  });
  return {
    ...told,
    ...corrected(report, corrections),
    corrections,
    damaged: [...report.damaged.filter((field) => !isMended(field)), ...new Set(damagedCorrections)],
  };
}

function asCorrection({ id, decision }: DecisionEvent): AppliedCorrection {
  return { ...decision, id } as AppliedCorrection;
}

function corrected(report: ReportEvent, corrections: readonly AppliedCorrection[]): Pick<Evidence, 'date' | 'fields'> {
  let { date } = report;
  const fields: Record<string, FieldValue> = corrections.length === 0 ? report.fields : { ...report.fields };
  for (const { field, value } of corrections) {
    if (field === 'date') date = uncertainDate(asText(value));
    else fields[field] = value;
  }
  // What is told as of a day is dated by it, whenever it is told.
  const asOf = fields['asOf'];
  return { date: asOf === undefined ? date : uncertainDate(asText(asOf)), fields };
}
