import { factsAt } from '../../../src/domain/facts/fact.ts';
import { partnershipStream } from '../../../src/domain/vocabulary/events.ts';
import { countingReports } from '../../support/counting-reports.ts';
import { firstDifference } from '../../support/first-difference.ts';
import { acme } from '../../support/given.ts';
import { anyCut, anyLedger } from '../../support/histories.ts';
import { law } from '../../support/law.ts';
import type { MadeLedger } from '../../support/random/made-ledger.ts';

type Cut = { readonly reportedAsOf: string | null; readonly position: number };

law<[MadeLedger, Cut]>(
  'exactly the unretracted reports of the readings in force count',
  [anyLedger, anyCut],
  (ledger, { reportedAsOf, position: random }) => {
    const position = random % (ledger.events.length + 1);
    const isKnown = (event: { readonly stream: string; readonly position: number }) =>
      event.stream === partnershipStream(acme) && event.position <= position;
    for (const certainty of ['certain', 'possible'] as const) {
      const facts = factsAt(ledger.understood.filter(isKnown), reportedAsOf, certainty);
      const counting = facts.flatMap(({ evidence }) => evidence.map(({ report }) => report.id)).toSorted();
      const expected = countingReports(ledger.events.filter(isKnown), reportedAsOf, certainty);
      const difference = firstDifference(counting, expected, certainty);
      if (difference !== null) return difference;
    }
    return null;
  },
);
