import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Measured } from './measured.ts';

/**
 * `npm run bench` measures everything; `npm run bench -- list.flat append.single` only what is named. `--quick` makes
 * the large ledgers a tenth as large. Results go to `bench/results.json`; those of other benchmarks stay there.
 * `npm run bench -- cli` compares commands with Node alone; `npm run bench -- store [folder]` gives rates of the embedded
 * store on the disk of that folder.
 */
async function main(words: readonly string[]): Promise<void> {
  const [first, ...names] = words.filter((word) => !word.startsWith('--'));
  if (first === 'cli') await import('./cli.ts');
  else if (first === 'store') await import('./event-store.ts');
  else await runBenchmarks(first === undefined ? Object.keys(benchmarks) : [first, ...names]);
}

async function runBenchmarks(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name));
  if (unknown.length > 0) {
    console.error(
      `no benchmark is named ${unknown.join(', ')}: write ${Object.keys(benchmarks).join(', ')}, cli or store`,
    );
    process.exitCode = 2;
    return;
  }
  console.log(`${'benchmark'.padEnd(20)}${'value'.padStart(10)}${'bar'.padStart(10)}  unit`);
  for (const name of names) {
    const { bar, unit, isMore = false, run } = benchmarks[name] as Benchmark;
    const start = performance.now();
    const { value, detail } = await run().catch(notMeasured);
    const isMet = isMore ? value >= bar : value <= bar;
    const columns = [name.padEnd(20), value.toFixed(2).padStart(10), String(bar).padStart(10), `  ${unit.padEnd(7)}`];
    console.log(`${columns.join('')}${isMet ? '' : 'not met '}${JSON.stringify(detail)}`);
    const seconds = Math.round((performance.now() - start) / 1000);
    keepResult(name, {
      value,
      bar,
      unit,
      isMet,
      detail: { ...detail, seconds, isQuick: process.argv.includes('--quick') },
    });
  }
}

// The others are measured all the same.
function notMeasured(error: unknown): Measured {
  return {
    value: Number.NaN,
    detail: { problem: error instanceof Error ? error.message.split('\n')[0] : String(error) },
  };
}

type Benchmark = {
  readonly bar: number;
  readonly unit: 'ratio' | 'ms' | 'MiB';
  /** Whether the bar is the least that is wanted, not the most. */
  readonly isMore?: true;
  readonly run: () => Promise<Measured>;
};

// Modules are loaded by who runs them: a benchmark alone begins at once.
const benchmarks: Readonly<Record<string, Benchmark>> = {
  'append.single': { bar: 0.8, unit: 'ratio', isMore: true, run: async () => (await appends()).appendBeside('single') },
  'append.concurrent': {
    bar: 3,
    unit: 'ratio',
    isMore: true,
    run: async () => (await appends()).appendBeside('concurrent'),
  },
  'append.batch': { bar: 0.8, unit: 'ratio', isMore: true, run: async () => (await appends()).appendBeside('batch') },
  'append.peer': { bar: 2.5, unit: 'ratio', isMore: true, run: async () => (await appends()).appendPeer() },
  'read.stream': { bar: 0.8, unit: 'ratio', isMore: true, run: async () => (await appends()).readStream() },
  rebuild: { bar: 0.55, unit: 'ratio', isMore: true, run: async () => (await appends()).rebuildIndex() },
  'asof.flat': { bar: 1.2, unit: 'ratio', run: async () => (await reads()).asofFlat() },
  'asof.growth': { bar: 1.5, unit: 'ratio', run: async () => (await reads()).asofGrowth() },
  'list.flat': {
    bar: 3,
    unit: 'ratio',
    run: async () => (await reads()).listFlat('/api/partnerships?limit=20'),
  },
  'games.flat': {
    bar: 3,
    unit: 'ratio',
    run: async () => (await reads()).listFlat('/api/games/2028S/obligations?limit=20'),
  },
  'ingest.flat': { bar: 1.3, unit: 'ratio', run: async () => (await writes()).ingestFlat() },
  'ingest.growth': { bar: 1.5, unit: 'ratio', run: async () => (await writes()).ingestGrowth() },
  'decide.growth': { bar: 1.5, unit: 'ratio', run: async () => (await writes()).decideGrowth() },
  'http.cached': { bar: 0.75, unit: 'ratio', isMore: true, run: async () => (await serving()).cachedAnswers() },
  'http.notmodified': { bar: 0.7, unit: 'ratio', isMore: true, run: async () => (await serving()).notModified() },
  'http.write': { bar: 0.6, unit: 'ratio', isMore: true, run: async () => (await writes()).writesOverHttp() },
  'live.worst': { bar: 100, unit: 'ms', run: async () => (await serving()).worstTurn() },
  memory: { bar: 150, unit: 'MiB', run: async () => (await reads()).memory() },
  start: { bar: 2, unit: 'ratio', run: async () => (await serving()).start() },
  'proof.append': { bar: 0.8, unit: 'ratio', isMore: true, run: async () => (await writes()).proofAppend() },
  'editions.flat': {
    bar: 3,
    unit: 'ratio',
    run: async () => (await reads()).listFlat('/api/games?limit=20'),
  },
  'diff.refused': { bar: 10, unit: 'ms', run: async () => (await reads()).diffRefused() },
  'audit.flat': { bar: 3, unit: 'ratio', run: async () => (await reads()).auditFlat() },
};

const appends = async () => await import('./appends.ts');
const reads = async () => await import('./reads.ts');
const serving = async () => await import('./serving.ts');
const writes = async () => await import('./writes.ts');

function keepResult(name: string, result: unknown): void {
  const file = join(import.meta.dirname, 'results.json');
  let kept: Record<string, unknown> = {};
  try {
    kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    // The first run makes the file.
  }
  writeFileSync(file, `${JSON.stringify({ ...kept, [name]: result }, null, 2)}\n`);
}

await main(process.argv.slice(2));
