import { execFile } from 'node:child_process';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { readArticle } from '../src/articles/read-article.ts';
import { emptyRegistry } from '../src/articles/registry.ts';
import type { ViewFact } from '../src/domain/facts/facts-at.ts';
import type { Ledger } from '../src/open-ledger.ts';
import type { ClockTexts } from '../src/projections/live/clocks.ts';
import { recordArticle, replaySeeds } from '../src/recording/record-article.ts';
import { articleText } from './support/article-text.ts';
import { environmentOf, openTestLedger, placeOf, unlessRecordedAtCanBeSet } from './support/open-test-ledger.ts';
import { projectSeeds } from './support/seeds.ts';

const run = promisify(execFile);

const reading = (text: string) => {
  const read = readArticle(text, { file: 'test.yaml', subjects: emptyRegistry });
  if (read.reading === null) throw new Error(JSON.stringify(read.problems));
  return read.reading;
};

const facts = async (ledger: Ledger, partnership: string, clocks: ClockTexts): Promise<readonly ViewFact[]> => {
  const { cut } = await ledger.views.resolve(clocks);
  if (cut === null) throw new Error('the clocks are wrong');
  return (await ledger.views.partnership(partnership, cut)).facts().facts;
};

t.test('replaying the seeds records five articles once, and a later article changes their facts', async (t) => {
  const seeds = await projectSeeds();
  const dataDir = t.testdir();
  // Two days apart, so that a later article is recorded on a later day.
  let now = Date.UTC(2026, 10, 22, 9);
  const ledger = await openTestLedger({ dataDir, now: () => now });
  t.teardown(() => ledger.close());

  const first = await replaySeeds(seeds, ledger.recorder);
  t.equal(first.recorded.length, 5, 'five articles are recorded');
  const { position } = await ledger.views.head();

  const second = await replaySeeds(seeds, ledger.recorder);
  t.match(second, { events: 0, recorded: [], refused: [] }, 'a second replay appends nothing');
  t.equal((await ledger.views.head()).position, position);

  const launch = async (clocks: ClockTexts) =>
    (await facts(ledger, 'alibaba.ioc', clocks)).find(({ key }) => key === 'campaign/greatness-of-small/launched');

  t.equal((await launch({ occurredAsOf: '2018-02-05' }))?.status, 'due', 'no article reports the launch: it is due');

  now = Date.UTC(2026, 10, 24, 9);
  const sixth = articleText({
    article: '005',
    partnership: 'alibaba.ioc',
    published: '2018-02-02',
    reports:
      '  - { CampaignLaunched: greatness-of-small, happened: 2018-02-01, p: 1, note: The campaign is on the air }',
  });
  const recorded = await recordArticle(reading(sixth), { recordedBy: 'test', isNewPartnership: true }, ledger);
  t.equal(recorded.outcome, 'recorded');
  const launched = await launch({ occurredAsOf: '2018-02-05' });
  t.match(launched, { status: 'happened', variance: { min: 0, max: 0 } }, 'a sixth article makes it happened');
  t.ok((launched?.evidence.length ?? 0) >= 2, 'with the plan among its sources');
  await t.test(
    'a plan that a later article fulfils is still due at the earlier recordedAsOf',
    { skip: unlessRecordedAtCanBeSet },
    async (t) => {
      const before = await launch({ occurredAsOf: '2018-02-05', recordedAsOf: '2026-11-23' });
      t.equal(before?.status, 'due');
    },
  );
});

t.test('a fact told by several articles is one entry with all of them as sources', async (t) => {
  const seeds = await projectSeeds();
  const ledger = await openTestLedger({ dataDir: t.testdir() });
  t.teardown(() => ledger.close());
  await replaySeeds(seeds, ledger.recorder);
  const all = await facts(ledger, 'alibaba.ioc', {});
  const channel = all.filter(({ key }) => key === 'role/olympic-channel-founding-partner/granted');
  t.equal(channel.length, 1);
  const articles = new Set(channel[0]?.evidence.map(({ report }) => report.metadata.article));
  t.strictSame([...articles].toSorted(), ['001', '002', '003', '004']);
});

const race = async (dataDir: string, texts: readonly string[]) => {
  const files = await Promise.all(
    texts.map(async (text, i) => {
      const file = join(dataDir, `${i}.yaml`);
      await writeFile(file, text);
      return file;
    }),
  );
  const script = join(import.meta.dirname, 'support/record-file.ts');
  const at = String(Date.now() + 1_500);
  const env = { ...process.env, ...environmentOf(await placeOf(dataDir)) };
  const outputs = await Promise.all(files.map((file) => run(process.execPath, [script, file, at], { env })));
  return outputs.map(({ stdout }) => JSON.parse(stdout) as { outcome: string; rejection?: { rule: string } });
};

t.test('two processes that record the same article at once record it once', async (t) => {
  const dataDir = t.testdir();
  const results = await race(dataDir, [articleText(), articleText()]);
  t.ok(
    results.every(({ outcome }) => outcome === 'recorded' || outcome === 'unchanged'),
    'both are told that it is in',
  );
  const ledger = await openTestLedger({ dataDir });
  t.teardown(() => ledger.close());
  t.equal((await ledger.views.head()).position, 3, 'LedgerOpened, one report, ArticleRead');
});

t.test('of two processes that record different texts under one revision, one is refused', async (t) => {
  const dataDir = t.testdir();
  const other = articleText({
    reports: '  - { PartnershipSigned: ~, happened: 2030-05-01, p: 1, note: Acme and the federation sign }',
  });
  const results = await race(dataDir, [articleText(), other]);
  t.strictSame(results.map(({ outcome }) => outcome).toSorted(), ['recorded', 'refused']);
  t.equal(results.find(({ outcome }) => outcome === 'refused')?.rejection?.rule, 'revision-taken');
});

t.test('an article is about one partnership', async (t) => {
  const ledger = await openTestLedger({ dataDir: t.testdir() });
  t.teardown(() => ledger.close());
  t.equal(
    (await recordArticle(reading(articleText()), { recordedBy: 'test', isNewPartnership: true }, ledger)).outcome,
    'recorded',
  );
  const again = await recordArticle(
    reading(articleText({ partnership: 'other.federation' })),
    { recordedBy: 'test', isNewPartnership: true },
    ledger,
  );
  t.match(again, { outcome: 'refused', rejection: { rule: 'article-taken' } });
});

t.test('a deleted index is rebuilt, and an index of another ledger is not trusted', async (t) => {
  const folder = t.testdir({ one: {}, other: {} });
  const [dataDir, otherDir] = [join(folder, 'one'), join(folder, 'other')];
  const first = await openTestLedger({ dataDir });
  await recordArticle(reading(articleText()), { recordedBy: 'test', isNewPartnership: true }, first);
  const before = await facts(first, 'acme.federation', {});
  await first.close();
  await rm(join(dataDir, 'catalogue.sqlite'));
  const second = await openTestLedger({ dataDir });
  t.strictSame(second.views.catalogue.article('a1')?.partnerships, ['acme.federation']);
  t.strictSame(JSON.stringify(await facts(second, 'acme.federation', {})), JSON.stringify(before));
  await second.close();

  await writeFile(join(dataDir, 'catalogue.sqlite'), 'this is no database');
  const third = await openTestLedger({ dataDir });
  t.strictSame(third.views.catalogue.article('a1')?.partnerships, ['acme.federation'], 'so is a damaged one');
  await third.close();

  await (await openTestLedger({ dataDir: otherDir })).close();
  await rename(join(dataDir, 'catalogue.sqlite'), join(otherDir, 'catalogue.sqlite'));
  const foreign = await openTestLedger({ dataDir: otherDir });
  t.teardown(() => foreign.close());
  t.equal(foreign.views.catalogue.article('a1'), null);
});
