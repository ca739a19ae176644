import type { Certainty } from '../../src/domain/facts/evidence.ts';
import { factsInView } from '../../src/domain/facts/facts-at.ts';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { obligations } from '../../src/projections/obligations.ts';
import { rollout } from '../../src/projections/rollout.ts';
import { timeline } from '../../src/projections/timeline.ts';
import { firstDifference } from '../support/first-difference.ts';
import { acme } from '../support/given.ts';
import { groundOf } from '../support/ground.ts';
import { anyCut, anyLedger } from '../support/histories.ts';
import { law } from '../support/law.ts';
import { marksOf, type ReadModels } from '../support/marks.ts';
import type { MadeLedger } from '../support/random/made-ledger.ts';
import { isBetweenTexts, visibleEvents } from '../support/visible-events.ts';

type Cut = { readonly occurredAsOf: string; readonly reportedAsOf: string | null; readonly position: number };

const names = () => null;

const readModels = (events: readonly LedgerEvent[], cut: Cut, timing: 'any' | 'certain'): ReadModels => {
  const view = factsInView(groundOf(events, acme, cut), cut, timing);
  return {
    timeline: timeline(view.facts, acme, names),
    obligations: obligations(view, cut, acme, names),
    rollout: rollout(view, acme, names),
  };
};

// Whether a possible answer is certain, the marks tell; and a certain one has the version that a reader could know of.
const leftOut: Readonly<Record<Certainty, ReadonlySet<string>>> = {
  certain: new Set(['version']),
  possible: new Set(['timing']),
};

const without = (models: ReadModels, certainty: Certainty): unknown =>
  JSON.parse(JSON.stringify(models, (key, value) => (leftOut[certainty].has(key) ? undefined : value)));

law<[MadeLedger, Cut]>(
  'a view at a cut is the view of a ledger that holds only the visible events',
  [anyLedger, anyCut],
  (ledger, random) => {
    const cut = { ...random, position: random.position % (ledger.events.length + 1) };
    const all = ledger.understood;
    const known = all.filter(({ position }) => position <= cut.position);
    const alone = (certainty: Certainty, timing: 'any' | 'certain', reportedAsOf: string | null) => {
      const visible = new Set(visibleEvents(ledger.events, cut, certainty).map(({ id }) => id));
      return readModels(
        all.filter(({ id }) => visible.has(id)),
        { ...cut, reportedAsOf },
        timing,
      );
    };
    const certain = alone('certain', 'certain', null);
    // While a republished text is only possibly out, both count: that is no cut of events, so its clock stays.
    const upTo = ledger.events.filter(({ position }) => position <= cut.position);
    const between = isBetweenTexts(upTo, cut.reportedAsOf);
    const possible = alone('possible', 'any', between ? cut.reportedAsOf : null);
    const any = readModels(known, cut, 'any');
    const wrong = marksOf(any, certain).find(({ timing, expected }) => timing !== expected);
    return (
      firstDifference(without(readModels(known, cut, 'certain'), 'certain'), without(certain, 'certain'), 'certain') ??
      firstDifference(without(any, 'possible'), without(possible, 'possible'), 'possible') ??
      (wrong === undefined ? null : `${wrong.at} is marked ${wrong.timing}, and it is ${wrong.expected}`)
    );
  },
);
