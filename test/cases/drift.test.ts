import { join } from 'node:path';
import t from 'tap';
import { articleFile } from '../cli/article-file.ts';
import { run } from '../cli/run-command.ts';

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
