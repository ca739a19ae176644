import { type Certainty, type Cut, compare, compareSources, type Evidence, hasCome } from '../domain/facts/evidence.ts';
import { type FactState, firstReport } from '../domain/facts/fact.ts';
import type { Ground, ViewFact } from '../domain/facts/facts-at.ts';
import { type Occurrence, occurrence } from '../domain/facts/occurrence.ts';
import { evidenceAt, type Publication, publicationsOf, publishedEvidence } from '../domain/facts/what-counts.ts';
import { lifecycleRank } from '../domain/vocabulary/event-types.ts';

/**
 * Facts with every report of them that was ever published by a cut, in the order of their first report. They include
 * the reports of a text that its publisher replaced, but not what we misread.
 */
export function toldFacts(
  { history }: Ground,
  facts: readonly ViewFact[],
  cut: Cut,
  certainty: Certainty,
): readonly ToldFact[] {
  const published = Map.groupBy(everPublished(history, cut, certainty), ({ evidence }) => evidence.fact);
  return facts
    .map((fact) => ({
      fact,
      tellings: visibleTellings(fact, published.get(fact.key) ?? [], cut, certainty),
      postponements: fact.postponements.flatMap((one) => tellingsOf(one, published.get(one.key) ?? [])),
    }))
    .filter(({ tellings }) => tellings.length > 0)
    .toSorted(inOrderOfFirstReport);
}

/** A fact with every telling of it, and of what put it off, by publication, article, revision and id. */
export type ToldFact = {
  readonly fact: ViewFact;
  readonly tellings: readonly Telling[];
  readonly postponements: readonly Telling[];
};

/** A report that was published, and whether its article still says so. */
export type Telling = {
  readonly evidence: Evidence;
  /** False if a later publication of the article replaced the one that has the report. */
  readonly counts: boolean;
  /** The later publication, if it says nothing of the kind on this fact any more. */
  readonly withdrawnBy: Publication | null;
};

// Every report that was published for a reader on `reportedAsOf` and that we still read so. A replaced text is among
// them, since a promise can change within one article; what we misread and what was retracted is not.
function everPublished(history: Ground['history'], cut: Cut, certainty: Certainty): readonly Telling[] {
  const published = publishedEvidence(history, cut, certainty);
  const counting = new Set(evidenceAt(history, cut, certainty).evidence.map(({ report }) => report.id));
  const statements = Map.groupBy(published, statementOf);
  const readings = history.filter((event) => event.kind === 'reading');
  const byReport = new Map(
    [...Map.groupBy(readings, ({ read }) => read.article).values()].flatMap((ofArticle) => {
      const publications = publicationsOf(ofArticle);
      return publications.flatMap((publication, i) => {
        const next = publications.slice(i + 1).find((one) => hasCome(one.published, cut.reportedAsOf, certainty));
        return publication.reading.read.reports.map((id) => [id, { publication, next }] as const);
      });
    }),
  );
  return published.map((evidence): Telling => {
    if (counting.has(evidence.report.id)) return { evidence, counts: true, withdrawnBy: null };
    const next = byReport.get(evidence.report.id)?.next ?? null;
    const isRepeated = statements
      .get(statementOf(evidence))
      ?.some(({ report }) => next !== null && byReport.get(report.id)?.publication === next);
    return { evidence, counts: false, withdrawnBy: isRepeated ? null : next };
  });
}

function statementOf({ fact, report }: Evidence): string {
  return `${report.metadata.article} ${fact} ${report.modality}`;
}

// On the occurred clock a plan or a denial exists from its publication, and what happened from when it did.
function visibleTellings(
  fact: ViewFact,
  tellings: readonly Telling[],
  { occurredAsOf }: Cut,
  certainty: Certainty,
): readonly Telling[] {
  const when = occurrenceOf(fact, tellings);
  const hasHappened =
    fact.stage === 'happened' ||
    (when !== null && hasCome({ ...when.date, earliest: when.possibleFrom }, occurredAsOf, certainty));
  const come = idsIn(fact.states);
  const isToCome = (id: string) =>
    fact.states.length > 0 && !come.has(id) && fact.evidence.some(({ report }) => report.id === id);
  return tellings
    .filter(({ evidence }) =>
      evidence.report.modality === 'happened'
        ? hasHappened && !isToCome(evidence.report.id)
        : hasCome(evidence.published, occurredAsOf, certainty),
    )
    .toSorted((a, b) => compareSources(a.evidence, b.evidence));
}

// What counts of a postponement that happened.
function tellingsOf({ evidence }: FactState, tellings: readonly Telling[]): readonly Telling[] {
  const counting = new Set(evidence.map(({ report }) => report.id));
  return tellings
    .filter(({ evidence: one }) => one.report.modality === 'happened' && counting.has(one.report.id))
    .toSorted((a, b) => compareSources(a.evidence, b.evidence));
}

/** When a fact happened, by what was told of it; null if nothing happened, or if telling it is all that it is. */
export function occurrenceOf(fact: ViewFact, tellings: readonly Telling[]): Occurrence | null {
  const happened = tellings.filter(({ evidence }) => evidence.report.modality === 'happened');
  const counting = happened.filter(({ counts }) => counts);
  const all = (counting.length > 0 ? counting : happened).map((telling) => telling.evidence);
  // A lag counts from the first state.
  const first = idsIn(fact.states.slice(0, 1));
  const ofFirst = all.filter(({ report }) => first.has(report.id));
  const evidence = ofFirst.length > 0 ? ofFirst : all;
  return fact.type.statement === true || evidence.length === 0 ? null : occurrence(fact, evidence);
}

function idsIn(states: ViewFact['states']): ReadonlySet<string> {
  return new Set(states.flatMap(({ evidence }) => evidence.map(({ report }) => report.id)));
}

function inOrderOfFirstReport({ fact: a }: ToldFact, { fact: b }: ToldFact): number {
  const [x, y] = [firstReport(a).date, firstReport(b).date];
  return (
    compare(x.earliest ?? '', y.earliest ?? '') ||
    compare(x.latest ?? ':', y.latest ?? ':') ||
    lifecycleRank(a.type.type) - lifecycleRank(b.type.type) ||
    compare(a.key, b.key)
  );
}
