import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';

const command = join(import.meta.dirname, '..', '..', 'bin', 'partnership-ledger.js');

/**
 * The command in a folder of its own, outside this project and its Node, beside a made-up `dist/cli.js` that prints what
 * it was given.
 */
const installed = (t: Test): string => {
  const folder = mkdtempSync(join(tmpdir(), 'partnership-ledger-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const inner of ['bin', 'dist']) mkdirSync(join(folder, inner));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  copyFileSync(command, join(folder, 'bin', 'partnership-ledger.js'));
  writeFileSync(join(folder, 'dist', 'cli.js'), 'console.log(process.argv.slice(2).join(" ")); process.exitCode = 3;');
  return folder;
};

/** Runs it, on this Node or on one that says it is another version. */
const run = (folder: string, version: string = process.versions.node) => {
  const pretend = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`;
  return spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${pretend}`, join(folder, 'bin', 'partnership-ledger.js'), 'show', 'timeline'],
    { encoding: 'utf8' },
  );
};

t.test('the command runs on a Node that is new enough', async (t) => {
  const { stdout, status } = run(installed(t));
  t.equal(stdout, 'show timeline\n');
  t.equal(status, 3);
});

t.test('on an older Node the command says which Node it needs and how to get it, and loads nothing else', async (t) => {
  const { stdout, stderr, status } = run(installed(t), '20.11.1');
  t.equal(stdout, '');
  t.match(stderr, /needs Node 26 or newer, and this is Node 20\.11\.1/);
  t.match(stderr, /nvm install 26/);
  t.equal(status, 1);
});

t.test('on an older Node the command hands over to the Node that is installed beside it', async (t) => {
  const folder = installed(t);
  const node = join(folder, 'node_modules', 'node');
  mkdirSync(join(node, 'bin'), { recursive: true });
  writeFileSync(join(node, 'package.json'), '{ "name": "node" }');
  symlinkSync(process.execPath, join(node, 'bin', 'node'));
  const { stdout, status } = run(folder, '20.11.1');
  t.equal(stdout, 'show timeline\n');
  t.equal(status, 3);
});
