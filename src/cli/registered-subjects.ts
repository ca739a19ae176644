import { createHash, randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  mergeRegistries,
  type RegisteredNames,
  registerFiles,
  type SubjectRegistry,
  toRegistry,
} from '../articles/registry.ts';
import type { ArticleProblem } from '../articles/source.ts';
import type { Option, ParsedArguments } from './command.ts';
import type { Context, Folders } from './context.ts';
import { plainLines } from './print.ts';

/**
 * The register of subjects of the seeds folders. What cannot be read of it leaves slugs as names, with a warning. What was
 * read is kept beside the ledger: to read YAML is a fifth of what a short command costs.
 */
export async function registeredSubjects(
  folders: Folders,
  given: Pick<ParsedArguments, 'options'>,
  { messages }: Pick<Context, 'messages'>,
): Promise<SubjectRegistry> {
  const kept = await recallNames(folders.dataDir);
  const registers = await Promise.all(seedsFolders(folders, given).map((folder) => namesIn(folder, kept)));
  const problems = registers.flatMap((one) => one.problems);
  if (problems.length > 0) {
    const { formatProblems } = await import('../articles/source.ts');
    const warning = 'cannot read the register of subjects; slugs stand for names:';
    messages.write(`${messages.paint('yellow', 'warning:')} ${warning}\n${plainLines(formatProblems(problems))}\n`);
  } else if (registers.some(({ digest }) => !kept.has(digest))) {
    await keepNames(folders.dataDir, new Map(registers.map(({ digest, names }) => [digest, names])));
  }
  return mergeRegistries(registers.map(({ names }) => toRegistry(names)));
}

/** Of a command that names subjects as a server does. */
export const withOption: Option = {
  name: 'with',
  value: '<folder>',
  says: 'a further folder of articles and names beside SEEDS_DIR, as a server is started with; may be repeated',
  refuse: (folder) => (statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? null : 'there is no such folder'),
};

/** The folder of the seeds, and those of `--with`, as a server replays them. */
export function seedsFolders(
  { seedsDir }: Folders,
  { options }: Pick<ParsedArguments, 'options'>,
): readonly [string, ...string[]] {
  return [seedsDir, ...(options.get(withOption.name) ?? [])];
}

// What a folder names, by the digest of its files: kept, or read.
async function namesIn(folder: string, kept: ReadonlyMap<string, RegisteredNames>): Promise<NamesOfFolder> {
  const digest = await digestOf(folder);
  const names = kept.get(digest);
  if (names !== undefined) return { digest, names, problems: [] };
  const { readRegister } = await import('../articles/register.ts');
  return { digest, ...(await readRegister(folder)) };
}

type NamesOfFolder = {
  readonly digest: string;
  readonly names: RegisteredNames;
  readonly problems: readonly ArticleProblem[];
};

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of Object.values(registerFiles)) {
    const text = await readFile(join(folder, 'reference', name)).catch(() => null);
    hash.update(`${name} ${text === null ? 'none' : text.length}\n`).update(text ?? '');
  }
  return hash.digest('hex');
}

// The names of the registers that were read last, by digest; empty if none are kept, or not in this form.
async function recallNames(dataDir: string): Promise<ReadonlyMap<string, RegisteredNames>> {
  try {
    const { version, registers } = JSON.parse(await readFile(join(dataDir, keptFile), 'utf8')) as Kept;
    return new Map(version === keptVersion ? Object.entries(registers) : []);
  } catch {
    return new Map();
  }
}

type Kept = { readonly version: number; readonly registers: Readonly<Record<string, RegisteredNames>> };

// Keeps names only beside a ledger. If the folder is read-only, the next command reads the register again.
async function keepNames(dataDir: string, names: ReadonlyMap<string, RegisteredNames>): Promise<void> {
  if (!existsSync(join(dataDir, catalogueFile))) return;
  const kept: Kept = { version: keptVersion, registers: Object.fromEntries(names) };
  const draft = join(dataDir, `${keptFile}.${randomUUID()}`);
  try {
    await writeFile(draft, JSON.stringify(kept), { mode: 0o600 });
    await rename(draft, join(dataDir, keptFile));
  } catch {
    await rm(draft, { force: true });
  }
}

const keptFile = 'register.json';

// The index that every open ledger has beside it.
const catalogueFile = 'catalogue.sqlite';

// Another number for every change of how a register is read, or of `RegisteredNames`.
const keptVersion = 1;
