import type { DecisionEvent } from '../domain/ledger-event.ts';
import type { DecisionShape } from './shapes/decision.ts';

/** A decision as answers show it. */
export function decisionOf({ id, position, recordedBy, decision }: DecisionEvent): DecisionShape {
  const valued = 'field' in decision ? decision : null;
  return {
    decision: id,
    type: decision.type,
    position,
    recordedBy,
    reports: 'reports' in decision ? decision.reports : [],
    field: valued?.field ?? null,
    value: valued?.value ?? null,
    basis: valued?.basis ?? null,
    from: 'from' in decision ? decision.from : null,
    reason: decision.reason,
    reference: valued?.reference ?? null,
  };
}
