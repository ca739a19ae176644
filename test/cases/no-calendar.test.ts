import { join } from 'node:path';
import t from 'tap';
import { articleFile } from '../cli/article-file.ts';
import { run } from '../cli/run-command.ts';
import { openTestLedger } from '../support/open-test-ledger.ts';
import { seedsFolder } from '../support/seeds.ts';

const insurance = articleFile(
  'cli-only',
  ['ObligationUndertaken: insurance-cover, games: 2022W, happened: 2018-09-18'],
  { partnership: 'osprey.ioc', published: '2018-09-18' },
);

t.test('an article ingested into an empty ledger has the Games of the references beside it', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  const seedsDir = seedsFolder;
  const first = await run(dataDir, ['ingest', '-'], { stdin: insurance, seedsDir });
  t.match(first, { code: 0, messages: /references on Games: \d+ events recorded/ });
  const asOf = ['--occurred-as-of', '2022-03-01'];
  const shown = await run(dataDir, ['show', 'obligations', 'osprey.ioc', ...asOf], { seedsDir });
  t.match(shown.out, /Beijing/);
  t.match(shown.out, /2022-02-04 to 2022-02-20/);
  t.match(shown.out, /closed, no report/);
  t.match((await run(dataDir, ['show', 'silence', 'osprey.ioc', ...asOf], { seedsDir })).out, /Insurance\s+cover/);

  const again = await run(dataDir, ['ingest', '-'], { stdin: insurance, seedsDir });
  t.match(again.out, '1 unchanged');
  t.notMatch(again.messages, 'references on Games', 'they are recorded once');
  const ledger = await openTestLedger({ dataDir });
  t.teardown(() => ledger.close());
  t.ok(ledger.views.catalogue.hasActor('seeds'), 'under the name under which a server records them');
});

t.test('an ingest without references says that no Games have dates', async (t) => {
  const folder = t.testdir();
  const { code, messages } = await run(join(folder, 'data'), ['ingest', '-'], { stdin: insurance });
  t.equal(code, 0);
  t.match(messages, /warning: no Games have dates: .*\(SEEDS_DIR\) has no reference\/games\.yaml/);
});

t.test('a mistake in the references records nothing, as it stops a server', async (t) => {
  const seedsDir = t.testdir({ reference: { 'games.yaml': 'reference: games\ngames: { 2022W: { dats: ~ } }\n' } });
  const dataDir = join(seedsDir, 'data');
  const { code, messages } = await run(dataDir, ['ingest', '-'], { stdin: insurance, seedsDir });
  t.equal(code, 2);
  t.match(messages, /games\.yaml:2:\d+ .*a list of events[\s\S]*Nothing was recorded/);
  const ledger = await openTestLedger({ dataDir });
  t.teardown(() => ledger.close());
  t.equal(ledger.views.catalogue.article('cli-only'), null);
});
