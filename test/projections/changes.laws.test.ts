import { bearing } from '../../src/domain/facts/facts-at.ts';
import { type LedgerEvent, partnershipStream } from '../../src/domain/vocabulary/events.ts';
import { changesOf, visibleIngests } from '../../src/projections/changes.ts';
import { categoriesIn, lastOnHoldings } from '../../src/projections/holdings.ts';
import { relevantHistory, upTo } from '../../src/projections/relevant-history.ts';
import { firstDifference } from '../support/first-difference.ts';
import { acme } from '../support/given.ts';
import { anyLedger, rival } from '../support/histories.ts';
import { law } from '../support/law.ts';
import type { MadeLedger } from '../support/random/made-ledger.ts';
import { anyReaderDay } from '../support/random/random-dates.ts';

// Each moment is judged by what a reader could know of both histories then.
const changedElsewhere = (
  category: string,
  history: readonly LedgerEvent[],
  elsewhere: readonly LedgerEvent[],
  reportedAsOf: string | null,
): readonly number[] =>
  visibleIngests(elsewhere, reportedAsOf).flatMap((ingest) => {
    const position = ingest.at(-1)?.position ?? 0;
    const then = (events: readonly LedgerEvent[]) => bearing(upTo(events, position), reportedAsOf);
    const there = then(elsewhere);
    const isHeldByBoth = categoriesIn(there).has(category) && categoriesIn(then(history)).has(category);
    return isHeldByBoth && lastOnHoldings(there, new Set([category]))?.position === position ? [position] : [];
  });

law<[MadeLedger, string | null]>(
  'a holding of another partnership changes an answer when it touches a category that both hold by then',
  [anyLedger, anyReaderDay],
  ({ understood }, reportedAsOf) => {
    const [history, elsewhere] = [acme, rival].map((id): readonly LedgerEvent[] =>
      understood.filter(({ stream }) => stream === partnershipStream(id)),
    ) as [readonly LedgerEvent[], readonly LedgerEvent[]];
    const holder = { events: elsewhere, relevant: relevantHistory(elsewhere) };
    const others = new Map([...categoriesIn(history)].map((category) => [category, [holder]]));
    const own = changesOf({ history, games: [], others: new Map() }, reportedAsOf).map(({ position }) => position);
    const first = own[0] ?? Number.POSITIVE_INFINITY;
    const expected = [...others.keys()]
      .flatMap((category) => changedElsewhere(category, history, elsewhere, reportedAsOf))
      .filter((position) => position >= first);
    const all = changesOf({ history, games: [], others }, reportedAsOf).map(({ position }) => position);
    return firstDifference(
      all,
      [...new Set([...own, ...expected])].toSorted((a, b) => a - b),
    );
  },
);
