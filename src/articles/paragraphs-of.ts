/** The paragraphs of an article's text: its non-blank lines in order, headline included, so that the first is number 1. */
export const paragraphsOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
