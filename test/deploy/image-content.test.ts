import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { commandOf, copied, stagesOf } from './image-file.ts';

const root = join(import.meta.dirname, '../..');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

/** Lays out what the last stage copies, beside the packages that are installed. */
const layOut = (folder: string): void => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [source, target] of copied(stagesOf(dockerfile).slice(-1))) {
    const name = source.split('/').at(-1) ?? '';
    const place = join(folder, target, target.endsWith('/') ? name : '');
    mkdirSync(join(place, '..'), { recursive: true });
    cpSync(join(root, source), place, { recursive: true });
  }
};

t.test('the server starts from what is in the image, is healthy, and stops at the signal', async (t) => {
  const place = t.testdir({ image: {}, data: {} });
  const folder = join(place, 'image');
  layOut(folder);
  const [program = '', ...words] = commandOf(dockerfile) ?? [];
  t.equal(program, 'node');
  const env = { PATH: process.env['PATH'] ?? '', DATA_DIR: join(place, 'data'), PORT: '0', LOG_LEVEL: 'warn' };
  const server = spawn(process.execPath, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  t.teardown(() => server.kill('SIGKILL'));

  let said = '';
  for await (const chunk of server.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += chunk;
    if (said.includes('serves on')) break;
  }
  t.match(said, /Seeds: \d+ events recorded/);
  const [, port = ''] = /serves on http:\/\/127\.0\.0\.1:(\d+)/.exec(said) ?? [];
  server.stdout.resume();
  const check = spawn(process.execPath, ['deploy/health-check.js'], {
    cwd: folder,
    env: { ...env, PORT: port },
    stdio: 'inherit',
  });
  t.same(await once(check, 'exit'), [0, null], 'healthy');

  server.kill('SIGTERM');
  t.same(await ended, [0, null], 'stopped');
});
