import { type Fact, firstReport } from '../domain/fact.ts';
import { occurrence } from '../domain/occurrence.ts';
import { varianceOf } from '../domain/plan.ts';
import type { UncertainDate } from '../domain/uncertain-date.ts';
import { inTellingOrder } from './drift-steps.ts';
import type { Telling } from './ever-published.ts';
import type { DriftEntry, Lag } from './shapes/drift.ts';
import type { Span } from './shapes/span.ts';
import { dateOf } from './source-of.ts';

const unknownDate: UncertainDate = { edtf: '[..]', earliest: null, latest: null };

/** The UTC day of an instant, as a date. */
function dayOf(instant: string): UncertainDate {
  const day = instant.slice(0, 10);
  return { edtf: day, earliest: day, latest: day };
}

/**
 * The days from one thing to what can only follow it. Bounds that overlap leave a negative number open, which cannot
 * be; one that is negative throughout contradicts itself and is shown as it is.
 */
export function lagBetween(first: UncertainDate, then: UncertainDate): Span {
  const { min, max } = varianceOf(first, then);
  return { min: min !== null && min < 0 && (max === null || max >= 0) ? 0 : min, max };
}

/** The days from a publication to the UTC day on which it was recorded. */
export function lagOfRecording(published: UncertainDate | null, recordedAt: string): Span {
  return lagBetween(published ?? unknownDate, dayOf(recordedAt));
}

function lagOf(occurred: UncertainDate | null, reported: UncertainDate, recorded: UncertainDate): Lag {
  return {
    occurredToReported: occurred && lagBetween(occurred, reported),
    reportedToRecorded: lagBetween(reported, recorded),
    occurredToRecorded: occurred && lagBetween(occurred, recorded),
  };
}

function least(instants: readonly string[]): string {
  return instants.reduce((a, b) => (a < b ? a : b));
}

/** When a fact happened, from what was told of it; null where nothing did, or where telling it is all that it is. */
export function happenedOn(fact: Fact, tellings: readonly Telling[]): ReturnType<typeof occurrence> | null {
  const happened = tellings.filter(({ evidence }) => evidence.report.modality === 'happened');
  const counting = happened.filter(({ counts }) => counts);
  const evidence = (counting.length > 0 ? counting : happened).map((telling) => telling.evidence);
  return fact.type.statement === true || evidence.length === 0
    ? null
    : occurrence(fact.key, evidence, fact.resolutions);
}

function reportedOn(fact: Fact, tellings: readonly Telling[]): UncertainDate {
  return firstReport({ ...fact, evidence: tellings.map(({ evidence }) => evidence) }).date;
}

function sourceLags(occurred: UncertainDate | null, tellings: readonly Telling[]): DriftEntry['lag']['sources'] {
  const articles = Map.groupBy(inTellingOrder(tellings), ({ evidence: { report } }) =>
    JSON.stringify([report.metadata.article, report.metadata.revision]),
  );
  return [...articles.values()].map((ofArticle) => {
    const [{ evidence }] = ofArticle as [Telling];
    const { article, revision } = evidence.report.metadata;
    const published = evidence.published ?? unknownDate;
    const recordedAt = least(ofArticle.map((telling) => telling.evidence.report.recordedAt));
    const tellsOfIt = ofArticle.some((telling) => telling.evidence.report.modality === 'happened');
    return {
      ...lagOf(tellsOfIt ? occurred : null, published, dayOf(recordedAt)),
      article,
      revision,
      publisher: evidence.publisher,
      published: dateOf(evidence.published),
      recordedAt,
    };
  });
}

/**
 * How long it took until a fact was reported, and until that was recorded: of the fact from its first report and its
 * first recording, and of every article by itself.
 */
export function reportingLag(fact: Fact, tellings: readonly Telling[]): DriftEntry['lag'] {
  const occurred = happenedOn(fact, tellings)?.date ?? null;
  const happened = tellings.filter(({ evidence }) => evidence.report.modality === 'happened');
  const recorded = dayOf(least(tellings.map(({ evidence }) => evidence.report.recordedAt)));
  return {
    occurredToReported: occurred && lagBetween(occurred, reportedOn(fact, happened)),
    reportedToRecorded: lagBetween(reportedOn(fact, tellings), recorded),
    occurredToRecorded: occurred && lagBetween(occurred, recorded),
    sources: sourceLags(occurred, tellings),
  };
}
