import { type Certainty, hasCome } from '../domain/cut.ts';
import type { Evidence } from '../domain/evidence.ts';
import { evidenceAt } from '../domain/evidence-at.ts';
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

const publicationsIn = (history: readonly LedgerEvent[]): readonly (readonly Publication[])[] =>
  [
    ...Map.groupBy(
      history.filter((event) => event.kind === 'reading'),
      ({ read }) => read.article,
    ).values(),
  ].map(publicationsOf);

// The history as it would be without the last so many publications of every article.
const without = (
  last: number,
  history: readonly LedgerEvent[],
  publications: readonly (readonly Publication[])[],
): readonly LedgerEvent[] => {
  if (last === 0) return history;
  const hidden = new Set(
    publications
      .flatMap((ofArticle) => ofArticle.slice(Math.max(0, ofArticle.length - last)))
      .flatMap(({ reading, replaced }) => [...replaced, reading].map(({ id }) => id)),
  );
  return history.filter(({ id }) => !hidden.has(id));
};

const placeOf = ({ fact, report }: Evidence): string => `${report.metadata.article} ${fact} ${report.modality}`;

/**
 * Every report that was published for a reader on `reportedAsOf` and that we still read so: also those of a text that
 * its publisher replaced, since that is how a promise changes within one article. What we misread, or what was
 * retracted, is not among them.
 */
export const everPublished = (
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): readonly Telling[] => {
  const publications = publicationsIn(history);
  const most = Math.max(1, ...publications.map(({ length }) => length));
  const rounds = Array.from({ length: most }, (_, last) => {
    return evidenceAt(without(last, history, publications), { reportedAsOf }, certainty).evidence;
  });
  const [now = []] = rounds;
  const counting = new Set(now.map(({ report }) => report.id));
  const all = new Map<string, Evidence>();
  for (const evidence of rounds.flat()) if (!all.has(evidence.report.id)) all.set(evidence.report.id, evidence);

  const told = Map.groupBy(all.values(), placeOf);
  const publicationOf = new Map(
    publications.flat().flatMap((publication) => publication.reading.read.reports.map((id) => [id, publication])),
  );
  const laterOnes = (publication: Publication): readonly Publication[] => {
    const ofArticle = publications.find((one) => one.includes(publication)) ?? [];
    return ofArticle
      .slice(ofArticle.indexOf(publication) + 1)
      .filter(({ published }) => hasCome(published, reportedAsOf, certainty));
  };
  return [...all.values()].map((evidence): Telling => {
    if (counting.has(evidence.report.id)) return { evidence, counts: true, withdrawnBy: null };
    const own = publicationOf.get(evidence.report.id);
    const repeated = new Set((told.get(placeOf(evidence)) ?? []).map(({ report }) => publicationOf.get(report.id)));
    const [next] = own === undefined ? [] : laterOnes(own);
    return { evidence, counts: false, withdrawnBy: next === undefined || repeated.has(next) ? null : next };
  });
};
