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
