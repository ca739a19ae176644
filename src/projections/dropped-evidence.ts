import { hasCome } from '../domain/cut.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { LedgerEvent, ReportEvent } from '../domain/ledger-event.ts';
import { publicationsOf } from '../domain/publication.ts';
import type { Day } from '../domain/uncertain-date.ts';

/** Every report that a reading ever listed, whether it still counts or not, for a reader on `reportedAsOf`. */
export const droppedEvidence = (history: readonly LedgerEvent[], reportedAsOf: Day | null): readonly Evidence[] => {
  const reports = new Map<string, ReportEvent>();
  for (const event of history) if (event.kind === 'report') reports.set(event.id, event);
  const readings = Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );
  return [...readings.values()].flat().flatMap((reading) => {
    const upTo = (readings.get(reading.read.article) ?? []).filter(
      ({ read }) => read.revision <= reading.read.revision,
    );
    const published = publicationsOf(upTo).at(-1)?.published ?? null;
    if (!hasCome(published, reportedAsOf, 'possible')) return [];
    return reading.read.reports.flatMap((id) => {
      const report = reports.get(id);
      if (report === undefined) return [];
      const { fact, date, fields } = report;
      return [{ report, fact, publisher: reading.read.publisher, published, date, fields, corrections: [] }];
    });
  });
};
