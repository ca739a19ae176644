import type { Evidence } from './evidence.ts';
import { evidenceAt, mergedInto, mergesIn } from './evidence-at.ts';
import type { LedgerEvent, ReportEvent } from './ledger-event.ts';
import { nearest } from './nearest.ts';
import { type Outcome, rejected } from './outcome.ts';

/** The reports of a fact with those of the facts that were merged into it; none for a key that stands for another. */
export function reportsOf(history: readonly LedgerEvent[], fact: string): readonly ReportEvent[] {
  const merges = mergesIn(history);
  return history.filter((one): one is ReportEvent => one.kind === 'report' && mergedInto(one.fact, merges) === fact);
}

/** Refuses a key of which nothing is reported, naming the nearest ones, or one that was merged into another fact. */
export function refuseFact(history: readonly LedgerEvent[], fact: string, at: 'fact' | 'from'): Outcome {
  const merges = mergesIn(history);
  const remains = mergedInto(fact, merges);
  if (remains !== fact) {
    const message = `${fact} was merged into ${remains}: name that`;
    return rejected('fact-merged', message, { at: [at], suggestion: remains });
  }
  const known = new Set(history.flatMap((one) => (one.kind === 'report' ? [mergedInto(one.fact, merges)] : [])));
  const near = nearest(fact, known);
  const otherwise = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return rejected('unknown-fact', `no report on ${fact} is recorded${otherwise}`, { at: [at], suggestion: near[0] });
}

/** The reports that a decision judges: those that it names, or all of the fact so far. */
export type Judged = {
  readonly reports: readonly ReportEvent[];
  /** Those of them that count, whenever they were published. */
  readonly counting: readonly Evidence[];
  /** Every report of the fact that counts, judged or not. */
  readonly ofFact: readonly Evidence[];
  /** No other report of the fact counts. */
  readonly whole: boolean;
};

/** The reports of a fact that a decision judges, an empty list of ids standing for all; or why it cannot judge them. */
export function judgedReports(history: readonly LedgerEvent[], fact: string, ids: readonly string[]): Judged | Outcome {
  const ofFact = reportsOf(history, fact);
  if (ofFact.length === 0) return refuseFact(history, fact, 'fact');
  const known = new Set(ofFact.map(({ id }) => id));
  const at = ids.flatMap((id, i) => (known.has(id) ? [] : [`reports/${i}`]));
  if (at.length > 0) {
    const unknown = ids.filter((id) => !known.has(id)).join(', ');
    return rejected('unknown-report', `${fact} has no report ${unknown}; GET the fact, which names its reports`, {
      at,
    });
  }
  const reports = ids.length === 0 ? ofFact : ofFact.filter(({ id }) => ids.includes(id));
  const judged = new Set(reports.map(({ id }) => id));
  const { evidence } = evidenceAt(history, { reportedAsOf: null }, 'possible');
  const ofItAll = evidence.filter(({ report }) => known.has(report.id));
  const counting = ofItAll.filter(({ report }) => judged.has(report.id));
  if (counting.length > 0) return { reports, counting, ofFact: ofItAll, whole: counting.length === ofItAll.length };
  const message = `none of these reports of ${fact} counts any more, so there is nothing to decide`;
  return rejected('nothing-counts', message, { at: [ids.length === 0 ? 'fact' : 'reports'] });
}
