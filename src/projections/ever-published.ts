import { type Certainty, hasCome } from '../domain/cut.ts';
import type { Evidence } from '../domain/evidence.ts';
import { evidenceAt, publishedEvidence } from '../domain/evidence-at.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import { type Publication, publicationsOf } from '../domain/publication.ts';
import type { Day } from '../domain/uncertain-date.ts';

/** A report that was published, with whether its article still says so. */
export type Telling = {
  readonly evidence: Evidence;
  /** A later publication of the article replaced the one that it stands in. */
  readonly counts: boolean;
  /** The later publication, if it says nothing of the kind on this fact any more. */
  readonly withdrawnBy: Publication | null;
};

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
