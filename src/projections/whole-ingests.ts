import type { LedgerEvent } from '../domain/ledger-event.ts';

/**
 * A history without the beginning of an article at its end. An article is recorded in one append, and its reports count
 * from the reading that closes it: a position between them is a moment that never was.
 */
export function wholeIngests(history: readonly LedgerEvent[]): readonly LedgerEvent[] {
  const last = history.at(-1);
  if (last === undefined || last.kind === 'reading') return history;
  const start = history.findLastIndex(({ correlationId }) => correlationId !== last.correlationId) + 1;
  const isArticle = history.slice(start).some(({ kind }) => kind === 'report');
  return isArticle ? history.slice(0, start) : history;
}
