/** The paragraphs of an article's text: its non-blank lines in order, headline included, so that the first is number 1. */
export function paragraphsOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
