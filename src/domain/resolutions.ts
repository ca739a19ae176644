import type { FieldValue } from './events/field.ts';
import type { Modality } from './events/metadata.ts';
import type { Decision, DecisionEvent, ReportEvent } from './ledger-event.ts';
import { judges } from './same-statement.ts';
import type { Resolution } from './settle.ts';

/**
 * The resolution that holds for a field of a fact among its reports in one modality (null: between modalities), by the
 * reports that it judged; among several the later decision wins.
 */
export type Resolutions = (
  fact: string,
  field: string,
  modality: Modality | null,
) => Resolution<FieldValue> | undefined;

type ResolvedContest = Extract<Decision, { type: 'ContestResolved' }>;

/** The resolutions among decisions, by the fact that they hold for; `reports` are those that a reader could know. */
export function resolutionsOf(
  decided: ReadonlyMap<string, readonly DecisionEvent[]>,
  reports: ReadonlyMap<string, ReportEvent>,
): Resolutions {
  return (fact, field, modality) => {
    const resolved = (decided.get(fact) ?? []).flatMap(({ decision, damaged }): ResolvedContest[] =>
      decision.type === 'ContestResolved' && decision.field === field && !damaged ? [decision] : [],
    );
    const last = resolved.findLast((decision) =>
      decision.reports.some((id) => reports.has(id) && (modality === null || reports.get(id)?.modality === modality)),
    );
    return last && { value: last.value, judged: ({ report }) => judges(last.reports, report, reports) };
  };
}
