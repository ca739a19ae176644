import { join } from 'node:path';
import t from 'tap';
import { openAccess } from '../../src/access/access.ts';
import { emptyRegistry } from '../../src/articles/registry.ts';
import { buildApp } from '../../src/http/app.ts';
import { openProof } from '../../src/open-ledger.ts';
import { openTestLedger } from '../support/open-test-ledger.ts';
import { articleFile } from './article-file.ts';
import { run } from './run-command.ts';

const article = articleFile('a', [
  'PartnershipSigned: ~, happened: 2025-03-03',
  'CampaignLaunched: quiet-roads, planned: 2025-09-01',
  'ObligationUndertaken: transport, games: 2026W..2028S, happened: 2025-03-03',
  'StorefrontOpened: depot, games: 2026W, planned: ~',
]);

const questions: Readonly<Record<string, readonly string[]>> = {
  'timeline?occurredAsOf=2025-09-05&status=due': ['timeline', '--occurred-as-of', '2025-09-05', '--status', 'due'],
  'timeline?games=2026W&timing=certain': ['timeline', '--games=2026W', '--timing', 'certain'],
  'obligations?reportedAsOf=2025': ['obligations', '--reported-as-of', '2025'],
  rollout: ['rollout'],
  'timeline?from=2025-09&to=2025': ['timeline', '--from', '2025-09', '--to', '2025-12-31'],
  'audit?type=CampaignLaunched': ['audit', '--type', 'CampaignLaunched'],
  'audit?actor=cli&effect=entered&recordedFrom=2018': 'audit --actor cli --effect entered --recorded-from 2018'.split(
    ' ',
  ),
  'audit?fact=campaign/quiet-roads/launched&late=false': [
    'audit',
    '--fact',
    'campaign/quiet-roads/launched',
    '--late=false',
  ],
  'silence?games=2026W&occurredAsOf=2026-03': ['silence', '--games', '2026W', '--occurred-as-of', '2026-03'],
  drift: ['drift'],
  'calendar?games=2026W': ['calendar', '--games', '2026W'],
  'timeline?atPosition=0': ['timeline', '--at-position', '0'],
  'obligations?games=2028S': ['obligations', '--games', '2028S'],
};

const ofTheLedger: Readonly<Record<string, readonly string[]>> = {
  'partnerships?type=CampaignLaunched': ['partnerships', '--type', 'CampaignLaunched'],
  'partnerships?status=signed&occurredAsOf=2024': ['partnerships', '--status=signed', '--occurred-as-of=2024'],
  'games?games=2028S': ['games', '--games', '2028S'],
  feed: ['feed'],
  'partnerships/kestrel.ioc/feed?atPosition=3': ['feed', 'kestrel.ioc', '--at-position', '3'],
};

const key = 'campaign/quiet-roads/launched';

const forms: Readonly<Record<string, readonly string[]>> = {
  'partnerships.csv': ['partnerships', '--format', 'csv'],
  'games.csv?status=unscheduled': ['games', '--status', 'unscheduled', '--format', 'csv'],
  'feed.atom': ['feed', '--format', 'atom'],
  'partnerships/kestrel.ioc/feed.feed.json': ['feed', 'kestrel.ioc', '--format', 'jsonfeed'],
  'partnerships/kestrel.ioc/timeline.timelinejs.json?status=due': 'timeline --status due --format timelinejs'.split(
    ' ',
  ),
  'articles/a/citation.bib': ['article', 'a', '--format', 'bibtex'],
  [`partnerships/kestrel.ioc/facts/${key}/citation.csl.json`]: ['fact', key, '--format', 'csl'],
  'partnerships/kestrel.ioc/calendar.ics': ['calendar', '--format', 'ics'],
};

const comparisons: Readonly<Record<string, readonly string[]>> = {
  'diff?from=2025-03&to=2026': ['--from', '2025-03', '--to', '2026'],
  'diff?clock=reported&from=2024&timing=certain': ['--clock=reported', '--from=2024', '--timing', 'certain'],
  'diff?clock=recorded&from=position:1': ['--clock', 'recorded', '--from', 'position:1'],
};

t.test('show --format and diff --json print what REST answers, to the byte', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  t.equal((await run(dataDir, ['ingest', '-'], { stdin: article })).code, 0);
  const ledger = await openTestLedger({ dataDir });
  const writeToken = 'sixteen-or-more-characters';
  const proof = await openProof(ledger, { dataDir, report: () => undefined });
  await proof.check.ended;
  const app = buildApp({
    ledger,
    proof,
    subjects: emptyRegistry,
    access: openAccess({ writeToken, now: Date.now }),
    version: '1.2.3',
    now: Date.now,
    logger: false,
  });
  t.teardown(async () => {
    await app.close();
    await proof.stop();
    await ledger.close();
  });
  const asked = [
    ...Object.entries(questions).map(([address, given]) => [address, ['show', ...given, '--format', 'json']] as const),
    ...Object.entries(comparisons).map(([address, given]) => [address, ['diff', ...given, '--json']] as const),
  ];
  for (const [address, given] of asked) {
    const { statusCode, body } = await app.inject(`/api/partnerships/kestrel.ioc/${address}`);
    t.equal(statusCode, 200);
    t.equal((await run(dataDir, given)).out, `${body}\n`, address);
  }
  for (const [address, given] of Object.entries(questions)) {
    const [view, query = ''] = address.split('?');
    const { body } = await app.inject(`/api/partnerships/kestrel.ioc/${view}.csv?${query}`);
    t.equal((await run(dataDir, ['show', ...given, '--format', 'csv'])).out, body, `${view}.csv?${query}`);
  }

  for (const [address, given] of Object.entries(ofTheLedger)) {
    const { body } = await app.inject(`/api/${address}`);
    t.equal((await run(dataDir, ['show', ...given, '--format', 'json'])).out, `${body}\n`, address);
  }

  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const elsewhere = join(dataDir, 'none');

  t.test('every other form is that of REST, from the ledger at hand and from a server', async (t) => {
    for (const [address, given] of Object.entries(forms)) {
      const form = await (await fetch(`${url}/api/${address}`)).text();
      t.equal((await run(dataDir, ['show', ...given, '--origin', url])).out, form, address);
      t.equal((await run(elsewhere, ['show', ...given, '--url', url])).out, form, `${address} --url`);
    }
    t.match(await run(dataDir, ['show', 'feed', '--format', 'atom']), { code: 2, messages: /--origin or --url/ });
  });

  // A server makes up a name for a partnership that no register names.
  const withoutName = (text: string) => text.replace(/^.*\(kestrel\.ioc\)/, '');

  t.test('--url shows of a server what its own ledger shows, to the byte', async (t) => {
    const views = [
      'timeline --occurred-as-of 2025-Q3',
      'articles',
      'article a',
      'partnerships',
      'games',
      'feed',
      'feed kestrel.ioc',
      'search quiet',
      `fact ${key}`,
      `why ${key}`,
    ];
    const further = views.map((view) => ['show', ...view.split(' ')]);
    for (const given of [...asked.map(([, words]) => words), ...further]) {
      const { out, messages } = await run(elsewhere, [...given, '--url', url]);
      const here = (await run(dataDir, given)).out;
      t.equal(withoutName(out), withoutName(here), `${given.join(' ')} ${messages}`);
    }
    const refused = await run(elsewhere, ['show', 'timeline', '--status', 'dues', '--games', '2020W', '--url', url]);
    t.match(refused, { code: 2, messages: /--status: "dues" is no status/ });
    t.match(refused.messages, /--games: /);
    const silent = await run(elsewhere, ['show', 'timeline', '--url', 'http://127.0.0.1:59999']);
    t.match(silent, { code: 2, messages: /http:\/\/127\.0\.0\.1:59999 does not answer/ });
  });

  t.test('ingest --url records under the name of the token, and nothing where a file has a mistake', async (t) => {
    const stdin = articleFile('b', ['CampaignEnded: quiet-roads, happened: 2025-10-01'], { published: '2025-10-02' });
    const send = async (token: string, text: string, ...options: readonly string[]) => {
      const environment: Readonly<Record<string, string>> = token === '' ? {} : { LEDGER_TOKEN: token };
      return await run(elsewhere, ['ingest', '-', '--url', url, ...options], { stdin: text, environment });
    };
    t.match(await send('', stdin), { code: 2, messages: /set LEDGER_TOKEN/ });
    t.match(await send('another-token-than-that', stdin), { code: 2, messages: /does not accept this token/ });
    t.match(await send(writeToken, 'article: b\nreports: []'), { code: 2, messages: /title is missing/ });
    t.match(await send(writeToken, stdin, '--dry-run'), { code: 0, out: /b +sound +1 entered/ });
    t.match(await send(writeToken, stdin), { code: 0, out: /b +recorded +1 entered/ });
    t.match(await send(writeToken, stdin), { code: 0, out: /b +unchanged/ });
  });
});
