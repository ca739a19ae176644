import { type Certainty, hasCome } from './cut.ts';
import type { ReadingEvent, RetractionEvent } from './ledger-event.ts';
import type { Day, UncertainDate } from './uncertain-date.ts';

/** One publication of an article: its date, null if unknown, our latest reading of it and those that it replaced. */
export type Publication = {
  readonly published: UncertainDate | null;
  readonly reading: ReadingEvent;
  readonly replaced: readonly ReadingEvent[];
};

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

/** Why a publication of an article does not count, and the event that did it; null where that is a clock. */
export type NotInForce = {
  readonly rule: 'article-retracted' | 'published-later' | 'not-certainly-published' | 'republished';
  readonly by: ReadingEvent | RetractionEvent | null;
};

/** A publication, and why it does not count; null where it does. */
export type Standing = { readonly publication: Publication; readonly notInForce: NotInForce | null };

function retractionOf(retractions: readonly RetractionEvent[], { reading }: Publication): RetractionEvent | undefined {
  return retractions.find(({ retracted }) => retracted.revision >= reading.read.revision);
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
