import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { ResolvedCut } from '../../projections/clocks.ts';

/** Where a page begins, and the cut that all pages of the list share. */
export type Cursor = { readonly cut: ResolvedCut; readonly offset: number };

const day = z.iso.date();
const stored = z.strictObject({
  cut: z.strictObject({
    occurredAsOf: day,
    reportedAsOf: day.nullable(),
    position: z.int().nonnegative(),
    timing: z.enum(['any', 'certain']),
  }),
  offset: z.int().positive(),
  check: z.string(),
});

// Tells a cursor that was changed, or is one of another list, from the right one. It is no secret: whoever forges one
// sees no more than the clocks would show.
function checkOf({ cut, offset }: Cursor, list: string): string {
  return createHash('sha256')
    .update(JSON.stringify([cut.occurredAsOf, cut.reportedAsOf, cut.position, cut.timing, offset, list]))
    .digest('base64url')
    .slice(0, 16);
}

/** A cursor as text. `list` is the list that it belongs to: the ledger, the address and the filters. */
export function writeCursor({ cut, offset }: Cursor, list: string): string {
  const { occurredAsOf, reportedAsOf, position, timing } = cut;
  const own: Cursor = { cut: { occurredAsOf, reportedAsOf, position, timing }, offset };
  return Buffer.from(JSON.stringify({ ...own, check: checkOf(own, list) })).toString('base64url');
}

/** The cursor of a text; null where it was changed or belongs to another list. */
export function readCursor(text: string, list: string): Cursor | null {
  try {
    const { check, ...cursor } = stored.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return check === checkOf(cursor, list) ? cursor : null;
  } catch {
    return null;
  }
}
