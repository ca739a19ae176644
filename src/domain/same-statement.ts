import type { ReportEvent, Statement } from './ledger-event.ts';

function mouthOf({ metadata }: ReportEvent): string {
  return JSON.stringify([metadata.attribution, metadata.speaker]);
}

function valuesOf({ date, fields, games }: Statement): string {
  return JSON.stringify([date?.edtf ?? null, Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)), games]);
}

/** Whether two reports are the same statement in two readings: article, fact, modality, mouth and values agree. */
export function sameStatement(a: ReportEvent, b: ReportEvent): boolean {
  return (
    a.fact === b.fact &&
    a.modality === b.modality &&
    a.metadata.article === b.metadata.article &&
    mouthOf(a) === mouthOf(b) &&
    valuesOf(a) === valuesOf(b)
  );
}

/** Whether a decision judged this report: by its id, or by the same statement of an earlier reading. */
export function judges(
  judged: readonly string[],
  report: ReportEvent,
  reports: ReadonlyMap<string, ReportEvent>,
): boolean {
  return judged.some((id) => {
    const other = reports.get(id);
    return id === report.id || (other !== undefined && sameStatement(other, report));
  });
}
