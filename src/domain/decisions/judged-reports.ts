import type { Evidence } from '../facts/evidence.ts';
import { evidenceAt, mergedInto, mergesIn } from '../facts/what-counts.ts';
import type { LedgerEvent, ReportEvent } from '../vocabulary/events.ts';
import { nearest } from '../vocabulary/nearest.ts';
import { type Rejection, reject } from './rejection.ts';

/** The reports of a fact that a decision judges, all if it names none; or why it cannot judge them. */
export function judgedReports(
  history: readonly LedgerEvent[],
  fact: string,
  ids: readonly string[],
): Judged | Rejection {
  const all = reportsOf(history, fact);
  if (all.length === 0) return refuseFact(history, fact, 'fact');
  const idsOfFact = new Set(all.map(({ id }) => id));
  const unknown = ids.filter((id) => !idsOfFact.has(id));
  if (unknown.length > 0) {
    const message = `${fact} has no report ${unknown.join(', ')}; GET the fact to see the ids of its reports`;
    return reject('unknown-report', message, {
      at: ids.flatMap((id, i) => (idsOfFact.has(id) ? [] : [`reports/${i}`])),
    });
  }
  const reports = ids.length === 0 ? all : all.filter(({ id }) => ids.includes(id));
  const judged = new Set(reports.map(({ id }) => id));
  const ofFact = evidenceAt(history, { reportedAsOf: null }, 'possible').evidence.filter(({ report }) =>
    idsOfFact.has(report.id),
  );
  const counting = ofFact.filter(({ report }) => judged.has(report.id));
  if (counting.length > 0) return { reports, counting, ofFact };
  const message = `none of these reports of ${fact} counts any more, so there is nothing to decide`;
  return reject('nothing-counts', message, { at: [ids.length === 0 ? 'fact' : 'reports'] });
}

/** The reports that a decision judges. */
export type Judged = {
  readonly reports: readonly ReportEvent[];
  /** Those of them that count, whenever they were published. */
  readonly counting: readonly Evidence[];
  /** Every report of the fact that counts, judged or not. */
  readonly ofFact: readonly Evidence[];
};

/** The reports of a fact with those of the facts that were merged into it; none for a fact that was merged away. */
export function reportsOf(history: readonly LedgerEvent[], fact: string): readonly ReportEvent[] {
  const keyOf = keysOfReports(history);
  return history.filter((event): event is ReportEvent => event.kind === 'report' && keyOf(event) === fact);
}

// The fact that each report is about; one that no longer counts is about what it names.
function keysOfReports(history: readonly LedgerEvent[]): (report: ReportEvent) => string {
  const merges = mergesIn(history);
  const { evidence } = evidenceAt(history, { reportedAsOf: null }, 'possible');
  const counting = new Map(evidence.map(({ report, fact }) => [report.id, fact]));
  return ({ id, fact }) => counting.get(id) ?? mergedInto(fact, merges);
}

/** Refuses a fact without reports, and suggests the nearest one; or a fact that was merged into another. */
export function refuseFact(history: readonly LedgerEvent[], fact: string, member: 'fact' | 'from'): Rejection {
  const merges = mergesIn(history);
  const remaining = mergedInto(fact, merges);
  if (remaining !== fact) {
    const message = `${fact} was merged into ${remaining}: name that`;
    return reject('fact-merged', message, { at: [member], suggestion: remaining });
  }
  const keyOf = keysOfReports(history);
  const facts = new Set(history.flatMap((event) => (event.kind === 'report' ? [keyOf(event)] : [])));
  const near = nearest(fact, facts);
  const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return reject('unknown-fact', `no report on ${fact} is recorded${hint}`, { at: [member], suggestion: near[0] });
}
