import type { LedgerEvent, ReportEvent } from '../domain/ledger-event.ts';
import { publicationsOf } from '../domain/publication.ts';
import type { UncertainDate } from '../domain/uncertain-date.ts';
import { ingestsOf } from './ingests.ts';

type ReadingOf = ReadonlyMap<string, { readonly published: UncertainDate | null; readonly since: number }>;

function readingsByArticle(history: readonly LedgerEvent[]) {
  return Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );
}

// When each report was published, and the position since which the ledger could know: a re-reading is as late as
// what it replaces.
function publications(history: readonly LedgerEvent[]): ReadingOf {
  const found = new Map<string, { published: UncertainDate | null; since: number }>();
  for (const readings of readingsByArticle(history).values()) {
    for (const { published, reading, replaced } of publicationsOf(readings)) {
      const [first] = [...replaced, reading];
      for (const one of [...replaced, reading]) {
        for (const id of one.read.reports) found.set(id, { published, since: first?.position ?? reading.position });
      }
    }
  }
  return found;
}

/**
 * Tells of each report of a history whether it is a late arrival: certainly published before a report on the same fact
 * that an earlier ingest recorded.
 */
export function lateness(history: readonly LedgerEvent[]): (report: ReportEvent) => boolean {
  const published = publications(history);
  // Newest certain publication among the reports on a fact, at each position: [position, earliest day] ascending.
  const newest = new Map<string, [number, string][]>();
  for (const event of history) {
    if (event.kind !== 'report') continue;
    const day = published.get(event.id)?.published?.earliest;
    if (day == null) continue;
    const sofar = newest.get(event.fact) ?? [];
    const last = sofar.at(-1);
    if (last === undefined || last[1] < day) newest.set(event.fact, [...sofar, [event.position, day]]);
  }
  const ingestStart = new Map<number, number>();
  for (const ingest of ingestsOf(history)) {
    for (const { position } of ingest) ingestStart.set(position, ingest[0]?.position ?? position);
  }
  return (report) => {
    const own = published.get(report.id);
    const latest = own?.published?.latest;
    if (own === undefined || latest == null) return false;
    const since = Math.min(
      ingestStart.get(own.since) ?? own.since,
      ingestStart.get(report.position) ?? report.position,
    );
    return (newest.get(report.fact) ?? []).some(([position, day]) => position < since && day > latest);
  };
}
