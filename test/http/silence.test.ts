import t from 'tap';
import { nextIn, openTestApp, problem } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const silence = '/api/partnerships/alibaba.ioc/silence';
const { get, post } = await openTestApp(t);

type Item = { fact: string; status: string; timing: string; cell: { obligation: string; edition: string } | null };

const obligations = ['big-data-analytics', 'cloud-services', 'digital-media-solutions', 'e-commerce-platform-services'];
const closed = ['2018W', '2020S', '2022W', '2024S', '2026W'];

t.test('by the seeds, no promise up to the Games of 2026 has been reported on since', async (t) => {
  const { status, body } = await get(`${silence}?occurredAsOf=2026-11-22`);
  t.equal(status, 200);
  t.match(body.meaning, /not a breach/);
  const items: Item[] = body.items;
  t.same(
    items
      .filter(({ cell }) => cell === null)
      .map(({ fact }) => fact)
      .toSorted(),
    [
      'activation/kenyan-team-visit.2018w/staged',
      'activation/technology-showcase.2018w/staged',
      'campaign/greatness-of-small/launched',
      'creative/greatness-of-small.kenyan-ice-hockey/released',
      'creative/greatness-of-small.rower-and-ducks/released',
      ...['cn', 'gb', 'jp', 'kr', 'us'].map((market) => `market/greatness-of-small.${market}/entered`),
      'sponsor/mcdonalds/left',
    ],
    'the campaign of 2018 and all that belongs to it, and the exit of a sponsor after the Games of 2018; not the store, which opened, nor projects without a date',
  );
  t.same(
    items.flatMap(({ cell }) => (cell === null ? [] : [`${cell.edition} ${cell.obligation}`])),
    closed.flatMap((edition) => obligations.map((obligation) => `${edition} ${obligation}`)),
    'four obligations at each of five Games; those of 2028 are to come',
  );
  t.equal(body.total, 31);
  t.ok(items.every(({ timing }) => timing === 'certain'));
  t.match(items[0], {
    fact: 'campaign/greatness-of-small/launched',
    status: 'overdue-unconfirmed',
    promisedFor: { edtf: '2018-02-01', basis: 'stated' },
    overdue: { min: 3216, max: 3216 },
    lastReported: { edtf: '[2018-01-02..2018-02-08]', articles: ['000', '002'], tie: true },
  });
  const cloud = items.find(({ cell }) => cell?.obligation === 'cloud-services' && cell.edition === '2018W');
  t.match(
    cloud,
    {
      status: 'closedWithoutReport',
      cell: { status: 'confirmed' },
      promisedFor: { edtf: '2018-02-09/2018-02-25', basis: 'games' },
      lastReported: { edtf: '[2018-02-10..2018-02-25]', articles: ['001'] },
    },
    'what 001 promises during those Games was written before they closed',
  );
});

t.test('as of 2018-02-05 only the launch of the first campaign is awaited, within the normal time', async (t) => {
  const { body } = await get(`${silence}?occurredAsOf=2018-02-05`);
  t.match(body, {
    total: 1,
    items: [
      {
        fact: 'campaign/greatness-of-small/launched',
        status: 'due',
        overdue: { min: 4, max: 4 },
        normalUntil: '2018-03-03',
      },
    ],
  });
  t.equal((await get(`${silence}?occurredAsOf=2018-01-31`)).body.total, 0);
  t.equal(
    (await get(`${silence}?reportedAsOf=2017-06`)).body.total,
    0,
    'in June 2017 nothing had been promised for then',
  );
});

t.test('the silence is filtered and paged', async (t) => {
  const on = 'occurredAsOf=2026-11-22';
  const total = async (filter: string) => (await get(`${silence}?${on}&${filter}`)).body.total;
  t.equal(await total('status=overdue-unconfirmed'), 11);
  t.equal(await total('status=closedWithoutReport'), 20);
  t.equal(await total('games=2022W'), 4);
  t.equal(await total('type=MarketEntered,ActivationStaged'), 7);
  t.equal(await total('article=001'), 10, 'two obligations at five Games');
  t.match(await get(`${silence}?status=breached`), problem('invalid-parameter', 400));

  const first = await get(`${silence}?${on}&limit=12`);
  const second = await get(nextIn(first.headers['link']) ?? '');
  const third = await get(second.body.next);
  t.same([...first.body.items, ...second.body.items, ...third.body.items], (await get(`${silence}?${on}`)).body.items);
  t.equal(third.body.next, null);
});

t.test('a client that has the silence gets 304 until a relevant event is recorded', async (t) => {
  const { headers } = await get(`${silence}?occurredAsOf=2018-06`);
  const known = { 'if-none-match': headers['etag'] ?? '' };
  t.equal((await get(`${silence}?occurredAsOf=2018-06`, known)).status, 304);
  const told = articleText({
    article: '900',
    partnership: 'alibaba.ioc',
    published: '2018-03-10',
    reports: '  - { CampaignLaunched: greatness-of-small, happened: 2018-02-01, p: 1, note: On the air }',
  });
  t.equal((await post(told)).status, 201);
  const { status, body } = await get(`${silence}?occurredAsOf=2018-06`, known);
  t.equal(status, 200);
  t.notOk(body.items.some(({ fact }: Item) => fact === 'campaign/greatness-of-small/launched'));
});
