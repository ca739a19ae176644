import type { ToldFact } from './drift.ts';
import type { Telling } from './ever-published.ts';
import { lagStatistic } from './lag-statistics.ts';
import { happenedOn, lagBetween, lagOfRecording } from './reporting-lag.ts';
import type { ReportingLags } from './shapes/drift.ts';
import type { Span } from './shapes/span.ts';
import { dateOf } from './source-of.ts';

// What an article tells of one fact that happened; null: nobody says when it happened.
type Told = { readonly telling: Telling; readonly lag: Span | null };

function least(instants: readonly string[]): string {
  return instants.reduce((a, b) => (a < b ? a : b));
}

// Of two mouths in one article that tell of one fact, one is enough.
function toldBy(facts: readonly ToldFact[]): readonly Told[] {
  return facts.flatMap(({ fact, tellings }) => {
    const when = happenedOn(fact, tellings);
    const happened = tellings.filter(({ evidence }) => evidence.report.modality === 'happened');
    if (when === null) return [];
    const byArticle = new Map(happened.map((telling) => [telling.evidence.report.metadata.article, telling]));
    return [...byArticle.values()].map((telling) => {
      const { published } = telling.evidence;
      const isDated = when.basis !== 'publication' && published !== null;
      return { telling, lag: isDated ? lagBetween(when.date, published) : null };
    });
  });
}

function articleOf({ evidence }: Telling): string {
  return evidence.report.metadata.article;
}

/** How late articles and publishers tell of what happened, over these facts, and how late that was recorded. */
export function reportingLags(facts: readonly ToldFact[]): ReportingLags {
  const lags = Map.groupBy(toldBy(facts), ({ telling }) => articleOf(telling));
  const tellings = Map.groupBy(
    facts.flatMap((fact) => fact.tellings.filter(({ counts }) => counts)),
    articleOf,
  );
  const articles = [...tellings]
    .map(([article, ofArticle]) => {
      const [{ evidence }] = ofArticle as [Telling];
      const recordedAt = least(ofArticle.map((telling) => telling.evidence.report.recordedAt));
      return {
        article,
        publisher: evidence.publisher,
        published: dateOf(evidence.published),
        recordedAt,
        occurredToReported: lagStatistic((lags.get(article) ?? []).map(({ lag }) => lag)),
        reportedToRecorded: lagOfRecording(evidence.published, recordedAt),
      };
    })
    .toSorted((a, b) => {
      const [x, y] = [a, b].map(
        ({ published, article }) => `${published.earliest ?? ''} ${published.latest ?? ':'} ${article}`,
      );
      return (x as string) < (y as string) ? -1 : 1;
    });
  const publishers = Map.groupBy(articles, ({ publisher }) => publisher);
  publishers.delete(null);
  return {
    articles,
    publishers: [...publishers]
      .map(([publisher, own]) => ({
        publisher: publisher as string,
        articles: own.map(({ article }) => article),
        occurredToReported: lagStatistic(own.flatMap(({ article }) => (lags.get(article) ?? []).map(({ lag }) => lag))),
        reportedToRecorded: lagStatistic(own.map(({ reportedToRecorded }) => reportedToRecorded)),
      }))
      .toSorted((a, b) => (a.publisher < b.publisher ? -1 : 1)),
  };
}
