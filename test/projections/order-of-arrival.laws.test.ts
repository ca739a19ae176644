import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import t from 'tap';
import { factsInView } from '../../src/domain/facts/facts-at.ts';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { articlesAnswer } from '../../src/projections/articles.ts';
import { driftAnswer } from '../../src/projections/drift.ts';
import { factAnswer, factsOf } from '../../src/projections/fact.ts';
import { noFilters } from '../../src/projections/filters.ts';
import { obligations, obligationsAnswer } from '../../src/projections/obligations.ts';
import { partnershipView } from '../../src/projections/partnership-view.ts';
import { partnershipAnswer } from '../../src/projections/partnerships.ts';
import { relevantHistory } from '../../src/projections/relevant-history.ts';
import { rollout, rolloutAnswer } from '../../src/projections/rollout.ts';
import { silenceAnswer } from '../../src/projections/silence.ts';
import { listedArticles, listedSources } from '../../src/projections/summary.ts';
import { timeline, timelineAnswer } from '../../src/projections/timeline.ts';
import { firstDifference } from '../support/first-difference.ts';
import { acme } from '../support/given.ts';
import { groundOf } from '../support/ground.ts';
import { anyCut, anyLedger } from '../support/histories.ts';
import { law } from '../support/law.ts';
import { inOtherOrder } from '../support/other-order.ts';
import type { MadeLedger } from '../support/random/made-ledger.ts';
import { gamesHistory, historyOf, projectSeeds } from '../support/seeds.ts';

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
    articles: articlesAnswer({ cut, firstRecordedAt: null }, listedArticles([listedSources(view)])),
    // A few facts suffice.
    facts: [...factsOf(ground.history)]
      .toSorted()
      .slice(0, 3)
      .map((fact) => factAnswer(asked, fact)),
  };
  return JSON.parse(JSON.stringify(all, (key, value) => (ofTheRecord.has(key) ? undefined : value)));
};

law<[MadeLedger, Clocks, number[]]>(
  'the order of arrival of articles, revisions, retractions and references changes no answer',
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

const permutations = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  items.length < 2
    ? [items]
    : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));

const partnership = 'alibaba.ioc';

t.test('the five seed articles give the same read models in each of their 120 orders', async (t) => {
  const seeds = await projectSeeds();
  const games = gamesHistory(seeds);
  const ingests = seeds.readings.map((reading) => historyOf([reading]));
  const inThisOrder = (order: readonly (readonly LedgerEvent[])[]): readonly LedgerEvent[] =>
    order.flat().map((event, i) => ({ ...event, revision: i, position: games.length + i + 1 }));

  const readModels = (order: readonly (readonly LedgerEvent[])[], occurredAsOf: string) => {
    const history = inThisOrder(order);
    const cut = { occurredAsOf, reportedAsOf: null, position: games.length + history.length };
    const ground = { partnership, history, games, otherHoldings: { certain: [], possible: [] } };
    const view = factsInView(ground, cut, 'any');
    const answer = {
      timeline: timeline(view.facts, partnership, seeds.subjects.name),
      obligations: obligations(view, cut, partnership, seeds.subjects.name),
      rollout: rollout(view, partnership, seeds.subjects.name),
    };
    return JSON.stringify(answer, (key, value) => (key === 'version' || key === 'position' ? undefined : value));
  };

  for (const day of ['2018-02-05', '2026-11-22']) {
    const orders = permutations(ingests);
    t.equal(orders.length, 120);
    const first = readModels(orders[0] as (readonly LedgerEvent[])[], day);
    t.ok(first.length > 50_000, 'the read models are not empty');
    t.equal(orders.filter((order) => readModels(order, day) !== first).length, 0, `equal in every byte as of ${day}`);
  }
  t.notOk(isDeepStrictEqual(inThisOrder(ingests), inThisOrder(ingests.toReversed())), 'the histories do differ');
});
