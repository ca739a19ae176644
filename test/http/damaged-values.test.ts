import type { Test } from 'tap';
import t from 'tap';
import { readArticle } from '../../src/articles/read-article.ts';
import { emptyRegistry } from '../../src/articles/registry.ts';
import { readingEvents } from '../../src/domain/decisions/reading.ts';
import { checkEvents, partnershipStream } from '../../src/domain/vocabulary/events.ts';
import type { NewEvent } from '../../src/event-store/event-store.ts';
import { openTestApp, problem, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { decide } from '../support/decide.ts';

const acme = '/api/partnerships/acme.federation';
const key = 'campaign/spring/creative-count-stated';
const flag = { rule: 'damaged-value', detail: /value of count/ };
const nines = '9'.repeat(309);

const counted = (count: string, article = 'a1', more = '') =>
  articleText({
    article,
    published: '2018-05-02',
    reports: `  - { CreativeCountStated: spring, count: ${count}, p: 1, note: So many films${more} }`,
  });

const correction =
  ', corrected: { count: { to: 5, reason: A list has five, reference: The list, published: 2018-06-01 } }';

const eventsOf = (text: string): readonly NewEvent[] => {
  const { reading, problems } = readArticle(text, { file: 'a', subjects: emptyRegistry });
  if (reading === null) throw new Error(JSON.stringify(problems));
  return readingEvents(reading, 'api');
};

const replaced = (events: readonly NewEvent[], type: string, data: Readonly<Record<string, unknown>>) =>
  events.map((event) => (event.type === type ? { ...event, data: { ...event.data, ...data } } : event));

const reads = [
  '/api',
  '/api/partnerships',
  '/api/articles',
  '/api/articles/a1',
  '/api/audit',
  acme,
  ...['timeline', 'obligations', 'rollout', 'audit', 'silence', 'drift'].map((view) => `${acme}/${view}`),
  ...['', '/audit', '/why'].map((part) => `${acme}/facts/${key}${part}`),
  `${acme}/diff?clock=recorded&from=position:1&to=position:3`,
  '/api/timemap/partnerships/acme.federation/timeline',
];

const answersAll = async (t: Test, { get }: TestApp): Promise<void> => {
  for (const address of reads) t.match(await get(address), { status: 200 }, address);
};

t.test('a number that JSON does not keep is refused in an article', async (t) => {
  const { post, get } = await openTestApp(t, { seeds: false });
  for (const [count, path] of [
    [nines, '/reports/0/count'],
    ['9007199254740993', '/reports/0/count'],
    ['0.1000000000000000055', '/reports/0/count'],
    [`{ min: ${nines} }`, '/reports/0/count/min'],
    ['{ about: 9007199254740993 }', '/reports/0/count/about'],
  ] as const) {
    const refused = await post(counted(count));
    t.match(
      refused,
      problem('invalid-article', 422, { errors: [{ path, line: Number }] as never }),
      count.slice(0, 30),
    );
  }
  t.equal((await get('/api/partnerships')).body.total, 0, 'and nothing is recorded');
  for (const [i, count] of ['1e9', '1.50', '0.1', '{ min: 3, max: 1e3 }'].entries()) {
    t.match(await post(counted(count, `right-${i}`)), { status: 201 }, count);
  }
});

t.test('a number that JSON does not keep is refused in a decision, with its place', async (t) => {
  const app = await openTestApp(t, { seeds: false });
  await app.post(counted('3'));
  const { version } = (await app.get(`${acme}/facts/${key}`)).body.entry;
  const body = (value: string) =>
    `{"fact":"${key}","field":"count","value":${value},"basis":"misread","reason":"a digit was lost"}`;
  for (const [value, path] of [
    [nines, '/value'],
    ['9007199254740993', '/value'],
    ['{"min":0.1000000000000000055}', '/value/min'],
  ] as const) {
    const refused = await decide(app, `${acme}/corrections`, body(value), { version, key: 'refused' });
    t.match(refused, problem('invalid-decision', 422, { errors: [{ path }] as never }), value.slice(0, 30));
  }
  t.match(await decide(app, `${acme}/corrections`, body('1.50e1'), { version, key: 'kept' }), { status: 201 });
  t.match((await app.get(`${acme}/facts/${key}`)).body.entry.data, { count: 15 });
});

t.test('an event is checked in its JSON form before it is appended', async (t) => {
  const events = eventsOf(counted('3', 'a1', correction));
  t.doesNotThrow(() => checkEvents(events));
  for (const count of [Infinity, { min: Infinity }, null, 'three']) {
    t.throws(() => checkEvents(replaced(events, 'CreativeCountStated', { count })), /JSON does not keep count/);
  }
  t.throws(() => checkEvents(replaced(events, 'FactCorrected', { value: Infinity })), /JSON does not keep value/);
  t.throws(() => checkEvents(replaced(events, 'ArticleRead', { revision: Infinity })), /cannot be recorded/);
});

for (const [name, count] of [
  ['null', null],
  ['a bound of null', { min: null }],
] as const) {
  t.test(`a count that is stored as ${name} breaks no read, is flagged, and can be retracted`, async (t) => {
    const app = await openTestApp(t, { seeds: false });
    const stored = replaced(eventsOf(counted('3')), 'CreativeCountStated', { count });
    await app.ledger.store.append(partnershipStream('acme.federation'), 'no_stream', stored);
    await answersAll(t, app);
    const { entry } = (await app.get(`${acme}/facts/${key}`)).body;
    t.match(entry, { data: { count: undefined }, flags: [flag] });
    const { entries } = (await app.get(`${acme}/audit`)).body;
    t.match(entries[0].asserted, { damaged: ['count'] });

    const mended = { fact: key, field: 'count', value: 4, basis: 'misread', reason: 'The number was not kept' };
    const corrected = await decide(app, `${acme}/corrections`, mended, { version: entry.version, key: '1' });
    t.match(corrected, { status: 201 });
    const { entry: now } = (await app.get(`${acme}/facts/${key}`)).body;
    t.match(now, { data: { count: 4 } });
    t.strictSame(now.flags, [], 'a correction gives the value');

    const retraction = { fact: key, reason: 'The number was not kept' };
    const retracted = await decide(app, `${acme}/retractions`, retraction, { version: now.version, key: '2' });
    t.match(retracted, { status: 201, body: { type: 'FactRetracted' } });
    await answersAll(t, app);
    t.strictSame((await app.get(`${acme}/timeline`)).body.entries, []);
  });
}

t.test('an article with a damaged value can be retracted', async (t) => {
  const app = await openTestApp(t, { seeds: false });
  const stored = replaced(eventsOf(counted('3')), 'CreativeCountStated', { count: null });
  const { position } = await app.ledger.store.append(partnershipStream('acme.federation'), 'no_stream', stored);
  await app.get('/api');
  const body = { reason: 'The number was not kept' };
  t.match(await decide(app, '/api/articles/a1/retraction', body, { version: position, key: '1' }), { status: 201 });
  await answersAll(t, app);
  t.strictSame((await app.get(`${acme}/timeline`)).body.entries, []);
});

t.test('a correction that is stored without its value changes nothing and is flagged', async (t) => {
  const app = await openTestApp(t, { seeds: false });
  const damage = { said: { min: null }, value: null };
  const stored = replaced(eventsOf(counted('3', 'a1', correction)), 'FactCorrected', damage);
  await app.ledger.store.append(partnershipStream('acme.federation'), 'no_stream', stored);
  await answersAll(t, app);
  const { entry } = (await app.get(`${acme}/facts/${key}`)).body;
  t.match(entry, { data: { count: 3 }, flags: [{ rule: 'damaged-value', detail: /the correction of count/ }] });
  const body = { fact: key, reason: 'The number was not kept' };
  const retracted = await decide(app, `${acme}/retractions`, body, { version: entry.version, key: '1' });
  t.match(retracted, { status: 201 });
  await answersAll(t, app);
});
