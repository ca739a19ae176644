import { deepStrictEqual } from 'node:assert';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import t from 'tap';
import { csvOf } from '../../src/exports/csv.ts';
import { type Answer, openTestApp, problem } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const app = await openTestApp(t);
const { get, post } = app;

const alibaba = '/api/partnerships/alibaba.ioc';

/** A table as a spreadsheet opens it: rows by the names of their columns. A row of another length is an error. */
const open = (text: string): readonly Readonly<Record<string, string>>[] => parse(text, { columns: true, bom: true });

const oneColumn = csvOf('texts', (texts: readonly (string | number)[]) => texts, [
  ['Text', (text) => text],
  ['End', () => 'end'],
]);

const written = (texts: readonly (string | number)[]): readonly string[] =>
  parse(oneColumn.text(texts, { isFirst: false, origin: '', ledger: '' }), { record_delimiter: '\r\n' }).map(
    ([cell]) => cell ?? '',
  );

t.test('a text comes back as it was, and one that begins like a formula with an apostrophe in front', async (t) => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.tuple(fc.constantFrom(...'=+-@\t\r'), fc.string()).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1 }), (given) => {
      const safe = given.map((text) => (/^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text));
      deepStrictEqual(written(given), safe);
    }),
  );
  t.strictSame(written([-12, 0, 3.5, 1e21]), ['-12', '0', '3.5', '1e+21'], 'a number stays a number');
});

t.test('every list opens as a table with a row for each of its entries', async (t) => {
  const cells = (answer: { rows: { cells: object }[]; programme: { cells: object } }) => [
    ...answer.rows.map((row) => Math.max(1, Object.keys(row.cells).length)),
    Object.keys(answer.programme.cells).length,
  ];
  const total = ({ total: all }: { readonly total: number }) => [all];
  const lists: Readonly<Record<string, (answer: Answer['body']) => readonly number[]>> = {
    [`${alibaba}/timeline?occurredAsOf=2018-02-05`]: total,
    [`${alibaba}/timeline?status=due&occurredAsOf=2018-02-05`]: total,
    [`${alibaba}/timeline?reportedAsOf=2017-01&timing=certain`]: total,
    [`${alibaba}/timeline?atPosition=0`]: total,
    [`${alibaba}/obligations`]: cells,
    [`${alibaba}/obligations?games=2022W`]: cells,
    [`${alibaba}/audit?effect=contested`]: total,
    [`${alibaba}/silence`]: total,
    [`${alibaba}/calendar`]: total,
    [`${alibaba}/drift`]: ({ entries }) =>
      entries.map(({ plan, fields }: { plan: unknown[]; fields: { steps: unknown[] }[] }) =>
        fields.reduce((sum, { steps }) => sum + steps.length, plan.length),
      ),
    [`${alibaba}/facts/campaign/greatness-of-small/launched/audit`]: total,
    '/api/articles/002/audit': total,
    '/api/partnerships': total,
    '/api/articles?article=002': total,
    '/api/audit': total,
    '/api/games': total,
    '/api/games/2022W/obligations': ({ partnerships }) =>
      partnerships.map(({ cells: promises }: { cells: object }) => Object.keys(promises).length),
    '/api/search?q=alibaba': total,
  };
  for (const [address, countsOf] of Object.entries(lists)) {
    const [path, query = ''] = address.split('?');
    const { status, text, headers } = await get(`${path}.csv?${query}`);
    t.equal(status, 200, address);
    t.equal(headers['content-type'], 'text/csv; charset=utf-8', address);
    const counts = countsOf((await get(address)).body);
    t.equal(
      open(text).length,
      counts.reduce((sum, count) => sum + count, 0),
      address,
    );
    t.equal((await get(address, { accept: 'text/csv' })).text, text, `${address} by Accept`);
  }
});

t.test('the timeline as a table says what the answer says, in plain words', async (t) => {
  const rows = open((await get(`${alibaba}/timeline.csv?occurredAsOf=2018-02-05`)).text);
  const row = (fact: string) => rows.find((one) => one['Fact'] === fact);
  t.match(row('campaign/greatness-of-small/launched'), {
    Status: 'due',
    Happened: '',
    Planned: '1 Feb 2018',
    'Planned: first possible day': '2018-02-01',
    'Planned: last possible day': '2018-02-01',
    Articles: '002 (6); 000 (3, 14)',
    'First told by': '000; 002',
  });
  t.match(row('campaign/greatness-of-small/announced'), {
    Happened: 'by 31 Jan 2018',
    'Happened: first possible day': '',
    'Happened: last possible day': '2018-01-31',
  });
  t.match(row('campaign/greatness-of-small/creative-count-stated'), {
    Contested: 'yes',
    'Every contested value': 'Count: 3 [000 (12)], or 2 [002 (6)]',
  });
  const rollout = open((await get(`${alibaba}/rollout.csv`)).text);
  t.match(
    rollout.filter(({ Part }) => Part === 'Market').map(({ Name }) => Name),
    ['CN', 'GB', 'JP', 'KR', 'US'],
  );
});

t.test('TimelineJS gets every fact with a day, and says of a plan that it is one', async (t) => {
  const address = `${alibaba}/timeline.timelinejs.json?occurredAsOf=2018-02-05`;
  const { events } = (await get(address)).body;
  const of = (fact: string) => events.find((event: { readonly unique_id: string }) => event.unique_id === fact);
  t.match(of('campaign/greatness-of-small/launched'), {
    start_date: { year: 2018, month: 2, day: 1 },
    end_date: undefined,
    text: { headline: 'Due: Campaign “The Greatness of Small” launched' },
  });
  t.match(of('campaign/greatness-of-small/announced'), {
    start_date: { year: 2018, month: 1, day: 31 },
    display_date: 'by 31 Jan 2018',
  });
  const { entries } = (await get(`${alibaba}/timeline?occurredAsOf=2018-02-05`)).body;
  type Dated = { readonly occurred: object | null; readonly planned: object | null };
  t.equal(events.length, entries.filter(({ occurred, planned }: Dated) => occurred ?? planned).length);
});

t.test('what articles say never becomes a formula', async (t) => {
  const notes = ['=HYPERLINK("http://evil.example")', '+1+1', '-2+3', '@SUM(A1)'];
  const reports = notes.map(
    (note, i) => `  - { ReceptionReported: mood-${i}, happened: 2030-05-01, p: 1, note: '${note}' }`,
  );
  t.equal((await post(articleText({ reports: reports.join('\n') }))).status, 201);
  for (const view of ['timeline', 'audit', 'silence', 'drift', 'rollout', 'obligations']) {
    const { text } = await get(`/api/partnerships/acme.federation/${view}.csv?occurredAsOf=2031`);
    const cells = open(text).flatMap((row) => Object.values(row));
    t.strictSame(
      cells.filter((cell) => /^[=+@\t\r-]/.test(cell) && Number.isNaN(Number(cell))),
      [],
      view,
    );
  }
  const { text } = await get('/api/partnerships/acme.federation/timeline.csv?occurredAsOf=2031');
  t.strictSame(
    open(text).map((row) => row['What is told']),
    notes.map((note) => `'${note}`),
  );
});

t.test('a file has the whole list, however many pages it has', async (t) => {
  const reports = Array.from(
    { length: 100 },
    (_, i) => `  - { ObligationUndertaken: thing-${i}, games: 2024S..2034W, happened: 2030-05-01, p: 1, note: Owed }`,
  );
  t.equal(
    (await post(articleText({ article: 'a2', partnership: 'kestrel.ioc', reports: reports.join('\n') }))).status,
    201,
  );
  const { body } = await get('/api/partnerships/kestrel.ioc/timeline?occurredAsOf=2031');
  t.ok(body.next !== null, 'the list has pages');
  const { text } = await get('/api/partnerships/kestrel.ioc/timeline.csv?occurredAsOf=2031');
  const facts = open(text).map((row) => row['Fact']);
  t.equal(facts.length, body.total);
  t.equal(new Set(facts).size, body.total);
  t.strictSame(
    facts.slice(0, 500),
    body.entries.map(({ fact }: { readonly fact: string }) => fact),
    'in the order of the list',
  );
  const { events } = (await get('/api/partnerships/kestrel.ioc/timeline.timelinejs.json?occurredAsOf=2031')).body;
  t.strictSame(
    events.map((event: { readonly unique_id: string }) => event.unique_id),
    facts,
    'also where the pages together are one JSON document',
  );
});

t.test('a file has a name that says what it is, an ETag of its own, and a byte order mark on request', async (t) => {
  const address = `${alibaba}/timeline.csv?occurredAsOf=2018-02-05`;
  const { headers, text } = await get(address);
  t.match(headers, {
    'content-disposition': 'attachment; filename="alibaba-ioc-timeline-2018-02-05.csv"',
    'cache-control': 'no-cache',
    link: `<${alibaba}/timeline.csv?atPosition=`,
  });
  const etag = headers['etag'] ?? '';
  t.match(await get(address, { 'if-none-match': etag }), { status: 304, text: '' });
  const json = await get(`${alibaba}/timeline?occurredAsOf=2018-02-05`);
  t.match(json.headers, { vary: 'accept, accept-datetime' });
  const marked = await get(`${address}&bom=true`);
  t.equal(marked.text, `\uFEFF${text}`);
  t.equal(new Set([etag, json.headers['etag'], marked.headers['etag']]).size, 3);
  const cited = /<([^>]*)>; rel="cite-as"/.exec(headers['link'] ?? '')?.[1] ?? '';
  t.equal((await get(cited)).text, text, 'the address for good gives the same file');
  t.equal((await app.send('HEAD', address)).headers['etag'], etag);
});

t.test('a form that an address does not have is refused with those that it has', async (t) => {
  t.match(await get(`${alibaba}/timeline`, { accept: 'image/png, text/html' }), {
    ...problem('not-acceptable', 406),
    headers: { vary: 'accept' },
    text: /application\/json, text\/csv \(also at \/api\/partnerships\/alibaba\.ioc\/timeline\.csv\)/,
  });
  t.match(await get('/api', { accept: 'text/csv' }), problem('not-acceptable', 406));
  for (const accept of [
    '*/*',
    'application/*',
    'text/csv;q=0.5, application/json',
    'application/json; charset=utf-8',
  ]) {
    t.match((await get(`${alibaba}/timeline`, { accept })).headers, { 'content-type': /^application\/json/ }, accept);
  }
  const csv = await get(`${alibaba}/timeline`, { accept: 'text/csv; charset=utf-8, application/json;q=0.9' });
  t.match(csv.headers, { 'content-type': /^text\/csv/ });
});

t.test('a file has no pages, and mistakes are named as in every read', async (t) => {
  t.match(await get(`${alibaba}/timeline.csv?limit=5`), problem('unknown-parameter', 400));
  t.match(await get(`${alibaba}/timeline.csv?bom=maybe`), problem('invalid-parameter', 400));
  t.match(await get(`${alibaba}/timeline?bom=true`), problem('unknown-parameter', 400));
  t.match(await get(`${alibaba}/timeline.csv?asOf=2018`), problem('unknown-parameter', 400));
  t.match(await get('/api/partnerships/nobody.ioc/timeline.csv'), problem('unknown-partnership', 404));
});

t.test('the API description lists every form of a list', async (t) => {
  const { body } = await get('/openapi.json');
  for (const path of ['/api/partnerships/{id}/timeline', '/api/games/{edition}/obligations', '/api/search']) {
    const read = body.paths[path].get;
    t.same(Object.keys(read.responses['200'].content).slice(0, 2), ['application/json', 'text/csv'], path);
    t.ok(
      read.parameters.some(({ $ref = '' }: { readonly $ref?: string }) => $ref.endsWith('/bom')),
      path,
    );
  }
});

t.test('a file is a resource with a past: its TimeMap lists its earlier states', async (t) => {
  for (const path of ['partnerships/alibaba.ioc/timeline', 'games', 'audit', 'articles']) {
    const [csv, json] = [await get(`/api/timemap/${path}.csv`), await get(`/api/timemap/${path}`)];
    t.equal(csv.status, 200, path);
    t.equal(csv.text.replaceAll('.csv', ''), json.text, path);
  }
});
