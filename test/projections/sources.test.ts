import t from 'tap';
import { timelineCsv } from '../../src/exports/partnership-tables.ts';
import { diffAnswer } from '../../src/projections/diff.ts';
import { factAnswer } from '../../src/projections/fact.ts';
import { noFilters } from '../../src/projections/filters.ts';
import { obligationsAnswer } from '../../src/projections/obligations.ts';
import { partnershipView } from '../../src/projections/partnership-view.ts';
import { relevantHistory } from '../../src/projections/relevant-history.ts';
import { rolloutAnswer } from '../../src/projections/rollout.ts';
import { silenceAnswer } from '../../src/projections/silence.ts';
import { timelineAnswer } from '../../src/projections/timeline.ts';
import { datesOf, gamesHistory } from '../support/games.ts';
import { acme, article, given, happened } from '../support/given.ts';

const counted = 'campaign/spring/creative-count-stated';
const undertaken = 'obligation/cloud.2018w/undertaken';

// Each article gives another number of creatives, and tells of the same promise.
const told = (articles: number) => {
  const readings = Array.from({ length: articles }, (_, i) =>
    article(`a${i + 1}`, '2017-02-01', [
      happened('CreativeCountStated', '2017-01', { subject: 'spring', by: 'party', fields: { count: i + 1 } }),
      happened('ObligationUndertaken', '2017-01', { subject: 'cloud', games: ['2018W'] }),
    ]),
  );
  const games = gamesHistory([datesOf('2018W', '2018-02-09/2018-02-25')]);
  const history = given(...readings);
  const ground = { partnership: acme, history, games, otherHoldings: { certain: [], possible: [] } };
  const cut = { occurredAsOf: '2030-01-01', reportedAsOf: null, position: history.length, timing: 'any' } as const;
  const view = partnershipView(ground, cut, relevantHistory(history), null);
  return { view, names: () => null, firstRecordedAt: null };
};

const link = (fact: string) => `/api/partnerships/${acme}/facts/${fact}`;

t.test('an entry of any read model has 20 sources and values, the number of all, and where they are', async (t) => {
  const question = told(25);
  const more = (fact: string) => ({ total: 25, all: [link(fact)] });

  const [entry] = timelineAnswer(question).entries.filter(({ fact }) => fact === counted);
  t.match(entry, { moreSources: more(counted), moreAlternatives: more(counted) });
  t.same([entry?.sources.length, entry?.alternatives.length], [20, 20]);

  const cell = obligationsAnswer(question).rows[0]?.cells['cloud'];
  t.match(cell, { moreSources: more(undertaken), sources: { length: 20 } });

  const stated = rolloutAnswer(question).campaigns[0]?.creatives.stated;
  t.match(stated, { moreSources: more(counted), moreAlternatives: more(counted), sources: { length: 20 } });

  const [silent] = silenceAnswer(question, { ...noFilters, article: ['a25'] }).items;
  t.match(silent, { fact: undertaken, moreSources: more(undertaken) }, 'a filter looks at all of them');

  const place = { isFirst: true, origin: '', ledger: '' };
  t.match(timelineCsv.text(timelineAnswer(question), place), `and 5 more, all in ${link(undertaken)}`);
});

t.test('the value that is shown is among those that a list has', async (t) => {
  const readings = Array.from({ length: 30 }, (_, i) =>
    article(`a${i + 1}`, '2017-02-01', [
      happened('CreativeCountStated', '2017-01', { subject: 'spring', fields: { count: i + 1 } }),
    ]),
  );
  const official = article('official', '2017-02-01', [
    happened('CreativeCountStated', '2017-01', { subject: 'spring', by: 'joint-statement', fields: { count: 99 } }),
  ]);
  for (const order of [
    [official, ...readings],
    [...readings, official],
  ]) {
    const history = given(...order);
    const ground = { partnership: acme, history, games: [], otherHoldings: { certain: [], possible: [] } };
    const cut = { occurredAsOf: '2030-01-01', reportedAsOf: null, position: history.length, timing: 'any' } as const;
    const view = partnershipView(ground, cut, relevantHistory(history), null);
    const { entries } = timelineAnswer({ view, names: () => null, firstRecordedAt: null });
    t.match(
      entries.flatMap(({ alternatives }) => alternatives.filter(({ displayed }) => displayed)),
      [{ value: 99 }],
    );
  }
});

t.test('20 sources are all of them, and nothing says that there are more', async (t) => {
  const { entries } = timelineAnswer(told(20));
  t.same(
    entries.map(({ sources }) => sources.length),
    [20, 20],
  );
  t.notMatch(JSON.stringify(entries), 'more');
});

t.test('the read of a fact has every report, source and value, page by page', async (t) => {
  const question = told(25);
  const whole = factAnswer(question, counted);
  t.notMatch(JSON.stringify(whole), 'moreSources');
  t.notOk('next' in whole, 'what fits on one page has no pages');

  const pages = [0, 10, 20].map((offset) =>
    factAnswer(question, counted, { offset, limit: 10, link: (next) => `from ${next}` }),
  );
  t.same(
    pages.map(({ total, next }) => [total, next]),
    [
      [25, 'from 10'],
      [25, 'from 20'],
      [25, null],
    ],
  );
  t.same(
    pages.flatMap(({ reports }) => reports),
    whole.reports,
  );
  t.same(
    pages.flatMap(({ entry }) => entry?.sources),
    whole.entry?.sources,
  );
  t.same(
    pages.flatMap(({ entry }) => entry?.alternatives),
    whole.entry?.alternatives,
  );
});

t.test('a difference compares all sources, beyond those that a list shows', async (t) => {
  const { timeline } = diffAnswer('recorded', told(24), told(25));
  const item = timeline.find(({ key }) => key === undertaken);
  t.match(item, { what: 'changed', means: ['corroborated'] });
  t.match(
    item?.changes.filter(({ path }) => path.startsWith('/sources')),
    [{ to: { article: 'a25' } }],
  );
});
