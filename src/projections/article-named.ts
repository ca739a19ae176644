import type { LedgerEvent } from '../domain/ledger-event.ts';

/** The article that a report, a reading or a retraction is of; null for all else. */
export function articleNamed(event: LedgerEvent): string | null {
  if (event.kind === 'report') return event.metadata.article;
  if (event.kind === 'reading') return event.read.article;
  return event.kind === 'retraction' ? event.retracted.article : null;
}

/**
 * Asked of the events of a history, one after another: the article on whose earlier reports an event bears, or null. A
 * retraction does, and a further reading: a higher revision replaces, a lower one that comes later may give the date
 * that a higher one inherits.
 */
export function articleChanges(): (event: LedgerEvent) => string | null {
  const read = new Set<string>();
  return (event) => {
    const article = articleNamed(event);
    if (article === null || event.kind === 'retraction') return article;
    if (event.kind !== 'reading') return null;
    const again = read.has(article);
    read.add(article);
    return again ? article : null;
  };
}
