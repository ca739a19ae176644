import t from 'tap';
import { openAccess } from '../../src/access/access.ts';
import { emptyRegistry } from '../../src/articles/registry.ts';
import { buildApp } from '../../src/http/app.ts';
import { oneDay, openTestApp, startOfApps, testToken } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { datesOf, gamesEvent } from '../support/games.ts';

const alibaba = '/api/partnerships/alibaba.ioc';
const views = [
  '',
  '/timeline',
  '/timeline?limit=5',
  '/timeline?status=planned&occurredAsOf=2018',
  '/obligations',
  '/rollout',
  '/audit',
  '/facts/campaign/greatness-of-small/launched',
  '/facts/campaign/greatness-of-small/launched/audit',
].map((path) => `${alibaba}${path}`);
const ofArticles = ['/api/articles/002', '/api/articles/002/audit'];

const launchReport = (article: string): string =>
  articleText({
    article,
    partnership: 'alibaba.ioc',
    published: '2018-02-02',
    reports:
      '  - { CampaignLaunched: greatness-of-small, happened: 2018-02-01, p: 1, note: The campaign is on the air }',
  });

t.test('a client that has an answer gets 304', async (t) => {
  const { get, send } = await openTestApp(t);
  for (const address of [
    ...views,
    ...ofArticles,
    '/api',
    '/api/partnerships',
    '/api/audit',
    '/api/games',
    '/api/games/2022W/obligations',
    '/api/articles',
    '/openapi.json',
  ]) {
    const { headers, text } = await get(address);
    const etag = headers.etag ?? '';
    t.match(etag, /^"[\w-]{20,}"$/, `${address}: a strong tag`);
    t.equal(headers['cache-control'], 'no-cache');
    for (const known of [etag, `"another", ${etag}`, `W/${etag}`, '*']) {
      t.match(await get(address, { 'if-none-match': known }), { status: 304, headers: { etag }, text: '' }, known);
    }
    t.equal((await send('HEAD', address, { 'if-none-match': etag })).status, 304);
    t.match(await get(address, { 'if-none-match': '"another"' }), { status: 200, text });
  }
});

t.test('different answers have different tags', async (t) => {
  const { get } = await openTestApp(t);
  const timeline = `${alibaba}/timeline`;
  const queries = [
    '',
    '?limit=5',
    '?limit=6',
    '?status=planned',
    '?status=due',
    '?timing=certain',
    '?occurredAsOf=2018',
    '?reportedAsOf=2018',
    '?atPosition=60',
  ];
  const games = ['', '?timing=certain', '?status=scheduled', '?occurredAsOf=2018'].map((query) => `/api/games${query}`);
  const tags = await Promise.all(
    [...queries.map((query) => `${timeline}${query}`), `${alibaba}/rollout`, ...games].map(
      async (address) => (await get(address)).headers.etag,
    ),
  );
  t.equal(new Set(tags).size, tags.length);
  t.equal(
    (await get(`${timeline}?status=due,planned`)).text,
    (await get(`${timeline}?status=planned&status=due`)).text,
  );
});

t.test('an event of another partnership changes neither the bytes nor the ETag of an answer', async (t) => {
  const { get, post } = await openTestApp(t);
  const before = await Promise.all([...views, ...ofArticles].map(async (address) => await get(address)));
  t.equal((await post(articleText())).status, 201, 'another partnership is recorded');
  for (const { headers, text } of before) {
    const address = [...views, ...ofArticles][before.findIndex((one) => one.text === text)] ?? '';
    const after = await get(address);
    t.equal(after.text, text, address);
    t.equal(after.headers.etag, headers.etag, address);
    t.equal(after.headers.link, headers.link, address);
    t.equal((await get(address, { 'if-none-match': headers.etag ?? '' })).status, 304, address);
  }
});

t.test('a later event changes neither the bytes nor the ETag of an answer at a position', async (t) => {
  const { get, post, ledger } = await openTestApp(t, { seeds: false });
  const owed = '  - { ObligationUndertaken: buses, games: 2022W, happened: ~, p: 1, note: Buses are owed }';
  const { body } = await post(articleText({ reports: owed }));
  const addresses = ['/api/games', '/api/games/2022W/obligations'].map((path) => `${path}?atPosition=${body.position}`);
  const before = await Promise.all(addresses.map(async (address) => await get(address)));
  await ledger.store.append('games-2022W', 'no_stream', [gamesEvent(datesOf('2022W', '2022-02-04/2022-02-20'))]);
  for (const [i, address] of addresses.entries()) {
    const after = await get(address);
    t.equal(after.text, before[i]?.text, address);
    t.equal(after.headers.etag, before[i]?.headers.etag, address);
  }
});

t.test('an event of a partnership changes the bytes and the ETag of its answer', async (t) => {
  const { get, post } = await openTestApp(t);
  const timeline = `${alibaba}/timeline?occurredAsOf=2018-02-05&type=CampaignLaunched`;
  const before = await get(timeline);
  t.equal(before.body.entries[0].status, 'due');
  const { body } = await post(launchReport('005'));
  const after = await get(timeline, { 'if-none-match': before.headers.etag ?? '' });
  t.equal(after.status, 200);
  t.not(after.headers.etag, before.headers.etag);
  t.equal(after.body.entries[0].status, 'happened', 'and is read at once');
  t.equal(after.body.cut.position, body.position);
  const then = await get(`${timeline}&atPosition=${before.body.cut.position}`);
  t.equal(then.body.entries[0].status, 'due', 'before that it is as it was');
});

t.test('an answer about today has another ETag tomorrow', async (t) => {
  const { get, later } = await openTestApp(t);
  const [open, fixed] = [await get(`${alibaba}/timeline`), await get(`${alibaba}/timeline?occurredAsOf=2018`)];
  later(oneDay);
  const tomorrow = await get(`${alibaba}/timeline`);
  t.equal(tomorrow.body.cut.occurredAsOf, new Date(startOfApps + oneDay).toISOString().slice(0, 10));
  t.not(tomorrow.headers.etag, open.headers.etag);
  t.equal((await get(`${alibaba}/timeline?occurredAsOf=2018`)).headers.etag, fixed.headers.etag);
});

t.test('an answer with other names has another ETag', async (t) => {
  const { get, ledger, proof } = await openTestApp(t);
  const nameless = buildApp({
    ledger,
    proof,
    subjects: emptyRegistry,
    access: openAccess({ writeToken: testToken, now: () => startOfApps }),
    version: '0.0.0-test',
    now: () => startOfApps,
    logger: false,
  });
  t.teardown(() => nameless.close());
  const [named, plain] = [await get(`${alibaba}/rollout`), await nameless.inject(`${alibaba}/rollout`)];
  t.not(plain.body, named.text);
  t.not(plain.headers.etag, named.headers.etag);
});

t.test('a category that another partner comes to hold changes the answer of this one', async (t) => {
  const { get, post } = await openTestApp(t);
  const granted = `${alibaba}/timeline?type=CategoryGranted`;
  const before = await get(granted);
  t.same(
    before.body.entries.flatMap(({ flags }: { flags: unknown[] }) => flags),
    [],
  );
  const rival = { article: 'rival', partnership: 'rival.ioc', published: '2015-02-02' };
  const grant = '  - { CategoryGranted: cloud-services, happened: 2015-02-01, p: 1, note: The rival has it }';
  t.equal((await post(articleText({ ...rival, reports: grant }))).status, 201);
  const after = await get(granted);
  t.not(after.headers.etag, before.headers.etag);
  const flags = after.body.entries.flatMap((entry: { flags: { rule: string; detail: string }[] }) => entry.flags);
  t.match(flags, [{ rule: 'category-exclusivity', detail: /rival\.ioc/ }]);
  const cited = await get(`${granted}&atPosition=${after.body.cut.position}`);
  t.same(cited.body, after.body, 'the position of the cut is one at which the flag is there');
  const other = '  - { PartnershipAnnounced: ~, happened: 2015-02-01, p: 1, note: Made public }';
  t.equal((await post(articleText({ ...rival, article: 'rival-2', reports: other }))).status, 201);
  t.equal((await get(granted)).headers.etag, after.headers.etag, 'what else the rival does plays no part');
});
