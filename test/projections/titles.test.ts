import t from 'tap';
import { factsInView } from '../../src/domain/facts/facts-at.ts';
import { reportTypes } from '../../src/domain/vocabulary/event-types.ts';
import { groupOf, titleOf } from '../../src/projections/titles.ts';
import { historyOf, projectSeeds } from '../support/seeds.ts';

const seeds = await projectSeeds();
const history = historyOf(seeds.readings);
const ground = { partnership: 'alibaba.ioc', history, games: [], otherHoldings: { certain: [], possible: [] } };
const { facts } = factsInView(ground, { occurredAsOf: '2026-11-22', reportedAsOf: null, position: 999 }, 'any');
const names = seeds.subjects.name;

for (const type of reportTypes) {
  t.test(`a ${type.type} has a title of its own, in words`, async (t) => {
    const made = {
      key: `${type.kind}/made-up/${type.milestone}`,
      type,
      subject: 'made-up',
      campaign: 'cup',
      fields: {},
      games: [],
    };
    const title = titleOf(made, () => null);
    t.ok(title.length <= 60, title);
    t.notMatch(title, /null|undefined|[a-z][A-Z]/);
    // An activation is an event by its name: a visit, a showcase.
    if (type.type !== 'ActivationStaged') t.not(title, 'Made up', 'the milestone is in the title');
  });
}

t.test('no title of the seeds names Games or a market, or is longer than a line', async (t) => {
  for (const fact of facts) {
    const title = titleOf(fact, names);
    t.ok(title.length <= 80, title);
    t.notMatch(title, /20[12]\d[SW]|PyeongChang 2018/);
  }
});

t.test('facts share a row when they differ in Games, market or fellow sponsor alone', async (t) => {
  const rows = Map.groupBy(
    facts.flatMap((fact) => groupOf(fact) ?? []),
    ({ row }) => row,
  );
  t.same(
    rows
      .get('obligation/cloud-services.*/undertaken')
      ?.map(({ member }) => member)
      .toSorted(),
    ['2018W', '2020S', '2022W', '2024S', '2026W', '2028S'],
  );
  t.same(
    rows
      .get('market/greatness-of-small.*/entered')
      ?.map(({ member }) => member)
      .toSorted(),
    ['CN', 'GB', 'JP', 'KR', 'US'],
  );
  t.equal(rows.get('co-activation/*/discussed')?.length, 4);
  const alone = facts.find(({ key }) => key === 'campaign/greatness-of-small/launched');
  t.equal(alone && groupOf(alone), null);
});
