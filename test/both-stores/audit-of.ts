import type { TestApp } from '../support/app.ts';

/** What a test looks at in an entry of the audit trail. */
export type AuditEntry = {
  readonly position: number;
  readonly article: string | null;
  readonly event: { readonly id: string; readonly type: string };
};

/** The whole audit trail of a ledger, page by page. */
export const auditOf = async ({ get }: TestApp): Promise<readonly AuditEntry[]> => {
  const entries: AuditEntry[] = [];
  for (let next: string | null = '/api/audit?limit=500'; next !== null; ) {
    const { body } = await get(next);
    entries.push(...body.entries);
    next = body.next;
  }
  return entries;
};
