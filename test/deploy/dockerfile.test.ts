import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Copy, DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import t from 'tap';
import { settings } from '../../src/config.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const dockerfile = read('Dockerfile');
const instructions = DockerfileParser.parse(dockerfile).getInstructions();
const image = instructions.slice(instructions.findLastIndex((each) => each.getKeyword() === 'FROM'));
const inImage = (keyword: string): readonly string[] =>
  image.filter((each) => each.getKeyword() === keyword).map((each) => each.getArgumentsContent() ?? '');

/** What is copied, from where and to where; what another stage made has the path that it has in the project. */
const copied = (those: typeof image) =>
  those
    .filter((each): each is Copy => each.getKeyword() === 'COPY')
    .flatMap((copy) => {
      const words = copy.getArguments().map((argument) => argument.getValue());
      const isMade = copy.getFromFlag() !== null;
      return words.slice(0, -1).map((word) => ({
        source: isMade ? word.replace(/^\/app\//, '') : word,
        target: words.at(-1) ?? '',
        isMade,
      }));
    });

const command = JSON.parse(inImage('CMD').at(-1) ?? '[]') as readonly string[];

t.test('the Dockerfile parses and passes a linter', async (t) => {
  t.same(validate(dockerfile), []);
});

t.test('the image uses exactly the Node version of the project', async (t) => {
  const { optionalDependencies } = JSON.parse(read('package.json')) as { optionalDependencies: { node: string } };
  const bases = [...dockerfile.matchAll(/^FROM (\S+:\S+)/gm)].map(([, base]) => base);
  t.equal(bases.length, 1);
  t.match(bases[0], new RegExp(`^node:${optionalDependencies.node}-\\w+-slim(@sha256:[0-9a-f]{64})?$`));
});

t.test('every file that the Dockerfile copies exists, and the build context holds nothing else', async (t) => {
  const lines = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  t.equal(lines.shift(), '*');
  const sources = copied(instructions)
    .filter(({ isMade }) => !isMade)
    .map(({ source }) => source);
  t.same(new Set(lines), new Set(sources.map((source) => `!${source}`)));
  for (const source of sources) t.ok(existsSync(join(root, source)), source);
});

t.test('the image installs the production packages of the lock file', async (t) => {
  const installs = [...dockerfile.matchAll(/^RUN .*\bnpm (?:ci|i|install)\b.*$/gm)].map(([line]) => line);
  t.match(installs.join('\n'), /npm ci --omit=dev --omit=optional --ignore-scripts/);
  t.same(
    inImage('RUN').filter((line) => line.includes('npm')),
    [],
  );
});

t.test('the image writes only to its volume and does not run as root', async (t) => {
  t.same(inImage('USER'), ['1000:1000']);
  t.same(inImage('VOLUME'), ['/data']);
  t.match(inImage('RUN').at(-1), /--owner=node .* \/data \/access$/);
  const environment = Object.fromEntries(
    inImage('ENV')
      .flatMap((line) => line.split(/[\s\\]+/))
      .map((each) => each.split('=')),
  );
  t.same(environment, { HOST: '0.0.0.0', DATA_DIR: '/data' });
  t.same(
    Object.keys(environment).filter((name) => !(name in settings)),
    [],
  );
});

t.test('the server starts from the files of the image, is healthy, and stops at a signal', async (t) => {
  const place = t.testdir({ image: {}, data: {} });
  const folder = join(place, 'image');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const { source, target } of copied(image)) {
    if (source === 'node_modules') continue;
    const file = join(folder, target, target.endsWith('/') ? (source.split('/').at(-1) ?? '') : '');
    mkdirSync(join(file, '..'), { recursive: true });
    cpSync(join(root, source), file, { recursive: true });
  }

  const [program, ...words] = command;
  t.equal(program, 'node', 'neither a shell nor npm stands between');
  t.same(inImage('ENTRYPOINT'), []);
  const env = { PATH: process.env['PATH'] ?? '', DATA_DIR: join(place, 'data'), PORT: '0', LOG_LEVEL: 'warn' };
  const server = spawn(process.execPath, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  t.teardown(() => server.kill('SIGKILL'));

  let output = '';
  for await (const chunk of server.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += chunk;
    if (output.includes('serves on')) break;
  }
  t.match(output, /Seeds: \d+ events recorded/);
  const [, PORT = ''] = /serves on http:\/\/127\.0\.0\.1:(\d+)/.exec(output) ?? [];
  server.stdout.resume();

  const [, healthCheck = ''] = /CMD \["node", "([^"]+)"\]$/.exec(inImage('HEALTHCHECK')[0] ?? '') ?? [];
  t.ok(healthCheck, 'the health check needs no shell');
  const check = spawn(process.execPath, [healthCheck], { cwd: folder, env: { ...env, PORT }, stdio: 'inherit' });
  t.same(await once(check, 'exit'), [0, null], 'healthy');

  server.kill('SIGTERM');
  t.same(await ended, [0, null], 'stopped');
});
