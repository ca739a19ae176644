import t from 'tap';
import { citationIn, openTestApp, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { datesOf, gamesEvent } from '../support/games.ts';

const alibaba = '/api/partnerships/alibaba.ioc';
const addresses = [
  ...['', '/timeline', '/obligations', '/rollout', '/audit'].map((path) => `${alibaba}${path}`),
  `${alibaba}/facts/category/cloud-services/granted`,
  `${alibaba}/facts/storefront/tmall-ocog.2022w/opened`,
  '/api/games',
  '/api/games/2022W/obligations',
  '/api/partnerships',
  '/api/articles',
];
const clocks = ['2017-01-20', '2018-01-15', '2018-01-15&timing=certain', '2018-02-09', '2020'];

const versionsIn = (text: string): readonly number[] =>
  [...text.matchAll(/"version":(\d+)/g)].map(([, version]) => Number(version));

const askAll = async ({ get }: TestApp) =>
  await Promise.all(
    addresses.flatMap((address) =>
      clocks.map(async (clock) => {
        const asked = `${address}?reportedAsOf=${clock}`;
        return { asked, ...(await get(asked)) };
      }),
    ),
  );

t.test('a citation by the reported clock shows nothing that was published later', async (t) => {
  const app = await openTestApp(t);
  const announced = '  - { PartnershipAnnounced: ~, happened: 2016-05-01, p: 1, note: A rival is a sponsor }';
  const early = articleText({
    article: 'early',
    partnership: 'rival.ioc',
    published: '2016-05-02',
    reports: announced,
  });
  t.equal((await app.post(early)).status, 201);
  const before = await askAll(app);
  for (const { asked, body, text, headers } of before) {
    t.ok(Math.max(0, ...versionsIn(text)) <= body.cut.position, `${asked}: no version is beyond the cut`);
    const citation = citationIn(headers.link);
    if (citation !== null) t.equal((await app.get(citation)).text, text, citation);
  }

  const later = '2025-02-02';
  const holdsTheSame = '  - { CategoryGranted: cloud-services, happened: 2025-02-01, p: 1, note: A rival has it too }';
  const owesBuses =
    '  - { ObligationUndertaken: buses, games: [2022W, 2030W], happened: ~, p: 1, note: Buses are owed }';
  const reports = `${holdsTheSame}\n${owesBuses}`;
  const rival = articleText({ article: 'rival', partnership: 'rival.ioc', published: later, reports });
  t.equal((await app.post(rival)).status, 201);
  const opened = '  - { StorefrontOpened: tmall-ocog, games: 2022W, happened: ~, p: 1, note: It is open }';
  const own = articleText({ article: 'own', partnership: 'alibaba.ioc', published: later, reports: opened });
  t.equal((await app.post(own)).status, 201);
  const after = await askAll(app);
  for (const [i, { asked, text }] of after.entries()) t.equal(text, before[i]?.text, asked);
});

t.test('Games that only a later article names do not affect earlier answers', async (t) => {
  const { get, post, ledger } = await openTestApp(t, { seeds: false });
  const owed = '  - { ObligationUndertaken: buses, games: 2030W, happened: ~, p: 1, note: Buses are owed }';
  await post(articleText({ published: '2024' }));
  await post(articleText({ article: 'later', published: '2025', reports: owed }));
  const timeline = '/api/partnerships/acme.federation/timeline?reportedAsOf=2024';
  const before = await get(timeline);
  await ledger.store.append('games-2030W', 'no_stream', [gamesEvent(datesOf('2030W', '2030-02-01/2030-02-17'))]);
  const after = await get(timeline);
  t.equal(after.text, before.text);
  t.equal(after.headers.etag, before.headers.etag);
});

t.test('a category conflict is flagged from the day on which the other holding was reported', async (t) => {
  const { get, post } = await openTestApp(t);
  const held = '  - { CategoryGranted: cloud-services, happened: 2015-02-01, p: 1, note: The rival had it before }';
  await post(articleText({ article: 'rival', partnership: 'rival.ioc', published: '2019-05-02', reports: held }));
  const rules = async (reportedAsOf: string) => {
    const { body } = await get(`${alibaba}/timeline?type=CategoryGranted&reportedAsOf=${reportedAsOf}`);
    return body.entries.flatMap((entry: { flags: { rule: string }[] }) => entry.flags.map(({ rule }) => rule));
  };
  t.strictSame(await rules('2019-05-01'), []);
  t.strictSame(await rules('2019-05-02'), ['category-exclusivity']);
});

t.test('the reason why a report does not count uses only what was public', async (t) => {
  const { post, get } = await openTestApp(t, { seeds: false });
  const opened = '  - { StorefrontOpened: shop, happened: 2024-05-01, games: 2024S, p: 1, note: It is open }';
  const announced = '  - { PartnershipAnnounced: ~, happened: 2024-05-01, p: 1, note: Made public }';
  await post(articleText({ published: '2024-05..2024-06', reports: opened }));
  await post(articleText({ published: '2025', revision: 2, head: 'because: republished\n', reports: announced }));
  const fact = '/api/partnerships/acme.federation/facts/storefront/shop.2024s/opened';
  const { body } = await get(`${fact}?reportedAsOf=2024-05-20&timing=certain`);
  t.match(body, { entry: null, reports: [{ counts: false, because: /certainly published/ }] });
  t.match((await get(fact)).body.reports, [{ counts: false, because: /revision 2/ }]);
});

t.test('a certain trail has no event of an article that may have been published later', async (t) => {
  const { get, post } = await openTestApp(t, { seeds: false });
  const reports = '  - { PartnershipAnnounced: ~, happened: 2017, p: 1, note: They announce a partnership }';
  t.equal((await post(articleText({ published: '2018-01', reports }))).status, 201);
  const total = async (path: string, clocks: string) => (await get(`/api${path}/audit?${clocks}`)).body.total as number;
  for (const path of ['/partnerships/acme.federation', '']) {
    const all = await total(path, 'reportedAsOf=2018-01-31&timing=certain');
    t.equal(await total(path, 'reportedAsOf=2018-01-15'), all, 'possibly public');
    t.equal(await total(path, 'reportedAsOf=2018-01-15&timing=certain'), path === '' ? 1 : 0, 'not certainly');
    t.ok(all > 1);
  }
});
