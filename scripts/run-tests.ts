import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { testReport } from './test-report.ts';

/**
 * Runs test files, those of the folders given, or all. Prints a line for each file, and ends with the line
 * `N passed, N failed`. Resolves to true if no test failed.
 *
 * Each file is a process of plain Node that prints TAP. `tap run` would load a module hook into it, for coverage; the
 * hook keeps Node from using its compile cache, which costs each file up to 0.6 seconds of processor time.
 */
export async function runTests(given: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<boolean> {
  const { parser, totals } = testReport((line) => console.log(line));
  const files = testFiles(given);
  const waiting = longestFirst(files);
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      parser.write(await runFile(file, environment));
    }
  };
  const complete = once(parser, 'complete');
  parser.write('TAP version 14\n');
  await Promise.all(Array.from({ length: jobs }, work));
  parser.end(`1..${files.length}\n`);
  await complete;

  const { passed, failed, skipped } = totals();
  if (skipped > 0) console.log(`${skipped} skipped, see above`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

// More files at a time would slow each other down until safety timeouts run out.
const jobs = Math.min(4, availableParallelism());

function testFiles(given: readonly string[]): readonly string[] {
  const all = (given.length > 0 ? given : ['test']).flatMap((path) =>
    statSync(path).isDirectory() ? globSync(`${path}/**/*.test.ts`).toSorted() : [path],
  );
  return [...new Set(all.map((path) => path.replaceAll('\\', '/')))];
}

// A long file that starts last keeps one core busy while the others rest.
function longestFirst(files: readonly string[]): string[] {
  return [...files.filter((file) => isLong.test(file)), ...files.filter((file) => !isLong.test(file))];
}

const isLong = /both-stores|\.laws\.|nothing-changes|event-store|proof|properties/;

// Resolves to the TAP of a file, as a subtest.
async function runFile(file: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const started = performance.now();
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: longestFileMs,
    killSignal: 'SIGKILL',
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, ...environment, TAP: '1', TAP_TIMEOUT: '120' },
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const plan = /^1\.\.(\d+)(?: # (?:skip )?(.*))?$/im.exec(output);
  // A file that exits early with code 0 has no plan. tap prints nothing at all for a file without tests.
  const isOk = code === 0 && (plan !== null || output === '');
  const isEmpty = output === '' || plan?.[1] === '0';
  const time = (performance.now() - started).toFixed(1);
  const end = isOk && isEmpty ? `SKIP ${plan?.[2] ?? 'no tests found'}` : `time=${time}ms`;
  const lines = output.replaceAll(/^(?=.)/gm, '    ');
  return `# Subtest: ${file}\n${lines}\n${isOk ? 'ok' : 'not ok'} - ${file} # ${end}\n`;
}

// Each file ends by itself when its own time is up. This ends one that can't: a loop that never waits.
const longestFileMs = 3_600_000;

// Every test file is a process, and most load the same modules. The first one strips types and compiles for all.
const compileCache = resolve('node_modules/.cache/compile');
