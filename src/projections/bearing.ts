import { hasCome } from '../domain/cut.ts';
import { mergedInto, mergesIn } from '../domain/evidence-at.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import { publicationsOf } from '../domain/publication.ts';
import type { Day } from '../domain/uncertain-date.ts';

/**
 * The events of a history that bear on an answer for a reader on `reportedAsOf` (null: no limit): what was certainly
 * published after it does not.
 */
export const bearing = (history: readonly LedgerEvent[], reportedAsOf: Day | null): readonly LedgerEvent[] => {
  if (reportedAsOf === null) return history;
  const readings = Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );
  const visible = new Set<string>();
  for (const { published, reading, replaced } of [...readings.values()].flatMap(publicationsOf)) {
    if (!hasCome(published, reportedAsOf, 'possible')) continue;
    for (const one of [...replaced, reading]) for (const id of [one.id, ...one.read.reports]) visible.add(id);
  }
  const merges = mergesIn(history);
  const facts = new Set(
    history.flatMap((event) =>
      event.kind === 'report' && visible.has(event.id) ? [mergedInto(event.fact, merges)] : [],
    ),
  );
  return history.filter((event) => {
    if (event.kind === 'decision') return facts.has(mergedInto(event.decision.fact, merges));
    if (event.kind === 'reference') return hasCome(event.published, reportedAsOf, 'possible');
    return event.kind === 'retraction' || visible.has(event.id);
  });
};
