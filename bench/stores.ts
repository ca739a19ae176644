import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { readReferences } from '../src/articles/seeds.ts';
import { openLedger, openProof } from '../src/open-ledger.ts';
import { recordReferences } from '../src/recording/record-article.ts';
import { generate, type Size, zipfWorld } from './generate.ts';

/** The folder of a made-up ledger with its index. Makes it if it is missing; it is kept for further runs: only read it. */
export async function ledgerFolder(name: StoreName): Promise<string> {
  const folder = join(cache, `${name}-${isQuick ? 'quick-' : ''}${generation}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, 'unfinished-'));
  const start = performance.now();
  const ledger = await openLedger({ dataDir: unfinished, now: tickingClock() });
  const { games } = await readReferences(join(import.meta.dirname, '..', 'seeds'));
  await recordReferences(games, 'bench', ledger.store);
  const events = await generate({ partnerships: worlds[name]() }, ledger.store);
  await ledger.views.head();
  await ledger.close();
  renameSync(unfinished, folder);
  const seconds = Math.round((performance.now() - start) / 1000);
  console.error(`made the ledger "${name}", ${events.toLocaleString('en')} events, in ${seconds} s: ${folder}`);
  return folder;
}

/** A copy of such a ledger to write to. */
export async function writableLedger(
  name: StoreName,
): Promise<{ readonly folder: string; readonly remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-bench-'));
  cpSync(await ledgerFolder(name), folder, { recursive: true });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The folder of the large ledger after its first start: with its tree, and its log checked once. */
export async function startedLedger(): Promise<string> {
  const folder = join(cache, `started-${isQuick ? 'quick-' : ''}${generation}`);
  if (existsSync(folder)) return folder;
  const { folder: unfinished } = await writableLedger('large');
  const ledger = await openLedger({ dataDir: unfinished });
  const proof = await openProof(ledger, { dataDir: unfinished, report: () => undefined });
  await proof.check.ended;
  await proof.checkpoint((await ledger.views.head()).position);
  await proof.stop();
  await ledger.close();
  cpSync(unfinished, folder, { recursive: true });
  rmSync(unfinished, { recursive: true });
  return folder;
}

/** Whether the large ledgers are a tenth as large: `--quick`, while one develops. */
export const isQuick = process.argv.includes('--quick');

const cache = join(process.env['BENCH_DATA'] ?? tmpdir(), 'partnership-ledger-bench');

// Raise it whenever the generator begins to give other events.
const generation = 2;

export type StoreName = 'empty' | 'small' | 'large' | 'alone' | 'sizes';

const worlds: Readonly<Record<StoreName, () => readonly Size[]>> = {
  empty: () => [],
  small: () => [...zipfWorld(10, 1_000), target],
  large: () => [...(isQuick ? zipfWorld(1_000, 100_000) : zipfWorld(10_000, 1_000_000)), target, probe],
  /** The one partnership that the store `large` has too. */
  alone: () => [probe],
  sizes: () => Object.values(bySize),
};

/** A partnership that shares its rights holder with all others of `small`, and with a thousand of `large`. */
export const target: Size = { id: 'target.federation-1', reports: 100 };

/** A partnership whose rights holder has no other. */
export const probe: Size = { id: 'probe.alone', reports: 1_000 };

/** Partnerships of different sizes, each with a rights holder of its own. */
export const bySize = {
  hundred: { id: 'hundred.alone-1', reports: 100 },
  thousand: { id: 'thousand.alone-2', reports: 1_000 },
  sixteenThousand: { id: 'sixteen-thousand.alone-3', reports: isQuick ? 4_000 : 16_000 },
  twentyThousand: { id: 'twenty-thousand.alone-4', reports: isQuick ? 5_000 : 20_000 },
  hundredThousand: { id: 'hundred-thousand.alone-5', reports: isQuick ? 20_000 : 100_000 },
} as const satisfies Readonly<Record<string, Size>>;

// Each moment is a minute after the one before, so that what is recorded together is still hours apart from the rest.
function tickingClock(): () => number {
  let now = Date.UTC(2026, 0, 1);
  return () => {
    now += 60_000;
    return Math.min(now, Date.UTC(2026, 6, 1));
  };
}
