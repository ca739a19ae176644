import { existsSync } from 'node:fs';
import type { Context, ExitCode } from './context.ts';
import { counted } from './counted.ts';
import { fail } from './fail.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { plainLines } from './plain-text.ts';
import { provingProgress } from './proving-progress.ts';
import { unproved } from './unproved.ts';

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

/** Writes the ledger to the file that is given, and says how it ended. */
export async function exportTo(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const { out, messages } = context;
  const [file, ...surplus] = given.positionals;
  const replace = given.options.has('force');
  const taken = (name: string): string => `${name} is there already: --force replaces it`;
  const problems = [
    ...given.problems,
    ...(file === undefined ? ['the file is missing: export <file>'] : []),
    ...(surplus.length > 0 ? [`one file is written, not ${given.positionals.length}`] : []),
  ];
  if (file === undefined || problems.length > 0) return fail(problems, 'export', context);
  if (!replace && existsSync(file)) return fail([taken(file)], 'export', context);
  const progress = provingProgress(messages);
  const options = { tell: progress.tell, signal: context.listenForStop() };
  try {
    const outcome = await context.proving.exportLedger({ file, replace }, options).finally(progress.end);
    if (outcome.outcome !== 'exported') return unproved(outcome, 'the ledger', 'export', context);
    const { ledger, size, root, key } = outcome;
    const head = out.paint('bold', `${counted(size, 'event')} exported to ${plainLines(file)}.`);
    out.write(
      `${head}\n  ledger     ${plainLines(ledger)}\n  root       ${Buffer.from(root).toString('base64')}\n` +
        `  signed by  ${plainLines(key)}\n`,
    );
    return 0;
  } catch (error) {
    if (isThere(error)) return fail([taken(file)], 'export', context);
    throw error;
  }
}
