import * as fc from 'fast-check';
import { bearing, ingestsOf } from '../../../src/domain/facts/facts-at.ts';
import { visibility } from '../../../src/domain/facts/visibility.ts';
import type { LedgerEvent } from '../../../src/domain/vocabulary/events.ts';
import { categoriesIn } from '../../../src/projections/holdings.ts';
import { firstDifference } from '../../support/first-difference.ts';
import { anyHistory } from '../../support/histories.ts';
import { law } from '../../support/law.ts';
import { anyReaderDay } from '../../support/random/random-dates.ts';

law<[readonly LedgerEvent[], string | null]>(
  'what a reader could know of a growing history is what bears on an answer at each of its moments',
  [anyHistory, fc.option(anyReaderDay, { nil: null })],
  (history, reportedAsOf) => {
    const seen = visibility(reportedAsOf);
    const soFar: LedgerEvent[] = [];
    for (const ingest of ingestsOf(history)) {
      soFar.push(...ingest);
      ingest.forEach(seen.add);
      const anew = bearing(soFar, reportedAsOf);
      const kept = soFar.filter(seen.isVisible);
      const difference =
        firstDifference(
          kept.map(({ position }) => position),
          anew.map(({ position }) => position),
        ) ?? firstDifference([...categoriesIn(soFar)].filter(seen.grants), [...categoriesIn(anew)]);
      if (difference !== null) return `at position ${soFar.at(-1)?.position}: ${difference}`;
    }
    return null;
  },
  0.25,
);
