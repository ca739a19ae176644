import { lastDay } from '../domain/day.ts';
import type { PolicyContext } from '../domain/policies/policy.ts';
import { policyContext } from './ingest-result.ts';
import type { LedgerViews } from './ledger-views.ts';

/** What the rules need to know beside a partnership, once everything up to a position has been taken in. */
export async function rulesAround(
  { head, partnership }: Pick<LedgerViews, 'head' | 'partnership'>,
  id: string,
  position: number,
): Promise<PolicyContext> {
  await head();
  const { ground } = await partnership(id, { occurredAsOf: lastDay, reportedAsOf: null, position, timing: 'any' });
  return policyContext(ground);
}
