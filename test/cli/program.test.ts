import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { settings } from '../../src/config.ts';
import { environmentOf, placeOf, unlessEmbedded } from '../support/open-test-ledger.ts';
import { articleFile } from './article-file.ts';
import { program } from './program.ts';

// The settings of a program on the ledger of a folder.
const settingsFor = async (dataDir: string): Promise<Record<string, string>> => environmentOf(await placeOf(dataDir));

const signed = articleFile('a', ['PartnershipSigned: ~, happened: 2025-03-03']);

t.test('--help lists commands, clocks and every setting, and --version prints the package version', async (t) => {
  const { code, out } = await program(['--help']);
  t.equal(code, 0);
  for (const name of ['ingest', 'show', 'check', '--occurred-as-of', '--at-position', ...Object.keys(settings)])
    t.match(out, name);
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  t.same(await program(['--version']), { code: 0, out: `${version}\n`, errors: '' });
});

t.test('a script can check, ingest and show', async (t) => {
  const folder = t.testdir();
  const dataDir = join(folder, 'data');
  const environment = { ...(await settingsFor(dataDir)), SEEDS_DIR: folder };
  t.match(await program(['show', 'timeline'], { environment }), { code: 1, out: '', errors: /Nothing is recorded/ });
  t.notOk(existsSync(dataDir));

  const ingested = await program(['ingest', '-'], { environment, stdin: signed });
  t.equal(ingested.code, 0, ingested.errors);
  t.match(ingested.errors, 'recording 1/1 a recorded');

  const shown = await program(['show', 'timeline'], { environment });
  t.match(shown, { code: 0, errors: '', out: /PartnershipSigned/ });
  t.notMatch(shown.out, '\u001b', 'no colours where nobody looks');
  const coloured = { ...environment, FORCE_COLOR: '1' };
  t.match((await program(['show', 'timeline'], { environment: coloured })).out, '\u001b[32mhappened');

  const { out } = await program(['show', 'timeline', '--json'], { environment });
  t.equal(JSON.parse(out).total, 1);
  t.same(
    await program(['show', 'audit'], { environment, hangUp: true }),
    { code: 0, out: '', errors: '' },
    'as in `… | head`',
  );
});

t.test('the shipped seeds pass the check', async (t) => {
  const seeds = join(import.meta.dirname, '../../seeds');
  const files = readdirSync(seeds).filter((name) => name.endsWith('.yaml'));
  const environment = { ...(await settingsFor(join(t.testdir(), 'data'))), SEEDS_DIR: seeds };
  const { code, out } = await program(['check', ...files.map((name) => join(seeds, name))], { environment });
  t.equal(code, 0);
  for (const name of files) t.match(out, new RegExp(`${name}: article .*: sound$`, 'm'));
});

t.test('the program reports every wrong setting and does nothing', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  const environment = { ...(await settingsFor(dataDir)), PORT: 'http', LOG_LEVEL: 'loud' };
  const { code, errors } = await program(['ingest', '-'], { environment, stdin: signed });
  t.equal(code, 2);
  t.match(errors, /PORT[\s\S]*LOG_LEVEL/);
  t.notOk(existsSync(dataDir));
});

const full = '/dev/full';
t.test('an output that cannot be written is reported in one line', { skip: !existsSync(full) }, async (t) => {
  const output = openSync(full, 'w');
  const cli = join(import.meta.dirname, '../../dist/cli.js');
  const ended = spawnSync(process.execPath, [cli, '--help'], { stdio: ['ignore', output, 'pipe'], encoding: 'utf8' });
  closeSync(output);
  t.equal(ended.status, 1);
  t.match(ended.stderr, /^error: cannot write the output: ENOSPC[^\n]*\n$/);
});

const aboutFiles = { skip: unlessEmbedded('it is about the file of the embedded store') };

t.test('a file that is not a ledger gives a message, not a crash', aboutFiles, async (t) => {
  const environment = { DATA_DIR: t.testdir({ 'ledger.sqlite': 'this is a letter, not a ledger' }) };
  const { code, errors } = await program(['show', 'timeline'], { environment });
  t.equal(code, 1);
  t.match(errors, /^error: .*ledger\.sqlite cannot be opened/);
  t.notMatch(errors, /\n\s+at /, 'without a stack');
});
