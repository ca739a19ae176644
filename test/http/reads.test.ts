import t from 'tap';
import { citationIn, openTestApp } from '../support/app.ts';

const partnership = '/api/partnerships/alibaba.ioc';
const launch = 'campaign/greatness-of-small/launched';

type Entry = { fact: string; status: string; sources: { article: string }[]; games: string[]; contested: boolean };

const { get, ledger } = await openTestApp(t);
const head = await ledger.views.head();
const today = head.recordedAt?.slice(0, 10) ?? '';

t.test('GET /api says what the ledger is, how far it reaches and where to go', async (t) => {
  const { status, body } = await get('/api');
  t.equal(status, 200);
  t.match(body, { name: 'Partnership Ledger', version: '0.0.0-test', ledger: { position: head.position } });
  t.equal(body.ledger.id, ledger.views.catalogue.ledger()?.id);
  for (const [name, link] of Object.entries(body.links)) t.equal((await get(String(link))).status, 200, name);
});

t.test('every answer echoes its cut', async (t) => {
  const addresses = [
    '',
    '/timeline',
    '/obligations',
    '/rollout',
    '/audit',
    `/facts/${launch}`,
    `/facts/${launch}/audit`,
  ];
  const others = ['/api', '/api/partnerships', '/api/audit', '/api/games', '/api/games/2022W/obligations'];
  const articles = ['/api/articles', '/api/articles/002', '/api/articles/002/audit'];
  for (const address of [...addresses.map((path) => `${partnership}${path}`), ...others, ...articles]) {
    const { status, body } = await get(`${address}?occurredAsOf=2018-02&reportedAsOf=2018&timing=certain`);
    t.equal(status, 200, address);
    t.match(body.cut, { occurredAsOf: '2018-02-28', reportedAsOf: '2018-12-31', timing: 'certain' }, address);
    t.ok(body.cut.position > 0 && body.cut.position <= head.position, address);
    t.match(body.cut.recordedAsOf, new RegExp(`^${today}T`), address);
  }
});

t.test('GET /api/partnerships lists partnerships in short, and one in full with its facts by status', async (t) => {
  const { body } = await get('/api/partnerships');
  t.match(body, { total: 1, next: null });
  const [alibaba] = body.partnerships;
  t.match(alibaba, { id: 'alibaba.ioc', partner: { id: 'alibaba' }, rightsHolder: { id: 'ioc' }, articles: 5 });
  t.match(alibaba.term, { end: { edtf: '2028' }, years: 12 });

  const one = await get(alibaba.links.self);
  const { byStatus, cut: _cut, ...short } = one.body;
  t.same(short, alibaba, 'one is as in the list');
  const counted = Object.values<number>(byStatus).reduce((a, b) => a + b, 0);
  t.equal(counted, alibaba.facts, 'each fact has one status');
});

t.test('the campaign is due on 2018-02-05, since no article reports its launch', async (t) => {
  const { body } = await get(`${partnership}/timeline?occurredAsOf=2018-02-05`);
  const entry = body.entries.find(({ fact }: Entry) => fact === launch);
  t.match(entry, { status: 'due', timing: 'certain', occurred: null, planned: { edtf: '2018-02-01' } });
  t.equal(body.total, body.entries.length);
  t.equal(body.next, null);
});

t.test('a fact of several articles is one entry with an address of its own', async (t) => {
  const { body } = await get(`${partnership}/timeline`);
  const keys = body.entries.map(({ fact }: Entry) => fact);
  t.equal(new Set(keys).size, keys.length);
  const told = body.entries.find(({ fact }: Entry) => fact === 'category/cloud-services/granted');
  t.ok(new Set(told.sources.map(({ article }: { article: string }) => article)).size >= 4, 'four articles tell of it');

  const fact = await get(told.links.fact);
  t.same(fact.body.entry, told);
  t.same(
    fact.body.reports.map(({ id }: { id: string }) => id),
    told.sources.map(({ id }: { id: string }) => id),
  );
  for (const report of fact.body.reports)
    t.match(report, { counts: true, because: null, asserted: { modality: 'happened' } });

  const history = await get(told.links.history);
  t.equal(history.body.total, fact.body.reports.length);
  t.same(new Set(history.body.entries.map((entry: { fact: string }) => entry.fact)), new Set([told.fact]));
  t.equal(history.body.entries.at(-1).position, told.version, 'its version is the last event of its trail');
});

t.test('the obligations have a row for every covered edition of the Games', async (t) => {
  const { body } = await get(`${partnership}/obligations`);
  t.same(
    body.rows.map(({ edition }: { edition: string }) => edition),
    ['2018W', '2020S', '2022W', '2024S', '2026W', '2028S'],
  );
  const beijing = body.rows[2];
  t.match(beijing, { host: 'Beijing', window: { edtf: '2022-02-04/2022-02-20' } });
  t.match(beijing.cells['cloud-services'], { status: 'undertaken', closedWithoutReport: true });
  const across = await get('/api/games/2022W/obligations');
  t.match(across.body, { edition: '2022W', host: 'Beijing' });
  t.same(across.body.partnerships[0].cells, beijing.cells, 'the same cells across partnerships');
  t.same((await get('/api/games/2022w/obligations')).body, across.body, 'in small letters too');
});

t.test('Games that no report mentions have an empty answer', async (t) => {
  const { status, body } = await get('/api/games/2036S/obligations');
  t.equal(status, 200);
  t.match(body, { edition: '2036S', host: null, window: null, partnerships: [], cut: { position: 0 } });
});

t.test('the rollout of the seeds has the campaign with its markets, and the store for Beijing', async (t) => {
  const { body } = await get(`${partnership}/rollout?occurredAsOf=2018-02-05`);
  t.match(body.campaigns[0], { campaign: 'greatness-of-small', launch: { status: 'due' }, creatives: { stated: {} } });
  t.same(
    body.campaigns[0].markets.map(({ market }: { market: string }) => market),
    ['CN', 'GB', 'JP', 'KR', 'US'],
  );
  t.match(body.storefronts[0].games, ['2022W']);
});

t.test('the audit trail has an entry for every event, in recorded order', async (t) => {
  const { body } = await get('/api/audit');
  const positions = body.entries.map(({ position }: { position: number }) => position);
  t.same(
    positions,
    Array.from({ length: head.position }, (_, i) => i + 1),
  );
  t.equal(body.entries[0].event.type, 'LedgerOpened');
  const own = await get(`${partnership}/audit`);
  t.same(
    own.body.entries,
    body.entries.filter(({ event }: { event: { stream: string } }) => event.stream === 'partnership-alibaba.ioc'),
  );
  const { body: of002 } = await get('/api/articles/002/audit');
  t.equal(of002.entries.at(-1).event.type, 'ArticleRead', 'the reading closes what an article recorded');
  t.ok(
    of002.entries.every(
      ({ event, article }: { event: { type: string }; article: string }) =>
        article === '002' || event.type === 'FactCorrected',
    ),
  );
});

t.test('an article shows for each paragraph its reports or why it was left out', async (t) => {
  const list = await get('/api/articles');
  t.equal(list.body.total, 5);
  for (const { id } of list.body.articles) {
    const { body } = await get(`/api/articles/${id}`);
    const { paragraphs, effects, blocks, ...short } = body.article;
    t.same(blocks, [], 'it is about one partnership');
    t.same(
      short,
      list.body.articles.find((article: { id: string }) => article.id === id),
    );
    t.ok(
      paragraphs.every(
        ({ reports, omitted }: { reports: string[]; omitted: string | null }) =>
          reports.length > 0 !== (omitted !== null),
      ),
      `${id}: every paragraph is accounted for`,
    );
    t.ok(Object.values<string[]>(effects).flat().length > 0, `${id} had effects`);
  }
  const { body } = await get('/api/articles/002');
  t.match(body.article, { publisher: 'Around the Rings', published: { basis: String }, partnerships: ['alibaba.ioc'] });
});

t.test('several filters limit a list to what passes all of them', async (t) => {
  const of = async (query: string): Promise<Entry[]> => (await get(`${partnership}/timeline?${query}`)).body.entries;
  const all = await of('');
  const same = (entries: Entry[], passes: (entry: Entry) => boolean, message: string) => {
    t.ok(entries.length > 0 && entries.length < all.length, `${message}: some`);
    t.same(entries, all.filter(passes), message);
  };
  same(await of('status=planned'), ({ status }) => status === 'planned', 'status');
  same(await of('status=planned,due'), ({ status }) => ['planned', 'due'].includes(status), 'with a comma');
  same(await of('status=planned&status=due'), ({ status }) => ['planned', 'due'].includes(status), 'repeated');
  same(await of('games=2022w'), ({ games }) => games.includes('2022W'), 'games, in small letters too');
  same(await of('article=000'), ({ sources }) => sources.some(({ article }) => article === '000'), 'article');
  same(await of('contested=true'), ({ contested }) => contested, 'contested');
  same(await of('type=CampaignLaunched,MarketEntered'), ({ fact }) => /^market|\/launched$/.test(fact), 'type');
  same(
    await of('article=000&contested=true'),
    ({ sources, contested }) => contested && sources.some(({ article }) => article === '000'),
    'both',
  );

  t.equal((await get('/api/articles?type=CampaignLaunched')).body.total, 2, 'articles that tell of a launch');
  t.equal((await get('/api/partnerships?games=2022W&status=signed')).body.total, 1);
  t.equal((await get('/api/partnerships?status=terminated')).body.total, 0);
  t.same(
    (await get('/api/games?status=rescheduled')).body.games.map(({ edition }: { edition: string }) => edition),
    [
      '2020S',
      'paralympics.2020',
      'uefa-euro.2020',
      'commonwealth-games.2022',
      'fifa-world-cup.2022',
      'commonwealth-games.2026',
    ],
  );
  const read = await get('/api/audit?type=ArticleRead');
  t.equal(read.body.total, 5);
});

t.test('the clocks of a request change its answer as they should', async (t) => {
  const { body: seen2017 } = await get(`${partnership}/timeline?reportedAsOf=2017-01-20`);
  t.equal(seen2017.cut.occurredAsOf, '2017-01-20', 'who asks what was known then sees the world of then');
  t.same(
    [
      ...new Set<string>(seen2017.entries.flatMap(({ sources }: Entry) => sources.map(({ article }) => article))),
    ].toSorted((a, b) => a.localeCompare(b)),
    ['003', '004'],
    'two articles were out by then, for certain or possibly',
  );
  const { body: nothing } = await get(`${partnership}/timeline?recordedAsOf=2018`);
  t.match(nothing, { total: 0, entries: [], cut: { position: 0, recordedAsOf: null } });
  t.match(nothing.notice, {
    reason: 'recorded-later',
    firstRecordedAt: new RegExp(`^${today}T`),
    try: '?reportedAsOf=2018',
  });
  t.equal((await get(`${partnership}/timeline${nothing.notice.try}`)).body.notice, undefined, 'what is advised helps');
  const { body: unpublished } = await get(`${partnership}/timeline?reportedAsOf=2016`);
  t.match(unpublished, { total: 0, notice: { reason: 'published-later' } });
  t.equal(
    (await get(`${partnership}/timeline?recordedAsOf=${today}`)).body.total,
    (await get(`${partnership}/timeline`)).body.total,
    'today means so far',
  );

  const empty = ['/api/partnerships', '/api/articles', '/api/games', '/api/audit'];
  for (const address of empty)
    t.match(
      (await get(`${address}?recordedAsOf=2018`)).body,
      { total: 0, notice: { reason: 'recorded-later' } },
      address,
    );
  for (const address of ['', '/obligations', '/rollout', '/audit', `/facts/${launch}`, `/facts/${launch}/audit`]) {
    const { status, body } = await get(`${partnership}${address}?atPosition=1`);
    t.equal(status, 200, address);
    t.match(body.notice, { reason: 'recorded-later', firstRecordedAt: String }, address);
  }
  t.match((await get('/api/articles/002?atPosition=1')).body, { article: null, notice: { reason: 'recorded-later' } });
  t.match((await get('/api/articles/002?reportedAsOf=2016')).body, {
    article: null,
    notice: { reason: 'published-later' },
  });
  t.match((await get(`${partnership}/facts/${launch}?reportedAsOf=2017-01-20`)).body, {
    entry: null,
    reports: [],
    notice: { reason: 'published-later' },
  });
  t.match((await get(`${partnership}/facts/${launch}?occurredAsOf=2016`)).body, {
    entry: null,
    notice: { reason: 'occurred-later' },
  });
  t.match((await get('/api/games/2022W/obligations?recordedAsOf=2018')).body, {
    partnerships: [],
    notice: { reason: 'recorded-later' },
  });
});

t.test('a citation of an answer gives the same answer', async (t) => {
  for (const address of [
    `${partnership}/timeline?reportedAsOf=2018&timing=certain&status=planned`,
    '/api/games',
    `${partnership}/rollout`,
  ]) {
    const { headers, text } = await get(address);
    const citation = citationIn(headers.link) ?? '';
    t.match(citation, /atPosition=\d+&occurredAsOf=\d{4}-\d\d-\d\d/);
    t.equal((await get(citation)).text, text, citation);
  }
});
