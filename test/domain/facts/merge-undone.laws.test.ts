import { decide, evolve, type PartnershipState } from '../../../src/domain/decisions/decide.ts';
import { factState, factsAt } from '../../../src/domain/facts/fact.ts';
import { lastDay } from '../../../src/domain/vocabulary/dates.ts';
import { partnershipStream } from '../../../src/domain/vocabulary/events.ts';
import { merges, type Step, undoes } from '../../support/decided.ts';
import { firstDifference } from '../../support/first-difference.ts';
import { acme, recorded } from '../../support/given.ts';
import { anyLedger } from '../../support/histories.ts';
import { law } from '../../support/law.ts';
import type { MadeLedger } from '../../support/random/made-ledger.ts';

const noContext = { windows: new Map(), otherHoldings: [] };

// Everything that a reader sees of the facts; which decisions touched them is part of their trail alone.
const shown = ({ history }: PartnershipState) =>
  factsAt(history, null, 'possible').map((fact) => {
    const state = factState(fact, lastDay, 'possible');
    const { stage, occurrence, plan, fields, contests, note } = state ?? {};
    return { key: fact.key, stage, occurrence, plan, fields, contests, note };
  });

const after = (state: PartnershipState, ...steps: readonly Step[]): PartnershipState | null => {
  let now = state;
  for (const step of steps) {
    const outcome = typeof step === 'function' ? decide(step(now), now, noContext) : null;
    if (!outcome?.accepted) return null;
    const last = now.history.at(-1)?.position ?? 0;
    now = recorded(partnershipStream(acme), outcome.events, last).reduce(evolve, now);
  }
  return now;
};

law<[MadeLedger]>('a merge that is undone leaves every fact as it was', [anyLedger], ({ understood }) => {
  const history = understood.filter(({ stream }) => stream === partnershipStream(acme));
  const state = { partnership: acme, history };
  const byType = Map.groupBy(factsAt(history, null, 'possible'), ({ type }) => type);
  for (const [one, other] of byType.values()) {
    if (one === undefined || other === undefined) continue;
    const merged = after(state, merges(one.key, other.key));
    if (merged === null) continue;
    const undone = after(merged, undoes(one.key, other.key));
    if (undone === null) return `${other.key} cannot be separated from ${one.key}`;
    const difference = firstDifference(shown(undone), shown(state), one.key);
    if (difference !== null) return difference;
  }
  return null;
});
