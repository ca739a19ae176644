import type { Command } from '../command.ts';

/** `evidence`: the texts of the articles beside what was read in them. */
export const evidenceCommand: Command = {
  name: 'evidence',
  usage: 'evidence [folder]',
  says: 'check the texts of the articles, and print each report beside the paragraph that it cites',
  explains: `The folder, by default that of ARTICLES_DIR, holds the texts of the recorded articles, a file each. A text is found by
its SHA-256, whatever the file is called; a file that has the name of an article and another SHA-256 is a mismatch.
Paragraphs are the non-blank lines of a text, headline included. Records nothing.
Exit code 1 where a text is missing or is not the one that was read; each is named.`,
  options: [{ name: 'article', value: '<id>', says: 'only these articles' }],
  run: async (given, context) => {
    const { evidence } = await import('../evidence.ts');
    return await evidence(given, context);
  },
};
