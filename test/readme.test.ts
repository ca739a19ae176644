import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { describeSettings } from '../src/config.ts';
import { environmentOf, placeOf } from './support/open-test-ledger.ts';
import { isAsShown, shownCommands } from './support/readme-commands.ts';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);
const pages = ['README.md', 'docs/command-line.md', 'docs/http.md'];
const commands = (await Promise.all(pages.map((page) => readFile(join(root, page), 'utf8')))).flatMap(shownCommands);
const settingsPage = await readFile(join(root, 'docs/settings.md'), 'utf8');

// The server as `npm start` starts it, on any free port and in a folder of its own.
const startServer = async (
  settings: Readonly<Record<string, string>>,
): Promise<{ server: ChildProcess; printed: string; port: string }> => {
  const environment = {
    ...process.env,
    ...settings,
    PORT: '0',
    LOG_LEVEL: 'silent',
    SEEDS_DIR: join(root, 'seeds'),
  };
  const server = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], { cwd: root, env: environment });
  let printed = '';
  return await new Promise((resolve, reject) => {
    server.once('exit', () => reject(new Error(`the server stopped: ${printed}`)));
    server.stdout.on('data', (chunk) => {
      printed += String(chunk);
      const [, port] = /serves on http:\/\/127\.0\.0\.1:(\d+)/.exec(printed) ?? [];
      if (port !== undefined && printed.includes('curl')) resolve({ server, printed, port });
    });
  });
};

t.test('every documented command prints what its page shows', async (t) => {
  const anna = 'the-token-of-anna';
  const settings = { ...environmentOf(await placeOf(t.testdir())), ANNA: anna, WRITE_TOKENS: `anna:${anna}` };
  const { server, printed, port } = await startServer(settings);
  t.teardown(() => server.kill('SIGTERM'));
  const [start, tests, ...others] = commands;

  t.equal(start?.command, 'npm ci && npm start');
  t.ok(isAsShown(start?.output ?? '', `\n${printed.replaceAll(port, '3000')}`), 'the start prints what is shown');
  t.equal(tests?.command, 'npm ci && npm test', 'which is how this test was started');

  t.ok(others.length >= 20, `${others.length} commands`);
  for (const { command, output } of others) {
    const local = command
      .replaceAll(':3000', `:${port}`)
      .replace(/^npx partnership-ledger/, `'${process.execPath}' bin/partnership-ledger.js`);
    const env = { ...process.env, ...settings, NO_COLOR: '1', COLUMNS: '120' };
    const { stdout } = await run('bash', ['-c', local], { cwd: root, env });
    t.ok(isAsShown(output, stdout), command, { shown: output, printed: stdout });
  }
});

t.test('docs/settings.md lists every setting', async (t) => {
  for (const [, name = ''] of describeSettings().matchAll(/^ {2}([A-Z_]+) /gm)) {
    t.ok(settingsPage.includes(`| \`${name}\` |`), name);
  }
});
