import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import t from 'tap';
import type { LedgerEvent } from '../../../src/domain/ledger-event.ts';
import { applyDiff } from '../../../src/projections/diff/apply-diff.ts';
import { diffOf } from '../../../src/projections/diff/diff.ts';
import { effectsOf } from '../../../src/projections/effects.ts';
import type { TimingChoice } from '../../../src/projections/facts-in-view.ts';
import { ingestsOf } from '../../../src/projections/ingests.ts';
import { partnershipView } from '../../../src/projections/partnership-view.ts';
import { type ReadModels, readModelsOf } from '../../../src/projections/read-models.ts';
import { relevantHistory } from '../../../src/projections/relevant-history.ts';
import { acme } from '../../support/given.ts';
import { anyCut, anyHistory } from '../../support/histories.ts';
import { lawRuns } from '../../support/law-runs.ts';

type Cut = { readonly occurredAsOf: string; readonly reportedAsOf: string | null; readonly position: number };

const shown = (history: readonly LedgerEvent[], cut: Cut, timing: TimingChoice): ReadModels => {
  const position = cut.position % (history.length + 1);
  const ground = {
    partnership: acme,
    history: history.filter((event) => event.position <= position),
    games: [],
    otherHoldings: { certain: [], possible: [] },
  };
  const relevant = relevantHistory();
  relevant.add(history);
  return readModelsOf(partnershipView(ground, { ...cut, position, timing }, relevant, null), () => null);
};

// As a client has it.
const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value));

const anyTiming = fc.constantFrom('any' as const, 'certain' as const);

const forAll = (cuts: fc.Arbitrary<readonly [Cut, Cut]>, law: (from: ReadModels, to: ReadModels) => boolean) =>
  fc.assert(
    fc.property(anyHistory, cuts, anyTiming, (history, [from, to], timing) =>
      law(shown(history, from, timing), shown(history, to, timing)),
    ),
    { numRuns: lawRuns },
  );

const moving = (clock: keyof Cut): fc.Arbitrary<readonly [Cut, Cut]> =>
  fc.tuple(anyCut, anyCut).map(([from, to]) => [from, { ...from, [clock]: to[clock] }] as const);

const leadsThere = (from: ReadModels, to: ReadModels): boolean => {
  const reached = applyDiff(sent(from), sent(diffOf(from, to)));
  return isDeepStrictEqual(sent(reached), sent(to));
};

for (const clock of ['occurredAsOf', 'reportedAsOf', 'position'] as const) {
  t.test(`the difference, applied to the old view, gives the new one (${clock} moves)`, async () => {
    forAll(moving(clock), leadsThere);
  });
}

t.test('so it does when all clocks move', async () => {
  forAll(fc.tuple(anyCut, anyCut), leadsThere);
});

const endOfTime: Cut = { occurredAsOf: '9999-12-31', reportedAsOf: null, position: 0 };
const alsoInTheTrail = ['advanced', 'contested', 'corrected', 'resolved', 'retracted'] as const;

t.test('a word means in a difference what it means in the audit trail', async () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const relevant = relevantHistory();
      relevant.add(history);
      return ingestsOf(history).every((ingest) => {
        const [before, after] = [(ingest[0]?.position ?? 0) - 1, ingest.at(-1)?.position ?? 0].map((position) =>
          shown(history, { ...endOfTime, position }, 'any'),
        );
        const { timeline } = diffOf(before as ReadModels, after as ReadModels);
        const effects = effectsOf(ingest, relevant);
        return timeline.every(({ key, what, means }) => {
          const had = effects.get(key) ?? [];
          const entered = !had.includes('entered') || means.includes('entered') || means.includes('merged');
          const same = alsoInTheTrail.every((word) => !had.includes(word) || means.includes(word));
          return what === 'disappeared' || (entered && same);
        });
      });
    }),
    { numRuns: Math.ceil(lawRuns / 3) },
  );
});

t.test('what did not change is no part of a difference', async () => {
  fc.assert(
    fc.property(anyHistory, anyCut, (history, cut) => {
      const { timeline, obligations, rollout, audit } = diffOf(shown(history, cut, 'any'), shown(history, cut, 'any'));
      return [timeline, obligations, rollout, audit].every((items) => items.length === 0);
    }),
    { numRuns: 30 },
  );
});
