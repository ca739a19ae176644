import { hasCome } from '../domain/cut.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { LedgerEvent, ReportEvent } from '../domain/ledger-event.ts';
import { publicationsOf } from '../domain/publication.ts';
import type { Day } from '../domain/uncertain-date.ts';

/** Every report that a reading ever listed, whether it still counts or not, for a reader on `reportedAsOf`. */
export function droppedEvidence(history: readonly LedgerEvent[], reportedAsOf: Day | null): readonly Evidence[] {
  const reports = new Map<string, ReportEvent>();
  for (const event of history) if (event.kind === 'report') reports.set(event.id, event);
  const readings = Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );
  return [...readings.values()]
    .flatMap(publicationsOf)
    .filter(({ published }) => hasCome(published, reportedAsOf, 'possible'))
    .flatMap(({ reading, replaced, published }) =>
      [...replaced, reading].flatMap(({ read }) =>
        read.reports.flatMap((id) => {
          const report = reports.get(id);
          if (report === undefined) return [];
          const { fact, date, fields } = report;
          return [{ report, fact, publisher: read.publisher, published, date, fields, corrections: [], damaged: [] }];
        }),
      ),
    );
}
