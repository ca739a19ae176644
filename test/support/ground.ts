import type { Certainty } from '../../src/domain/facts/evidence.ts';
import { factState, factsAt } from '../../src/domain/facts/fact.ts';
import type { Ground } from '../../src/domain/facts/facts-at.ts';
import { holdingsOf } from '../../src/domain/facts/rules.ts';
import { type LedgerEvent, partnershipOfStream, partnershipStream } from '../../src/domain/vocabulary/events.ts';

type Clocks = { readonly occurredAsOf: string; readonly reportedAsOf: string | null };

/** What the view of a partnership is made from, of all that a ledger holds. */
export const groundOf = (
  events: readonly LedgerEvent[],
  partnership: string,
  { occurredAsOf, reportedAsOf }: Clocks,
): Ground => {
  const own = partnershipStream(partnership);
  const others = Map.groupBy(
    events.filter(({ stream }) => stream !== own && partnershipOfStream(stream) !== null),
    ({ stream }) => partnershipOfStream(stream) as string,
  );
  const holdings = (certainty: Certainty) =>
    [...others].flatMap(([other, history]) =>
      holdingsOf(
        other,
        factsAt(history, reportedAsOf, certainty).flatMap((fact) => factState(fact, occurredAsOf, certainty) ?? []),
      ),
    );
  return {
    partnership,
    history: events.filter(({ stream }) => stream === own),
    games: events.filter(({ kind }) => kind === 'reference'),
    otherHoldings: { certain: holdings('certain'), possible: holdings('possible') },
  };
};
