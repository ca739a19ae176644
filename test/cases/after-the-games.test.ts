import t from 'tap';
import { articleText } from '../support/article-text.ts';
import { openToldApp, type Told } from '../support/told-articles.ts';

const agreed = 'TermAgreed: ~, happened: 2018-05-01, start: 2018';

const open = async (t: Parameters<typeof openToldApp>[0], ...articles: readonly Told[]) => {
  const app = await openToldApp(t, 'kiwi.ioc31', ...articles);
  const at = async (view: string, clocks: string) =>
    (await app.get(`/api/partnerships/kiwi.ioc31${view}?${clocks}`)).body;
  return {
    ...app,
    partnership: (clocks: string) => at('', clocks),
    entry: async (fact: string, clocks: string) =>
      (await at('/timeline', clocks)).entries.find((one: { readonly fact: string }) => one.fact === fact),
    silent: async (clocks: string): Promise<readonly string[]> =>
      (await at('/silence', clocks)).items.map((item: { readonly fact: string }) => item.fact),
  };
};

const ended = 'partnership/kiwi.ioc31/terminated';

t.test('a planned end after Games begins on their last day and has no last one', async (t) => {
  const { entry, partnership, silent, get } = await open(
    t,
    ['a', '2018-05-02', [agreed]],
    ['b', '2023-09-01', ['PartnershipTerminated: ~, planned: ~, after: 2024S']],
  );
  const planned = { edtf: '[2024-08-11..]', earliest: '2024-08-11', latest: null, basis: 'games' };
  t.match(await entry(ended, 'occurredAsOf=2024-08-10'), { status: 'planned', planned, planHistory: [] });
  t.match(await entry(ended, 'occurredAsOf=2024-08-11'), { status: 'due', planned, data: { after: '2024S' } });
  t.match(await entry(ended, 'occurredAsOf=2025-08-11'), { status: 'due' });
  t.match(await entry(ended, 'occurredAsOf=2025-08-12'), { status: 'overdue-unconfirmed' });
  t.same(await silent('occurredAsOf=2025-08-10'), []);
  t.same(await silent('occurredAsOf=2025-08-12'), [ended]);
  t.match(await partnership('occurredAsOf=2026'), {
    status: 'reported',
    plannedEnds: [{ fact: ended, status: 'overdue-unconfirmed', date: { edtf: '[2024-08-11..]' } }],
  });
  const { values } = (await get(`/api/partnerships/kiwi.ioc31/facts/${ended}/why?occurredAsOf=2024`)).body;
  t.match(
    values.find((one: { readonly field: string }) => one.field === 'planned'),
    { value: '[2024-08-11..]', rule: 'window-of-the-games' },
  );
  const [source] = (await entry(ended, 'occurredAsOf=2024')).sources;
  t.match(source, { date: null, values: { after: '2024S' } }, 'the article names no day');
});

t.test('Games that move take the end with them', async (t) => {
  const { entry } = await open(t, ['a', '2019-05-02', ['PartnershipExpired: ~, planned: ~, after: 2020S']]);
  const plannedFor = async (clocks: string) => (await entry('partnership/kiwi.ioc31/expired', clocks)).planned?.edtf;
  t.equal(await plannedFor('reportedAsOf=2020-01&occurredAsOf=2020-01'), '[2020-08-09..]');
  t.equal(await plannedFor('reportedAsOf=2020-04&occurredAsOf=2020-04'), '[2021-08-08..]');
});

t.test('without dates of the Games there is no day', async (t) => {
  const { entry } = await open(t, ['a', '2017-05-02', ['PartnershipTerminated: ~, planned: ~, after: 2024S']]);
  t.match(await entry(ended, 'reportedAsOf=2017&occurredAsOf=2017'), { status: 'planned', planned: null });
});

t.test('a later plan for after other Games replaces an earlier one', async (t) => {
  const { entry } = await open(
    t,
    ['a', '2023-05-02', ['PartnershipTerminated: ~, planned: 2024-12-31']],
    ['b', '2024-01-02', ['PartnershipTerminated: ~, planned: ~, after: 2026W']],
  );
  t.match(await entry(ended, 'occurredAsOf=2025'), {
    planned: { edtf: '[2026-02-22..]' },
    planHistory: [{ edtf: '2024-12-31' }],
  });
});

t.test('an end after Games lies between their last day and the publication', async (t) => {
  const { entry, partnership } = await open(
    t,
    ['a', '2018-05-02', [agreed]],
    ['b', '2024-09-24', ['PartnershipTerminated: ~, happened: ~, after: 2024S']],
  );
  t.match(await entry(ended, 'occurredAsOf=2025'), {
    occurred: { edtf: '[2024-08-11..2024-09-24]', basis: 'derived' },
  });
  t.match(await partnership('occurredAsOf=2024-08-10&timing=any'), { status: 'reported' });
  t.match(await partnership('occurredAsOf=2024-09-24'), { status: 'terminated', timing: 'certain' });
});

const agreements: Readonly<Record<string, readonly [string, string]>> = {
  'an amendment': ['PartnershipAmended: ~, happened: 2022-05-01, after: 2024S', '[2024-08-11..]'],
  'an agreement': ['TermAgreed: amendment-2022, happened: 2022-05-01, after: 2024S', '[2024-08-11..]'],
  'a renewal': ['PartnershipRenewed: ~, happened: 2022-05-01, after: 2024S', '[2024-08-11..]'],
  'an amendment that also says the year': [
    'PartnershipAmended: ~, happened: 2022-05-01, end: 2024, after: 2024S',
    '[2024-08-11..2024-12-31]',
  ],
};

for (const [name, [report, end]] of Object.entries(agreements)) {
  t.test(`the term of the day ends after the Games: ${name}`, async (t) => {
    const { partnership } = await open(
      t,
      ['a', '2018-05-02', [`${agreed}, end: 2028-12-31`]],
      ['b', '2022-05-02', [report]],
    );
    const { term } = await partnership('occurredAsOf=2023');
    t.match(term, { end: { edtf: end }, contested: false });
    t.match((await partnership('occurredAsOf=2021')).term, { end: { edtf: '2028-12-31' } });
  });
}

t.test('another report narrows the day, and another series has its own calendar', async (t) => {
  const { partnership } = await open(
    t,
    ['a', '2022-05-02', ['PartnershipAmended: ~, happened: 2022-05-01, after: fifa-world-cup.2022']],
    ['b', '2022-05-02', ['PartnershipAmended: ~, happened: 2022-05-01, end: 2022-12-31']],
  );
  t.match((await partnership('occurredAsOf=2022-06')).term, { end: { edtf: '2022-12-31' }, contested: false });
});

t.test('each mistake in the Games of an ending says what to write', async (t) => {
  const { post } = await open(t);
  const refused = async (report: string) => {
    const text = articleText({
      article: 'm',
      partnership: 'kiwi.ioc31',
      published: '2023-05-02',
      reports: `  - { ${report}, p: 1 }`,
    });
    const { status, body } = await post(text);
    t.equal(status, 422, report);
    return body.errors;
  };
  const planned = 'PartnershipTerminated: ~, planned: ~';
  t.match(await refused(`${planned}, after: 2023S`), [{ path: '/reports/0/after', suggestion: /2024S|2022W/ }]);
  t.match(await refused(`${planned}, after: "2022W..2024S"`), [
    { message: /one edition belongs here/, suggestion: '2024S' },
  ]);
  t.match(await refused(`${planned}, after: 2024-08-11`), [{ message: /Games belong here, as in 2024S/ }]);
  t.match(await refused(`${planned}, after: fifa-world-cup.2023`), [{ path: '/reports/0/after' }]);
  t.match(await refused(`${planned}, games: 2024S`), [{ message: /write after/, suggestion: 'after' }]);
  t.match(await refused('PartnershipTerminated: ~, happened: ~, after: 2024S'), [
    { message: /had not happened/, suggestion: 'planned' },
  ]);
  t.match(await refused('CampaignEnded: spring, planned: ~, after: 2024S'), [{ message: /unknown key after/ }]);
});
