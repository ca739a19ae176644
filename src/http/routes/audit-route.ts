import * as z from 'zod';
import { auditAnswerShape, ledgerAuditAnswer, ledgerAuditFilters } from '../../projections/answers/audit-answer.ts';
import type { Context } from '../app-parts.ts';
import { allViews } from '../lookups.ts';
import type { AddRead } from '../read-route.ts';

/** GET /api/audit: the audit trail of the whole ledger. */
export function auditRoute(read: AddRead, context: Context): void {
  const { ledger, identity } = context;
  read({
    url: '/api/audit',
    operationId: 'getAudit',
    summary: 'The audit trail of the whole ledger',
    params: z.object({}),
    filters: ledgerAuditFilters,
    answer: auditAnswerShape,
    ask: async ({ cut, filters, page }) => {
      const [views, games, own] = await Promise.all([
        allViews(context, cut),
        ledger.views.games(cut),
        ledger.views.ledger(cut),
      ]);
      const asked = { cut, views, games, ledger: own, firstRecordedAt: identity.createdAt };
      return { dependsOn: cut.position, build: () => ledgerAuditAnswer(asked, filters, page) };
    },
  });
}
