import type { PartnershipView } from '../partnership-view.ts';
import type { AuditEntry } from '../shapes/audit.ts';

/** The audit trail of one article: all that its readings recorded, corrections included, and its retractions. */
export function articleTrail(view: PartnershipView, article: string): readonly AuditEntry[] {
  const { history } = view.ground;
  const ingests = new Set(
    history.flatMap((event) =>
      event.kind === 'reading' && event.read.article === article ? [event.correlationId] : [],
    ),
  );
  const positions = new Set(
    history.flatMap((event) => {
      const retracts = event.kind === 'retraction' && event.retracted.article === article;
      return retracts || ingests.has(event.correlationId) ? [event.position] : [];
    }),
  );
  return view.audit().filter(({ position }) => positions.has(position));
}
