import type { LedgerEvent } from '../domain/ledger-event.ts';

/** Events that were recorded together: one reading of an article, or one decision. */
export type IngestEvents = readonly LedgerEvent[];

/** A history cut into its ingests, in recorded order. */
export function ingestsOf(history: readonly LedgerEvent[]): readonly IngestEvents[] {
  const ingests: LedgerEvent[][] = [];
  for (const event of history) {
    const last = ingests.at(-1);
    if (last?.[0]?.correlationId === event.correlationId) last.push(event);
    else ingests.push([event]);
  }
  return ingests;
}
