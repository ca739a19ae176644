import { type Certainty, hasCome } from '../../domain/cut.ts';
import type { LedgerEvent } from '../../domain/ledger-event.ts';
import type { Day } from '../../domain/uncertain-date.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import type { AuditEntry } from '../shapes/audit.ts';

/** The audit trail of the ledger's own stream: when it was opened. It bears on no fact. */
export function ledgerTrail(events: readonly RecordedEvent[]): readonly AuditEntry[] {
  return events.map(({ position, recordedAt, metadata, id, type, stream, revision, data }) => ({
    position,
    recordedAt,
    recordedBy: String(metadata.recordedBy),
    event: { id, type, stream, revision },
    article: null,
    revision: null,
    paragraphs: [],
    fact: null,
    asserted: data,
    effects: [],
    alsoTouched: [],
    late: false,
    supersedes: null,
    supersededBy: null,
  }));
}

/** The statements of references that a reader certainly, or possibly, knew of by `reportedAsOf`; null is no limit. */
export function publishedBy(
  events: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty = 'possible',
): readonly LedgerEvent[] {
  return events.filter((event) => event.kind === 'reference' && hasCome(event.published, reportedAsOf, certainty));
}
