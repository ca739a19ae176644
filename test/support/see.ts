import type { Certainty } from '../../src/domain/facts/evidence.ts';
import { factsInView, type TimingChoice, type ViewFact } from '../../src/domain/facts/facts-at.ts';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { acme } from './given.ts';

const none: Readonly<Record<Certainty, readonly never[]>> = { certain: [], possible: [] };

type Clocks = { readonly occurredAsOf?: string; readonly reportedAsOf?: string | null; readonly timing?: TimingChoice };

/** The facts of a history through clocks; without any, everything that was ever reported. */
export const see = (
  history: readonly LedgerEvent[],
  { occurredAsOf = '9999-12-31', reportedAsOf = null, timing = 'any' }: Clocks = {},
  games: readonly LedgerEvent[] = [],
): readonly ViewFact[] => {
  const cut = { occurredAsOf, reportedAsOf, position: history.at(-1)?.position ?? 0 };
  return factsInView({ partnership: acme, history, games, otherHoldings: none }, cut, timing).facts;
};

/** One fact of a history through clocks, or undefined where it is not to be seen. */
export const seeFact = (history: readonly LedgerEvent[], key: string, clocks: Clocks = {}): ViewFact | undefined =>
  see(history, clocks).find((fact) => fact.key === key);
