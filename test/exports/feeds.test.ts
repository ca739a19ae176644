import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import t from 'tap';
import { openTestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const { get, post, later } = await openTestApp(t);

const feed = '/api/partnerships/acme.federation/feed';
const host = { host: 'ledger.example' };

const openAtom = async (address: string) => {
  const { text, headers, status } = await get(address, host);
  t.equal(status, 200, address);
  t.equal(headers['content-type'], 'application/atom+xml; charset=utf-8');
  t.equal(XMLValidator.validate(text), true, 'well-formed');
  const parser = new XMLParser({ ignoreAttributes: false, isArray: (name) => name === 'entry' || name === 'link' });
  return parser.parse(text).feed;
};

// Of JSON Feed 1 (https://www.jsonfeed.org/version/1/): what it requires, and the forms of what is there.
const jsonFeed = {
  type: 'object',
  required: ['version', 'title', 'items'],
  properties: {
    version: { enum: ['https://jsonfeed.org/version/1', 'https://jsonfeed.org/version/1.1'] },
    title: { type: 'string' },
    home_page_url: { type: 'string', format: 'uri' },
    feed_url: { type: 'string', format: 'uri' },
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'content_html'],
        properties: {
          id: { type: 'string', format: 'uri' },
          url: { type: 'string', format: 'uri' },
          title: { type: 'string' },
          date_modified: { type: 'string', format: 'date-time' },
          date_published: { type: 'string', format: 'date-time' },
        },
      },
    },
  },
};

const article = (id: string, note: string, count: number) =>
  articleText({
    article: id,
    published: '2030-05-03',
    publisher: `Paper ${id}`,
    reports: `  - { CreativeCountStated: spring, count: ${count}, happened: 2030-05-01, p: 1, note: "${note}" }`,
  });

t.test('a feed has an entry for each article that was read, the newest first, and its ids stay', async (t) => {
  await post(article('f1', 'Acme has <b>two</b> & more films ]]>', 2));
  const first = await openAtom(`${feed}.atom`);
  t.equal(first.entry.length, 1);
  later(60_000);
  await post(article('f2', 'Acme has three films', 3));
  const second = await openAtom(`${feed}.atom`);
  t.equal(second.entry.length, 2);
  t.equal(second.entry[1].id, first.entry[0].id, 'the older entry keeps its id');
  t.match(second.entry[0].id, /^urn:uuid:[0-9a-f-]{36}$/);
  t.equal(second.id, first.id);
  t.ok(second.updated > first.updated);
  t.match(second.entry[0].title['#text'], /Paper f2 – one fact contested/);
  t.match(second.entry[0].content['#text'], 'href="http://ledger.example/partnerships/acme.federation/facts/');
});

t.test('JSON Feed says the same as Atom, and fits its specification', async (t) => {
  const { text, headers } = await get(`${feed}.feed.json`, host);
  t.equal(headers['content-type'], 'application/feed+json; charset=utf-8');
  const ajv = new Ajv({ allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(jsonFeed);
  const opened = JSON.parse(text);
  t.ok(validate(opened), JSON.stringify(validate.errors));
  const atom = await openAtom(`${feed}.atom`);
  t.same(
    opened.items.map(({ id }: { readonly id: string }) => id),
    atom.entry.map(({ id }: { readonly id: string }) => id),
  );
  t.equal((await get(feed, { ...host, accept: 'application/feed+json' })).text, text, 'by Accept');
});

t.test('the feed of the ledger spans its partnerships, and looks through the clocks', async (t) => {
  const { body } = await get('/api/feed');
  const named = body.entries.map(({ partnership }: { readonly partnership: string }) => partnership);
  t.same(new Set(named), new Set(['acme.federation', 'alibaba.ioc']));
  t.equal(body.total, 7);
  t.equal((await get('/api/feed?reportedAsOf=2017-01-20')).body.total, 2);
  t.equal((await get(`${feed}?atPosition=0`)).body.total, 0);
  t.equal((await get('/api/feed.atom?atPosition=0', host)).status, 200, 'an empty feed is a feed');
});

t.test('pages name the feed and the calendar where programs look for them', async (t) => {
  const { text } = await get('/partnerships/alibaba.ioc', { accept: 'text/html' });
  t.match(
    text,
    /<link rel="alternate" type="application\/atom\+xml" [^>]*href="\/api\/partnerships\/alibaba\.ioc\/feed\.atom">/,
  );
  t.match(text, /<link rel="alternate" type="text\/calendar"/);
  t.match((await get('/', { accept: 'text/html' })).text, /<link rel="alternate" type="application\/atom\+xml"/);
});
