import { join } from 'node:path';
import t from 'tap';
import { articleFile } from '../cli/article-file.ts';
import { run } from '../cli/run-command.ts';
import { oneDay, openTestApp, problem, startDay } from '../support/app.ts';
import { unlessRecordedAtCanBeSet } from '../support/open-test-ledger.ts';

const subjects = `{
  kestrel.ioc: { kind: partnership, name: Kestrel and the Games },
  kestrel: { kind: organisation, name: "Kestrel Motors", aliases: [Kestrel] },
  spectator-transport: { kind: [obligation, category], name: Buses for spectators, aliases: [shuttle buses] }
}`;
const owed = 'ObligationUndertaken: spectator-transport, games: 2026W, happened: 2025-03-03';
const first = articleFile('a', [owed, 'CategoryGranted: spectator-transport, happened: 2025-03-03'], { subjects });

t.test('names that an article registers are shown, are part of its trail, and need no further warning', async (t) => {
  const { get, post } = await openTestApp(t, { seeds: false });
  const answer = await post(first);
  t.match(answer, { status: 201, body: { warnings: [] } });
  const base = '/api/partnerships/kestrel.ioc';
  t.match((await get(base)).body, {
    name: 'Kestrel and the Games',
    partner: { id: 'kestrel', name: 'Kestrel Motors' },
  });
  const { columns, rows } = (await get(`${base}/obligations`)).body;
  t.match(JSON.stringify([columns, rows]), 'Buses for spectators');
  t.match((await get('/api/partnerships')).body.partnerships, [{ name: 'Kestrel and the Games' }]);
  const { entries } = (await get('/api/articles/a/audit')).body;
  t.match(entries.at(-1).asserted.subjects, [
    { kind: 'partnership', slug: 'kestrel.ioc', name: 'Kestrel and the Games', aliases: [] },
    { kind: 'organisation', slug: 'kestrel', name: 'Kestrel Motors', aliases: ['Kestrel'] },
    { kind: 'obligation', slug: 'spectator-transport' },
    { kind: 'category', slug: 'spectator-transport' },
  ]);
  const second = await post(articleFile('b', [owed, 'TierGranted: gold, happened: ~']));
  t.match(second.body.warnings, [{ message: /^gold \(tier\) is not registered/ }], 'the names of a are known');
});

t.test('names are those of the cut', { skip: unlessRecordedAtCanBeSet }, async (t) => {
  const { get, post, later } = await openTestApp(t, { seeds: false });
  await post(articleFile('b', [owed]));
  later(oneDay);
  await post(first);
  const base = '/api/partnerships/kestrel.ioc';
  t.equal((await get(`${base}?recordedAsOf=${startDay}`)).body.name, 'Kestrel – Ioc');
  t.equal((await get(base)).body.name, 'Kestrel and the Games');
});

t.test(
  'a name that an article registers changes no answer on another partnership, nor one of the register',
  async (t) => {
    const { get, post } = await openTestApp(t);
    const addresses = ['timeline', 'obligations', 'rollout', 'audit'].map(
      (view) => `/api/partnerships/alibaba.ioc/${view}`,
    );
    const before = await Promise.all(addresses.map((address) => get(address)));
    const names = `{ top: { kind: tier, name: The tier }, cloud-services: { kind: [category, obligation], name: Servers }, ioc: { kind: organisation, name: The Committee } }`;
    const granted = 'TierGranted: top, happened: 2025-03-03';
    t.equal(
      (await post(articleFile('a', [granted], { subjects: names }), {}, '/api/articles?newPartnership=true')).status,
      201,
    );
    for (const [i, address] of addresses.entries()) t.ok((await get(address)).text === before[i]?.text, address);
    t.match((await get('/api/partnerships/kestrel.ioc')).body.rightsHolder, {
      name: 'International Olympic Committee',
    });
  },
);

t.test('mistakes in names are told with what to write', async (t) => {
  const { post } = await openTestApp(t);
  const wrong: readonly (readonly [string, object])[] = [
    ['{ insurance: Insurance }', { path: '/subjects/insurance', message: /kind: obligation, name: Insurance/ }],
    ['{ insurance: { name: Insurance } }', { path: '/subjects/insurance/kind' }],
    ['{ insurance: { kind: obligaton, name: X } }', { path: '/subjects/insurance/kind', suggestion: 'obligation' }],
    [
      '{ Insurance Cover: { kind: obligation, name: X } }',
      { path: '/subjects/Insurance Cover', suggestion: 'insurance-cover' },
    ],
  ];
  for (const [text, error] of wrong) {
    const answer = await post(articleFile('a', [owed], { subjects: text }), {}, '/api/articles?newPartnership=true');
    t.match(answer, problem('invalid-article', 422, { errors: [error] } as object), text);
  }
});

t.test('a name or a country in words is answered with the slug or the code to write', async (t) => {
  const { post } = await openTestApp(t);
  const said: readonly (readonly [string, string])[] = [
    [`SponsorLeft: "McDonald's", planned: ~`, 'mcdonalds'],
    ['CoActivationDiscussed: P&G, happened: ~', 'procter-and-gamble'],
    ['MarketEntered: Korea, campaign: greatness-of-small, planned: ~', 'KR'],
    ['CreativeReleased: x, campaign: The Greatness of Small, planned: ~', 'greatness-of-small'],
  ];
  for (const [report, suggestion] of said) {
    const answer = await post(articleFile('a', [report], { partnership: 'alibaba.ioc' }));
    t.match(answer, problem('invalid-article', 422, { errors: [{ suggestion }] } as object), report);
  }
});

t.test('the command line knows the names of the ledger and of earlier files', async (t) => {
  const folder = t.testdir({ 'a.yaml': first, 'b.yaml': articleFile('b', [owed]) });
  const [a, b] = [join(folder, 'a.yaml'), join(folder, 'b.yaml')];
  const dataDir = join(folder, 'data');
  t.notMatch((await run(dataDir, ['check', a, b])).messages, 'not registered');
  t.notMatch((await run(dataDir, ['ingest', a])).messages, 'not registered');
  t.notMatch((await run(dataDir, ['ingest', b])).messages, 'not registered');
  t.match(
    (await run(dataDir, ['show', 'obligations'])).out,
    /of Kestrel and the Games \(kestrel\.ioc\)[\s\S]*Buses for/,
  );
});
