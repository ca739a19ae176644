import { readArticle } from '../../src/articles/read-article.ts';
import { emptyRegistry, type SubjectRegistry } from '../../src/articles/registry.ts';

const text = `article: "900"
partnership: kestrel.ioc
title: Kestrel to Move the Games
publisher: Harbour Gazette
published: 2025-03-04
publishedBasis: Printed under the headline.
textSha256: ${'8f2c'.repeat(16)}
paragraphs: 4
by: outlet
speakers:
  lund: Ida Lund, head of sponsoring
reports:
  - CampaignLaunched: quiet-roads
    happened: 2025-03-01
    p: 1-3
omitted:
  page furniture: 4
`;

/** A correct article of four paragraphs with one report, in which `change` replaces texts. Each has to be there. */
export const articleText = (change: Readonly<Record<string, string>> = {}): string =>
  Object.entries(change).reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`nothing to replace: ${from}`);
    return before.replace(from, () => to);
  }, text);

/** The same article with other reports, which together cite paragraphs 1 to 3. */
export const articleWith = (reports: string): string =>
  articleText({ '  - CampaignLaunched: quiet-roads\n    happened: 2025-03-01\n    p: 1-3\n': reports });

/** Reads a text as article.yaml, by default with nothing registered. */
export const read = (content: string, subjects: SubjectRegistry = emptyRegistry) =>
  readArticle(content, { file: 'article.yaml', subjects });

/** The reports of a text that has to be correct. */
export const reportsOf = (content: string) => {
  const { reading, problems } = read(content);
  if (!reading) throw new Error(problems.map(({ message }) => message).join('\n'));
  return reading.reports;
};
