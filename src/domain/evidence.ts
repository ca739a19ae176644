import type { FieldValue } from './events/field.ts';
import type { Decision, ReportEvent } from './ledger-event.ts';
import type { UncertainDate } from './uncertain-date.ts';

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
};
