import { type Certainty, hasCome } from '../domain/cut.ts';
import type { LedgerEvent, ReadingEvent, ReportEvent, RetractionEvent } from '../domain/ledger-event.ts';
import { publicationsInForce, publicationsOf } from '../domain/publication.ts';
import type { Day } from '../domain/uncertain-date.ts';
import type { Article, ArticleDetail, EffectsShape } from './shapes/article.ts';
import type { AuditEntry } from './shapes/audit.ts';
import { type Effect, effects } from './shapes/audit.ts';
import { dateOf } from './source-of.ts';

type Of = { readonly partnership: string; readonly history: readonly LedgerEvent[]; readonly article: string };

function readingsOf({ history, article }: Of): readonly ReadingEvent[] {
  return (
    history.filter((event) => event.kind === 'reading' && event.read.article === article) as ReadingEvent[]
  ).toSorted((a, b) => a.read.revision - b.read.revision);
}

function retractionsOf({ history, article }: Of): readonly RetractionEvent[] {
  return history.filter(
    (event): event is RetractionEvent => event.kind === 'retraction' && event.retracted.article === article,
  );
}

// The retraction that judged a revision: of several the one that reaches furthest.
function retractionOf(retractions: readonly RetractionEvent[], revision: number): Article['retracted'] {
  const [last] = retractions
    .filter(({ retracted }) => retracted.revision >= revision)
    .toSorted((a, b) => b.retracted.revision - a.retracted.revision || b.position - a.position);
  if (last === undefined) return null;
  const { retracted, recordedAt, recordedBy, position } = last;
  return { revision: retracted.revision, reason: retracted.reason, recordedAt, recordedBy, position };
}

/**
 * An article through a cut; null where nothing of it is visible: not recorded, or certainly published later than
 * `reportedAsOf`. The reading shown is the one that counts, or the last one where none does any more.
 */
export function articleOf(of: Of, reportedAsOf: Day | null, certainty: Certainty): Article | null {
  const readings = readingsOf(of);
  const retractions = retractionsOf(of);
  const publications = publicationsOf(readings);
  const visible = publicationsInForce(readings, [], reportedAsOf, certainty);
  const counting = new Set(
    publicationsInForce(readings, retractions, reportedAsOf, certainty).map(({ reading }) => reading.id),
  );
  const shown = visible.at(-1);
  if (shown === undefined) return null;
  const { read } = shown.reading;
  const known = publications
    .filter(({ published }) => hasCome(published, reportedAsOf, certainty))
    .flatMap(({ published, reading, replaced }) => [...replaced, reading].map((one) => ({ reading: one, published })));
  return {
    id: read.article,
    revision: read.revision,
    title: read.title,
    publisher: read.publisher,
    published: { ...dateOf(shown.published), basis: read.publishedBasis },
    textSha256: read.textSha256,
    partnerships: [of.partnership],
    retracted: retractionOf(retractions, read.revision),
    revisions: known.map(({ reading, published }) => ({
      revision: reading.read.revision,
      because: reading.read.because,
      published: dateOf(reading.published ?? published),
      recordedAt: reading.recordedAt,
      position: reading.position,
      counts: counting.has(reading.id),
    })),
    version: Math.max(...[...known.map(({ reading }) => reading), ...retractions].map(({ position }) => position)),
  };
}

/** The facts on which each effect was had, by the trail of the article's own events. */
export function effectsByKind(trail: readonly Pick<AuditEntry, 'fact' | 'effects'>[]): EffectsShape {
  const factsOf = (effect: Effect): string[] =>
    trail.flatMap((entry) => (entry.fact !== null && entry.effects.includes(effect) ? [entry.fact] : []));
  return Object.fromEntries(
    effects.map((effect) => [effect, [...new Set(factsOf(effect))].toSorted()]),
  ) as EffectsShape;
}

/** An article with its effects and paragraph by paragraph; `trail` holds its entries of the audit trail. */
export function articleDetail(of: Of, article: Article, trail: readonly AuditEntry[]): ArticleDetail {
  const reading = readingsOf(of).find(({ read }) => read.revision === article.revision) as ReadingEvent;
  const { read } = reading;
  const listed = new Set(read.reports);
  const reports = of.history.filter((event): event is ReportEvent => event.kind === 'report' && listed.has(event.id));
  return {
    ...article,
    effects: effectsByKind(
      trail
        .filter(({ revision }) => revision === article.revision)
        .flatMap(({ fact, effects, alsoTouched }) => (fact === null ? alsoTouched : [{ fact, effects }])),
    ),
    paragraphs: Array.from({ length: read.paragraphs }, (_, i) => i + 1).map((paragraph) => ({
      paragraph,
      reports: [
        ...new Set(reports.flatMap(({ fact, metadata }) => (metadata.paragraphs.includes(paragraph) ? [fact] : []))),
      ],
      omitted: read.omitted.find(({ paragraphs }) => paragraphs.includes(paragraph))?.reason ?? null,
    })),
  };
}
