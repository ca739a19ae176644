import { contradicts } from '../domain/contradicts.ts';
import { type Certainty, hasCome } from '../domain/cut.ts';
import { decisionsInForce, mergedInto, mergesIn } from '../domain/evidence-at.ts';
import type { Fact } from '../domain/fact.ts';
import type { DecisionEvent, LedgerEvent, ReportEvent } from '../domain/ledger-event.ts';
import { publicationsOf } from '../domain/publication.ts';
import { saidOf } from '../domain/said.ts';
import { judges } from '../domain/same-statement.ts';
import type { Day } from '../domain/uncertain-date.ts';

/** What stewards decided on facts, as a reader sees it; what article files correct stands with their reports. */
export type DecisionsInView = {
  /** The decisions on a fact and on those that were merged into it, in recorded order. */
  readonly on: (fact: string) => readonly DecisionEvent[];
  /** Whether a report that was not judged contradicts a correction, or brings back what was retracted as a whole. */
  readonly reopens: (fact: Pick<Fact, 'key' | 'type' | 'evidence'>) => boolean;
};

// A decision of its own is its own ingest.
function isOfSteward(event: LedgerEvent): event is DecisionEvent {
  return event.kind === 'decision' && event.correlationId === event.id;
}

const none: DecisionsInView = { on: () => [], reopens: () => false };

// The reports that a reader could know of, whether they still count or not.
function knownReports(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): ReadonlyMap<string, ReportEvent> {
  const reports = new Map(history.flatMap((event) => (event.kind === 'report' ? [[event.id, event] as const] : [])));
  const readings = history.filter((event) => event.kind === 'reading');
  const listed = [...Map.groupBy(readings, ({ read }) => read.article).values()]
    .flatMap(publicationsOf)
    .filter(({ published }) => hasCome(published, reportedAsOf, certainty))
    .flatMap(({ reading, replaced }) => [...replaced, reading].flatMap(({ read }) => read.reports));
  return new Map(listed.flatMap((id) => (reports.has(id) ? [[id, reports.get(id) as ReportEvent]] : [])));
}

type Known = ReadonlyMap<string, ReportEvent>;

type Reopens = (event: DecisionEvent, fact: Pick<Fact, 'type' | 'evidence'>) => boolean;

// Whatever came first: the order in which articles arrive plays no part, so what a decision says of itself decides.
function reopensWith(known: Known, decided: readonly DecisionEvent[]): Reopens {
  return (event, { type, evidence }) => {
    const { decision } = event;
    if (decision.type === 'FactRetracted') return decision.whole === true && evidence.length > 0;
    if (decision.type !== 'FactCorrected') return false;
    const { field, value, reports } = decision;
    const last = decided.findLast(({ decision: one }) => 'field' in one && one.field === field);
    if (last !== event) return false;
    const modalities = new Set(reports.flatMap((id) => known.get(id)?.modality ?? []));
    return evidence.some(({ report, date, fields }) => {
      const given = saidOf({ date, fields }, field);
      return (
        given !== null &&
        modalities.has(report.modality) &&
        contradicts(type, field, value, given) &&
        !judges(reports, report, known)
      );
    });
  };
}

/** The decisions of stewards that hold for a reader on `reportedAsOf` and concern what he could know of. */
export function decisionsInView(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): DecisionsInView {
  const inForce = decisionsInForce(history.filter(isOfSteward), { reportedAsOf }, certainty);
  if (inForce.length === 0) return none;
  const known = knownReports(history, reportedAsOf, certainty);
  const facts = new Set([...known.values()].map(({ fact }) => fact));
  const merges = mergesIn(history);
  const concerning = inForce.filter(({ decision }) =>
    'reports' in decision ? decision.reports.some((id) => known.has(id)) : facts.has(decision.from),
  );
  const byFact = Map.groupBy(concerning, ({ decision }) => mergedInto(decision.fact, merges));
  const on = (fact: string) => byFact.get(fact) ?? [];
  return {
    on,
    reopens: (fact) => {
      const decided = on(fact.key);
      return decided.some((event) => reopensWith(known, decided)(event, fact));
    },
  };
}
