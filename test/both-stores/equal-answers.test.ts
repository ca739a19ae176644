import { join } from 'node:path';
import t, { type Test } from 'tap';
import {
  type Answer,
  nextIn,
  oneDay,
  openTestApp,
  startDay,
  startOfApps,
  type TestApp,
  testToken,
} from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { placeOnEventStoreDb, unlessClockCanBeSet } from '../support/open-test-ledger.ts';
import { addressesOf, factsOf } from './addresses.ts';
import { beginLedger } from './begin-ledger.ts';
import { sameAnswers } from './same-answers.ts';

// Where the clock of a server cannot be set, all but the time of recording is equal.
const instants = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const comparable = ({ status, text, headers: { date: _now, 'x-request-id': _id, ...headers } }: Answer) =>
  unlessClockCanBeSet ? { status, text: text.replaceAll(instants, '…') } : { status, text, headers };

const onAlibaba = { partnership: 'alibaba.ioc', published: '2018-02-02' };
const launch = '  - { CampaignLaunched: greatness-of-small, happened: 2018-02-01, p: 1, note: It is on the air }';
const announced = '  - { CampaignAnnounced: greatness-of-small, happened: 2018-01, p: 1, note: It is announced }';
const grant = '  - { CategoryGranted: cloud-services, happened: 2015-02-01, p: 1, note: The rival has it }';
const undertaken =
  '  - { ObligationUndertaken: transport, games: 2026W..2032S, happened: 2015-02-01, implied: true, p: 1, note: Buses }';

/** What is sent one after another, and what becomes of it. */
const sent: readonly (readonly [string, number])[] = [
  [articleText({ ...onAlibaba, article: '005', reports: launch }), 201],
  [articleText({ ...onAlibaba, article: '005', reports: launch }), 200],
  [articleText({ ...onAlibaba, article: '005', reports: announced }), 409],
  [articleText({ ...onAlibaba, article: '005', revision: 2, head: 'because: reread\n', reports: announced }), 201],
  [articleText({ article: 'rival', partnership: 'rival.ioc', published: '2015-02-02', reports: grant }), 201],
  [articleText({ article: 'rival-2', partnership: 'rival.ioc', published: '2015-02-03', reports: undertaken }), 201],
  [articleText({ article: 'rival', reports: announced }), 409],
  [articleText({ article: 'wrong', published: '2018/2019' }), 422],
  [
    articleText({ article: 'umlauts', head: 'because: reread\n', revision: 3 }).replace(
      'made-up',
      'für 北京 🏔 gemachter',
    ),
    201,
  ],
];

t.test('both stores answer alike on equal ledgers', async (t) => {
  const folder = t.testdir();
  const placeOfOne = { dataDir: join(folder, 'embedded') };
  const placeOfOther = await placeOnEventStoreDb(join(folder, 'eventstoredb'));
  for (const place of [placeOfOne, placeOfOther]) await beginLedger(place, () => startOfApps);
  const embedded = await openTestApp(t, { place: placeOfOne });
  const eventStoreDb = await openTestApp(t, { place: placeOfOther });
  const apps = [embedded, eventStoreDb];

  const same = async (t: Test, ask: (app: TestApp) => Promise<Answer>, message: string): Promise<Answer> => {
    const [wanted, found] = [await ask(embedded), await ask(eventStoreDb)];
    if (wanted.status >= 500) t.fail(`${message}: ${wanted.status}`);
    t.strictSame(comparable(found), comparable(wanted), message);
    return wanted;
  };

  const answerOf =
    ({ get }: TestApp) =>
    async (address: string) => {
      const answer = await get(address);
      if (answer.status >= 500) throw new Error(`${address}: ${answer.status}`);
      return comparable(answer);
    };

  const recorded: string[] = [];
  await t.test('both stores answer alike to every article and decision sent', async (t) => {
    for (const [i, [article, status]] of sent.entries()) {
      for (const app of apps) app.later(oneDay / 4 + 1);
      const answer = await same(t, ({ post }) => post(article), `article ${i}`);
      t.equal(answer.status, status);
      if (status === 201) recorded.push(answer.body.recordedAt);
    }
    const headers = { authorization: `Bearer ${testToken}`, 'content-type': 'application/json' };
    await same(t, ({ send }) => send('POST', '/api/articles', headers, '{'), 'what is no JSON');
    for (const app of apps) app.later(oneDay);
  });

  const { position } = await embedded.ledger.views.head();
  t.equal((await eventStoreDb.ledger.views.head()).position, position);

  // Without another clock a position is seen as on the day on which it was recorded.
  const seenOn = unlessClockCanBeSet ? '&occurredAsOf=2028' : '';
  const positions = Array.from({ length: 5 }, (_, i) => `atPosition=${Math.round((position * i) / 4)}${seenOn}`);
  const byThen = recorded.flatMap((instant) => {
    const milliseconds = Date.parse(instant);
    return [-1, 0, 1].map((offset) => `recordedAsOf=${new Date(milliseconds + offset).toISOString()}`);
  });
  const clocks = [
    '',
    'occurredAsOf=2018-02-05',
    'reportedAsOf=2017-06&timing=certain',
    'reportedAsOf=2018&occurredAsOf=2028',
    ...positions,
    ...(unlessClockCanBeSet ? [] : [...byThen, `recordedAsOf=${startDay}`, `recordedAsOf=${startDay.slice(0, 7)}`]),
    'recordedAsOf=2018',
    'recordedAsOf=2999',
    'asOf=2018',
    `atLeast=${position}`,
  ];

  const addresses = await addressesOf(embedded);
  t.same(await addressesOf(eventStoreDb), addresses);

  await t.test('both stores answer alike through every clock', async (t) => {
    const questions = addresses.flatMap((address) => clocks.map((clock) => `${address}?${clock}`));
    await sameAnswers(t, questions, answerOf(embedded), answerOf(eventStoreDb));
  });

  await t.test('both stores answer alike for every fact', async (t) => {
    const facts = await factsOf(embedded, 'alibaba.ioc');
    t.ok(facts.length > 100);
    await sameAnswers(t, facts, answerOf(embedded), answerOf(eventStoreDb));
  });

  await t.test('both stores answer alike page by page', async (t) => {
    for (const list of ['/api/audit', '/api/partnerships/alibaba.ioc/timeline', '/api/articles']) {
      for (let next: string | null = `${list}?limit=17`; next !== null; ) {
        const address: string = next;
        next = nextIn((await same(t, ({ get }) => get(address), address)).headers['link']);
      }
    }
  });

  await t.test('both stores answer alike from a rebuilt index', async (t) => {
    const anew = await openTestApp(t, { place: { ...placeOfOther, dataDir: join(folder, 'another-server') } });
    anew.later(Date.parse(recorded.at(-1) ?? '') + oneDay - startOfApps);
    await sameAnswers(t, addresses, answerOf(eventStoreDb), answerOf(anew));
  });
});
