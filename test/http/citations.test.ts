import { join } from 'node:path';
import t from 'tap';
import { articleFile } from '../cli/article-file.ts';
import { run } from '../cli/run-command.ts';
import { openTestApp, problem } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const cited = {
  author: 'Ida Lund',
  url: 'https://gazette.example/2030/05/acme',
  language: 'en-GB',
  extent: 'beginning',
};
const headOf = (keys: Readonly<Record<string, string>>) =>
  Object.entries(keys)
    .map(([key, value]) => `${key}: "${value}"\n`)
    .join('');

t.test('an article and every source of it say where the text can be found again', async (t) => {
  const { get, post } = await openTestApp(t, { seeds: false });
  const head = headOf({ ...cited, accessed: '2030-05-04' });
  t.equal((await post(articleText({ head }))).status, 201);
  t.match((await get('/api/articles/a1')).body.article, { ...cited, accessed: '2030-05-04' });
  t.match((await get('/api/articles')).body.articles, [cited]);
  const { entries } = (await get('/api/partnerships/acme.federation/timeline?occurredAsOf=2031')).body;
  t.match(entries[0].sources, [cited]);
  const audit = (await get('/api/articles/a1/audit')).body.entries.at(-1);
  t.match(audit, { event: { type: 'ArticleRead' }, asserted: { ...cited, accessed: '2030-05-04' } });
});

t.test('an article whose file says nothing of it has no address, author or language', async (t) => {
  const { get, post } = await openTestApp(t, { seeds: false });
  t.equal((await post(articleText({ head: 'extent: whole\n' }))).status, 201);
  const nothing = { author: null, url: null, language: null, accessed: null, extent: null };
  t.match((await get('/api/articles/a1')).body.article, nothing);
  const audit = (await get('/api/articles/a1/audit')).body.entries.at(-1);
  for (const key of Object.keys(nothing)) t.notOk(key in audit.asserted, `${key} is not asserted`);
});

t.test('addresses, languages and days that cannot be are refused with what to write', async (t) => {
  const { post } = await openTestApp(t, { seeds: false });
  const wrong: readonly (readonly [Record<string, string>, string | undefined])[] = [
    [{ url: 'gazette.example/acme' }, 'https://gazette.example/acme'],
    [{ url: 'on page 7' }, undefined],
    [{ url: 'javascript:alert(1)' }, undefined],
    [{ language: 'English' }, 'en'],
    [{ language: 'zh_CN' }, 'zh-CN'],
    [{ language: 'jp' }, 'ja'],
    [{ language: 'qqq' }, undefined],
    [{ accessed: '2030-05-01' }, undefined],
    [{ extent: 'begining' }, 'beginning'],
  ];
  for (const [keys, suggestion] of wrong) {
    const [key = ''] = Object.keys(keys);
    const errors = [{ path: `/${key}`, ...(suggestion === undefined ? {} : { suggestion }) }];
    t.match(await post(articleText({ head: headOf(keys) })), problem('invalid-article', 422, { errors } as object));
  }
});

t.test('a table of the command line ends with its sources', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  const head = { ...cited, url: 'https://gazette.example/kestrel' };
  await run(dataDir, ['ingest', '-'], {
    stdin: articleFile('a', ['PartnershipSigned: ~, happened: 2025-03-03'], head),
  });
  await run(dataDir, ['ingest', '-'], {
    stdin: articleFile('b', ['PartnershipSigned: ~, happened: 2025-03'], {
      publisher: 'unknown',
      published: '..2025-04',
    }),
  });
  const { out } = await run(dataDir, ['show', 'timeline'], { width: 140 });
  t.match(
    out,
    `
a: Harbour Gazette, 2025-03-04, by Ida Lund, in en-GB, its beginning alone, https://gazette.example/kestrel
b: publisher unknown, by 2025-04
`,
  );
});
