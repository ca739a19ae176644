import t from 'tap';
import { limitDiff, maxDiffParts } from '../../src/http/routes/partnerships.ts';
import { citationIn, oneDay, openTestApp, problem, startDay, type TestApp } from '../support/app.ts';
import { applyDiff } from '../support/apply-diff.ts';
import { articleText } from '../support/article-text.ts';
import { onEventStoreDb } from '../support/open-test-ledger.ts';

const partnership = '/api/partnerships/alibaba.ioc';
const diff = `${partnership}/diff`;

type Cut = { occurredAsOf: string; reportedAsOf: string | null; position: number; timing: string };
type Item = { key: string; of: string | null; what: string; means: string[]; changes: { path: string }[] };

const app = await openTestApp(t);
const { get } = app;

// All that the ledger shows through a cut that an answer echoed.
const shownAt = async ({ get: ask }: TestApp, { occurredAsOf, reportedAsOf, position, timing }: Cut) => {
  const reported = reportedAsOf === null ? '' : `&reportedAsOf=${reportedAsOf}`;
  const query = `?atPosition=${position}&occurredAsOf=${occurredAsOf}${reported}&timing=${timing}`;
  const [timeline, obligations, rollout, audit] = await Promise.all(
    ['timeline', 'obligations', 'rollout', 'audit'].map(
      async (view) => (await ask(`${partnership}/${view}${query}`)).body,
    ),
  );
  const { cut: _cut, notice: _notice, ...rows } = obligations;
  const { cut: _ofRollout, notice: _none, ...campaigns } = rollout;
  return { timeline: timeline.entries, obligations: rows, rollout: campaigns, audit: audit.entries };
};

const questions = [
  'from=2018-01-01&to=2018-03-01',
  'from=2016&to=2028&timing=certain',
  'clock=occurred&from=2017-06&to=2018-02-05&reportedAsOf=2018-01-15',
  'clock=reported&from=2017-01-19&to=2018-02-08',
  'clock=reported&from=2017-01-20',
  'clock=reported&from=2017-01-20&to=2018-02&occurredAsOf=2018-02-05&timing=certain',
  'clock=recorded&from=position:0',
  'clock=recorded&from=position:200&to=position:280',
  `clock=recorded&from=2018&to=${startDay}`,
];

t.test('the differences applied to the earlier view give the later view', async (t) => {
  for (const question of questions) {
    const { status, body } = await get(`${diff}?${question}`);
    t.equal(status, 200, question);
    t.same(body.cut, body.to.cut, 'the cut is that of the new side');
    const before = await shownAt(app, body.from.cut);
    const after = await shownAt(app, body.to.cut);
    t.strictSame(JSON.parse(JSON.stringify(applyDiff(before, body))), after, question);
    t.ok(body.timeline.length > 0, 'and it is not nothing');
  }
});

t.test('the counts of a comparison are those of its items', async (t) => {
  const { body } = await get(`${diff}?clock=reported&from=2017-01-20&to=2018-02-08`);
  for (const model of ['timeline', 'obligations', 'rollout', 'audit']) {
    const items: Item[] = body[model];
    const { means, meaningless, ...kinds } = body.counts[model];
    const without = items.filter((item) => item.what === 'changed' && item.means.length === 0);
    t.equal(meaningless, without.length, `${model}: meaningless`);
    for (const [what, count] of Object.entries(kinds))
      t.equal(items.filter((item) => item.what === what).length, count);
    for (const [meaning, count] of Object.entries(means))
      t.equal(items.filter((item) => item.means.includes(meaning)).length, count, `${model}: ${meaning}`);
    t.equal(new Set(items.map(({ key }) => key)).size, items.length, 'each part has a key of its own');
  }
});

t.test('a comparison shows what came due, closed and became certain around the Games of 2018', async (t) => {
  const { body } = await get(`${diff}?from=2018-01-01&to=2018-03-01`);
  const of = (model: string, key: string) => body[model].find((item: Item) => item.key === key);
  t.match(of('timeline', 'campaign/greatness-of-small/launched'), {
    what: 'changed',
    means: ['advanced'],
    was: { status: 'planned' },
    is: { status: 'due', planned: { edtf: '2018-02-01' } },
  });
  t.match(of('rollout', 'campaign/greatness-of-small/launched'), { part: 'launch', of: 'campaign/greatness-of-small' });
  t.match(of('obligations', '2018W/cloud-services'), { part: 'cell', of: '2018W', means: ['advanced', 'closed'] });
  t.match(of('timeline', 'storefront/tmall-ocog.2022w/opened'), {
    means: ['became-certain'],
    changes: [{ path: '/timing', from: 'possible', to: 'certain' }],
  });
  t.match(body.counts.audit, { appeared: 0, changed: 0, disappeared: 0 }, 'nothing was recorded by that');
});

t.test('each side of a comparison sees the world of its own day unless one day is given for both', async (t) => {
  const { body: today } = await get(`${diff}?clock=reported&from=2017-01-20`);
  t.match(today.from.cut, { reportedAsOf: '2017-01-20', occurredAsOf: '2017-01-20' });
  t.match(today.to.cut, { reportedAsOf: null, occurredAsOf: startDay }, 'without an end there is no limit');
  const { body: held } = await get(`${diff}?clock=reported&from=2017-01-20&occurredAsOf=2020`);
  t.equal(held.from.cut.occurredAsOf, '2020-12-31');
  t.equal(held.to.cut.occurredAsOf, '2020-12-31');
  const { body: months } = await get(`${diff}?from=2018-01&to=2018-02`);
  t.equal(months.from.cut.occurredAsOf, '2018-01-31', 'a month means its end');
  t.equal(months.cut.occurredAsOf, '2018-02-28');
  t.same((await get(`${diff}?from=2018&timing=certain`)).body.cut.timing, 'certain');
});

t.test('a comparison can be cited', async (t) => {
  for (const question of questions) {
    const { headers, text, body } = await get(`${diff}?${question}`);
    const citation = citationIn(headers.link);
    if (body.notice === undefined) t.equal((await get(citation ?? '')).text, text, citation ?? question);
    else t.equal(citation, null);
  }
  const later = await openTestApp(t);
  const before = await later.get(`${diff}?clock=reported&from=2017-01-20`);
  later.later(3 * oneDay);
  const report = '  - { CampaignLaunched: greatness-of-small, happened: 2018-02-01, p: 1, note: It is on the air }';
  const own = { article: '005', partnership: 'alibaba.ioc', published: '2018-02-02', reports: report };
  t.equal((await later.post(articleText(own))).status, 201);
  t.not((await later.get(`${diff}?clock=reported&from=2017-01-20`)).text, before.text);
  t.equal((await later.get(citationIn(before.headers.link) ?? '')).text, before.text, 'for good');
});

t.test('a comparison says what was recorded since and what that did', async (t) => {
  const own = await openTestApp(t);
  const { position } = await own.ledger.views.head();
  const report = '  - { CampaignLaunched: greatness-of-small, happened: 2018-02-01, p: 1, note: It is on the air }';
  await own.post(articleText({ article: '005', partnership: 'alibaba.ioc', published: '2018-02-02', reports: report }));
  const { body, headers } = await own.get(`${diff}?clock=recorded&from=position:${position}`);
  t.match(body.timeline, [
    { key: 'campaign/greatness-of-small/launched', means: ['advanced'], is: { status: 'happened', timing: 'certain' } },
  ]);
  t.same(
    body.audit.map(({ what, title, means }: { what: string; title: string; means: string[] }) => [what, title, means]),
    [
      ['appeared', 'CampaignLaunched', ['advanced']],
      ['appeared', 'ArticleRead', []],
    ],
  );
  t.match(await own.get(`${diff}?clock=recorded&from=position:${position}`, { 'if-none-match': headers.etag ?? '' }), {
    status: 304,
  });
  await own.post(articleText());
  t.equal((await own.get(`${diff}?clock=recorded&from=position:${position}`)).headers.etag, headers.etag);
});

t.test('an empty comparison says why and what to ask instead', async (t) => {
  const reasons: Readonly<Record<string, string>> = {
    'from=2018-01-01&to=2018-01-01': 'no-difference',
    'clock=recorded&from=2017&to=2018': 'recorded-later',
    'from=2017&to=2018&recordedAsOf=2018': 'recorded-later',
    'clock=recorded&from=2018': 'recorded-later',
    'clock=recorded&from=position:0': 'recorded-later',
    'clock=reported&from=2015&to=2016': 'published-later',
  };
  for (const [question, reason] of Object.entries(reasons)) {
    const { status, body } = await get(`${diff}?${question}`);
    t.equal(status, 200, question);
    t.equal(body.notice?.reason, reason, question);
    const advised = await get(`${diff}${body.notice.try}`);
    t.equal(advised.status, 200, `${question}: ${body.notice.try}`);
    t.equal(advised.body.notice, undefined, `${body.notice.try} helps`);
    t.ok(advised.body.timeline.length + advised.body.obligations.length > 0);
  }
});

t.test('a comparison that makes no sense is refused with what to write', async (t) => {
  const refused: Readonly<Record<string, readonly [string, RegExp]>> = {
    '': ['from', /missing/],
    'from=': ['from', /missing/],
    'from=2018-03&to=2018-01': ['from', /swap/],
    'clock=recorded&from=position:9&to=position:3': ['from', /swap/],
    'clock=reported&from=2018&to=2017': ['from', /swap/],
    'from=2999': ['from', /later to/],
    'from=2018-02-30': ['from', /28 days/],
    'from=2017&to=2018~': ['to', /one day/],
    'from=2017&from=2018': ['from', /more than once/],
    'from=2018-01-01T00:00:00Z': ['from', /day as printed/],
    'clock=asOf&from=2018': ['clock', /occurred.*reported.*recorded/],
    'from=position:3': ['from', /clock=recorded/],
    'clock=recorded&from=position:-3': ['from', /whole number/],
    'clock=recorded&from=2018-01-01T00:00': ['from', /instant/],
    'from=2017&to=2018&occurredAsOf=2018': ['occurredAsOf', /leave out/],
    'clock=reported&from=2017&reportedAsOf=2018': ['reportedAsOf', /leave out/],
    'clock=recorded&from=position:3&atPosition=9': ['atPosition', /leave out/],
    'clock=recorded&from=position:3&recordedAsOf=2018': ['recordedAsOf', /leave out/],
    'from=2017&atPosition=3&recordedAsOf=2018': ['atPosition', /same clock/],
    'from=2017&timing=sure': ['timing', /certain/],
  };
  for (const [question, [path, message]] of Object.entries(refused)) {
    const answer = await get(`${diff}?${question}`);
    t.match(answer, problem('invalid-parameter', 400), question);
    t.match(answer.body.errors, [{ in: 'query', path, message }], question);
    t.equal(answer.body.errors.length, 1, question);
  }
  t.match(
    await get(`${diff}?clock=recorded&from=2999`),
    problem('future-clock', 400, { detail: /^from=2999/ } as never),
  );
  const beyond = onEventStoreDb ? problem('store-behind', 503) : problem('unknown-position', 404);
  t.match(await get(`${diff}?clock=recorded&from=position:3&to=position:99999`), beyond);
  t.match(await get(`${diff}?from=2017&limit=3`), problem('unknown-parameter', 400));
  t.match(await get('/api/partnerships/alibaba.ico/diff?from=2017'), problem('unknown-partnership', 404));
  const { body } = await get(`${diff}?clock=x&timing=y&occurredAsOf=z&asOf=2018`);
  t.same(
    body.errors.map(({ path }: { path: string }) => path).toSorted(),
    ['asOf', 'clock', 'from', 'occurredAsOf', 'timing'],
    'everything at once',
  );
});

t.test('a comparison too large for one document is refused with what to do', async (t) => {
  const { body } = await get(`${diff}?from=2018-01-01&to=2018-03-01`);
  t.equal(limitDiff(body), body);
  const large = { ...body, audit: Array.from({ length: maxDiffParts }, () => body.timeline[0]) };
  t.throws(() => limitDiff(large), { name: 'HttpProblem', message: /5000: move from and to closer together/ });
  t.match(await get('/problems/diff-too-large'), { status: 200, body: { status: 400 } });
});
