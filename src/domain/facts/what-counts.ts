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

/**
 * The decisions that hold for a reader on the cut's `reportedAsOf`: "we misread", merges and retractions always,
 * one that rests on a reference from the day on which that was published.
 */
export function decisionsInForce(
  decisions: readonly DecisionEvent[],
  cut: Pick<Cut, 'reportedAsOf'>,
  certainty: Certainty,
): readonly DecisionEvent[] {
  return decisions.filter(({ decision }) => {
    if (!('basis' in decision) || decision.basis === 'misread' || decision.reference === null) return true;
    return hasCome(uncertainDate(decision.reference.published), cut.reportedAsOf, certainty);
  });
}

/** The merges of facts in a history, in recorded order. */
export function mergesIn(history: readonly LedgerEvent[]): readonly DecisionEvent[] {
  return history.filter(
    (event): event is DecisionEvent => event.kind === 'decision' && event.decision.type === 'FactsMerged',
  );
}

/** The fact that a key stands for once merges are followed; a circle of merges ends where it began. */
export function mergedInto(fact: string, decisions: readonly DecisionEvent[]): string {
  const seen = new Set<string>();
  let key = fact;
  while (!seen.has(key)) {
    seen.add(key);
    const merge = decisions.findLast(({ decision }) => decision.type === 'FactsMerged' && decision.from === key);
    if (merge === undefined) return key;
    key = merge.decision.fact;
  }
  return fact;
}

/**
 * The reports of a history that count for a reader on the cut's `reportedAsOf`, certainly or possibly: those that
 * a reading in force lists and that no decision retracted, with corrections applied and merges followed.
 * `history` holds the events up to the cut's position; the occurred clock plays no part here. `leftOut` is told of
 * every other report of the history, and why it does not count.
 */
export function evidenceAt(
  history: readonly LedgerEvent[],
  cut: Pick<Cut, 'reportedAsOf'>,
  certainty: Certainty,
  leftOut?: TellLeftOut,
): EvidenceAt {
  return evidenceOf(history, { cut, certainty }, ({ notInForce }) => notInForce === null, leftOut);
}

type TellLeftOut = (one: LeftOut) => void;

/** Why a report does not count at a cut, and the event that did it; null where a clock did. */
export type LeftOut = {
  readonly report: ReportEvent;
  /** Where it was published; null for a report that no reading lists. */
  readonly publication: Publication | null;
  readonly rule: NotInForce['rule'] | 'reread' | 'retracted' | 'not-read-yet';
  readonly by: LedgerEvent | null;
};

/** One publication of an article: its date, null if unknown, our latest reading of it and those that it replaced. */
export type Publication = {
  readonly published: UncertainDate | null;
  readonly reading: ReadingEvent;
  readonly replaced: readonly ReadingEvent[];
};

/** Why a publication of an article does not count, and the event that did it; null where that is a clock. */
export type NotInForce = {
  readonly rule: 'article-retracted' | 'published-later' | 'not-certainly-published' | 'republished';
  readonly by: ReadingEvent | RetractionEvent | null;
};

/** What counts at a cut: the reports, and the resolutions of their contests. */
export type EvidenceAt = { readonly evidence: readonly Evidence[]; readonly resolutions: Resolutions };

function evidenceOf(
  history: readonly LedgerEvent[],
  { cut, certainty }: Reader,
  isIn: (standing: Standing) => boolean,
  leftOut?: TellLeftOut,
): EvidenceAt {
  const { reports, readings, retractions, decisions } = sortOut(history);
  const inForce = decisionsInForce(decisions, cut, certainty);
  const visible = visibleReports(readings, reports, cut, certainty);
  const merges = mergesIn(inForce);
  const decided = Map.groupBy(inForce, ({ decision }) => mergedInto(decision.fact, merges));
  const judging = (report: ReportEvent, fact: string, type: Decision['type']) =>
    (decided.get(fact) ?? []).filter((event) => {
      const { decision } = event;
      if (decision.type !== type || !('reports' in decision)) return false;
      return (
        decision.reports.includes(report.id) || (!isOfFile(event, reports) && judges(decision.reports, report, visible))
      );
    });
  // What a steward decided stands above what a file carries, whichever was recorded first: files come in any order.
  const filesFirst = (a: DecisionEvent, b: DecisionEvent): number =>
    Number(isOfFile(b, reports)) - Number(isOfFile(a, reports));
  const listed = ({ read }: ReadingEvent): readonly ReportEvent[] =>
    read.reports.flatMap((id) => reports.get(id) ?? []);

  const evidence = [...readings].flatMap(([article, ofArticle]) =>
    publicationsStanding(ofArticle, retractions.get(article) ?? [], cut.reportedAsOf, certainty).flatMap((standing) => {
      const { publication, notInForce } = standing;
      const { reading, replaced, published } = publication;
      const drop = (report: ReportEvent, rule: LeftOut['rule'], by: LedgerEvent | null): readonly Evidence[] => {
        leftOut?.({ report, publication, rule, by });
        return [];
      };
      if (leftOut !== undefined) {
        const { rule, by } = notInForce ?? { rule: 'reread', by: reading };
        for (const report of replaced.flatMap(listed)) drop(report, rule, by);
      }
      const isCounted = isIn(standing);
      return (isCounted || leftOut !== undefined ? listed(reading) : []).flatMap((report) => {
        if (!isCounted && notInForce !== null) return drop(report, notInForce.rule, notInForce.by);
        const fact = mergedInto(report.fact, merges);
        const [retraction] = judging(report, fact, 'FactRetracted');
        if (retraction !== undefined) return drop(report, 'retracted', retraction);
        const [kept, damaged] = apart(judging(report, fact, 'FactCorrected').toSorted(filesFirst));
        const { publisher } = reading.read;
        return [
          {
            report,
            fact,
            publisher,
            published,
            ...corrected(report, kept),
            corrections: kept,
            damaged: damagedOf(report, kept, damaged),
          },
        ];
      });
    }),
  );
  if (leftOut !== undefined) tellUnlisted(reports, readings, leftOut);
  return { evidence, resolutions: resolutionsOf(decided, visible) };
}

type Reader = { readonly cut: Pick<Cut, 'reportedAsOf'>; readonly certainty: Certainty };

/** A publication, and why it does not count; null where it does. */
export type Standing = { readonly publication: Publication; readonly notInForce: NotInForce | null };

/** Sorts the events of a history by what they are. */
export function sortOut(history: readonly LedgerEvent[]): Sorted {
  const reports = new Map<string, ReportEvent>();
  for (const event of history) if (event.kind === 'report') reports.set(event.id, event);
  return {
    reports,
    readings: Map.groupBy(
      history.filter((event) => event.kind === 'reading'),
      (event) => event.read.article,
    ),
    retractions: Map.groupBy(
      history.filter((event) => event.kind === 'retraction'),
      (event) => event.retracted.article,
    ),
    decisions: history.filter((event) => event.kind === 'decision'),
  };
}

/** The events of a history by what they are; readings and retractions by article. */
export type Sorted = {
  readonly reports: ReadonlyMap<string, ReportEvent>;
  readonly readings: ReadonlyMap<string, readonly ReadingEvent[]>;
  readonly retractions: ReadonlyMap<string, readonly RetractionEvent[]>;
  readonly decisions: readonly DecisionEvent[];
};

// A decision reaches other readings by way of the reports that it judged, where a reader could have known these.
function visibleReports(
  readings: Sorted['readings'],
  reports: ReadonlyMap<string, ReportEvent>,
  { reportedAsOf }: Pick<Cut, 'reportedAsOf'>,
  certainty: Certainty,
): ReadonlyMap<string, ReportEvent> {
  if (reportedAsOf === null) return reports;
  const published = [...readings.values()]
    .flatMap(publicationsOf)
    .filter((publication) => hasCome(publication.published, reportedAsOf, certainty))
    .flatMap(({ reading, replaced }) => [...replaced, reading].flatMap(({ read }) => read.reports));
  return new Map(published.flatMap((id) => (reports.has(id) ? [[id, reports.get(id) as ReportEvent]] : [])));
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

// What a file carries under a report judges that report alone: another reading carries its own, or none.
function isOfFile({ decision, correlationId }: DecisionEvent, reports: ReadonlyMap<string, ReportEvent>): boolean {
  return (
    decision.type === 'FactCorrected' && decision.reports.some((id) => reports.get(id)?.correlationId === correlationId)
  );
}

/**
 * Every publication of one article and whether it counts for a reader on `reportedAsOf` (null: no limit). The last one
 * that certainly came out by then replaces those before it; later ones that possibly came out count beside it.
 * What a retraction has judged does not count, at any `reportedAsOf`.
 */
export function publicationsStanding(
  readings: readonly ReadingEvent[],
  retractions: readonly RetractionEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): readonly Standing[] {
  const all = publicationsOf(readings);
  const latestCertain = all.findLast(
    (one) => hasCome(one.published, reportedAsOf, 'certain') && retractionOf(retractions, one) === undefined,
  );
  const replacing = latestCertain?.reading.read.revision ?? 0;
  const notInForce = (publication: Publication): NotInForce | null => {
    const { published, reading } = publication;
    const retraction = retractionOf(retractions, publication);
    if (retraction !== undefined) return { rule: 'article-retracted', by: retraction };
    if (!hasCome(published, reportedAsOf, 'possible')) return { rule: 'published-later', by: null };
    if (reading.read.revision < replacing) return { rule: 'republished', by: latestCertain?.reading ?? null };
    return hasCome(published, reportedAsOf, certainty) ? null : { rule: 'not-certainly-published', by: null };
  };
  return all.map((publication) => ({ publication, notInForce: notInForce(publication) }));
}

function retractionOf(retractions: readonly RetractionEvent[], { reading }: Publication): RetractionEvent | undefined {
  return retractions.find(({ retracted }) => retracted.revision >= reading.read.revision);
}

// Corrections whose value was kept, and those whose value was not, which change nothing.
function apart(events: readonly DecisionEvent[]): readonly [AppliedCorrection[], AppliedCorrection[]] {
  const [kept, damaged] = [false, true].map((is) =>
    events
      .filter((event) => event.damaged === is)
      .map(({ id, decision }) => ({ ...decision, id }) as AppliedCorrection),
  );
  return [kept ?? [], damaged ?? []];
}

function corrected(report: ReportEvent, corrections: readonly AppliedCorrection[]): Pick<Evidence, 'date' | 'fields'> {
  let { date } = report;
  const fields: Record<string, FieldValue> = { ...report.fields };
  for (const { field, value } of corrections) {
    if (field === 'date') date = uncertainDate(asText(value));
    else fields[field] = value;
  }
  return { date, fields };
}

function damagedOf(
  report: ReportEvent,
  kept: readonly AppliedCorrection[],
  damaged: readonly AppliedCorrection[],
): readonly string[] {
  const isMended = (field: string): boolean => kept.some((one) => one.field === field);
  const corrections = damaged.filter(({ field }) => !isMended(field)).map(({ field }) => `the correction of ${field}`);
  return [...report.damaged.filter((field) => !isMended(field)), ...new Set(corrections)];
}

function tellUnlisted(
  reports: ReadonlyMap<string, ReportEvent>,
  readings: Sorted['readings'],
  leftOut: TellLeftOut,
): void {
  const listed = new Set([...readings.values()].flat().flatMap(({ read }) => read.reports));
  for (const report of reports.values()) {
    if (!listed.has(report.id)) leftOut({ report, publication: null, rule: 'not-read-yet', by: null });
  }
}

/**
 * The same with what stood in texts that their publishers replaced: all that was published for that reader, and that
 * we still read so.
 */
export function publishedEvidence(
  history: readonly LedgerEvent[],
  cut: Pick<Cut, 'reportedAsOf'>,
  certainty: Certainty,
): readonly Evidence[] {
  return evidenceOf(
    history,
    { cut, certainty },
    ({ publication, notInForce }) =>
      notInForce === null ||
      (notInForce.rule === 'republished' && hasCome(publication.published, cut.reportedAsOf, certainty)),
  ).evidence;
}

/** The publications of one article that count for a reader on `reportedAsOf`, certainly or possibly. */
export function publicationsInForce(
  readings: readonly ReadingEvent[],
  retractions: readonly RetractionEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): readonly Publication[] {
  return publicationsStanding(readings, retractions, reportedAsOf, certainty).flatMap(({ publication, notInForce }) =>
    notInForce === null ? [publication] : [],
  );
}
