import t from 'tap';
import { nextIn, openTestApp } from '../support/app.ts';

const drift = '/api/partnerships/alibaba.ioc/drift';
const { get } = await openTestApp(t);

type Entry = { fact: string; changed: boolean };

const { status, body } = await get(`${drift}?occurredAsOf=2026-11-22`);
const entryOf = (fact: string) => body.entries.find((entry: Entry) => entry.fact === fact);

t.test('the drift of the seeds is what changed between their articles', async (t) => {
  t.equal(status, 200);
  t.same(body.entries.flatMap(({ fact, changed }: Entry) => (changed ? [fact] : [])).toSorted(), [
    'campaign/greatness-of-small/creative-count-stated',
    'campaign/greatness-of-small/launched',
    'obligation/merchandise-platform/undertaken',
    'partnership/alibaba.ioc/term-agreed',
    'predecessor/lenovo/reported',
    'storefront/tmall-ocog.2022w/opened',
  ]);
  t.match(entryOf('campaign/greatness-of-small/launched'), {
    plan: [
      { source: { article: '002' }, date: null, change: 'first', games: ['2018W'], inForce: false },
      {
        source: { article: '000' },
        date: { edtf: '2018-02-01' },
        change: 'more-precise',
        order: 'possible',
        inForce: true,
      },
    ],
    outcome: { kind: 'nothing-since' },
  });
  t.match(entryOf('campaign/greatness-of-small/creative-count-stated'), {
    plan: [],
    fields: [
      {
        field: 'count',
        steps: [
          { value: 2, source: { article: '002' } },
          { value: 3, source: { article: '000' }, change: 'more', by: { min: 1, max: 1 }, order: 'possible' },
        ],
      },
    ],
    outcome: null,
  });
  t.match(
    entryOf('storefront/tmall-ocog.2022w/opened'),
    {
      plan: [{ source: { article: '002' }, date: { edtf: '[2018..2019]' } }],
      outcome: { kind: 'happened', occurred: { edtf: '2017-12~' }, variance: { min: -790, max: 30 } },
      lag: { occurredToReported: { min: 0, max: 91 } },
    },
    'planned for 2018 or 2019, opened between 2017-11-01 and 2018-01-31, told by 000 in January 2018',
  );
  t.match(entryOf('obligation/merchandise-platform/undertaken').fields, [
    { field: 'scope', steps: [{ source: { article: '004' } }, { source: { article: '001' }, change: 'reworded' }] },
  ]);
});

t.test('drift says how late each publisher reported and how late that was recorded', async (t) => {
  const lagOf = (article: string) => body.lags.articles.find((one: { article: string }) => one.article === article);
  t.match(
    body.lags.publishers.map(({ publisher }: { publisher: string }) => publisher),
    ['Around the Rings', 'Caixin', 'Sport Industry Group'],
  );
  t.match(
    lagOf('002').occurredToReported,
    { known: 0, range: null, median: null },
    'what it dates is of 2017-01-19, which 004 told first',
  );
  t.match(
    lagOf('004').occurredToReported,
    { range: { min: 1, max: 50 }, median: { min: 1, max: 1 } },
    'a day after Davos; what happened in December 2016 is 20 to 50 days old',
  );
  t.match(lagOf('000').publisher, null, 'an unknown publisher is none');
  const recorded = lagOf('004').recordedAt.slice(0, 10);
  const days = (Date.parse(recorded) - Date.parse('2017-01-20')) / 86_400_000;
  t.match(lagOf('004').reportedToRecorded, { min: days, max: days });
});

t.test('the drift is filtered and paged', async (t) => {
  const asked = async (query: string) => (await get(`${drift}?occurredAsOf=2026-11-22&${query}`)).body;
  t.equal((await asked('type=CreativeCountStated')).total, 1);
  t.equal((await asked('type=PartnershipSigned')).total, 0, 'told once');
  t.equal((await asked('type=PartnershipSigned&include=told-once')).total, 1);
  t.equal(
    (await asked('article=003&games=2018W')).total,
    4,
    'coverage and three obligations; 003 alone tells of the fourth',
  );
  const first = await get(`${drift}?occurredAsOf=2026-11-22&limit=40`);
  const second = await get(nextIn(first.headers['link']) ?? '');
  t.same([...first.body.entries, ...second.body.entries], body.entries);
  t.same(second.body.lags, body.lags, 'the lags are those of the whole list');
});
