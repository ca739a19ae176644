import type { LedgerEvent } from '../domain/ledger-event.ts';
import { versionsOf } from './versions.ts';

const onTerm = /^partnership\/.*\/(?:term-agreed|renewed|reinstated|terminated|expired)$/;

/** Whether one of these facts bears on who holds a category and until when. */
export function bearsOnHoldings(facts: readonly string[], category: string): boolean {
  return facts.some((fact) => fact === `category/${category}/granted` || onTerm.test(fact));
}

/**
 * The last event of a history on who holds one of the categories and until when; null if there is none. A grant that no
 * longer counts bears on that too. A report counts from the end of its ingest on, which is therefore the event that bears.
 */
export function lastOnHoldings(
  history: readonly LedgerEvent[],
  categories: ReadonlySet<string>,
): { readonly position: number; readonly recordedAt: string } | null {
  const granted = new Set([...categories].map((category) => `category/${category}/granted`));
  const touching = [...versionsOf(history)].filter(([fact]) => granted.has(fact) || onTerm.test(fact));
  const version = Math.max(0, ...touching.map(([, position]) => position));
  const touched = history.findLast(({ position }) => position === version);
  return history.findLast(({ correlationId }) => correlationId === touched?.correlationId) ?? null;
}
