import { join } from 'node:path';
import t from 'tap';
import { articleFile } from '../cli/article-file.ts';
import { run } from '../cli/run-command.ts';
import { openToldApp } from '../support/told-articles.ts';

t.test('drift says how many days earlier or later, without a double negative', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  const told = [
    articleFile('pe1', ['CampaignLaunched: first, planned: 2020-08-20', 'CreativeCountStated: first, count: 5'], {
      published: '2020-01-01',
    }),
    articleFile('pe2', ['CampaignLaunched: first, planned: 2020-08-10', 'CreativeCountStated: first, count: 3'], {
      published: '2020-02-01',
    }),
    articleFile('pe3', ['CampaignLaunched: first, planned: 2020-09', 'CreativeCountStated: first, count: 4'], {
      published: '2020-03-01',
    }),
  ];
  for (const stdin of told) t.equal((await run(dataDir, ['ingest', '-'], { stdin })).code, 0);
  const { out } = await run(dataDir, ['show', 'drift']);
  t.match(out, /pe2 .* – 10 days earlier/);
  t.match(out, /pe3 .* – 22 to 51 days later/);
  t.match(out, /pe2 .*: count 3 – 2 fewer/);
  t.match(out, /pe3 .*: count 4 – 1 more/);
});

t.test('a lag counts the first telling of a fact, not each retelling', async (t) => {
  const { get } = await openToldApp(
    t,
    'lag.ioc',
    ['a', '2020-01-12', ['PartnershipSigned: ~, happened: 2020-01-10']],
    ['b', '2021-01-12', ['PartnershipSigned: ~, happened: 2020-01-10', 'TermAgreed: ~, happened: 2021-01-11']],
    ['c', '2020-01..2020-02', ['PartnershipSigned: ~, happened: 2020-01-10']],
  );
  const { lags } = (await get('/api/partnerships/lag.ioc/drift')).body;
  const ranges = lags.articles.map(
    (one: { article: string; occurredToReported: { known: number; range: unknown } }) => [
      one.article,
      one.occurredToReported.known,
      one.occurredToReported.range,
    ],
  );
  t.strictSame(
    Object.fromEntries(ranges.map(([article, ...rest]: [string, ...unknown[]]) => [article, rest])),
    { a: [1, { min: 2, max: 2 }], b: [1, { min: 1, max: 1 }], c: [1, { min: 0, max: 50 }] },
    'c may have been the first',
  );
});
