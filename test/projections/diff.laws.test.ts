import * as fc from 'fast-check';
import { diffLine } from '../../src/cli/diff-lines.ts';
import { ingestsOf, type TimingChoice } from '../../src/domain/facts/facts-at.ts';
import { partnershipStream } from '../../src/domain/vocabulary/events.ts';
import { diffOf, leastDifferences } from '../../src/projections/diff.ts';
import { type ReadModels, readModelsOf } from '../../src/projections/diff-parts.ts';
import { effectsOf } from '../../src/projections/effects.ts';
import { type PartnershipView, partnershipView } from '../../src/projections/partnership-view.ts';
import { relevantHistory } from '../../src/projections/relevant-history.ts';
import { applyDiff } from '../support/apply-diff.ts';
import { firstDifference } from '../support/first-difference.ts';
import { acme } from '../support/given.ts';
import { groundOf } from '../support/ground.ts';
import { anyCut, anyLedger } from '../support/histories.ts';
import { law } from '../support/law.ts';
import type { MadeLedger } from '../support/random/made-ledger.ts';

type Cut = { readonly occurredAsOf: string; readonly reportedAsOf: string | null; readonly position: number };
type Clock = keyof Cut;

const own = partnershipStream(acme);

const viewsOf = ({ understood }: MadeLedger) => {
  const relevant = relevantHistory(understood.filter(({ stream }) => stream === own));
  return (cut: Cut, timing: TimingChoice): PartnershipView => {
    const known = understood.filter(({ position }) => position <= cut.position);
    return partnershipView(groundOf(known, acme, cut), { ...cut, timing }, relevant, null);
  };
};

/** All that is shown of a partnership, through the clocks. */
const shownIn = (ledger: MadeLedger) => {
  const view = viewsOf(ledger);
  return (cut: Cut, timing: TimingChoice): ReadModels => readModelsOf(view(cut, timing), () => null);
};

// A value as a client receives it.
const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value));

const anyTiming = fc.constantFrom<TimingChoice>('any', 'certain');
// Either one clock moves or all of them.
const anyMove = fc.constantFrom<Clock | 'all'>('occurredAsOf', 'reportedAsOf', 'position', 'all');

law<[MadeLedger, Cut, Cut, Clock | 'all', TimingChoice]>(
  'the difference between any two views turns the one into the other',
  [anyLedger, anyCut, anyCut, anyMove, anyTiming],
  (ledger, one, other, move, timing) => {
    const within = (cut: Cut): Cut => ({ ...cut, position: cut.position % (ledger.events.length + 1) });
    const view = viewsOf(ledger);
    const [before, after] = [one, move === 'all' ? other : { ...one, [move]: other[move] }];
    const views = [view(within(before), timing), view(within(after), timing)] as const;
    const [from, to] = [readModelsOf(views[0], () => null), readModelsOf(views[1], () => null)];
    const diff = diffOf(from, to);
    const parts = Object.values(diff).flat().length;
    const least = leastDifferences(...views, Number.POSITIVE_INFINITY);
    if (least > parts) return `${parts} parts differ, and ${least} were counted beforehand`;
    return firstDifference(sent(applyDiff(sent(from), sent(diff))), sent(to));
  },
);

law<[MadeLedger, Cut, TimingChoice]>(
  'a view has no difference from itself',
  [anyLedger, anyCut, anyTiming],
  (ledger, cut, timing) => {
    const shown = shownIn(ledger);
    const { timeline, obligations, rollout, audit } = diffOf(shown(cut, timing), shown(cut, timing));
    const [item] = [timeline, obligations, rollout, audit].flat();
    return item === undefined ? null : `${item.part} ${item.key} ${item.what}`;
  },
  0.05,
);

const ofReadings = ['advanced', 'contested', 'corrected', 'resolved'] as const;
// A report that was retracted beforehand changes nothing that is shown.
const ofDecisions = [...ofReadings, 'retracted'] as const;

law<[MadeLedger]>(
  'an effect word means the same in a difference and in the audit trail',
  [anyLedger],
  (ledger) => {
    const history = ledger.understood.filter(({ stream }) => stream === own);
    const relevant = relevantHistory(history);
    const shown = shownIn(ledger);
    const at = (position: number) => shown({ occurredAsOf: '9999-12-31', reportedAsOf: null, position }, 'any');
    for (const ingest of ingestsOf(history)) {
      const [start, end] = [ingest[0]?.position ?? 0, ingest.at(-1)?.position ?? 0];
      const effects = effectsOf(ingest, relevant).byFact;
      const words = ingest.at(-1)?.kind === 'reading' ? ofReadings : ofDecisions;
      for (const { key, what, means } of diffOf(at(start - 1), at(end)).timeline) {
        const had = effects.get(key) ?? [];
        const isMissing = had.includes('entered') && !means.includes('entered') && !means.includes('merged');
        const missing = isMissing ? 'entered' : words.find((word) => had.includes(word) && !means.includes(word));
        if (what !== 'disappeared' && missing !== undefined) {
          return `${key} at ${end}: ${missing} in the trail, ${means.join(' ')} in the difference`;
        }
      }
    }
    return null;
  },
  0.1,
);

law<[MadeLedger, Cut, Cut, TimingChoice]>(
  'a printed difference has no value in JSON',
  [anyLedger, anyCut, anyCut, anyTiming],
  (ledger, one, other, timing) => {
    const within = (cut: Cut): Cut => ({ ...cut, position: cut.position % (ledger.events.length + 1) });
    const shown = shownIn(ledger);
    const { timeline, obligations, rollout } = diffOf(shown(within(one), timing), shown(within(other), timing));
    const lines = [timeline, obligations, rollout].flat().flatMap((item) => diffLine(item)?.says ?? []);
    return lines.find((says) => says.includes('{"')) ?? null;
  },
  0.2,
);
