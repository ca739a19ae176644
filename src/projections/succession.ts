import { judges } from '../domain/facts/evidence.ts';
import { isOfSteward } from '../domain/facts/facts-at.ts';
import { followMerge, mergedInto, mergesIn, readingsByArticle } from '../domain/facts/what-counts.ts';
import type { DecisionEvent, LedgerEvent, ReadingEvent, ReportEvent } from '../domain/vocabulary/events.ts';

/**
 * Which event replaced which: positions by event id. A report of a higher revision replaces the same statement of the
 * revision below, whichever was recorded first. A reading replaces the reports that it no longer lists, and a retraction
 * the reports that it judges. For decisions see `replacedDecisions`.
 */
export function succession(history: readonly LedgerEvent[]): Succession {
  const supersedes = new Map<string, number>();
  const supersededBy = new Map<string, number>();
  const reports = new Map(history.flatMap((event) => (event.kind === 'report' ? [[event.id, event] as const] : [])));
  const readings = readingsByArticle(history);
  const reportsOf = (reading: ReadingEvent) => reading.read.reports.flatMap((id) => reports.get(id) ?? []);
  const supersede = (id: string, { position }: LedgerEvent) => {
    if (!supersededBy.has(id)) supersededBy.set(id, position);
  };

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
      const { article, revision } = event.retracted;
      const judged = (readings.get(article) ?? []).filter(({ read }) => read.revision <= revision);
      for (const { id } of judged.flatMap((reading) => [reading, ...reportsOf(reading)])) supersede(id, event);
    } else if (event.kind === 'decision' && event.decision.type === 'FactRetracted') {
      const { reports: ids } = event.decision;
      for (const report of reports.values()) if (judges(ids, report, reports)) supersede(report.id, event);
    }
  }
  for (const { earlier, later } of replacedDecisions(history)) {
    supersedes.set(later.id, earlier.position);
    supersededBy.set(earlier.id, later.position);
  }
  return { supersedes, supersededBy };
}

type Succession = {
  readonly supersedes: ReadonlyMap<string, number>;
  readonly supersededBy: ReadonlyMap<string, number>;
};

function statementOf({ fact, modality, metadata }: ReportEvent): string {
  return JSON.stringify([fact, modality, metadata.attribution, metadata.speaker]);
}

/**
 * Pairs each decision with the first later one that replaces it: a correction or resolution of the same field that judges
 * every report that the earlier one judged, or the undoing of a merge.
 */
export function replacedDecisions(history: readonly LedgerEvent[]): Replaced {
  const merges = mergesIn(history);
  const alike = Map.groupBy(history.filter(isOfSteward), ({ decision }) =>
    'field' in decision ? JSON.stringify([decision.type, mergedInto(decision.fact, merges), decision.field]) : null,
  );
  alike.delete(null);
  return [...undoneMerges(history), ...replacedOnFields([...alike.values()])];
}

type Replaced = readonly { readonly earlier: DecisionEvent; readonly later: DecisionEvent }[];

function undoneMerges(history: readonly LedgerEvent[]): Replaced {
  const merges = new Map<string, DecisionEvent>();
  return history.flatMap((event) => {
    if (event.kind !== 'decision' || !('from' in event.decision)) return [];
    const earlier = merges.get(event.decision.from);
    followMerge(event, merges);
    return earlier !== undefined && !merges.has(event.decision.from) ? [{ earlier, later: event }] : [];
  });
}

function replacedOnFields(alike: readonly (readonly DecisionEvent[])[]): Replaced {
  return alike.flatMap((decisions) =>
    decisions.flatMap((earlier, i) => {
      const judged = 'reports' in earlier.decision ? earlier.decision.reports : [];
      const later = decisions
        .slice(i + 1)
        .find(({ decision }) => 'reports' in decision && judged.every((id) => decision.reports.includes(id)));
      return later === undefined ? [] : [{ earlier, later }];
    }),
  );
}
