import type { LedgerEvent, ReadingEvent, ReportEvent } from '../domain/ledger-event.ts';
import { judges } from '../domain/same-statement.ts';
import { replacedDecisions } from './replaced-decisions.ts';

/** Which event replaced which, as positions by event id. */
export type Succession = {
  readonly supersedes: ReadonlyMap<string, number>;
  readonly supersededBy: ReadonlyMap<string, number>;
};

function statementOf({ fact, modality, metadata }: ReportEvent): string {
  return JSON.stringify([fact, modality, metadata.attribution, metadata.speaker]);
}

/**
 * What replaces what: a report of a higher revision the same statement of the one below, whichever was recorded
 * first; a reading the reports that it no longer lists; a retraction the reports that it judges; a decision of a
 * steward an earlier one of its kind on the same field, all of whose reports it judges.
 */
export function succession(history: readonly LedgerEvent[]): Succession {
  const supersedes = new Map<string, number>();
  const supersededBy = new Map<string, number>();
  const reports = new Map<string, ReportEvent>();
  const readings = new Map<string, ReadingEvent[]>();
  for (const event of history) {
    if (event.kind === 'report') reports.set(event.id, event);
    if (event.kind === 'reading')
      readings.set(event.read.article, [...(readings.get(event.read.article) ?? []), event]);
  }
  const reportsOf = (reading: ReadingEvent) => reading.read.reports.flatMap((id) => reports.get(id) ?? []);

  for (const ofArticle of readings.values()) {
    const sorted = ofArticle.toSorted((a, b) => a.read.revision - b.read.revision);
    sorted.slice(1).forEach((reading, i) => {
      const below = sorted[i] as ReadingEvent;
      const newer = new Map(reportsOf(reading).map((report) => [statementOf(report), report]));
      supersedes.set(reading.id, below.position);
      supersededBy.set(below.id, reading.position);
      for (const older of reportsOf(below)) {
        const replacement = newer.get(statementOf(older));
        supersededBy.set(older.id, replacement?.position ?? reading.position);
        if (replacement !== undefined) supersedes.set(replacement.id, older.position);
      }
    });
  }
  for (const event of history) {
    if (event.kind === 'retraction') {
      for (const reading of readings.get(event.retracted.article) ?? []) {
        if (reading.read.revision > event.retracted.revision) continue;
        for (const { id } of [reading, ...reportsOf(reading)]) {
          if (!supersededBy.has(id)) supersededBy.set(id, event.position);
        }
      }
    }
    if (event.kind === 'decision' && event.decision.type === 'FactRetracted') {
      const { reports: judged } = event.decision;
      for (const report of reports.values()) {
        if (judges(judged, report, reports) && !supersededBy.has(report.id))
          supersededBy.set(report.id, event.position);
      }
    }
  }
  for (const { earlier, later } of replacedDecisions(history)) {
    supersedes.set(later.id, earlier.position);
    supersededBy.set(earlier.id, later.position);
  }
  return { supersedes, supersededBy };
}
