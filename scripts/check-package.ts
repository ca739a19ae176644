import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';

// A safety net: a registry may keep a connection open and send nothing.
const commandTimeoutMs = 300_000;

const root = join(import.meta.dirname, '..');
const { name, version } = readPackage(root);

/**
 * Packs this project, installs it in an empty project, and uses it there as a user would. It runs on the Node of this
 * machine, because it takes the project's own Node off the path.
 */
async function checkPackage(folder: string): Promise<void> {
  run(root, 'npm', ['pack', '--pack-destination', folder]);
  const [archive = ''] = readdirSync(folder);
  const project = join(folder, 'project');
  mkdirSync(project);
  run(project, 'npm', ['init', '--yes']);
  run(project, 'npm', ['install', '--no-audit', '--no-fund', join('..', archive)]);
  const installed = join(project, 'node_modules', name);
  checkFiles(installed);

  const host = run(project, 'node', ['--version']);
  console.log(`${archive} on Node ${host}`);
  const command = join('node_modules', name, 'bin', `${name}.js`);
  expect('node runs the command', run(project, 'node', [command, '--version']) === version);
  expect('npx runs the command', run(project, 'npx', [name, '--version']) === version);
  const seeds = readdirSync(join(installed, 'seeds')).filter((file) => file.endsWith('.yaml'));
  const files = seeds.map((file) => join('node_modules', name, 'seeds', file));
  const ingested = run(project, 'npx', [name, 'ingest', ...files]);
  expect('it ingests the seeds', ingested.includes(`${seeds.length} articles: ${seeds.length} recorded`));
  const timeline = run(project, 'npx', [name, 'show', 'timeline', '--occurred-as-of', '2018-02-05']);
  expect('it shows their timeline', /due .*CampaignLaunched/.test(timeline));
  run(project, 'npx', [name, 'export', 'ledger.ndjson']);
  checkVerifier(join(installed, 'dist', 'verify.mjs'), project);
  compileExample(installed, project);
  expect('npm start serves', await serves(installed, join(project, 'data')));
}

/** Checks an exported file with the stand-alone verifier, copied away from the package: whole, then with one letter changed. */
function checkVerifier(verifier: string, project: string): void {
  const elsewhere = join(project, 'elsewhere');
  mkdirSync(elsewhere);
  copyFileSync(verifier, join(elsewhere, 'verify.mjs'));
  const bundle = join(project, 'ledger.ndjson');
  const whole = run(elsewhere, 'node', ['verify.mjs', bundle]);
  expect('the stand-alone verifier finds an exported file whole', whole.includes('none of them changed'));
  writeFileSync(bundle, readFileSync(bundle, 'utf8').replace('happened', 'hapqened'));
  const options = { cwd: elsewhere, env: environment(), encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync('node', ['verify.mjs', bundle], options);
  expect('and says where it was changed', status === 1 && /position \d+/.test(stderr));
}

/** Compiles the client's example in a project where only the package is installed. */
function compileExample(installed: string, project: string): void {
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readFileSync(join(installed, 'docs', 'client.md'), 'utf8')) ?? [];
  writeFileSync(join(project, 'example.mts'), example);
  const compiler = join(root, 'node_modules', 'typescript-native', 'bin', 'tsc');
  const options = '--noEmit --strict --module nodenext --target es2022 --lib es2022,dom --types'.split(' ');
  run(project, 'node', [compiler, ...options, '', 'example.mts']);
  expect('the example of the client compiles', example.includes('createClient'));
}

/** Checks that every export is there, and no TypeScript: Node strips no types below node_modules. */
function checkFiles(installed: string): void {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  expect('no sources are packed', !files.some((file) => /(?<!\.d)\.ts$/.test(file)));
  for (const file of Object.values(readPackage(installed).exports).flatMap((one) =>
    typeof one === 'string' ? one : Object.values(one),
  ))
    expect(`${file} is packed`, existsSync(join(installed, file)));
}

async function serves(installed: string, dataDir: string): Promise<boolean> {
  const server = spawn('npm', ['start'], {
    cwd: installed,
    env: { ...environment(), DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const exited = once(server, 'exit');
  let output = '';
  for await (const chunk of server.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += chunk;
    if (output.includes('serves on')) break;
  }
  server.stdout.resume();
  const [, origin] = /serves on (http:\S+)\. /.exec(output) ?? [];
  const answer = origin === undefined ? null : await fetch(`${origin}/api/partnerships/alibaba.ioc/timeline`);
  // Kill the whole group: npm does not pass the signal on to the server.
  if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, 'SIGTERM');
  await exited;
  return answer?.status === 200;
}

function run(cwd: string, program: string, words: readonly string[]): string {
  const options = { cwd, env: environment(), encoding: 'utf8', timeout: commandTimeoutMs } as const;
  const { status, signal, stdout, stderr } = spawnSync(program, words, options);
  if (status !== 0)
    throw new Error(`${program} ${words.join(' ')} ended with ${status ?? signal}:\n${stdout}${stderr}`);
  return stdout.trim();
}

/** The environment of this process, without what npm adds to it for a script of this project. */
function environment(): NodeJS.ProcessEnv {
  const { PATH = '', npm_config_local_prefix: _, ...rest } = process.env;
  const path = PATH.split(delimiter).filter((folder) => !folder.endsWith(join('node_modules', '.bin')));
  return { ...rest, PATH: path.join(delimiter), DATA_DIR: 'data', EVENT_STORE: 'sqlite', SEEDS_DIR: '' };
}

function expect(what: string, isSo: boolean): void {
  if (!isSo) throw new Error(`not so: ${what}`);
  console.log(`ok  ${what}`);
}

function readPackage(folder: string): {
  name: string;
  version: string;
  exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
} {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

const folder = mkdtempSync(join(tmpdir(), `${name}-`));
try {
  await checkPackage(folder);
} finally {
  rmSync(folder, { recursive: true });
}
