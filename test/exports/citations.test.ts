// @ts-expect-error: the package has no types
import { Cite } from '@citation-js/core';
import t from 'tap';
import { openTestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

// It adds BibTeX to what `Cite` reads.
// @ts-expect-error: the package has no types
await import('@citation-js/plugin-bibtex');

const { get, post } = await openTestApp(t);
const host = { host: 'ledger.example' };

/** What a reference manager makes of a text. */
const open = async (address: string) => {
  const { text, status } = await get(address, host);
  t.equal(status, 200, address);
  return new Cite(text).data[0] as Readonly<Record<string, unknown>>;
};

t.test('an article is cited in both forms with its title, publisher, days and an address for good', async (t) => {
  const csl = JSON.parse((await get('/api/articles/004/citation.csl.json', host)).text)[0];
  t.match(csl, {
    type: 'article-newspaper',
    title: 'Alibaba Strikes 12-Year Partnership Providing Services to Olympics',
    'container-title': 'Caixin',
    issued: { 'date-parts': [[2017, 1, 20]] },
    note: /ledger: http:\/\/ledger\.example\/articles\/004\?occurredAsOf=[\d-]+&atPosition=\d+\. SHA-256 of the text: 990fdee4/,
  });
  t.match(await open('/api/articles/004/citation.bib'), {
    title: csl.title,
    'container-title': 'Caixin',
    issued: { 'date-parts': [[2017, 1, 20]] },
    URL: csl.URL,
  });
  const [, permalink = ''] = /(\/articles\/\S+?)\.(?: |$)/.exec(csl.note) ?? [];
  t.equal((await get(permalink, { accept: 'text/html' })).status, 200, permalink);
});

t.test('a publication on one of several days is cited as a range, and no day is made up', async (t) => {
  const csl = JSON.parse((await get('/api/articles/002/citation.csl.json', host)).text)[0];
  t.same(csl.issued, {
    'date-parts': [
      [2017, 9, 13],
      [2018, 2, 8],
    ],
  });
  t.match((await get('/api/articles/002/citation.bib')).text, /date = \{2017-09-13\/2018-02-08\}/);
  t.notMatch((await get('/api/articles/002/citation.bib')).text, /year =/);
});

t.test('a fact is cited with its status, its articles and the event that it rests on', async (t) => {
  const address = '/api/partnerships/alibaba.ioc/facts/campaign/greatness-of-small/launched';
  const csl = JSON.parse((await get(`${address}/citation.csl.json?occurredAsOf=2018-02-05`, host)).text)[0];
  t.match(csl, {
    title: /^Campaign “The Greatness of Small” launched \(due\): /,
    note: /^As told by article 002, article 000; event \d+ of ledger [0-9a-f-]{36}$/,
    URL: /^http:\/\/ledger\.example\/partnerships\/alibaba\.ioc\/facts\/campaign\/greatness-of-small\/launched\?occurredAsOf=2018-02-05&atPosition=\d+$/,
  });
  const bib = await get(`${address}?occurredAsOf=2018-02-05`, { ...host, accept: 'application/x-bibtex' });
  t.equal(bib.headers['content-type'], 'application/x-bibtex; charset=utf-8');
  t.match(new Cite(bib.text).data[0], { title: csl.title, URL: csl.URL });
});

t.test('signs that BibTeX reads as commands come back as they were', async (t) => {
  const title = '50% of R&D_#1 costs $5 {net}';
  await post(articleText({ article: 'tex' }).replace('A made-up article', `'${title}'`));
  t.match(await open('/api/articles/tex/citation.bib'), { title });
});

t.test('the pages of an article and of a fact link to their citations', async (t) => {
  const page = await get('/articles/002?occurredAsOf=2018-02-05', { accept: 'text/html' });
  t.match(page.text, 'href="/api/articles/002/citation.bib?occurredAsOf=2018-02-05"');
  const fact = await get('/partnerships/alibaba.ioc/facts/campaign/greatness-of-small/launched', {
    accept: 'text/html',
  });
  t.match(
    fact.text,
    /href="\/api\/partnerships\/alibaba\.ioc\/facts\/campaign\/greatness-of-small\/launched\/citation\.csl\.json"/,
  );
});
