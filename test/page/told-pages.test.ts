import t from 'tap';
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
  t.match(textOf(moved), /Planned without a day 1/);
  const before = textOf(await at('2019-01-15'));
  t.match(before, /Told first article d1 .* No report since planned/);
  t.notMatch(before, /d2|Happened 11/, 'readers of January knew no more');
  t.match(moved, /class="on" aria-current="page"[^>]*>Drift|Drift<\/a>/);
});
