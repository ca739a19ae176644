import type { FieldValue } from './events/field.ts';
import type { Decision, ReportEvent } from './ledger-event.ts';
import { compareDates, type UncertainDate } from './uncertain-date.ts';

/** A correction that applies to a report: what is right, and why. */
export type AppliedCorrection = Extract<Decision, { type: 'FactCorrected' }> & { readonly id: string };

/** A report that counts at a cut, with its publication and with what decisions made of it. */
export type Evidence = {
  readonly report: ReportEvent;
  /** The fact that it counts for: its own, or the one that it was merged into. */
  readonly fact: string;
  readonly publisher: string | null;
  readonly published: UncertainDate | null;
  readonly date: UncertainDate | null;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly corrections: readonly AppliedCorrection[];
  /** What was not kept when it was recorded: fields that no correction mends, and corrections. */
  readonly damaged: readonly string[];
};

const unknownDate: UncertainDate = { edtf: '', earliest: null, latest: null };

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order in which sources are listed, which is never that of their arrival: publication, article, revision, id. */
export function compareSources(a: Evidence, b: Evidence): number {
  return (
    compareDates(a.published ?? unknownDate, b.published ?? unknownDate) ||
    compare(a.report.metadata.article, b.report.metadata.article) ||
    compare(a.report.metadata.revision, b.report.metadata.revision) ||
    compare(a.report.id, b.report.id)
  );
}
