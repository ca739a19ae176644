import type { ReportEvent, Statement } from './ledger-event.ts';

const mouthOf = ({ metadata }: ReportEvent): string => JSON.stringify([metadata.attribution, metadata.speaker]);

const valuesOf = ({ date, fields, games }: Statement): string =>
  JSON.stringify([date?.edtf ?? null, Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)), games]);

/** Whether two reports are the same statement in two readings: article, fact, modality, mouth and values agree. */
export const sameStatement = (a: ReportEvent, b: ReportEvent): boolean =>
  a.fact === b.fact &&
  a.modality === b.modality &&
  a.metadata.article === b.metadata.article &&
  mouthOf(a) === mouthOf(b) &&
  valuesOf(a) === valuesOf(b);

/** Whether a decision judged this report: by its id, or by the same statement of an earlier reading. */
export const judges = (
  judged: readonly string[],
  report: ReportEvent,
  reports: ReadonlyMap<string, ReportEvent>,
): boolean =>
  judged.some((id) => {
    const other = reports.get(id);
    return id === report.id || (other !== undefined && sameStatement(other, report));
  });
