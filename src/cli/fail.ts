import type { Context } from './context.ts';
import { plainLines } from './plain-text.ts';

/** Says on stderr everything that is wrong with how a command was called, and where its help is. Gives exit code 2. */
export function fail(problems: readonly string[], command: string, { messages }: Pick<Context, 'messages'>): 2 {
  const lines = problems.map((problem) => `${messages.paint('red', 'error:')} ${plainLines(problem)}`);
  const call = ['partnership-ledger', command, '--help'].filter(Boolean).join(' ');
  messages.write(`${[...lines, messages.paint('dim', `"${call}" tells more.`)].join('\n')}\n`);
  return 2;
}
