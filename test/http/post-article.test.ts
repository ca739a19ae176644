import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { openTestApp, problem, startOfApps, testToken } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { unlessRecordedAtCanBeSet } from '../support/open-test-ledger.ts';
import { seedsFolder } from '../support/seeds.ts';

const launch = (change: Parameters<typeof articleText>[0] = {}): string =>
  articleText({
    article: '005',
    partnership: 'alibaba.ioc',
    published: '2018-02-02',
    reports:
      '  - { CampaignLaunched: greatness-of-small, happened: 2018-02-01, p: 1, note: The campaign is on the air }',
    ...change,
  });

// Clients read every list without checking first that it exists.
const noEffects = {
  entered: [],
  corroborated: [],
  advanced: [],
  narrowed: [],
  contested: [],
  corrected: [],
  retracted: [],
  superseded: [],
  resolved: [],
  separated: [],
};

t.test(
  'an article is recorded once, refused if changed under its revision, and read anew under the next',
  async (t) => {
    const { post, get, ledger, later } = await openTestApp(t);
    const before = (await ledger.views.head()).position;
    later(1000);

    const recorded = await post(launch());
    t.match(recorded, {
      status: 201,
      headers: { location: '/api/articles/005', 'cache-control': 'no-store' },
      body: { article: '005', revision: 1, position: before + 2, recordedAt: String, flags: [] },
    });
    const after = new Date(startOfApps + 1000).toISOString();
    if (!unlessRecordedAtCanBeSet) t.equal(recorded.body.recordedAt, after);
    t.same(recorded.body.effects, { ...noEffects, advanced: ['campaign/greatness-of-small/launched'] });
    const { body: article } = await get(recorded.headers.location ?? '');
    t.same(article.article.effects, recorded.body.effects, 'the article tells of the same effects');
    t.equal(article.article.version, recorded.body.position);

    later(1000);
    const again = await post(launch());
    t.match(again, { status: 200, headers: { location: '/api/articles/005' } });
    t.match(again.body, {
      position: recorded.body.position,
      recordedAt: recorded.body.recordedAt,
      effects: noEffects,
      flags: [],
    });
    t.equal((await ledger.views.head()).position, before + 2, 'nothing is appended');

    const changed = await post(launch({ published: '2018-02-03' }));
    t.match(
      changed,
      problem('revision-taken', 409, {
        errors: [{ in: 'body', path: '/revision', message: /raise/, suggestion: '2' } as never],
      }),
    );
    const elsewhere = await post(launch({ partnership: 'acme.federation' }));
    t.match(elsewhere, problem('article-taken', 409));
    t.match(elsewhere.body.detail, 'alibaba.ioc');

    const reread = launch({
      revision: 2,
      head: 'because: reread\n',
      reports: '  - { CampaignAnnounced: greatness-of-small, happened: 2018-01, p: 1, note: It is announced }',
    });
    const second = await post(reread);
    t.match(second, { status: 201, body: { revision: 2 } });
    t.match(second.body.effects, { superseded: ['campaign/greatness-of-small/launched'] });
    const timeline = await get('/api/partnerships/alibaba.ioc/timeline?occurredAsOf=2018-02-05&type=CampaignLaunched');
    t.equal(timeline.body.entries[0].status, 'due', 'as if the first reading had not been');
    const fact = await get('/api/partnerships/alibaba.ioc/facts/campaign/greatness-of-small/launched');
    const dropped = fact.body.reports.find((report: { article: string }) => report.article === '005');
    t.match(dropped, { counts: false, because: /revision 2 of article 005/ });
    t.match((await get('/api/articles/005')).body.article, {
      revision: 2,
      revisions: [{ counts: false }, { counts: true }],
    });
  },
);

t.test('a fact that no report supports any more is hidden unless asked for', async (t) => {
  const { post, get } = await openTestApp(t, { seeds: false });
  const opened = '  - { StorefrontOpened: corner-shop, happened: 2024-05-01, games: 2024S, p: 1, note: It is open }\n';
  const announced = '  - { PartnershipAnnounced: ~, happened: 2024-05-01, p: 1, note: Made public }';
  const published = '2024-05-02';
  await post(articleText({ published, reports: `${opened}${announced}` }));
  await post(articleText({ published, revision: 2, head: 'because: reread\n', reports: announced }));
  const timeline = '/api/partnerships/acme.federation/timeline';
  t.equal((await get(timeline)).body.total, 1);
  const all = await get(`${timeline}?include=unsupported`);
  t.match(all.body.entries.map(({ fact, status }: { fact: string; status: string }) => [fact, status]).toSorted(), [
    ['partnership/acme.federation/announced', 'happened'],
    ['storefront/corner-shop.2024s/opened', 'unsupported'],
  ]);
  t.equal((await get(`${timeline}?status=unsupported`)).body.total, 1, 'asking for the status is asking for it');
  const fact = await get('/api/partnerships/acme.federation/facts/storefront/corner-shop.2024s/opened');
  t.match(fact.body, { entry: { status: 'unsupported' }, reports: [{ counts: false, because: /leaves it out/ }] });
  const trail = await get('/api/partnerships/acme.federation/facts/storefront/corner-shop.2024s/opened/audit');
  t.same(
    trail.body.entries.map(({ event }: { event: { type: string } }) => event.type),
    ['StorefrontOpened', 'ArticleRead'],
  );
  t.equal(
    trail.body.entries.at(-1).position,
    fact.body.entry.version,
    'what dropped it is the last event of its trail',
  );
});

t.test('the trail at an earlier day shows nothing of a later publication', async (t) => {
  const { post, get } = await openTestApp(t, { seeds: false });
  const announced = '  - { PartnershipAnnounced: ~, happened: 2024-05-01, p: 1, note: Made public }';
  const first = await post(articleText({ published: '2024-05-02', reports: announced }));
  const head = 'because: republished\n';
  const second = await post(articleText({ published: '2024-06-02', revision: 2, head, reports: announced }));
  const trail = '/api/partnerships/acme.federation/audit';
  const now = await get(trail);
  t.equal(now.body.entries[0].supersededBy, second.body.position - 1, 'the same report of the later revision');
  const then = await get(`${trail}?reportedAsOf=2024-05`);
  t.equal(then.body.total, 2);
  t.ok(then.body.entries.every(({ supersededBy }: { supersededBy: number | null }) => supersededBy === null));
  const cited = await get(`${trail}?occurredAsOf=2024-05-31&reportedAsOf=2024-05&atPosition=${first.body.position}`);
  t.same(cited.body, then.body, 'nor does it make a difference that it is recorded');
});

t.test('an article in YAML and in JSON is the same article', async (t) => {
  const { post } = await openTestApp(t, { seeds: false });
  const yaml = await readFile(join(seedsFolder, '004.yaml'), 'utf8');
  t.equal((await post(yaml)).status, 201);
  const json = JSON.stringify(parse(yaml), null, 2);
  t.equal(
    (await post(json, { 'content-type': 'application/json' })).status,
    200,
    'sent as JSON it is recorded already',
  );
  for (const type of ['text/yaml', 'application/x-yaml', 'application/yaml; charset=utf-8']) {
    t.equal((await post(yaml, { 'content-type': type })).status, 200, type);
  }
});

t.test('all mistakes in an article are reported with their places, and nothing is recorded', async (t) => {
  const { post, ledger } = await openTestApp(t);
  const before = (await ledger.views.head()).position;
  const text = launch({
    published: '2018-02/2018-03',
    reports:
      '  - { CampaignLaunchd: greatness-of-small, happened: 2018-02-01, p: 1 }\n  - { MarketEntered: UK, campaign: greatness-of-small, planned: 2018-21, p: 4 }',
  });
  const answer = await post(text);
  t.match(answer, problem('invalid-article', 422));
  const lines = text.split('\n');
  const lineOf = (part: string) => lines.findIndex((line) => line.includes(part)) + 1;
  const errors: { in: string; path: string; line: number; column: number; suggestion?: string }[] = answer.body.errors;
  t.ok(errors.every((error) => error.in === 'body' && error.line > 0 && error.column > 0));
  const at = (line: number) => errors.filter((error) => error.line === line);
  t.match(at(lineOf('published:')), [{ path: '/published' }], 'a slash');
  t.match(at(lineOf('CampaignLaunchd')), [{ suggestion: 'CampaignLaunched' }], 'an event type that is none');
  t.same(
    at(lineOf('MarketEntered'))
      .map(({ path }) => path)
      .toSorted(),
    ['/reports/1/MarketEntered', '/reports/1/p', '/reports/1/planned'],
    'a market, a season and a paragraph',
  );
  t.equal((await ledger.views.head()).position, before);

  const broken = await post('{ "article": "x",\n  }', { 'content-type': 'application/json' });
  t.match(
    broken,
    problem('malformed-body', 400, {
      errors: [{ in: 'body', path: '', line: 2, column: 3, message: /JSON/ } as never],
    }),
  );
  t.match(await post('article: [', {}), problem('invalid-article', 422), 'YAML that cannot be read');
  t.match(await post('- a list'), problem('invalid-article', 422));
  t.match(await post('', {}), problem('malformed-body', 400), 'nothing at all');
  t.match(await post(launch(), {}, '/api/articles?dry=true'), problem('unknown-parameter', 400));
});

t.test('an unregistered name gives a warning with the nearest one', async (t) => {
  const { post } = await openTestApp(t);
  const reports =
    '  - { CampaignLaunched: greatnes-of-small, happened: 2018-02-01, p: 1, note: The campaign is on the air }';
  const { status, body } = await post(launch({ reports }));
  t.equal(status, 201);
  t.match(body.warnings, [{ in: 'body', path: '/reports/0/CampaignLaunched', suggestion: 'greatness-of-small' }]);
});

t.test('a report that breaks a business rule is kept and flagged', async (t) => {
  const { post, get } = await openTestApp(t);
  const reports =
    '  - { CampaignEnded: greatness-of-small, happened: 2017-02-01, p: 1, note: It has ended }\n  - { CampaignLaunched: greatness-of-small, happened: 2018-02-01, p: 1, note: It is on the air }';
  const { status, body } = await post(launch({ reports }));
  t.equal(status, 201);
  t.match(body.flags, [{ fact: 'campaign/greatness-of-small/ended', rule: 'campaign-order', detail: String }]);
  const fact = await get('/api/partnerships/alibaba.ioc/facts/campaign/greatness-of-small/ended');
  t.match(fact.body.entry.flags, [{ rule: 'campaign-order' }]);
});

t.test('a category that another partner holds is flagged at once', async (t) => {
  const { post } = await openTestApp(t);
  const reports = '  - { CategoryGranted: cloud-services, happened: 2018-02-01, p: 1, note: A second partner has it }';
  const { status, body } = await post(
    articleText({ article: 'rival', partnership: 'rival.ioc', published: '2018-02-02', reports }),
  );
  t.equal(status, 201);
  t.match(body.flags, [
    { fact: 'category/cloud-services/granted', rule: 'category-exclusivity', detail: /alibaba\.ioc/ },
  ]);
});

t.test('a write without the token is refused', async (t) => {
  const lines: string[] = [];
  const { post, send, ledger } = await openTestApp(t, { log: (line) => lines.push(line) });
  const before = (await ledger.views.head()).position;
  const yaml = { 'content-type': 'application/yaml' };
  for (const authorization of ['', 'Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', testToken]) {
    const answer = await send('POST', '/api/articles', { ...yaml, ...(authorization && { authorization }) }, launch());
    t.match(answer, problem('token-missing', 401), authorization || 'none');
    t.match(answer.headers['www-authenticate'], /^Bearer /);
  }
  for (const wrong of ['x', `${testToken}x`, testToken.slice(1), testToken.toUpperCase()]) {
    t.match(await post(launch(), { authorization: `Bearer ${wrong}` }), problem('token-wrong', 401), wrong);
  }
  t.match(
    await post('x'.repeat(2_000_000), { authorization: 'Bearer wrong' }),
    problem('token-wrong', 401),
    'before the body',
  );
  t.equal((await ledger.views.head()).position, before);
  t.equal((await post(launch(), { authorization: `bearer ${testToken}` })).status, 201, 'the scheme in any case');
  t.ok(lines.length > 5);
  t.notOk(
    lines.some((line) => line.includes(testToken)),
    'the log does not hold the token',
  );
});

t.test('a body that is too large or of another type is refused', async (t) => {
  const { post, send } = await openTestApp(t);
  for (const text of ['x'.repeat(1024 * 1024 + 1), `${launch()}# ${'x'.repeat(256 * 1024)}`]) {
    const answer = await post(text);
    t.match(answer, problem('body-too-large', 413));
    t.match(answer.body.detail, 'split', 'with what to do instead');
  }
  for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/jsonp', 'nonsense']) {
    const answer = await post(launch(), { 'content-type': type });
    t.match(answer, problem('unsupported-media-type', 415), type);
    t.match(answer.headers['accept-post'], /application\/yaml/);
  }
  const none = await send('POST', '/api/articles', { authorization: `Bearer ${testToken}` }, launch());
  t.match(none, problem('unsupported-media-type', 415), 'without a type');
});

t.test('an article too large for one append is refused with the advice to split it', async (t) => {
  const { post, ledger } = await openTestApp(t, { seeds: false });
  const before = (await ledger.views.head()).position;
  const note = 'x'.repeat(3000);
  const subjects = Array.from({ length: 900 }, (_, i) => `aim-${i}`).join(', ');
  const answer = await post(articleText({ reports: `  - { PriorityStated: [${subjects}], p: 1, note: ${note} }` }));
  t.match(answer, problem('article-too-large', 413));
  t.match(answer.body.detail, /split/);
  t.equal((await ledger.views.head()).position, before);
});

t.test('a made-up second partnership is data, not code', async (t) => {
  const { post, get } = await openTestApp(t);
  const text = `article: kestrel-signs
partnership: kestrel.ioc
title: Kestrel to Move the Games
publisher: Harbour Gazette
published: 2025-03-04
publishedBasis: Printed under the headline.
textSha256: ${'a'.repeat(64)}
paragraphs: 6
by: outlet
reports:
  - { PartnershipSigned: ~, happened: 2025-03-03, p: 2, place: Lausanne, note: The deal is signed }
  - { TermAgreed: ~, happened: 2025-03-03, p: 2, end: 2032, note: It runs to 2032 }
  - { CategoryGranted: electric-buses, happened: 2025-03-03, p: 3, note: Buses are its field }
  - { CoverageDeclared: ~, games: 2026W..2032S, happened: 2025-03-03, implied: true, p: 3, note: All Games within the term }
  - { ObligationUndertaken: spectator-transport, games: 2026W..2032S, implied: true, happened: 2025-03-03, p: 3, note: Buses for spectators }
  - { CampaignLaunched: quiet-roads, planned: 2025-09..2025-11, p: 4, note: A campaign in autumn }
  - { MarketEntered: [NO, IT], campaign: quiet-roads, planned: ~, p: 4, note: In two countries }
  - { StorefrontOpened: fan-shop, planned: 2026-01, games: 2026W, p: 5, platform: Fjord, note: A shop for fans }
omitted:
  headline: 1
  page furniture: 6
`;
  const answer = await post(text);
  t.equal(answer.status, 201, answer.text);
  t.equal(answer.body.effects.entered.length, 15);
  t.match(
    (await get('/api/partnerships')).body.partnerships.map(({ id }: { id: string }) => id),
    ['alibaba.ioc', 'kestrel.ioc'],
  );
  const kestrel = '/api/partnerships/kestrel.ioc';
  t.match((await get(`${kestrel}?occurredAsOf=2025-06`)).body, {
    status: 'signed',
    articles: 1,
    facts: 15,
    byStatus: { happened: 11, planned: 4 },
  });
  const { body: owed } = await get(`${kestrel}/obligations?occurredAsOf=2025-06`);
  t.same(
    owed.rows.map(({ edition }: { edition: string }) => edition),
    ['2026W', '2028S', '2030W', '2032S'],
  );
  t.match(owed.rows[0], {
    host: 'Milano Cortina',
    implied: true,
    cells: { 'spectator-transport': { status: 'undertaken', closedWithoutReport: false } },
  });
  t.match((await get(`${kestrel}/rollout?occurredAsOf=2025-10`)).body, {
    campaigns: [{ campaign: 'quiet-roads', launch: { status: 'due' }, markets: [{ market: 'IT' }, { market: 'NO' }] }],
    storefronts: [{ storefront: 'fan-shop.2026w', platform: 'Fjord', opening: { status: 'planned' } }],
  });
  const { body: across } = await get('/api/games/2026W/obligations?occurredAsOf=2025-06');
  t.same(
    across.partnerships.map(({ partnership }: { partnership: string }) => partnership),
    ['alibaba.ioc', 'kestrel.ioc'],
  );
  const unreferenced =
    '  - { ObligationUndertaken: spectator-transport, games: 2036S..2038W, happened: 2025-03-03, p: 1 }';
  const later = { article: 'later', partnership: 'kestrel.ioc', publisher: 'Harbour Gazette', published: '2025-03-04' };
  t.equal((await post(articleText({ ...later, reports: unreferenced }))).status, 201);
  const games = (await get('/api/games')).body.games.map(({ edition }: { edition: string }) => edition);
  t.same(
    games.slice(-2),
    ['2036S', '2038W'],
    'Games of which no reference tells are listed once an article names them',
  );
  t.match((await get('/api/games?games=2036S')).body.games, [
    { name: 'Summer Games 2036', host: null, status: 'unscheduled', sources: [] },
  ]);
});

t.test('articles sent at the same time are each recorded once', async (t) => {
  const { post, get, ledger } = await openTestApp(t, { seeds: false });
  const articles = 150;
  const texts = Array.from({ length: articles }, (_, i) =>
    articleText({
      article: `a${i}`,
      reports: `  - { PriorityStated: aim-${i}, p: 1, note: An aim }\n  - { ReceptionReported: press, p: 1, note: The press likes it }`,
    }),
  );
  const answers = await Promise.all([...texts, ...texts].map(async (text) => await post(text)));
  // The second of two is a retry, and answered as one: as the first was, or that nothing changed.
  t.same(
    [...new Set(answers.map(({ status }) => status))].toSorted((a, b) => a - b),
    [200, 201],
  );
  t.equal((await get('/api/articles')).body.total, articles);
  const positions = new Set(answers.map(({ body }) => body.position));
  t.equal(positions.size, articles, 'and each answer names the position of its own reading');
  t.equal(
    (await ledger.views.head()).position,
    1 + articles * 3,
    'two reports and the reading of each, after the opening',
  );
});
