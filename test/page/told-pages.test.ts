import t from 'tap';
import { articleText } from '../support/article-text.ts';
import { openToldApp, tell } from '../support/told-articles.ts';

const html = { accept: 'text/html' };

// The text that a reader sees, without elements.
const textOf = (page: string): string =>
  page
    .replace(/<script.*?<\/script>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');

t.test('a cell says what the rights holder owes, and how much', async (t) => {
  const app = await openToldApp(t, 'helio.ioc', [
    'o1',
    '2019-03-02',
    [
      'ObligationUndertaken: ticket-allotment, happened: 2019-03-01, games: 2024S, owedBy: rights-holder, quantity: { min: 3000 }, unit: tickets',
      'ObligationUndertaken: vehicles, happened: 2019-03-01, games: 2024S, quantity: 90, unit: "%", of: the fleet',
    ],
  ]);
  const page = textOf((await app.get('/partnerships/helio.ioc?occurredAsOf=2020', html)).text);
  t.match(page, /Promised for Paris 2024/, 'the head names no debtor where there are two');
  t.match(page, /at least 3,000 tickets; owed by (?:ioc|International Olympic Committee) /i);
  t.match(page, /last told Mar 2019; 90 % of the fleet /, 'the partner owes the rest unsaid');
});

t.test('the overview names whoever is a party on the chosen day', async (t) => {
  const app = await openToldApp(t, 'coldcola.ioc', [
    'p1',
    '2019-06-26',
    ['PartnershipSigned, happened: 2019-06-24', 'PartyJoined: milkyway, happened: 2019-06-24'],
  ]);
  await tell(t, app, 'coldcola.ioc', [
    'p2',
    '2025-02-02',
    ['PartySucceeded: whiteriver, happened: 2025-02-01, predecessor: milkyway'],
  ]);
  const between = async (day: string) => {
    const { text } = await app.get(`/partnerships/coldcola.ioc?occurredAsOf=${day}`, html);
    return /Between (.*?) Status/i.exec(textOf(text))?.[1]?.toLowerCase();
  };
  t.match(await between('2024'), /^coldcola and milkyway on one side, .* on the other$/);
  t.match(await between('2025-03-01'), /^coldcola and whiteriver on one side/);
});

t.test('a fact names territories, and since when it holds in each', async (t) => {
  const app = await openToldApp(t, 'helio.ioc', [
    't1',
    '2019-03-02',
    [
      'CategoryGranted: mobility, happened: 2019-03-01, territory: [JP, KR], startByTerritory: { JP: 2019-04-01, KR: 2020 }',
    ],
  ]);
  const { text } = await app.get('/partnerships/helio.ioc/facts/category/mobility/granted', html);
  t.match(textOf(text), /Territory Japan and South Korea/);
  t.match(textOf(text), /Start by territory Japan 1 Apr 2019 and South Korea in 2020/);
  t.notMatch(textOf(text), /\{|&quot;/);
});

t.test('drift draws each plan above the one that followed, and what came of it on the same scale', async (t) => {
  const app = await openToldApp(t, 'helio.ioc', [
    'd1',
    '2019-01-10',
    ['CampaignLaunched: sunrise, planned: 2019-03-01', 'StorefrontOpened: kiosk, planned'],
  ]);
  await tell(t, app, 'helio.ioc', ['d2', '2019-02-20', ['CampaignLaunched: sunrise, planned: 2019-05-01']]);
  await tell(t, app, 'helio.ioc', ['d3', '2019-05-12', ['CampaignLaunched: sunrise, happened: 2019-05-11']]);
  const at = async (day: string) =>
    (await app.get(`/partnerships/helio.ioc/drift?occurredAsOf=${day}&reportedAsOf=${day}`, html)).text;
  const moved = await at('2019-05-20');
  const rows = [...moved.matchAll(/<div class="plan told c-.*?<\/svg><\/div>/gs)].map(([row]) => row);
  t.match(
    rows.map((row) => textOf(row).trim()),
    [
      /^Told first article d1 , 10 Jan 2019 1 Mar 2019$/,
      /^Later by 61 days article d2 , 20 Feb 2019 1 May 2019$/,
      /^Happened 11 May 2019$/,
    ],
    'from 1 March to 1 May are 61 days',
  );
  // The leftmost of the nested drawings is the place of the day.
  const places = rows.map((row) => Number(/<svg x="([\d.]+)%"/.exec(row)?.[1]));
  t.ok((places[0] ?? 0) < (places[1] ?? 0) && (places[1] ?? 0) < (places[2] ?? 0), `one scale: ${places.join(', ')}`);
  t.match(rows[0], /#g-planned/);
  t.match(rows[2], /#g-happened/);
  t.match(textOf(moved), /10 days after the plan\./);
  t.match(textOf(moved), /Planned with no day of their own 1/);
  const before = textOf(await at('2019-01-15'));
  t.match(before, /Told first article d1 .* No report since planned/);
  t.notMatch(before, /d2|Happened 11/, 'readers of January knew no more');
  t.match(moved, /class="on" aria-current="page"[^>]*>Drift|Drift<\/a>/);
});

t.test('the timeline shows every fact, of whatever kind', async (t) => {
  const app = await openToldApp(t, 'helio.ioc', [
    'k1',
    '2019-03-02',
    [
      'PartyJoined: lumen, happened: 2019-03-01',
      'NamingRightsGranted: dome, happened: 2019-03-01',
      'HospitalityGranted: boxes, happened: 2019-03-01',
      'AmbassadorNamed: runner, happened: 2019-03-01',
      'BrandIncluded: spark, happened: 2019-03-01',
      'TeamIncluded: sprinters, happened: 2019-03-01',
      'EmbargoAgreed: silence, happened: 2019-03-01',
      'PriorityStated: growth',
    ],
  ]);
  const { body } = await app.get('/api/partnerships/helio.ioc/timeline');
  const { text } = await app.get('/partnerships/helio.ioc/timeline', html);
  const missing = body.entries.filter(({ fact }: { fact: string }) => !text.includes(`/facts/${fact}`));
  t.equal(body.total, 8);
  t.strictSame(missing, []);
});

t.test('an article tells what each paragraph gave in words, and neither a plan nor a denial as done', async (t) => {
  const app = await openToldApp(t, 'helio.ioc', [
    'w1',
    '2019-03-02',
    [
      'PartnershipSigned: ~, happened: 2019-03-01',
      'CampaignLaunched: sunrise, planned: 2019-05',
      'ObligationUndertaken: buses, denied: ~',
    ],
  ]);
  const text = textOf((await app.get('/articles/w1', html)).text);
  t.match(text, /Agreement signed new .*launched, planned new .*promised, denied new/);
});

t.test('the page of an article on several partnerships shows what it told of each', async (t) => {
  const app = await openToldApp(t, 'helio.ioc', ['s1', '2019-03-02', ['PartnershipSigned: ~, happened: 2019-03-01']]);
  const file = articleText({ article: 's2', reports: '  - PLACE' }).replace(/partnership: .*\n/, '');
  const partnerships = `partnerships:
  helio.ioc:
    - { CategoryGranted: buses, happened: 2019-03-01, p: 1 }
  helio.ipc:
    - { CategoryGranted: trams, happened: 2019-03-01, p: 2 }
`;
  const both = file.replace(/reports:\n.*\n/, partnerships).replace('paragraphs: 1', 'paragraphs: 2');
  t.equal((await app.post(both, {}, '/api/articles?newPartnership=true')).status, 201);
  const { text } = await app.get('/articles/s2', html);
  t.match(textOf(text), /Category granted: Buses new .*Category granted: Trams new/i);
  t.notMatch(textOf(text), /nothing taken/);
  t.match(text, /\/partnerships\/helio\.ipc\/facts\/category\/trams\/granted/);
});

t.test('a term says its first day in a sentence, however much of it is known', async (t) => {
  const starts = { a: '2016-09', b: '2016-09-05', c: '[2016-09..2016-11]' };
  const app = await openToldApp(t, 'helio.a');
  for (const [name, start] of Object.entries(starts)) {
    const term = `TermAgreed: ~, happened: 2016-06-09, start: ${start}`;
    await tell(t, app, `helio.${name}`, [`st-${name}`, '2016-06-10', [term]]);
  }
  const termOf = async (name: string) =>
    /Term (No end is told\. .*?\.)/.exec(textOf((await app.get(`/partnerships/helio.${name}`, html)).text))?.[1];
  t.equal(await termOf('a'), 'No end is told. From September 2016.');
  t.equal(await termOf('b'), 'No end is told. From 5 September 2016.');
  t.equal(await termOf('c'), 'No end is told. Starts between September and November 2016.');
});

t.test(
  'a promise that is only denied is neither planned nor waited for, and a limit alone is no promise',
  async (t) => {
    const app = await openToldApp(t, 'helio.ioc', [
      'n1',
      '2019-03-02',
      [
        'ObligationUndertaken: buses, denied: ~, games: 2020S',
        'ObligationQualified: trams, games: 2020S, scope: at most ten',
        'ObligationDelivered: bikes, planned: ~, games: 2020S',
      ],
    ]);
    const at = async (day: string) => {
      const { rows } = (await app.get(`/api/partnerships/helio.ioc/obligations?occurredAsOf=${day}`)).body;
      const page = textOf((await app.get(`/partnerships/helio.ioc?occurredAsOf=${day}`, html)).text);
      return { cells: rows[0].cells, page };
    };
    const before = await at('2020-01-01');
    t.match(
      before.page,
      /Bikes .{0,20} Planned last told .*Buses .{0,20} Denied last told Mar 2019 Buses promised: denied /i,
    );
    t.match(before.page, /Trams .{0,20} None yet last told Mar 2019/i);
    const after = await at('2026-01-01');
    t.match(after.cells, { buses: { status: null, closedWithoutReport: false }, bikes: { closedWithoutReport: true } });
    t.match(after.page, /Buses .{0,20} Denied last told/i);
  },
);
