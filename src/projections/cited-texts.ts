import type { LedgerEvent, ReportEvent } from '../domain/ledger-event.ts';
import { publicationsStanding } from '../domain/publication.ts';
import type { UncertainDate } from '../domain/uncertain-date.ts';

/** One text that was read: what it is, which reports cite it, and which of its paragraphs were left out. */
export type CitedText = {
  readonly article: string;
  readonly revision: number;
  readonly title: string | null;
  readonly publisher: string | null;
  readonly published: UncertainDate | null;
  readonly textSha256: string;
  readonly paragraphs: number;
  readonly omitted: readonly { readonly reason: string; readonly paragraphs: readonly number[] }[];
  readonly reports: readonly ReportEvent[];
  /** Why it does not count any more; null where it does. */
  readonly because: 'article-retracted' | 'republished' | null;
};

function compare(a: CitedText, b: CitedText): number {
  return a.article === b.article ? a.revision - b.revision : a.article < b.article ? -1 : 1;
}

/**
 * Every text that the articles of a history rest on, by id of the article: one a publication, with our latest reading of
 * it. Re-readings are of the same text.
 */
export function citedTexts(history: readonly LedgerEvent[]): readonly CitedText[] {
  const reports = new Map(history.flatMap((event) => (event.kind === 'report' ? [[event.id, event] as const] : [])));
  const readings = Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );
  const retractions = history.filter((event) => event.kind === 'retraction');
  return [...readings]
    .flatMap(([article, ofArticle]) =>
      publicationsStanding(
        ofArticle,
        retractions.filter(({ retracted }) => retracted.article === article),
        null,
        'certain',
      ),
    )
    .map(({ publication: { reading, published }, notInForce }): CitedText => {
      const { article, revision, title, publisher, textSha256, paragraphs, omitted } = reading.read;
      const rule = notInForce?.rule;
      return {
        article,
        revision,
        title,
        publisher,
        published,
        textSha256,
        paragraphs,
        omitted,
        reports: reading.read.reports.flatMap((id) => reports.get(id) ?? []),
        because: rule === 'article-retracted' || rule === 'republished' ? rule : null,
      };
    })
    .toSorted(compare);
}
