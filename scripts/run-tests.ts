import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { testReport } from './test-report.ts';

/**
 * Runs test files, those of the folders given, or all. Prints a line for each process, and ends with the line
 * `N passed, N failed`. Resolves to true if no test failed.
 *
 * A process is plain Node that prints TAP. `tap run` would load a module hook into it, for coverage; the hook keeps Node
 * from using its compile cache, which costs each process up to 0.6 seconds of processor time.
 */
export async function runTests(given: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<boolean> {
  const { parser, totals } = testReport((line) => console.log(line));
  const groups = groupsOf(testFiles(given));
  const waiting = [...groups];
  const work = async (): Promise<void> => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      parser.write(await runGroup(group, environment));
    }
  };
  const complete = once(parser, 'complete');
  parser.write('TAP version 14\n');
  await Promise.all(Array.from({ length: jobs }, work));
  parser.end(`1..${groups.length}\n`);
  await complete;

  const { passed, failed, skipped } = totals();
  if (skipped > 0) console.log(`${skipped} skipped, see above`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

// More processes at a time would slow each other down until safety timeouts run out.
const jobs = Math.min(4, availableParallelism());

function testFiles(given: readonly string[]): readonly string[] {
  const all = (given.length > 0 ? given : ['test']).flatMap((path) =>
    statSync(path).isDirectory() ? globSync(`${path}/**/*.test.ts`).toSorted() : [path],
  );
  return [...new Set(all.map((path) => path.replaceAll('\\', '/')))];
}

/**
 * The files that share a process: loading the modules costs more than most tests do. A long file has one of its own, and
 * starts first: one that starts last keeps one core busy while the others rest.
 */
function groupsOf(files: readonly string[]): readonly (readonly string[])[] {
  const { long = [], short = [] } = Object.groupBy(files, (file) => (isLong.test(file) ? 'long' : 'short'));
  const folders = [...Map.groupBy(short, (file) => dirname(file)).values()];
  const groups = folders.flatMap((folder) =>
    Array.from({ length: Math.ceil(folder.length / mostTogether) }, (_, i) =>
      folder.slice(i * mostTogether, (i + 1) * mostTogether),
    ),
  );
  return [...long.map((file) => [file]), ...groups];
}

const isLong = /both-stores|\.laws\.|nothing-changes|event-store|proof|properties|browser|http\/clocks/;

const mostTogether = 6;

// Resolves to the TAP of a group, as a subtest.
async function runGroup(files: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const [first = ''] = files;
  const isAlone = files.length === 1;
  const name = isAlone ? first : `${first} … ${basename(files.at(-1) ?? '')}`;
  const started = performance.now();
  const child = spawn(process.execPath, isAlone ? [first] : [together, first], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: longestGroupMs,
    killSignal: 'SIGKILL',
    env: {
      NODE_COMPILE_CACHE: compileCache,
      ...process.env,
      ...environment,
      TAP: '1',
      // In seconds. A safety net only: the machine may be busy.
      TAP_TIMEOUT: String(600 * files.length),
      TEST_FILES: files.join('\n'),
    },
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const plan = /^1\.\.(\d+)(?: # (?:skip )?(.*))?$/im.exec(output);
  // A process that exits early with code 0 has no plan. tap prints nothing at all for a file without tests.
  const isOk = code === 0 && (plan !== null || output === '');
  const isEmpty = output === '' || plan?.[1] === '0';
  const time = (performance.now() - started).toFixed(1);
  const end = isOk && isEmpty ? `SKIP ${plan?.[2] ?? 'no tests found'}` : `time=${time}ms`;
  const lines = output.replaceAll(/^(?=.)/gm, '    ');
  return `# Subtest: ${name}\n${lines}\n${isOk ? 'ok' : 'not ok'} - ${name} # ${end}\n`;
}

const together = resolve('scripts/run-together.ts');

// Each process ends by itself when its own time is up. This ends one that can't: a loop that never waits.
const longestGroupMs = 3_600_000;

// Most test files load the same modules. The first process strips types and compiles for all.
const compileCache = resolve('node_modules/.cache/compile');
