import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { factsInView } from '../../src/domain/facts/facts-at.ts';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { obligations } from '../../src/projections/obligations.ts';
import { rollout } from '../../src/projections/rollout.ts';
import { timeline } from '../../src/projections/timeline.ts';
import { gamesHistory, historyOf, projectSeeds } from '../support/seeds.ts';

const permutations = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  items.length < 2
    ? [items]
    : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));

const partnership = 'alibaba.ioc';

t.test('the five articles, recorded in any of the 120 orders, give the same read models', async (t) => {
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
      rollout: rollout(view, seeds.subjects.name),
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
