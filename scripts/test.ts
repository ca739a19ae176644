import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { testReport } from './test-report.ts';

const { parser, totals } = testReport((line) => console.log(line));
const tap = spawn('tap', ['run', '--reporter=tap', '--disable-coverage', ...process.argv.slice(2)], {
  stdio: ['ignore', 'pipe', 'inherit'],
  shell: process.platform === 'win32',
});
tap.stdout.pipe(parser);
const [[code, signal]] = await Promise.all([once(tap, 'close'), once(parser, 'complete')]);

const { passed, failed, skipped } = totals();
const broken = failed === 0 && code !== 0;
if (broken) console.log(`not ok  tap ended with ${signal ?? `exit code ${code}`}`);
if (skipped > 0) console.log(`${skipped} skipped, see above`);
console.log(`${passed} passed, ${failed + (broken ? 1 : 0)} failed`);
process.exitCode = failed > 0 || broken ? 1 : 0;
