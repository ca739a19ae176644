import { mergedInto, mergesIn } from '../domain/evidence-at.ts';
import type { DecisionEvent, LedgerEvent } from '../domain/ledger-event.ts';

/** Two decisions, the later of which stands in the place of the earlier. */
export type ReplacedDecision = { readonly earlier: DecisionEvent; readonly later: DecisionEvent };

// A decision of its own is its own ingest; what a file corrects is replaced with its reading.
function isOfSteward(event: LedgerEvent): event is DecisionEvent {
  return event.kind === 'decision' && event.correlationId === event.id;
}

/**
 * The decisions that a later one on the same field stands in the place of: among corrections and among resolutions, if
 * it judges every report that the earlier one judged. Each earlier one goes with the first that does.
 */
export function replacedDecisions(history: readonly LedgerEvent[]): readonly ReplacedDecision[] {
  const merges = mergesIn(history);
  const alike = Map.groupBy(history.filter(isOfSteward), ({ decision }) =>
    'field' in decision ? JSON.stringify([decision.type, mergedInto(decision.fact, merges), decision.field]) : null,
  );
  alike.delete(null);
  return [...alike.values()].flatMap((decisions) =>
    decisions.flatMap((earlier, i) => {
      const judged = 'reports' in earlier.decision ? earlier.decision.reports : [];
      const later = decisions
        .slice(i + 1)
        .find(({ decision }) => 'reports' in decision && judged.every((id) => decision.reports.includes(id)));
      return later === undefined ? [] : [{ earlier, later }];
    }),
  );
}
