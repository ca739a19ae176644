import type { ReportEvent } from './ledger-event.ts';
import { type Outcome, rejected } from './outcome.ts';

function gamesOf(reports: readonly ReportEvent[]): readonly string[] {
  return [...new Set(reports.flatMap(({ games }) => games))].toSorted();
}

/**
 * Why the reports of two facts cannot be about one; null where they can. Only milestones of one kind can be the same,
 * and not those of different Games where the Games are part of what a fact is; one that names none may be any.
 */
export function refuseMerge(remaining: readonly ReportEvent[], merged: readonly ReportEvent[]): Outcome | null {
  const [one, other] = [remaining[0]?.type, merged[0]?.type];
  if (one === undefined || other === undefined || one.type !== other.type) {
    const message = `a ${other?.type} is never the same fact as a ${one?.type}: only keys of one kind and milestone are merged`;
    return rejected('different-kind', message, { at: ['from'] });
  }
  const [games, others] = [gamesOf(remaining), gamesOf(merged)];
  const isKey = one.edition === 'key' || one.edition === 'required';
  if (!isKey || games.length === 0 || others.length === 0 || games.join() === others.join()) return null;
  const message = `they are about different Games (${games.join(', ')}; ${others.join(', ')}), so they are not one fact`;
  return rejected('different-games', message, { at: ['from'] });
}
