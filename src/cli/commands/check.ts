import type { Command } from '../command.ts';

/** `check`: validates article files, and records nothing. */
export const checkCommand: Command = {
  name: 'check',
  usage: 'check <files…>',
  says: 'validate article files, and say which facts they would join',
  explains: `Records nothing. Says what is wrong, all at once, with file, line and column (exit code 2); else which paragraphs
are accounted for by what, which facts the file would join, which it would create, and which known facts are so
near a new one that it may be a mistyped form of it. Several files are checked as if they were recorded one
after another. Without a ledger every fact is new. "-" is standard input.`,
  options: [],
  run: async (given, context) => {
    const { check } = await import('../check.ts');
    return await check(given, context);
  },
};
