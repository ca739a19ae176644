import { readFile } from 'node:fs/promises';
import { type ArticleProblem, formatProblems } from '../articles/problem.ts';
import { readArticle } from '../articles/read-article.ts';
import type { SubjectRegistry } from '../articles/subjects.ts';
import type { ReadingDraft } from '../domain/reading.ts';

/** An article file that was read: what it is called, and its reading, or null where it has a mistake. */
export type ArticleFile = {
  readonly file: string;
  readonly reading: ReadingDraft | null;
  /** A line each, `file:line:column path: message`. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
};

const standardInput = '-';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder; name the files in it, such as folder/*.yaml',
  EACCES: 'may not be read by this user',
};

function unreadable(file: string, error: unknown): ArticleFile {
  const { code, message } = error as NodeJS.ErrnoException;
  return { file, reading: null, problems: [`${file}: ${reasons[code ?? ''] ?? message}`], warnings: [] };
}

function lines(problems: readonly ArticleProblem[]): readonly string[] {
  return problems.map((one) => formatProblems([one]));
}

function asWarning(problem: ArticleProblem): ArticleProblem {
  return { ...problem, message: `warning: ${problem.message}` };
}

/** Reads one article file, `-` being standard input. A file that cannot be read is a problem, never an exception. */
export async function readArticleFile(
  name: string,
  subjects: SubjectRegistry,
  readStdin: () => Promise<string>,
): Promise<ArticleFile> {
  const file = name === standardInput ? '<stdin>' : name;
  try {
    const text = name === standardInput ? await readStdin() : await readFile(name, 'utf8');
    const { reading, problems, warnings } = readArticle(text, { file, subjects });
    return { file, reading, problems: lines(problems), warnings: lines(warnings.map(asWarning)) };
  } catch (error) {
    return unreadable(file, error);
  }
}

/** What is wrong with the list of files itself. */
export function fileListProblems(names: readonly string[]): readonly string[] {
  if (names.length === 0) return ['name at least one article file, or - for standard input'];
  const fromStdin = names.filter((name) => name === standardInput).length;
  return fromStdin > 1 ? ['- is standard input and can be read once'] : [];
}
