import t from 'tap';
import { type AuditEntry, effects } from '../../src/projections/effects.ts';
import { citationIn, oneDay, openTestApp, problem, startDay, startOfApps } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const partnership = '/api/partnerships/alibaba.ioc';
const launched = 'campaign/greatness-of-small/launched';
const early = articleText({
  article: '101',
  partnership: 'alibaba.ioc',
  published: '2017-01-01',
  reports: '  - { CampaignLaunched: greatness-of-small, planned: 2018, p: 1, note: To be launched }',
});

const app = await openTestApp(t);
const { get, post, later } = app;
later(oneDay);
// An assertion out here would end the tests at the next wait for a server.
const { status } = await post(early);
if (status !== 201) throw new Error(`the article was not recorded: ${status}`);

const all: readonly AuditEntry[] = (await get('/api/audit')).body.entries;
const positions = (entries: readonly AuditEntry[]) => entries.map(({ position }) => position);
const of = async (query: string, address = '/api/audit') =>
  positions((await get(`${address}?${query}`)).body.entries ?? []);
const expected = (keep: (entry: AuditEntry) => boolean) => positions(all.filter(keep));

t.test('the audit trail is filtered by actor, effect and lateness', async (t) => {
  const byActor = await of('actor=api');
  t.same(
    byActor,
    expected(({ recordedBy }) => recordedBy === 'api'),
  );
  t.equal(byActor.length, 2, 'a report and its reading');
  t.same((await of('actor=api,seeds')).length + (await of('actor=ledger')).length, all.length);
  for (const effect of ['entered', 'contested', 'corroborated']) {
    t.same(
      await of(`effect=${effect}`),
      expected((entry) => entry.effects.some((one) => one === effect)),
      effect,
    );
  }
  t.same(
    await of('late=true&actor=api'),
    expected(({ late, recordedBy }) => late && recordedBy === 'api'),
  );
  t.equal((await of('late=true&actor=api')).length, 1);
  t.equal((await of('late=true')).length + (await of('late=false')).length, all.length);
});

t.test('the filter on a fact gives the trail of that fact', async (t) => {
  const own = positions((await get(`${partnership}/facts/${launched}/audit`)).body.entries);
  t.ok(own.length >= 3);
  t.same(await of(`fact=${launched}`), own);
  t.same(await of(`fact=${launched}`, `${partnership}/audit`), own);
  t.same(
    await of('fact=games/2022w/host-elected'),
    expected(({ fact }) => fact === 'games/2022w/host-elected'),
  );
});

t.test('the audit trail is filtered by a period of recording with both ends included', async (t) => {
  const next = new Date(startOfApps + oneDay).toISOString();
  const last = all.at(-1)?.recordedAt ?? '';
  const from = (instant: string) => expected(({ recordedAt }) => recordedAt >= instant);
  t.same(await of(`recordedFrom=${last}`), from(last));
  t.same(await of(`recordedFrom=${last}&recordedTo=${last}`), from(last));
  t.same(
    await of(`recordedTo=${startDay}`),
    expected(({ recordedAt }) => recordedAt.slice(0, 10) <= startDay),
    'a day means its end',
  );
  t.same(await of(`recordedFrom=${startDay}`), positions(all), 'and its beginning');
  t.same(await of(`recordedFrom=${startDay.slice(0, 4)}`), positions(all));
  t.same(await of(`recordedFrom=${next.slice(0, 4)}&recordedTo=${next.slice(0, 4)}&actor=api`), await of('actor=api'));
});

t.test('combined filters page through the audit trail at one cut', async (t) => {
  const query = `actor=seeds&effect=${effects.join(',')}&limit=50`;
  const whole = await of(query.replace('&limit=50', ''), `${partnership}/audit`);
  let next: string | null = `${partnership}/audit?${query}`;
  const found: number[] = [];
  for (let page = 1; next !== null && page < 20; page += 1) {
    const { body } = await get(next);
    found.push(...positions(body.entries));
    next = body.next;
    later(1000);
    const reports = `  - { PriorityStated: new-aim-${page}, p: 1, note: A new aim of the partner }`;
    const more = { article: `more-${page}`, partnership: 'alibaba.ioc', published: '2018-06-01', reports };
    t.equal((await post(articleText(more))).status, 201);
  }
  t.same(found, whole);
  t.ok(found.length > 100);
});

t.test('every trail takes the same filters, and its citation keeps them', async (t) => {
  for (const address of [
    '/api/audit',
    `${partnership}/audit`,
    `${partnership}/facts/${launched}/audit`,
    '/api/articles/101/audit',
  ]) {
    const answer = await get(`${address}?actor=api&late=true&recordedFrom=2018&fact=${launched}`);
    t.match(answer, { status: 200, body: { total: 1 } }, address);
    t.equal((await get(citationIn(answer.headers['link']) ?? '')).text, answer.text, address);
  }
});

t.test('an unknown filter value is refused with the nearest one', async (t) => {
  const refused: Readonly<Record<string, readonly [parameter: string, suggestion?: string]>> = {
    'actor=seed': ['actor', 'seeds'],
    'actor=nobody-of-this-name': ['actor'],
    [`fact=${launched}x`]: ['fact', launched],
    'effect=contestd': ['effect', 'contested'],
    'late=perhaps': ['late'],
    'recordedFrom=2026-13': ['recordedFrom'],
    'recordedFrom=2026-11-22T09:00': ['recordedFrom'],
    'recordedTo=2026-01&recordedFrom=2026-02': ['recordedTo'],
    'recordedTo=2026-01,2026-02': ['recordedTo'],
    'actr=seeds': ['actr', 'actor'],
  };
  for (const [query, [path, suggestion]] of Object.entries(refused)) {
    const name = query.startsWith('actr') ? 'unknown-parameter' : 'invalid-parameter';
    const error = { in: 'query', path, message: String, ...(suggestion === undefined ? {} : { suggestion }) };
    t.match(await get(`/api/audit?${query}`), problem(name, 400, { errors: [error] as never }), query);
  }
  t.match((await get('/api/audit?actor=nobody-of-this-name')).body.detail, /api, ledger, seeds/);
  t.match(await get(`${partnership}/timeline?actor=seeds`), problem('unknown-parameter', 400));
});
