import type { Command } from '../command.ts';

/** `ingest`: records article files. */
export const ingestCommand: Command = {
  name: 'ingest',
  usage: 'ingest <files…>',
  says: 'check article files and record them',
  explains: `All files are checked first; with a mistake in any of them nothing is recorded (exit code 2). Then they are
recorded in the order in which they are given: the order decides which report counts as the first that the
ledger heard of, never what the views show. "-" is standard input. A file that is recorded already appends
nothing; one that was changed under the same revision is refused (exit code 1), the others are recorded.

A server on the same DATA_DIR may go on running: it shows what is recorded at once. Ctrl-C stops after the
article at hand; what is recorded stays recorded, and running the command again records the rest.`,
  options: [],
  run: async (given, context) => {
    const { ingest } = await import('../ingest.ts');
    return await ingest(given, context);
  },
};
