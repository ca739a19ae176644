import ICAL from 'ical.js';
import t from 'tap';
import { openTestApp, problem } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const app = await openTestApp(t);
const { get, post, later } = app;

type Entry = {
  readonly uid: string;
  readonly summary: string;
  readonly days: readonly [string, string];
  readonly status: string;
  readonly sequence: number;
  readonly stamp: string;
  readonly reminders: readonly string[];
};

/** The entries of a calendar as a calendar program reads them. */
const open = (text: string): readonly Entry[] =>
  new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      summary: event.summary,
      days: [event.startDate.toString(), event.endDate.toString()],
      status: String(component.getFirstPropertyValue('status')),
      sequence: event.sequence,
      stamp: String(component.getFirstPropertyValue('dtstamp')),
      reminders: component
        .getAllSubcomponents('valarm')
        .map((alarm) => alarm.getFirstProperty('trigger'))
        .map((trigger) => `${trigger?.getFirstParameter('related') ?? ''} ${String(trigger?.getFirstValue())}`),
    };
  });

const entriesAt = async (address: string): Promise<ReadonlyMap<string, Entry>> => {
  const { text, status } = await get(address);
  t.equal(status, 200, address);
  return new Map(open(text).map((entry) => [entry.uid.split('@')[0] ?? '', entry]));
};

const alibaba = '/api/partnerships/alibaba.ioc/calendar.ics';

t.test(
  'a calendar has the planned days, the Games and the end of the agreement, and nothing that happened',
  async (t) => {
    const entries = await entriesAt(`${alibaba}?occurredAsOf=2018-02-05`);
    const of = (key: string) => entries.get(`alibaba.ioc/${key}`);
    t.match(of('campaign/greatness-of-small/launched'), {
      summary: 'Due: Campaign “The Greatness of Small” launched',
      days: ['2018-02-01', '2018-02-02'],
    });
    t.match(of('games/2022W'), { days: ['2022-02-04', '2022-02-21'], status: 'CONFIRMED' }, 'the end is exclusive');
    t.match(of('term/end'), { days: ['2028-01-01', '2029-01-01'], status: 'TENTATIVE', summary: /\(in 2028\)$/ });
    t.equal(of('storefront/tmall-ocog.2022w/opened'), undefined, 'it has happened');
    t.match(of('market/greatness-of-small.cn/entered'), {
      summary: 'Planned: Campaign “The Greatness of Small” runs abroad: China (9–25 Feb 2018)',
      status: 'TENTATIVE',
      reminders: ['START -P7D', 'END -P7D'],
    });
    for (const { uid, sequence } of entries.values()) {
      t.match(uid, /@[0-9a-f-]{36}$/);
      t.ok(sequence > 0, uid);
    }
  },
);

t.test(
  'the stamp is when the last event was recorded, so the same ledger gives the same bytes on any day',
  async (t) => {
    const address = `${alibaba}?occurredAsOf=2018-02-05`;
    const before = await get(address);
    const { cut } = (await get('/api/partnerships/alibaba.ioc/calendar?occurredAsOf=2018-02-05')).body;
    later(86_400_000);
    const after = await get(address);
    t.equal(after.text, before.text);
    t.ok(
      open(after.text).every(
        ({ stamp }) => Date.parse(stamp) === Math.floor(Date.parse(cut.recordedAsOf) / 1000) * 1000,
      ),
    );
  },
);

const plan = (article: string, published: string, date: string) =>
  articleText({
    article,
    published,
    publisher: `Paper ${article}`,
    reports: `  - { CampaignLaunched: spring, planned: ${date}, p: 1, note: Acme is to launch its spring campaign }`,
  });

t.test('a plan that is moved keeps its UID, and its SEQUENCE grows', async (t) => {
  const address = '/api/partnerships/acme.federation/calendar.ics?occurredAsOf=2030-06-01';
  const key = 'acme.federation/campaign/spring/launched';
  await post(plan('m1', '2030-05-02', '2030-09-01'));
  const first = (await entriesAt(address)).get(key);
  t.match(first, { days: ['2030-09-01', '2030-09-02'], status: 'CONFIRMED', reminders: ['START -P7D'] });
  await post(plan('m2', '2030-05-20', '2030-10'));
  const second = (await entriesAt(address)).get(key);
  t.match(second, { uid: first?.uid, days: ['2030-10-01', '2030-11-01'], status: 'TENTATIVE' });
  t.ok((second?.sequence ?? 0) > (first?.sequence ?? 0));
  await post(
    articleText({
      article: 'm3',
      published: '2030-05-30',
      reports: '  - { CampaignCancelled: spring, happened: 2030-05-29, p: 1, note: Acme calls the campaign off }',
    }),
  );
  const third = (await entriesAt(address)).get(key);
  t.match(third, { uid: first?.uid, status: 'CANCELLED', reminders: [] });
});

t.test('of a plan with one bound only that day is marked, and what has no day is counted', async (t) => {
  const at = '/api/partnerships/bound.federation/calendar';
  const reports = ['..2030-07-01', '2030-08-01..', '~'].map(
    (date, i) => `  - { CampaignLaunched: bound-${i}, planned: ${date}, p: 1, note: Acme is to launch }`,
  );
  await post(articleText({ article: 'b1', partnership: 'bound.federation', reports: reports.join('\n') }));
  const entries = [...(await entriesAt(`${at}.ics?occurredAsOf=2030-06-01`)).values()];
  t.match(entries, [
    { days: ['2030-07-01', '2030-07-02'], status: 'TENTATIVE', summary: /\(by 1 Jul 2030\)$/ },
    { days: ['2030-08-01', '2030-08-02'], status: 'TENTATIVE', summary: /\(from 1 Aug 2030 on\)$/ },
  ]);
  t.match((await get(`${at}?occurredAsOf=2030-06-01`)).body, { total: 2, undated: 1 });
});

t.test('filters limit a calendar, and a filter of plans leaves Games and ends out', async (t) => {
  const due = await entriesAt(`${alibaba}?occurredAsOf=2018-02-05&status=due`);
  t.same([...due.keys()], ['alibaba.ioc/campaign/greatness-of-small/launched']);
  const games = await entriesAt(`${alibaba}?games=2022W&occurredAsOf=2018-02-05`);
  t.same([...games.keys()], ['alibaba.ioc/games/2022W']);
  t.match(await get(`${alibaba}?status=happened`), problem('invalid-parameter', 400));
});
