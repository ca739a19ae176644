import * as fc from 'fast-check';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { articlesAnswer } from '../../src/projections/articles.ts';
import { driftAnswer } from '../../src/projections/drift.ts';
import { factAnswer, factsOf } from '../../src/projections/fact.ts';
import { noFilters } from '../../src/projections/filters.ts';
import { obligationsAnswer } from '../../src/projections/obligations.ts';
import { partnershipView } from '../../src/projections/partnership-view.ts';
import { partnershipAnswer } from '../../src/projections/partnerships.ts';
import { relevantHistory } from '../../src/projections/relevant-history.ts';
import { rolloutAnswer } from '../../src/projections/rollout.ts';
import { silenceAnswer } from '../../src/projections/silence.ts';
import { timelineAnswer } from '../../src/projections/timeline.ts';
import { firstDifference } from '../support/first-difference.ts';
import { acme } from '../support/given.ts';
import { groundOf } from '../support/ground.ts';
import { anyCut, anyLedger } from '../support/histories.ts';
import { law } from '../support/law.ts';
import { inOtherOrder } from '../support/other-order.ts';
import type { MadeLedger } from '../support/random/made-ledger.ts';

type Clocks = { readonly occurredAsOf: string; readonly reportedAsOf: string | null };

// Where and when an event was recorded is no part of what it says; nor is which of two retractions came first.
const ofTheRecord = new Set([
  'cut',
  'position',
  'version',
  'recordedAt',
  'because',
  'reportedToRecorded',
  'occurredToRecorded',
]);

const answers = (events: readonly LedgerEvent[], clocks: Clocks, timing: 'any' | 'certain'): unknown => {
  const cut = { ...clocks, position: events.length, timing };
  const ground = groundOf(events, acme, clocks);
  const view = partnershipView(ground, cut, relevantHistory(), null);
  const asked = { view, names: () => null, firstRecordedAt: null };
  const all = {
    timeline: timelineAnswer(asked, { ...noFilters, include: ['unsupported'] }),
    obligations: obligationsAnswer(asked),
    rollout: rolloutAnswer(asked),
    drift: driftAnswer(asked, { ...noFilters, include: ['told-once', 'unsupported'] }),
    silence: silenceAnswer(asked),
    partnership: partnershipAnswer(asked),
    articles: articlesAnswer({ views: [view], cut, firstRecordedAt: null }),
    // A few facts stand for all.
    facts: [...factsOf(ground.history)]
      .toSorted()
      .slice(0, 3)
      .map((fact) => factAnswer(asked, fact)),
  };
  return JSON.parse(JSON.stringify(all, (key, value) => (ofTheRecord.has(key) ? undefined : value)));
};

law<[MadeLedger, Clocks, number[]]>(
  'the order in which articles, revisions, retractions and references arrive plays no part',
  [anyLedger, anyCut, fc.array(fc.nat(1000), { minLength: 32, maxLength: 32 })],
  (ledger, { occurredAsOf, reportedAsOf }, keys) => {
    const one = ledger.understood;
    const other = inOtherOrder(one, keys);
    const clocks = { occurredAsOf, reportedAsOf };
    for (const timing of ['any', 'certain'] as const) {
      const difference = firstDifference(answers(one, clocks, timing), answers(other, clocks, timing), timing);
      if (difference !== null)
        return `${difference}, in the order ${other.map(({ id }) => one.findIndex((event) => event.id === id) + 2).join(' ')}`;
    }
    return null;
  },
);
