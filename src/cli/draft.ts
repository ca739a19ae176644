import { readFile } from 'node:fs/promises';
import { measureArticle } from '../articles/article-text.ts';
import { draftArticle } from '../articles/draft.ts';
import { describedIn, readReferences } from '../articles/seeds.ts';
import { parsePeriod } from '../domain/vocabulary/dates.ts';
import { isProblem } from '../domain/vocabulary/problem.ts';
import { whyUnreadable } from './article-files.ts';
import { type Command, fail, type ParsedArguments } from './command.ts';
import type { Context, ExitCode } from './context.ts';

/** Prints the skeleton of an article file for a text. Records nothing. */
async function draft({ options, positionals, problems }: ParsedArguments, context: Context): Promise<ExitCode> {
  const value = (name: string) => options.get(name)?.at(-1);
  const printed = value('published');
  const published = printed === undefined ? null : parsePeriod(printed);
  const [file = '', ...others] = positionals;
  const wrong = [
    ...problems,
    ...(file === '' ? ['name the file with the text of the article'] : []),
    ...others.map((other) => `one text a draft: leave ${other} out`),
    ...(published !== null && isProblem(published) ? [`--published: ${published.message}`] : []),
  ];
  const bytes = wrong.length > 0 ? null : await readFile(file).catch(whyUnreadable);
  if (typeof bytes === 'string') return fail([`${file}: ${bytes}`], 'draft', context);
  if (wrong.length > 0 || bytes === null || isProblem(published)) return fail(wrong, 'draft', context);
  const references = await readReferences(context.folders().seedsDir);
  const [article, partnership] = [value('article'), value('partnership')];
  const { yaml } = draftArticle(measureArticle(bytes), {
    ...(article === undefined ? {} : { article }),
    ...(partnership === undefined ? {} : { partnership }),
    published,
    subjects: references.subjects,
    described: describedIn(references),
  });
  context.out.write(yaml);
  return 0;
}

/** `draft`: the skeleton of an article file. */
export const draftCommand: Command = {
  name: 'draft',
  usage: 'draft <text>',
  says: 'print the skeleton of an article file for a text, with suggested reports',
  explains: `Prints YAML: the head as far as the text shows it (SHA-256, paragraphs), each paragraph as a comment, what was found
in it (registered names, Games, English dates, amounts), and the reports that its words suggest. Suggestions are comments
too, marked "#?": read the paragraph, mend the line, take the mark away, and name the paragraphs that you omit. Until then
"check" accepts nothing of it. A date without a year is resolved only if --published says when the article came out.`,
  options: [
    { name: 'article', value: '<id>', says: 'the id that the article is to have' },
    { name: 'partnership', value: '<id>', says: 'the partnership that it is about' },
    { name: 'published', value: '<date>', says: 'when it was published (EDTF)' },
  ],
  run: draft,
};
