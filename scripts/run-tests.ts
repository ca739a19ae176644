import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import process from 'node:process';
import { testReport } from './test-report.ts';

// More files at a time would slow each other down until safety timeouts run out.
const jobs = Math.min(4, availableParallelism());

// Every test file is a process, and most load the same modules. The first one strips types and compiles for all.
const compileCache = resolve('node_modules/.cache/compile');

/**
 * Runs tap with these arguments, prints a line for each file, and ends with the line `N passed, N failed`. Resolves to
 * true if no test failed and tap itself exited with 0.
 */
export const runTests = async (given: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<boolean> => {
  const { parser, totals } = testReport((line) => console.log(line));
  const tap = spawn('tap', ['run', '--reporter=tap', '--disable-coverage', `--jobs=${jobs}`, ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, ...environment },
  });
  tap.stdout.pipe(parser);
  const [[code, signal]] = await Promise.all([once(tap, 'close'), once(parser, 'complete')]);

  const { passed, failed, skipped } = totals();
  const broken = failed === 0 && code !== 0;
  if (broken) console.log(`not ok  tap ended with ${signal ?? `exit code ${code}`}`);
  if (skipped > 0) console.log(`${skipped} skipped, see above`);
  console.log(`${passed} passed, ${failed + (broken ? 1 : 0)} failed`);
  return failed === 0 && !broken;
};
