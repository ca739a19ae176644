import * as z from 'zod';
import { type Certainty, compareSources, type Evidence, hasCome } from '../domain/facts/evidence.ts';
import { type Fact, firstReport, varianceOf } from '../domain/facts/fact.ts';
import { occurrence } from '../domain/facts/occurrence.ts';
import { evidenceAt, type Publication, publicationsOf, publishedEvidence } from '../domain/facts/what-counts.ts';
import type { Day, UncertainDate } from '../domain/vocabulary/dates.ts';
import { modality } from '../domain/vocabulary/event-data.ts';
import type { LedgerEvent } from '../domain/vocabulary/events.ts';
import {
  dateShape,
  flagShape,
  occurredShape,
  type Span,
  sourceShape,
  spanShape,
  timingShape,
  valueShape,
} from './shapes.ts';
import { dateOf, sourceOf, statusShape } from './timeline.ts';

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

/** A report that was published, with whether its article still says so. */
export type Telling = {
  readonly evidence: Evidence;
  /** A later publication of the article replaced the one that it stands in. */
  readonly counts: boolean;
  /** The later publication, if it says nothing of the kind on this fact any more. */
  readonly withdrawnBy: Publication | null;
};

export type DriftEntry = z.infer<typeof driftEntryShape>;

const orderShape = z
  .enum(['certain', 'possible'])
  .nullable()
  .describe('whether it was certainly published after the step before; null: the first step');

// What every step of a drift has.
const stepShape = {
  order: orderShape,
  sameArticle: z.boolean().describe('the step before is of the same article: two mouths, no drift'),
  counts: z.boolean().describe('false: a later publication of the same article replaced it'),
  source: sourceShape,
};

const planStepShape = z.object({
  date: dateShape.nullable().describe('null: told without a date, denied or withdrawn'),
  change: z
    .enum(['first', 'same', 'more-precise', 'vaguer', 'earlier', 'later', 'overlapping', 'denied', 'withdrawn'])
    .describe('against the step before; overlapping: some days fit both; withdrawn: the publisher left it out'),
  days: spanShape.nullable().describe('how much later, negative: earlier; null where it did not move'),
  inForce: z.boolean().describe('the plan that is shown'),
  games: z.array(z.string()),
  withdrawnBy: z
    .object({ revision: z.int(), published: dateShape })
    .nullable()
    .describe('the publication of the same article that leaves it out'),
  ...stepShape,
});

const fieldStepShape = z.object({
  value: valueShape,
  modality,
  change: z
    .enum([
      'first',
      'same',
      'more-precise',
      'vaguer',
      'earlier',
      'later',
      'more',
      'fewer',
      'overlapping',
      'reworded',
      'changed',
      'names-others',
    ])
    .describe('against the step before; names-others: two lists that do not claim to be complete, which is no drift'),
  by: z
    .object({ min: z.number().nullable(), max: z.number().nullable() })
    .nullable()
    .describe('how much more a number, or how many days later a date, as a span; null where it did not move'),
  ...stepShape,
});

const fieldDriftShape = z.object({
  field: z.string(),
  kind: z
    .enum(['text', 'word', 'flag', 'quantity', 'date', 'period', 'names'])
    .describe('text: wording, never contested; quantity: a count'),
  changed: z.boolean(),
  steps: z.array(fieldStepShape),
});

/** How long it took from one clock to the next. */
const lagShape = z.object({
  occurredToReported: spanShape.nullable().describe('null: nothing happened, or it is itself a statement'),
  reportedToRecorded: spanShape,
  occurredToRecorded: spanShape.nullable(),
});

const sourceLagShape = lagShape.extend({
  article: z.string(),
  revision: z.int(),
  publisher: z.string().nullable(),
  published: dateShape,
  recordedAt: z.string(),
});

/** What came of a plan. */
const outcomeShape = z.object({
  kind: z.enum(['happened', 'denied', 'cancelled', 'withdrawn', 'nothing-since']),
  occurred: occurredShape.nullable(),
  variance: spanShape.nullable().describe('days from plan to actual; negative: before the plan'),
  sources: z.array(sourceShape),
});

export const driftEntryShape = z
  .object({
    fact: z.string(),
    type: z.string(),
    summary: z.string(),
    status: statusShape,
    timing: timingShape,
    games: z.array(z.string()),
    told: z.int().describe('how many reports tell of it'),
    articles: z.array(z.string()).describe('in order of publication'),
    changed: z.boolean().describe('whether the plan or a field changed from article to article'),
    plan: z.array(planStepShape).describe('every time it was planned, in order of publication; guesses left out'),
    fields: z.array(fieldDriftShape).describe('fields that were given more than once'),
    outcome: outcomeShape.nullable().describe('what came of the plan; null: it was never planned'),
    lag: lagShape.extend({ sources: z.array(sourceLagShape).describe('one an article, in order of publication') }),
    flags: z.array(flagShape),
    links: z.object({ fact: z.string(), history: z.string() }),
  })
  .describe('How a fact was told: what changed from article to article, what came of it, and how late it was told');

/** When a fact happened, from what was told of it; null where nothing did, or where telling it is all that it is. */
export function happenedOn(fact: Fact, tellings: readonly Telling[]): ReturnType<typeof occurrence> | null {
  const happened = tellings.filter(({ evidence }) => evidence.report.modality === 'happened');
  const counting = happened.filter(({ counts }) => counts);
  const evidence = (counting.length > 0 ? counting : happened).map((telling) => telling.evidence);
  return fact.type.statement === true || evidence.length === 0 ? null : occurrence(fact, evidence);
}

/** The UTC day of an instant, as a date. */
function dayOf(instant: string): UncertainDate {
  const day = instant.slice(0, 10);
  return { edtf: day, earliest: day, latest: day };
}

function least(instants: readonly string[]): string {
  return instants.reduce((a, b) => (a < b ? a : b));
}

/**
 * The days from one thing to what can only follow it. Bounds that overlap leave a negative number open, which cannot
 * be; one that is negative throughout contradicts itself and is shown as it is.
 */
export function lagBetween(first: UncertainDate, then: UncertainDate): Span {
  const { min, max } = varianceOf(first, then);
  return { min: min !== null && min < 0 && (max === null || max >= 0) ? 0 : min, max };
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

/** Tellings as sources are listed: by publication, article, revision, id; never in the order of arrival. */
export function inTellingOrder<T extends Pick<Telling, 'evidence'>>(tellings: readonly T[]): readonly T[] {
  return tellings.toSorted((a, b) => compareSources(a.evidence, b.evidence));
}

const unknownDate: UncertainDate = { edtf: '[..]', earliest: null, latest: null };

function lagOf(occurred: UncertainDate | null, reported: UncertainDate, recorded: UncertainDate): Lag {
  return {
    occurredToReported: occurred && lagBetween(occurred, reported),
    reportedToRecorded: lagBetween(reported, recorded),
    occurredToRecorded: occurred && lagBetween(occurred, recorded),
  };
}

export type Lag = z.infer<typeof lagShape>;

/** The place of a step after the one before it. */
export function stepPlace(before: Telling | undefined, { evidence, counts }: Telling): StepPlace {
  return {
    order: before === undefined ? null : publishedAfter(before.evidence, evidence) ? 'certain' : 'possible',
    sameArticle: before !== undefined && isOfSame(before.evidence, evidence),
    counts,
    source: sourceOf(evidence),
  };
}

/** What every step of a drift says of its place among the others. */
export type StepPlace = Pick<PlanStep, 'order' | 'sameArticle' | 'counts' | 'source'>;

export type PlanStep = z.infer<typeof planStepShape>;

function publishedAfter(before: Evidence, now: Evidence): boolean {
  return (
    before.published?.latest != null &&
    now.published?.earliest != null &&
    before.published.latest < now.published.earliest
  );
}

function isOfSame({ report: { metadata: a } }: Evidence, { report: { metadata: b } }: Evidence): boolean {
  return a.article === b.article && a.revision === b.revision;
}

/** Whether a step is a change from article to article. */
export function isDrift({ change, sameArticle }: { readonly change: string; readonly sameArticle: boolean }): boolean {
  return !unchanged.has(change) && !sameArticle;
}

const unchanged = new Set(['first', 'same', 'names-others']);

/**
 * Every report that was published for a reader on `reportedAsOf` and that we still read so: also those of a text that
 * its publisher replaced, since that is how a promise changes within one article. What we misread, or what was
 * retracted, is not among them.
 */
export function everPublished(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): readonly Telling[] {
  const publications = publicationsIn(history);
  const all = publishedEvidence(history, { reportedAsOf }, certainty);
  const counting = new Set(evidenceAt(history, { reportedAsOf }, certainty).evidence.map(({ report }) => report.id));

  const told = Map.groupBy(all, placeOf);
  const publicationOf = new Map(
    publications.flat().flatMap((publication) => publication.reading.read.reports.map((id) => [id, publication])),
  );
  const laterOnes = (publication: Publication): readonly Publication[] => {
    const ofArticle = publications.find((one) => one.includes(publication)) ?? [];
    return ofArticle
      .slice(ofArticle.indexOf(publication) + 1)
      .filter(({ published }) => hasCome(published, reportedAsOf, certainty));
  };
  return all.map((evidence): Telling => {
    if (counting.has(evidence.report.id)) return { evidence, counts: true, withdrawnBy: null };
    const own = publicationOf.get(evidence.report.id);
    const repeated = new Set((told.get(placeOf(evidence)) ?? []).map(({ report }) => publicationOf.get(report.id)));
    const [next] = own === undefined ? [] : laterOnes(own);
    return { evidence, counts: false, withdrawnBy: next === undefined || repeated.has(next) ? null : next };
  });
}

function publicationsIn(history: readonly LedgerEvent[]): readonly (readonly Publication[])[] {
  return [
    ...Map.groupBy(
      history.filter((event) => event.kind === 'reading'),
      ({ read }) => read.article,
    ).values(),
  ].map(publicationsOf);
}

function placeOf({ fact, report }: Evidence): string {
  return `${report.metadata.article} ${fact} ${report.modality}`;
}

/** The days from a publication to the UTC day on which it was recorded. */
export function lagOfRecording(published: UncertainDate | null, recordedAt: string): Span {
  return lagBetween(published ?? unknownDate, dayOf(recordedAt));
}

/**
 * What can be said of several lags, in days: the bounds of the least and the greatest, and those of the median. They
 * hold for every choice of days: the median of the lower bounds is never above it, that of the upper never below.
 */
export function lagStatistic(spans: readonly (Span | null)[]): Statistic {
  const known = spans.filter((span) => span !== null);
  if (known.length === 0) return { known: 0, unknown: spans.length, range: null, median: null };
  return {
    known: known.length,
    unknown: spans.length - known.length,
    range: { min: finite(Math.min(...known.map(from))), max: finite(Math.max(...known.map(to))) },
    median: known.length < leastForMedian ? null : medianOf(known),
  };
}

export type Statistic = z.infer<typeof statisticShape>;

const statisticShape = z.object({
  known: z.int().describe('how many of them are dated'),
  unknown: z.int().describe('how many are not, and are left out'),
  range: spanShape.nullable().describe('the least and the most that it can have been; null where none is dated'),
  median: spanShape.nullable().describe('the bounds of the median; null for fewer than three'),
});

function finite(count: number): number | null {
  return Number.isFinite(count) ? count : null;
}

// A missing bound is beyond every number.
function from({ min }: Span): number {
  return min ?? -Infinity;
}

function to({ max }: Span): number {
  return max ?? Infinity;
}

// Of fewer the median tells no more than the range.
const leastForMedian = 3;

// Of an even number either of the two in the middle may be meant: the bounds hold for both.
function medianOf(spans: readonly Span[]): Span {
  return {
    min: finite(ascending(spans.map(from))[Math.floor((spans.length - 1) / 2)] as number),
    max: finite(ascending(spans.map(to))[Math.floor(spans.length / 2)] as number),
  };
}

function ascending(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b);
}

export type FieldStep = z.infer<typeof fieldStepShape>;

export type FieldDrift = z.infer<typeof fieldDriftShape>;

export const reportingLagsShape = z
  .object({
    articles: z.array(
      z.object({
        article: z.string(),
        publisher: z.string().nullable(),
        published: dateShape,
        recordedAt: z.string(),
        occurredToReported: statisticShape.describe('over the facts that it tells of'),
        reportedToRecorded: spanShape,
      }),
    ),
    publishers: z
      .array(
        z.object({
          publisher: z.string(),
          articles: z.array(z.string()),
          occurredToReported: statisticShape.describe('over the facts that its articles tell of'),
          reportedToRecorded: statisticShape.describe('over its articles'),
        }),
      )
      .describe('known publishers; an article without one stands for itself'),
  })
  .describe('How late sources tell of what happened, and how late that was recorded, in days');

export type ReportingLags = z.infer<typeof reportingLagsShape>;
