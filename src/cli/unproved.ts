import type { Context, ExitCode } from './context.ts';
import { fail } from './fail.ts';
import { plainLines } from './plain-text.ts';
import type { LedgerVerdict } from './proving.ts';

type Unproved = Exclude<LedgerVerdict, { readonly outcome: 'good' }>;

/** Says why nothing is proved, of what, and gives the exit code. */
export function unproved(outcome: Unproved, what: string, command: string, context: Context): ExitCode {
  const { messages } = context;
  const error = (text: string): 1 => {
    messages.write(`${messages.paint('red', 'error:')} ${plainLines(text)}\n`);
    return 1;
  };
  if (outcome.outcome === 'malformed') return fail(outcome.problems, command, context);
  if (outcome.outcome === 'nothing') return error('there is no ledger: nothing is recorded');
  if (outcome.outcome === 'altered') return error(`${what} is not what was recorded: ${outcome.fault.message}`);
  messages.write('Stopped.\n');
  return 130;
}
