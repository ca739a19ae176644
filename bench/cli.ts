import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { median } from './rounds.ts';

// The first rounds fill the compile cache and the disk's caches.
const rounds = { warm: 3, counted: 15 };

const root = join(import.meta.dirname, '..');
const command = join(root, 'bin', 'partnership-ledger.js');

/** Compares short commands with Node alone, by the processor time of whole processes, in turn. */
function benchCommandLine(dataDir: string): void {
  const seeds = join(root, 'seeds');
  const files = readdirSync(seeds).filter((file) => file.endsWith('.yaml'));
  costMs([command, 'ingest', ...files.map((file) => join(seeds, file))], dataDir);

  const subjects = {
    'node -e 0': ['-e', '0'],
    '--version': [command, '--version'],
    'show timeline': [command, 'show', 'timeline'],
  };
  const costs = Object.entries(subjects).map(([name, words]) => ({ name, words, ms: [] as number[] }));
  for (let round = 0; round < rounds.warm + rounds.counted; round += 1) {
    for (const { words, ms } of costs) {
      const cost = costMs(words, dataDir);
      if (round >= rounds.warm) ms.push(cost);
    }
  }
  const bare = median(costs[0]?.ms ?? []);
  for (const { name, ms } of costs) {
    console.log(
      `${name.padEnd(16)}${median(ms).toFixed(0).padStart(5)} ms${(median(ms) / bare).toFixed(2).padStart(8)} times`,
    );
  }
}

/** User and system time of a process. bash measures it, because Node gives only its own. */
function costMs(words: readonly string[], dataDir: string): number {
  const timed = 'TIMEFORMAT="%3U %3S"; { time "$@" > /dev/null 2> /dev/null; } 2>&1; exit';
  const { status, stdout } = spawnSync('bash', ['-c', timed, 'bash', process.execPath, ...words], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', DATA_DIR: dataDir },
  });
  const [user, system] = stdout.trim().split(' ').map(Number);
  if (status !== 0 || user === undefined || system === undefined)
    throw new Error(`${words.join(' ')} ended with ${status}`);
  return 1000 * (user + system);
}

const folder = mkdtempSync(join(tmpdir(), 'cli-bench-'));
try {
  benchCommandLine(folder);
} finally {
  rmSync(folder, { recursive: true });
}
