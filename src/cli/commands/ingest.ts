import type { Command } from '../command.ts';

/** `ingest`: records article files. */
export const ingestCommand: Command = {
  name: 'ingest',
  usage: 'ingest <files…>',
  says: 'check article files and record them',
  explains: `All files are checked first; with a mistake in any of them nothing is recorded (exit code 2). Then they are
recorded in the order in which they are given: what the views show does not depend on it, the audit trail
does. "-" is standard input. A file that is recorded already appends nothing; one that was changed under the
same revision is refused (exit code 1), the others are recorded.

The summary counts the facts that each article entered, corroborated, advanced, narrowed or contested; of more
than 100 articles, those of all together. The dates of the Games are no articles: "npm start" replays them.

A server on the same DATA_DIR may go on running: it shows what is recorded at once. Ctrl-C stops after the
article at hand; what is recorded stays recorded, and running the command again records the rest.`,
  options: [],
  run: async (given, context) => {
    const { ingest } = await import('../ingest.ts');
    return await ingest(given, context);
  },
};
