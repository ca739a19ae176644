import { readFile, stat } from 'node:fs/promises';
import { fileLines, LineTooLong } from '../proof/bundle/file-lines.ts';
import { verifyBundle } from '../proof/bundle/verify-bundle.ts';
import { type ReadCheckpoint, readCheckpoint } from '../proof/checkpoint.ts';
import { faultInLine } from '../proof/fault.ts';
import type { Hash } from '../proof/merkle-tree.ts';
import { MalformedNote, readVerifierKey, type VerifierKey } from '../proof/signed-note.ts';
import type { Context, ExitCode } from './context.ts';
import { counted } from './counted.ts';
import { fail } from './fail.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { plainLines } from './plain-text.ts';
import type { LedgerVerdict } from './proving.ts';
import { provingProgress } from './proving-progress.ts';
import { unproved } from './unproved.ts';

type Asked = {
  readonly earlier: readonly ReadCheckpoint[];
  readonly key: VerifierKey | null;
  readonly problems: readonly string[];
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function readKey(text: string | undefined): VerifierKey | null | string {
  try {
    return text === undefined ? null : readVerifierKey(text);
  } catch (error) {
    return `--key: ${messageOf(error)}`;
  }
}

async function readEarlier(file: string): Promise<ReadCheckpoint | string> {
  try {
    return readCheckpoint(await readFile(file, 'utf8'));
  } catch (error) {
    const isForeseen = error instanceof MalformedNote || (error instanceof Error && 'code' in error);
    if (!isForeseen) throw error;
    return `--checkpoint ${file}: ${messageOf(error)}`;
  }
}

async function asked({ options, positionals, problems }: ParsedArguments): Promise<Asked> {
  const [key, ...more] = options.get('key') ?? [];
  const read = readKey(key);
  const earlier = await Promise.all((options.get('checkpoint') ?? []).map(readEarlier));
  return {
    earlier: earlier.filter((one) => typeof one !== 'string'),
    key: typeof read === 'string' ? null : read,
    problems: [
      ...problems,
      ...(positionals.length > 1 ? [`one file is verified at a time, not ${positionals.length}`] : []),
      ...(more.length > 0 ? ['--key is given more than once'] : []),
      ...(typeof read === 'string' ? [read] : []),
      ...earlier.filter((one) => typeof one === 'string'),
    ],
  };
}

function lines(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([name, value]) => `  ${name.padEnd(10)} ${plainLines(value)}\n`).join('');
}

function goesOn(sizes: readonly number[]): readonly (readonly [string, string])[] {
  return sizes.map((size) => ['earlier', `goes on from the checkpoint of ${counted(size, 'event')}`]);
}

function base64(root: Hash): string {
  return Buffer.from(root).toString('base64');
}

function sayLedger(verdict: LedgerVerdict & { readonly outcome: 'good' }, { out, messages }: Context): ExitCode {
  const { ledger, size, root, tree, kept, earlier, notes } = verdict;
  const head = out.paint('bold', `${counted(size, 'event')}: none was changed, removed, put in or moved.`);
  const rows: readonly (readonly [string, string])[] = [
    ['ledger', ledger],
    ['root', base64(root)],
    ...(tree === null ? [] : [['tree', `${counted(tree, 'event')} compared with the kept tree`] as const]),
    ...(kept === null ? [] : [['signed', `goes on from the kept checkpoint of ${counted(kept, 'event')}`] as const]),
    ...goesOn(earlier),
  ];
  out.write(`${head}\n${lines(rows)}`);
  for (const note of notes) messages.write(`${messages.paint('yellow', 'warning:')} ${plainLines(note)}\n`);
  return 0;
}

async function verifyLedger({ earlier, key }: Asked, context: Context): Promise<ExitCode> {
  const progress = provingProgress(context.messages);
  const options = { tell: progress.tell, signal: context.listenForStop() };
  const verdict = await context.proving.verifyLedger({ earlier, key }, options).finally(progress.end);
  return verdict.outcome === 'good' ? sayLedger(verdict, context) : unproved(verdict, 'the ledger', 'verify', context);
}

async function verifyFile(file: string, { earlier, key }: Asked, context: Context): Promise<ExitCode> {
  const { out, messages } = context;
  if (!(await stat(file)).isFile()) return fail([`${file} is no file`], 'verify', context);
  const progress = provingProgress(messages);
  const tell = (done: number, total: number): void => progress.tell({ doing: 'checking', done, total });
  try {
    const verdict = await verifyBundle({ lines: fileLines(file), key, earlier, tell }).finally(progress.end);
    const { fault, origin, size, root, key: brought } = verdict;
    if (fault !== null) return unproved({ outcome: 'altered', fault }, file, 'verify', context);
    const whose = key === null ? `${brought} (it came with the file: compare it with one from elsewhere)` : brought;
    const head = `${file}: ${counted(size, 'event')}, none of them changed, removed, put in or moved.`;
    const rows: readonly (readonly [string, string])[] = [
      ['ledger', origin],
      ['root', base64(root)],
      ['signed by', whose],
    ];
    out.write(`${out.paint('bold', plainLines(head))}\n${lines([...rows, ...goesOn(earlier.map((one) => one.size))])}`);
    return 0;
  } catch (error) {
    if (!(error instanceof LineTooLong)) throw error;
    const fault = { ...faultInLine(1, error.message), message: error.message };
    return unproved({ outcome: 'altered', fault }, file, 'verify', context);
  }
}

/** Verifies the ledger, or the exported file that is given, and says what it came to. */
export async function verify(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const request = await asked(given);
  if (request.problems.length > 0) return fail(request.problems, 'verify', context);
  const [file] = given.positionals;
  if (file === undefined) return await verifyLedger(request, context);
  try {
    return await verifyFile(file, request, context);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return fail([`${file}: ${error.message}`], 'verify', context);
    throw error;
  }
}
