import { join } from 'node:path';
import t from 'tap';
import { emptyRegistry } from '../../src/articles/register.ts';
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
    writeToken,
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
});
