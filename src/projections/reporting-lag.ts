import * as z from 'zod';
import { compare, unknownDate } from '../domain/facts/evidence.ts';
import { type Fact, firstReport } from '../domain/facts/fact.ts';
import { spanBetween, type UncertainDate } from '../domain/vocabulary/dates.ts';
import { dateOf, dateShape, type Span, spanShape } from './shapes.ts';
import { occurrenceOf, type Telling, type ToldFact } from './tellings.ts';

/** How late articles and publishers tell of what happened, over these facts, and how late we recorded that. */
export function reportingLags(facts: readonly ToldFact[]): ReportingLags {
  const lags = Map.groupBy(facts.flatMap(articleLags), ({ article }) => article);
  const toReported = (articles: readonly string[]) =>
    lagStatistic(articles.flatMap((article) => (lags.get(article) ?? []).map(({ lag }) => lag)));
  const counting = facts.flatMap(({ tellings }) => tellings.filter(({ counts }) => counts));
  const articles = [...Map.groupBy(counting, articleOf)]
    .map(([article, tellings]) => {
      const [{ evidence }] = tellings as [Telling];
      const recordedAt = firstRecorded(tellings);
      return {
        article,
        publisher: evidence.publisher,
        published: dateOf(evidence.published),
        recordedAt,
        occurredToReported: toReported([article]),
        reportedToRecorded: lagBetween(evidence.published ?? unknownDate, dayOf(recordedAt)),
      };
    })
    .toSorted((a, b) => compare(placeOf(a), placeOf(b)));
  const publishers = Map.groupBy(articles, ({ publisher }) => publisher);
  publishers.delete(null);
  return {
    articles,
    publishers: [...publishers]
      .map(([publisher, published]) => ({
        publisher: publisher as string,
        articles: published.map(({ article }) => article),
        occurredToReported: toReported(published.map(({ article }) => article)),
        reportedToRecorded: lagStatistic(published.map(({ reportedToRecorded }) => reportedToRecorded)),
      }))
      .toSorted((a, b) => compare(a.publisher, b.publisher)),
  };
}

export type ReportingLags = z.infer<typeof reportingLagsShape>;

export type Statistic = z.infer<typeof statisticShape>;

const statisticShape = z.object({
  known: z.int().describe('how many of them are dated'),
  unknown: z.int().describe('how many are not, and are left out'),
  range: spanShape.nullable().describe('the least and the most that it can have been; null where none is dated'),
  median: spanShape.nullable().describe('the bounds of the median; null for fewer than three'),
});

export const reportingLagsShape = z
  .object({
    articles: z.array(
      z.object({
        article: z.string(),
        publisher: z.string().nullable(),
        published: dateShape,
        recordedAt: z.string(),
        occurredToReported: statisticShape.describe('over the facts that it may have been the first to tell of'),
        reportedToRecorded: spanShape,
      }),
    ),
    publishers: z
      .array(
        z.object({
          publisher: z.string(),
          articles: z.array(z.string()),
          occurredToReported: statisticShape.describe(
            'over the facts that its articles may have been the first to tell of',
          ),
          reportedToRecorded: statisticShape.describe('over its articles'),
        }),
      )
      .describe('known publishers; an article without one stands for itself'),
  })
  .describe('How late sources tell of what happened, and how late that was recorded, in days');

// How late a fact that happened was first told: by the articles that may have been the first. Telling it again is no lag.
// Null if nobody says when it happened.
function articleLags({ fact, tellings }: ToldFact): readonly { readonly article: string; readonly lag: Span | null }[] {
  const when = occurrenceOf(fact, tellings);
  if (when === null) return [];
  const evidence = tellings.filter(tellsThatItHappened).map((telling) => telling.evidence);
  const published = new Map(evidence.map((one) => [one.report.metadata.article, one.published]));
  return firstReport({ ...fact, evidence }).articles.map((article) => {
    const day = published.get(article) ?? null;
    return { article, lag: when.basis !== 'publication' && day !== null ? lagBetween(when.date, day) : null };
  });
}

function tellsThatItHappened({ evidence }: Telling): boolean {
  return evidence.report.modality === 'happened';
}

function articleOf({ evidence }: Telling): string {
  return evidence.report.metadata.article;
}

function firstRecorded(tellings: readonly Telling[]): string {
  return tellings.map(({ evidence }) => evidence.report.recordedAt).reduce((a, b) => (a < b ? a : b));
}

function placeOf({ published, article }: ReportingLags['articles'][number]): string {
  return `${published.earliest ?? ''} ${published.latest ?? ':'} ${article}`;
}

/**
 * The days from one thing to what can only follow it. Bounds that overlap allow a negative number, which cannot be, so
 * the least is 0. A span that is negative throughout contradicts itself and is shown as it is.
 */
function lagBetween(first: UncertainDate, then: UncertainDate): Span {
  const { min, max } = spanBetween(first, then);
  return { min: min !== null && min < 0 && (max === null || max >= 0) ? 0 : min, max };
}

// The UTC day of an instant.
function dayOf(instant: string): UncertainDate {
  const day = instant.slice(0, 10);
  return { edtf: day, earliest: day, latest: day };
}

/**
 * What is certain of several lags, in days: the bounds of the least and the greatest, and those of the median. They hold
 * for every choice of days: the median of the lower bounds is never above the true one, that of the upper never below.
 */
export function lagStatistic(spans: readonly (Span | null)[]): Statistic {
  const dated = spans.filter((span) => span !== null);
  const counts = { known: dated.length, unknown: spans.length - dated.length };
  if (dated.length === 0) return { ...counts, range: null, median: null };
  // A missing bound is beyond every number.
  const least = dated.map(({ min }) => min ?? -Infinity).toSorted((a, b) => a - b);
  const most = dated.map(({ max }) => max ?? Infinity).toSorted((a, b) => a - b);
  // Of an even number, either of the two in the middle may be the median, so its bounds hold for both.
  const median = spanOf(least[Math.floor((dated.length - 1) / 2)], most[Math.floor(dated.length / 2)]);
  return { ...counts, range: spanOf(least[0], most.at(-1)), median: dated.length < leastForMedian ? null : median };
}

// The median of fewer tells no more than the range.
const leastForMedian = 3;

function spanOf(min: number | undefined, max: number | undefined): Span {
  const finite = (days: number | undefined) => (Number.isFinite(days) ? (days as number) : null);
  return { min: finite(min), max: finite(max) };
}

/**
 * How long it took until a fact was reported, and until that was recorded: of the fact, from its first report and its
 * first recording; and of every article that tells of it.
 */
export function reportingLag({ fact, tellings }: ToldFact): ReportingLag {
  const occurred = occurrenceOf(fact, tellings)?.date ?? null;
  const recorded = dayOf(firstRecorded(tellings));
  const happened = tellings.filter(tellsThatItHappened);
  const articles = Map.groupBy(tellings, ({ evidence: { report } }) =>
    JSON.stringify([report.metadata.article, report.metadata.revision]),
  );
  return {
    occurredToReported: occurred && lagBetween(occurred, reportedOn(fact, happened)),
    reportedToRecorded: lagBetween(reportedOn(fact, tellings), recorded),
    occurredToRecorded: occurred && lagBetween(occurred, recorded),
    sources: [...articles.values()].map((ofArticle) =>
      sourceLag(ofArticle.some(tellsThatItHappened) ? occurred : null, ofArticle),
    ),
  };
}

type ReportingLag = z.infer<typeof reportingLagShape>;

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

/** How long it took from one clock to the next, in days. */
export const reportingLagShape = lagShape.extend({
  sources: z.array(sourceLagShape).describe('one an article, in order of publication'),
});

function reportedOn(fact: Fact, tellings: readonly Telling[]): UncertainDate {
  return firstReport({ ...fact, evidence: tellings.map(({ evidence }) => evidence) }).date;
}

function sourceLag(occurred: UncertainDate | null, tellings: readonly Telling[]): ReportingLag['sources'][number] {
  const [{ evidence }] = tellings as [Telling];
  const { article, revision } = evidence.report.metadata;
  const published = evidence.published ?? unknownDate;
  const recordedAt = firstRecorded(tellings);
  const recorded = dayOf(recordedAt);
  return {
    occurredToReported: occurred && lagBetween(occurred, published),
    reportedToRecorded: lagBetween(published, recorded),
    occurredToRecorded: occurred && lagBetween(occurred, recorded),
    article,
    revision,
    publisher: evidence.publisher,
    published: dateOf(evidence.published),
    recordedAt,
  };
}
