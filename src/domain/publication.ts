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
export const publicationsOf = (readings: readonly ReadingEvent[]): readonly Publication[] => {
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
};

/**
 * The publications of one article that count for a reader on `reportedAsOf` (null: no limit). The last one that
 * certainly came out by then replaces those before it; later ones that possibly came out count beside it.
 * What a retraction has judged does not count, at any `reportedAsOf`.
 */
export const publicationsInForce = (
  readings: readonly ReadingEvent[],
  retractions: readonly RetractionEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): readonly Publication[] => {
  const judged = Math.max(0, ...retractions.map((retraction) => retraction.retracted.revision));
  const standing = publicationsOf(readings).filter(({ reading }) => reading.read.revision > judged);
  const latestCertain = standing.findLastIndex(({ published }) => hasCome(published, reportedAsOf, 'certain'));
  if (certainty === 'certain') return standing.slice(Math.max(latestCertain, 0), latestCertain + 1);
  return standing
    .slice(Math.max(latestCertain, 0))
    .filter(({ published }) => hasCome(published, reportedAsOf, 'possible'));
};
