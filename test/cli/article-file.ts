import { textOf } from '../support/text-of.ts';

/** The text of an article file on a made-up partnership; `reports` are lines of its list, each without the dash. */
export const articleFile = (article: string, reports: readonly string[], head: Record<string, string> = {}): string => {
  const keys = {
    article,
    partnership: 'kestrel.ioc',
    title: 'null',
    publisher: 'Harbour Gazette',
    published: '2025-03-04',
    publishedBasis: 'Printed under the headline.',
    textSha256: textOf(article),
    paragraphs: '1',
    by: 'outlet',
    ...head,
  };
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}`);
  return `${lines.join('\n')}\nreports:\n${reports.map((report) => `  - { ${report}, p: 1 }`).join('\n')}\n`;
};
