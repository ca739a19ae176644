import t from 'tap';
import { corrects, historyAfter, reportsOn, resolves, type Step } from '../../support/decided.ts';
import { article, happened, planned } from '../../support/given.ts';
import { seeFact } from '../../support/see.ts';

const key = 'campaign/spring/creative-count-stated';
const counts = (count: number | { min: number }, said = {}) =>
  happened('CreativeCountStated', null, { subject: 'spring', fields: { count }, ...said });

const two = article('two', '2018-01', [counts(2, { by: 'party' })]);
const three = article('three', '2018-01', [counts(3)]);

const count = (...steps: readonly Step[]) => {
  const fact = seeFact(historyAfter(...steps), key);
  return { value: fact?.fields['count']?.value, contested: fact?.contested, reopened: fact?.reopened };
};

t.test('a resolution settles a contest for the reports that it judged', async (t) => {
  t.strictSame(count(two, three), { value: 2, contested: true, reopened: false }, 'before');
  t.strictSame(count(two, three, resolves(key, 'count', 3)), { value: 3, contested: false, reopened: false });
  const settled = seeFact(historyAfter(two, three, resolves(key, 'count', 3)), key);
  t.strictSame(
    settled?.fields['count']?.alternatives.map(({ value, displayed }) => [value, displayed]),
    [
      [3, true],
      [2, false],
    ],
    'all alternatives stay visible',
  );
});

t.test('the later of two resolutions of one field wins', async (t) => {
  const [first, second] = [resolves(key, 'count', 2), resolves(key, 'count', 3)];
  t.equal(count(two, three, first, second).value, 3);
  t.equal(count(two, three, second, first).value, 2);
});

t.test('a new report that contradicts reopens the contest', async (t) => {
  const settled = [two, three, resolves(key, 'count', 3)] as const;
  t.strictSame(
    count(...settled, article('five', '2018-02', [counts(5)])),
    { value: 3, contested: true, reopened: true },
    'with another value',
  );
  t.strictSame(
    count(...settled, article('again', '2018-02', [counts(2, { by: 'party' })])),
    { value: 3, contested: true, reopened: true },
    'and with one that was judged, from another source',
  );
  t.strictSame(
    count(...settled, article('agrees', '2018-02', [counts({ min: 2 })])),
    { value: 3, contested: false, reopened: false },
    'not one that agrees',
  );
});

t.test('a resolution covers the same statement in a later reading', async (t) => {
  const settled = [two, three, resolves(key, 'count', 3)] as const;
  const reread = (report: ReturnType<typeof counts>) =>
    article('two', null, [{ ...report, note: 'in other words', paragraphs: [7] }], { revision: 2, because: 'reread' });
  t.strictSame(count(...settled, reread(counts(2, { by: 'party' }))), { value: 3, contested: false, reopened: false });
  t.match(
    count(...settled, reread(counts(4, { by: 'party' }))),
    { reopened: true },
    'other values are a new statement',
  );
  t.match(count(...settled, reread(counts(2, { by: 'outlet' }))), { reopened: true }, 'and so is another mouth');
});

t.test('a report that a resolution did not judge still contradicts it', async (t) => {
  t.strictSame(count(two, three, resolves(key, 'count', 3, { of: ['three'] })), {
    value: 3,
    contested: true,
    reopened: true,
  });
});

t.test('a resolution that rests on a reference holds from its date on the reported clock', async (t) => {
  const history = historyAfter(
    two,
    three,
    resolves(key, 'count', 3, { basis: 'better-evidence', reference: '2018-06' }),
  );
  const on = (reportedAsOf: string | null, timing: 'any' | 'certain' = 'any') =>
    seeFact(history, key, { reportedAsOf, timing })?.fields['count']?.value;
  t.equal(on('2018-05-31'), 2);
  t.equal(on('2018-06-01'), 3, 'possibly from the first day of its month');
  t.equal(on('2018-06-29', 'certain'), 2);
  t.equal(on('2018-06-30', 'certain'), 3);
  t.equal(on(null), 3);
});

t.test('a "we misread" resolution holds at every reportedAsOf', async (t) => {
  const history = historyAfter(two, three, resolves(key, 'count', 3, { basis: 'misread', reference: '2018-06' }));
  t.equal(seeFact(history, key, { reportedAsOf: '2018-01-31' })?.fields['count']?.value, 3);
});

t.test('a resolution settles dates and sets too', async (t) => {
  const launched = 'campaign/spring/launched';
  const launch = (date: string) => happened('CampaignLaunched', date, { subject: 'spring' });
  const dates = [article('a', '2019', [launch('2018-02')]), article('b', '2019', [launch('2018-03')])];
  t.match(seeFact(historyAfter(...dates, resolves(launched, 'date', '2018-03')), launched), {
    occurrence: { date: { edtf: '2018-03' } },
    contested: false,
  });
  t.match(
    seeFact(
      historyAfter(...dates, resolves(launched, 'date', '2018-03'), article('c', '2019', [launch('2018-01')])),
      launched,
    ),
    { occurrence: { date: { edtf: '2018-03' } }, contested: true, reopened: true },
  );

  const roster = 'roster/top/reported';
  const names = (members: readonly string[], complete: boolean) =>
    happened('RosterReported', null, { subject: 'top', fields: { members, complete } });
  const lists = [article('a', '2019', [names(['visa'], true)]), article('b', '2019', [names(['coke', 'visa'], true)])];
  t.match(seeFact(historyAfter(...lists), roster), { contested: true });
  for (const chosen of [['visa'], ['coke', 'visa']]) {
    const settled = historyAfter(...lists, resolves(roster, 'members', chosen));
    t.match(seeFact(settled, roster), { contested: false, fields: { members: { value: chosen } } }, chosen.join());
  }
  t.match(
    seeFact(
      historyAfter(...lists, resolves(roster, 'members', ['visa']), article('c', '2019', [names(['intel'], false)])),
      roster,
    ),
    { contested: true, reopened: true, fields: { members: { value: ['visa'] } } },
  );
});

t.test('a resolution on plans does not settle what happened', async (t) => {
  const opened = 'storefront/shop.2022w/opened';
  const of = { subject: 'shop', games: ['2022W'] };
  const plans = ['Web', 'App'].map((platform) =>
    article(platform, '2017', [planned('StorefrontOpened', '2018', { ...of, fields: { platform } })]),
  );
  const done = article('done', '2019', [
    happened('StorefrontOpened', '2018', { ...of, fields: { platform: 'Kiosk' } }),
  ]);
  const settled = [...plans, resolves(opened, 'platform', 'App')];
  t.match(seeFact(historyAfter(...settled), opened), { contested: false, fields: { platform: { value: 'App' } } });
  t.match(seeFact(historyAfter(...settled, done), opened), {
    contested: false,
    reopened: false,
    fields: { platform: { value: 'Kiosk' } },
  });
});

t.test("a steward's correction keeps what the article said and judges only its own report", async (t) => {
  const history = historyAfter(two, three, corrects(key, 'count', 3, { of: ['two'] }));
  const fact = seeFact(history, key);
  t.match(fact, { contested: false, fields: { count: { value: 3 } } }, 'so both agree');
  const [source] = fact?.evidence.filter(({ report }) => report.metadata.article === 'two') ?? [];
  t.match(source, { report: { fields: { count: 2 } }, corrections: [{ said: 2, value: 3 }] });
  t.equal(reportsOn({ history }, key)[0]?.fields['count'], 2, 'the event is as it was');
});
