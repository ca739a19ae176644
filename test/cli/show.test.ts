import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import stringWidth from 'fast-string-width';
import t from 'tap';
import { timelineAnswerShape } from '../../src/projections/timeline.ts';
import { articleFile } from './article-file.ts';
import { run } from './run-command.ts';

const seedsDir = join(import.meta.dirname, '../../seeds');

const first = articleFile('a', [
  'PartnershipSigned: ~, happened: 2025-03-03',
  'CampaignLaunched: quiet-roads, planned: 2025-09-01',
  'ObligationUndertaken: transport, games: 2026W..2028S, happened: 2025-03-03',
  'CreativeCountStated: quiet-roads, count: 3',
]);
const second = articleFile('b', ['CreativeCountStated: quiet-roads, count: 2'], {
  published: '2025-04-01',
  publisher: 'unknown',
});

const ledgerWith = async (dataDir: string, files: readonly string[]): Promise<string> => {
  for (const stdin of files) {
    const { code, messages } = await run(dataDir, ['ingest', '-', '--new-partnership'], { stdin });
    if (code !== 0) throw new Error(messages);
  }
  return dataDir;
};

t.test('show on a ledger with one partnership', async (t) => {
  const dataDir = await ledgerWith(join(t.testdir(), 'data'), [first, second]);
  const show = (...given: readonly string[]) => run(dataDir, ['show', ...given]);

  t.test('show takes the only partnership when none is named', async (t) => {
    const { code, out } = await show('timeline', '--occurred-as-of', '2025-09-05');
    t.equal(code, 0);
    t.match(out, /^Timeline of kestrel\.ioc \(kestrel\.ioc\): 5 facts\noccurred ≤ 2025-09-05 · reported at any time/);
    t.match(out, /^2025-09-01 +due +CampaignLaunched: quiet-roads +a$/m);
  });

  t.test('show takes a period as people say it, and shows the day that it means', async (t) => {
    const { out } = await show('timeline', '--occurred-as-of', 'third quarter of 2025');
    t.match(out, /^occurred ≤ 2025-09-30 .*\n--occurred-as-of "third quarter of 2025" means 2025-09-30$/m);
    const { messages } = await show('timeline', '--occurred-as-of', 'fifth quarter of 2025');
    t.match(messages, '--occurred-as-of: "fifth quarter of 2025": no date');
  });

  t.test('names are kept beside the ledger, and follow the register when it changes', async (t) => {
    const seedsDir = t.testdir({ reference: {} });
    const campaignNamed = async (name: string): Promise<string> => {
      await writeFile(join(seedsDir, 'reference/subjects.yaml'), `campaigns:\n  quiet-roads: ${name}\n`);
      await run(dataDir, ['show', 'timeline'], { seedsDir });
      return (await run(dataDir, ['show', 'timeline'], { seedsDir })).out;
    };
    t.match(await campaignNamed('Roads at Rest'), 'Roads at Rest');
    t.match(await readFile(join(dataDir, 'register.json'), 'utf8'), 'Roads at Rest');
    t.match(await campaignNamed('Silent Roads'), 'Silent Roads');
    await writeFile(join(dataDir, 'register.json'), 'half a fi');
    t.match((await run(dataDir, ['show', 'timeline'], { seedsDir })).out, 'Silent Roads');
    t.match((await run(dataDir, ['show', 'timeline'])).out, 'quiet-roads');
  });

  t.test('show takes a period of the timeline: what lies, or may lie, in it', async (t) => {
    const { out } = await show('timeline', '--from', '2025-Q2', '--to', '2025');
    t.match(out, /: 1 fact\n[\s\S]*CampaignLaunched: quiet-roads/, 'the day of the signing is before');
    t.match((await show('timeline', '--from', '2026', '--to', '2025')).messages, '--to: the period ends');
  });

  t.test('show has a fact, why it says so, the articles and a search, with the keys that they take', async (t) => {
    const key = 'campaign/quiet-roads/creative-count-stated';
    t.match((await show('search', 'creatives')).out, key);
    t.match((await show('timeline', '--type', 'CreativeCountStated')).out, key);
    t.match((await show('fact', key)).out, /: 2 reports\n[\s\S]*≠ count: 2 \(b\) or 3 \(a\)[\s\S]*^b +2025-04-01 /m);
    t.match((await show('why', key)).out, /^count +2 [\s\S]*contradicts it and stands beside it/m);
    t.match((await show('articles')).out, /^Articles: 2\n[\s\S]*kestrel\.ioc/);
    t.match((await show('articles', 'b')).out, /SHA-256[\s\S]*campaign\/quiet-roads\/creative-count-stated/);
    t.match(
      (await show('fact', 'campaign/quiet-road/launched')).messages,
      'the nearest: campaign/quiet-roads/launched',
    );
    t.match((await show('article', 'c')).messages, 'no article c is recorded');
  });

  t.test('every table fits 80 columns, with wide characters counted', async (t) => {
    const views = ['timeline', 'obligations', 'rollout', 'audit', 'drift', 'silence', 'articles', 'search cloud'];
    const facts = ['fact', 'why'].map((view) => `${view} storefront/tmall-ocog.2022w/opened`);
    const stdin = await readFile(join(seedsDir, '002.yaml'), 'utf8');
    const seeded = join(t.testdir(), 'data');
    t.equal((await run(seeded, ['ingest', '-'], { stdin, seedsDir })).code, 0);
    for (const view of [...views, ...facts]) {
      const { code, out } = await run(seeded, ['show', ...view.split(' ')], { width: 80, seedsDir });
      t.equal(code, 0, view);
      t.same(
        out.split('\n').filter((line) => stringWidth(line) > 80),
        [],
        view,
      );
    }
  });

  t.test('show lists a plan as planned before its day and as overdue long after it', async (t) => {
    t.match((await show('timeline', '--occurredAsOf', '2025-08')).out, /planned +CampaignLaunched/);
    t.match((await show('timeline', '--occurredAsOf', '2026')).out, /overdue, +CampaignLaunched/);
  });

  t.test('show by the reported clock leaves out what was published later', async (t) => {
    t.match((await show('timeline', '--contested')).out, /1 fact\n[\s\S]*≠ count: 2 \(b\) or 3 \(a\)/);
    const { out } = await show('timeline', '--contested', '--reported-as-of=2025-03-31');
    t.match(out, '0 facts');
    t.match(out, 'Nothing to show.');
  });

  t.test('show --json prints the REST answer and nothing else', async (t) => {
    const { out } = await show(
      'timeline',
      '--json',
      '--type',
      'CreativeCountStated,PartnershipSigned',
      '--games=2026W',
    );
    t.match(timelineAnswerShape.parse(JSON.parse(out)), { total: 0, next: null });
    const { entries } = timelineAnswerShape.parse(JSON.parse((await show('timeline', '--json')).out));
    t.equal(entries.length, 5);
  });

  t.test('show refuses a format that a view does not have, and a mark without a csv', async (t) => {
    t.match(await show('rollout', '--format', 'xlsx'), {
      code: 2,
      messages: /"show rollout" has no xlsx; it has csv, /,
    });
    t.match(await show('rollout', '--bom'), { code: 2, messages: /--bom goes with --format csv/ });
    t.match((await show('rollout', '--format', 'csv', '--bom')).out, /^\uFEFFPart,/);
  });

  t.test('show at a cut before the first event says which clock may be meant', async (t) => {
    const { code, out } = await show('rollout', '--at-position', '0');
    t.equal(code, 0);
    t.match(out, /had recorded nothing[\s\S]*--reported-as-of/);
  });

  t.test('show has a table for every view', async (t) => {
    t.match((await show('obligations')).out, /1 obligation, 2 Games[\s\S]*2026W[\s\S]*2028S/);
    t.match((await show('rollout')).out, /1 campaign[\s\S]*Launch/);
    t.match((await show('audit')).out, /8 events[\s\S]*ArticleRead/);
  });

  t.test('show reports everything that is wrong with its arguments together', async (t) => {
    const wrong = '--status due --type TermAgred --article c --recorded-as-of 2999 --timing sure --limit 3';
    const { code, out, messages } = await show('audit', 'kestral.ioc', ...wrong.split(' '));
    t.equal(code, 2);
    t.equal(out, '');
    for (const problem of [
      '--limit is not an option here',
      '"show audit" takes no --status; it takes --type, --games, --article',
      'did you mean kestrel.ioc?',
      '--recorded-as-of=2999 lies in the future',
      '--timing: timing is "any" or "certain"',
      'the nearest: TermAgreed',
      '"c" is no article of this ledger',
    ]) {
      t.match(messages, problem);
    }
  });

  t.test('show without a view, or with a mistyped one, lists the views', async (t) => {
    t.match(await show('timelin'), { code: 2, messages: /did you mean timeline\?/ });
    t.match(await show(), { code: 2, messages: /timeline, obligations, rollout, audit/ });
    t.match(await show('timeline', 'kestrel.ioc', 'heron.ioc'), {
      code: 2,
      messages: /unexpected argument "heron\.ioc"/,
    });
  });
});

t.test('show must name one of several partnerships', async (t) => {
  const other = articleFile('c', ['PartnershipSigned: ~, happened: ~'], { partnership: 'heron.ioc' });
  const dataDir = await ledgerWith(join(t.testdir(), 'data'), [first, other]);
  t.match(await run(dataDir, ['show', 'timeline']), { code: 2, messages: /heron\.ioc\n {2}kestrel\.ioc/ });
  t.match(await run(dataDir, ['show', 'timeline', 'heron.ioc']), { code: 0, out: /1 fact/ });
});

t.test('show without a ledger says so and creates none', async (t) => {
  const folder = t.testdir({ empty: {} });
  for (const name of ['empty', 'missing']) {
    const dataDir = join(folder, name);
    t.match(await run(dataDir, ['show', 'timeline']), { code: 1, out: '', messages: /Nothing is recorded in .* yet/ });
  }
  t.same(readdirSync(join(folder, 'empty')), []);
  t.notOk(existsSync(join(folder, 'missing')));
});

t.test('show partnership says where it stands and how it is to end', async (t) => {
  const article = articleFile('notice', [
    'PartnershipSigned: ~, happened: 2018-05-01',
    'TermAgreed: ~, happened: 2018-05-01, start: 2018-06-01, end: 2030-12-31',
    'NoticeGiven: ~, happened: 2025-03-01, effective: 2026-06-30',
    'PartnershipTerminated: ~, happened: ~, by: second-hand',
  ]);
  const dataDir = await ledgerWith(join(t.testdir(), 'data'), [article]);
  const { out } = await run(dataDir, ['show', 'partnership', '--occurred-as-of', '2026-08-01']);
  t.match(out, /^status +signed\n +terminated \?$/m);
  t.match(out, /^parties +Kestrel \(partner\)\n +.* \(rights-holder\)$/m);
  t.match(out, /^term +from 2018-06-01, to 2030-12-31$/m);
  t.match(
    out,
    /^to end +overdue, unconfirmed\n +NoticeGiven: 2026-06-30\n +partnership\/kestrel\.ioc\.2025\/notice-given$/m,
  );
});
