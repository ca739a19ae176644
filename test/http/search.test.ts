import t from 'tap';
import { openTestApp, problem } from '../support/app.ts';

const { get } = await openTestApp(t);

const idsOf = async (query: string): Promise<readonly string[]> => {
  const { body } = await get(`/api/search?${query}`);
  return body.hits.map(({ id }: { readonly id: string }) => id);
};

t.test('a search finds facts by title, key, note and speaker, and articles by title and publisher', async (t) => {
  t.ok((await idsOf('q=greatness+launched')).includes('campaign/greatness-of-small/launched'));
  t.ok((await idsOf('q=blacklist')).includes('reputation/counterfeits.ustr-2016/raised'), 'a word of the note');
  t.ok((await idsOf('q=chris+tung')).includes('storefront/tmall-ocog.2022w/opened'), 'who is quoted');
  t.same((await idsOf('q=globalization+drive'))[0], '002');
  t.same((await idsOf('q=caixin'))[0], '004');
});

t.test('all words have to be named, in any case, and a word may be the beginning of one', async (t) => {
  t.same(await idsOf('q=KENYAN+hock'), await idsOf('q=hockey+kenyan'));
  t.same(await idsOf('q=kenyan+blockchain'), []);
  t.same(await idsOf('q=+%21'), [], 'no word finds nothing');
});

t.test('a search looks through the clocks', async (t) => {
  t.ok((await idsOf('q=kenyan')).length > 0);
  t.same(await idsOf('q=kenyan&reportedAsOf=2017-01-20'), []);
  t.same(await idsOf('q=kenyan&atPosition=0'), []);
});

t.test('hits of one title are told apart by their Games, and every hit names its partnership', async (t) => {
  const { hits } = (await get('/api/search?q=cloud+services+undertaken')).body;
  t.ok(hits.length > 1);
  const told = hits.map(({ title, games, name }: Record<string, unknown>) => JSON.stringify([title, games, name]));
  t.equal(new Set(told).size, hits.length);
  t.match(hits, [
    { id: 'obligation/cloud-services.2018w/undertaken', games: ['PyeongChang 2018'], name: 'Alibaba – IOC' },
  ]);
  const { text } = await get('/search?q=cloud+services+undertaken', { accept: 'text/html' });
  t.match(text, 'PyeongChang 2018 · Alibaba – IOC');
});

t.test('a search without words to look for says so', async (t) => {
  t.match(await get('/api/search'), problem('invalid-parameter', 400));
});

t.test('the page of a search keeps the clocks, and says when nothing is found', async (t) => {
  const { text } = await get('/search?q=lenovo&occurredAsOf=2018-02-05', { accept: 'text/html' });
  t.match(text, /facts\/predecessor\/lenovo\/reported\?occurredAsOf=2018-02-05/);
  t.match((await get('/search?q=blockchain', { accept: 'text/html' })).text, /Nothing names all of these words/);
  t.match((await get('/search?q=', { accept: 'text/html' })).status, 200);
});
