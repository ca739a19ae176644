import { join } from 'node:path';
import t from 'tap';
import { openAccess } from '../../src/access/access.ts';
import { emptyRegistry } from '../../src/articles/registry.ts';
import { buildApp } from '../../src/http/app.ts';
import { openProof } from '../../src/open-ledger.ts';
import { openTestLedger } from '../support/open-test-ledger.ts';
import { articleFile } from './article-file.ts';
import { run } from './run-command.ts';

const files = [
  articleFile('a', [
    'CampaignLaunched: quiet-roads, planned: 2025-09-01',
    'CreativeCountStated: quiet-roads, count: 3',
  ]),
  articleFile('b', ['CreativeCountStated: quiet-roads, count: 2'], { published: '2025-04-01', publisher: 'unknown' }),
];
const fact = 'campaign/quiet-roads/creative-count-stated';
const resolution = [
  'resolve',
  fact,
  '--field',
  'count',
  '--value',
  '3',
  '--basis',
  'misread',
  '--reason',
  'b counts one twice',
];

t.test('a decision is shown before it is recorded, and recorded once somebody says so', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  for (const stdin of files) await run(dataDir, ['ingest', '-'], { stdin });
  const decide = async (words: readonly string[], confirms: boolean | null = null) =>
    await run(dataDir, ['decide', ...words], { confirms });
  const events = async () => JSON.parse((await run(dataDir, ['show', 'audit', '--json'])).out).total as number;
  const before = await events();

  t.match(await decide([...resolution, '--dry-run']), { code: 0, out: /What would come of it: [\s\S]*quiet-roads/ });
  t.match(await decide(resolution), { code: 1, messages: /nobody can be asked; --yes records it/ });
  t.match(await decide(resolution, false), { code: 1, messages: /Nothing was recorded/ });
  t.equal(await events(), before, 'a preview records nothing');

  t.match(await decide(resolution, true), { code: 0, out: /Recorded as event \d+\./ });
  t.equal(await events(), before + 1);
  t.match((await run(dataDir, ['show', 'fact', fact])).out, /✎ resolved by cli · count: 3 · b counts one twice/);
  t.match(await decide(['retract', 'b', '--reason', 'it is a rumour', '--yes']), { code: 0, out: /Recorded/ });
  t.match((await run(dataDir, ['show', 'articles'])).out, /retracted: it is a rumour/);
});

t.test(
  'everything that is wrong with a decision is told at once, and what the ledger refuses is refused',
  async (t) => {
    const dataDir = join(t.testdir(), 'data');
    for (const stdin of files) await run(dataDir, ['ingest', '-'], { stdin });
    const decide = async (...words: readonly string[]) => await run(dataDir, ['decide', ...words, '--yes']);
    const { code, messages } = await decide('correct', fact, '--field', 'count', '--from', 'x/y/z', '--basis', 'guess');
    t.equal(code, 2);
    for (const says of [/takes no --from/, /--value is missing/, /--basis: /, /--reason is missing/])
      t.match(messages, says);
    t.match(await decide('resolv', fact), { code: 2, messages: /did you mean resolve\?/ });
    const unknown = await decide('retract', 'campaign/quiet-road/launched', '--reason', 'none');
    t.match(unknown, { code: 1, messages: /refused: [\s\S]*campaign\/quiet-roads\/launched/ });
  },
);

t.test('a server previews and records a decision under the name of the token', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  for (const stdin of files) await run(dataDir, ['ingest', '-'], { stdin });
  const ledger = await openTestLedger({ dataDir });
  const proof = await openProof(ledger, { dataDir, report: () => undefined });
  const token = 'sixteen-or-more-characters';
  const parts = { ledger, proof, subjects: emptyRegistry, version: '1.2.3', now: Date.now, logger: false as const };
  const tokens = { writeToken: 'another-token-of-its-own', writeTokens: [{ name: 'anna', token }] };
  const app = buildApp({ ...parts, access: openAccess({ ...tokens, now: Date.now }) });
  t.teardown(async () => {
    await app.close();
    await proof.stop();
    await ledger.close();
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const decide = async (...options: readonly string[]) =>
    await run(join(dataDir, 'none'), ['decide', ...resolution, '--url', url, ...options], {
      environment: { LEDGER_TOKEN: token },
    });
  t.match(await decide('--dry-run'), { code: 0, out: /What would come of it/ });
  t.match(await decide('--yes'), { code: 0, out: /Recorded as event/ });
  t.match((await run(dataDir, ['show', 'fact', fact])).out, /✎ resolved by anna/);
});
