import t from 'tap';
import { citationIn, oneDay, openTestApp, startDay } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { unlessRecordedAtCanBeSet } from '../support/open-test-ledger.ts';

const base = '/api/partnerships/clk.ioc/timeline';

// An article on the partnership of these cases.
const file = (article: string) =>
  articleText({ article, partnership: 'clk.ioc', reports: '  - { PartnershipSigned: ~, happened: 2018, p: 1 }' });

t.test('events recorded by a clock that was ahead are told of', { skip: unlessRecordedAtCanBeSet }, async (t) => {
  const { get, post, later } = await openTestApp(t);
  t.equal((await post(file('clk'))).status, 201);
  t.equal((await get(base)).body.notice, undefined);

  later(400 * oneDay);
  t.match((await get(base)).body.notice, { reason: 'long-unrecorded' }, 'nothing was recorded for more than a year');
  t.equal((await get(`${base}?occurredAsOf=${startDay}`)).body.notice, undefined, 'which today alone depends on');
  t.match((await get('/health/ready')).body.warnings, [{ message: /more than a year ago/ }]);
  t.equal((await post(file('clk2'))).status, 201);

  later(-400 * oneDay);
  t.equal((await post(file('clk3'))).status, 201);
  const future = { reason: 'recorded-in-future', text: /was recorded at 2027-12-27.* still to come/ };
  const past = (await get(`${base}?recordedAsOf=${startDay}`)).body;
  t.match(past, { cut: { recordedAsOf: new RegExp(`^${startDay}`) }, notice: future });
  t.same(
    past.entries[0].sources.map(({ article }: { readonly article: string }) => article),
    ['clk'],
  );
  const now = await get(base);
  t.match(now.body.notice, future);
  const citation = citationIn(now.headers['link']);
  t.ok(citation, 'the state of the ledger can still be cited');
  t.equal((await get(citation ?? '')).body.notice, undefined, 'and an answer at a position rests on no clock');
  const ready = await get('/health/ready');
  t.match(
    ready,
    { status: 200, body: { status: 'ready', warnings: [{ message: future.text }] } },
    'a warning, not red',
  );

  later(401 * oneDay);
  t.equal((await get(base)).body.notice, undefined, 'once the clock has caught up, nothing is odd any more');
});
