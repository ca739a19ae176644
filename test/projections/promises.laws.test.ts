import type { Certainty } from '../../src/domain/facts/evidence.ts';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { driftAnswer } from '../../src/projections/drift.ts';
import { partnershipView } from '../../src/projections/partnership-view.ts';
import { relevantHistory } from '../../src/projections/relevant-history.ts';
import { silenceAnswer } from '../../src/projections/silence.ts';
import { firstDifference } from '../support/first-difference.ts';
import { acme } from '../support/given.ts';
import { groundOf } from '../support/ground.ts';
import { anyCut, anyLedger } from '../support/histories.ts';
import { law } from '../support/law.ts';
import type { MadeLedger } from '../support/random/made-ledger.ts';
import { isBetweenTexts, visibleEvents } from '../support/visible-events.ts';

type Cut = { readonly occurredAsOf: string; readonly reportedAsOf: string | null; readonly position: number };

const answers = (events: readonly LedgerEvent[], cut: Cut, timing: 'any' | 'certain'): unknown => {
  const view = partnershipView(groundOf(events, acme, cut), { ...cut, timing }, relevantHistory(), null);
  const asked = { view, names: () => null, firstRecordedAt: null };
  // Whether a possible answer is certain, another law tells.
  const left = new Set(['cut', 'notice', ...(timing === 'any' ? ['timing'] : [])]);
  const both = { drift: driftAnswer(asked), silence: silenceAnswer(asked) };
  return JSON.parse(JSON.stringify(both, (key, value) => (left.has(key) ? undefined : value)));
};

law<[MadeLedger, Cut]>(
  'drift and silence at a cut are those of a ledger that holds only the visible events',
  [anyLedger, anyCut],
  (ledger, random) => {
    const cut = { ...random, position: random.position % (ledger.events.length + 1) };
    const upTo = ledger.events.filter(({ position }) => position <= cut.position);
    const known = ledger.understood.filter(({ position }) => position <= cut.position);
    const alone = (certainty: Certainty, reportedAsOf: string | null) => {
      const visible = new Set(visibleEvents(ledger.events, cut, certainty).map(({ id }) => id));
      const timing = certainty === 'certain' ? 'certain' : 'any';
      const events = ledger.understood.filter(({ id }) => visible.has(id));
      return answers(events, { ...cut, reportedAsOf }, timing);
    };
    // While a republished text is only possibly out, both count: that is no cut of events, so its clock stays.
    const clock = isBetweenTexts(upTo, cut.reportedAsOf) ? cut.reportedAsOf : null;
    return (
      firstDifference(answers(known, cut, 'certain'), alone('certain', null), 'certain') ??
      firstDifference(answers(known, cut, 'any'), alone('possible', clock), 'possible')
    );
  },
  0.3,
);
