import type { DecisionEvent, LedgerEvent, ReadingEvent, ReportEvent, RetractionEvent } from './ledger-event.ts';

/** The events of a history by what they are; readings and retractions by article. */
export type Sorted = {
  readonly reports: ReadonlyMap<string, ReportEvent>;
  readonly readings: ReadonlyMap<string, readonly ReadingEvent[]>;
  readonly retractions: ReadonlyMap<string, readonly RetractionEvent[]>;
  readonly decisions: readonly DecisionEvent[];
};

/** Sorts the events of a history by what they are. */
export function sortOut(history: readonly LedgerEvent[]): Sorted {
  const reports = new Map<string, ReportEvent>();
  for (const event of history) if (event.kind === 'report') reports.set(event.id, event);
  return {
    reports,
    readings: Map.groupBy(
      history.filter((event) => event.kind === 'reading'),
      (event) => event.read.article,
    ),
    retractions: Map.groupBy(
      history.filter((event) => event.kind === 'retraction'),
      (event) => event.retracted.article,
    ),
    decisions: history.filter((event) => event.kind === 'decision'),
  };
}
