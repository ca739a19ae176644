import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { Day } from '../domain/uncertain-date.ts';
import { articleNamed } from './article-named.ts';
import { bearing } from './bearing.ts';
import { upTo } from './histories.ts';
import { type IngestEvents, ingestsOf } from './ingests.ts';

/** The events of a history up to a position that bear on an answer for a reader on `reportedAsOf` (null: no limit). */
export function bearingAt(
  history: readonly LedgerEvent[],
  position: number,
  reportedAsOf: Day | null,
): readonly LedgerEvent[] {
  return bearing(upTo(history, position), reportedAsOf);
}

/**
 * The ingests of a history that bore on an answer for a reader on `reportedAsOf` when they were recorded: what a later
 * reading or decision makes of them does not count.
 */
export function visibleIngests(history: readonly LedgerEvent[], reportedAsOf: Day | null): readonly IngestEvents[] {
  const ingests = ingestsOf(history);
  if (reportedAsOf === null) return ingests;
  const visible = new Set(bearing(history, reportedAsOf));
  const readings = Map.groupBy(
    history.filter(({ kind }) => kind === 'reading'),
    articleNamed,
  );
  // An article that was read once is dated for good; all else is looked at as it was then.
  const isSettled = (event: LedgerEvent): boolean =>
    (event.kind === 'report' || event.kind === 'reading') && readings.get(articleNamed(event))?.length === 1;
  return ingests.filter((ingest) => {
    if (ingest.every(isSettled)) return ingest.some((event) => visible.has(event));
    const then = new Set(bearingAt(history, ingest.at(-1)?.position ?? 0, reportedAsOf));
    return ingest.some((event) => then.has(event));
  });
}
