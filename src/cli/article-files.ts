import { readFile } from 'node:fs/promises';
import { readArticle } from '../articles/read-article.ts';
import type { SubjectRegistry } from '../articles/register.ts';
import { type ArticleProblem, formatProblems } from '../articles/source.ts';
import type { ReadingDraft } from '../domain/decisions/reading.ts';
import type { Context, Format } from './context.ts';
import { plainLines, progressBar } from './print.ts';

/** Reads all files, and writes every mistake and warning to stderr. Returns null if any file has a mistake. */
export async function checkedFiles(
  names: readonly string[],
  subjects: SubjectRegistry,
  context: Context,
): Promise<readonly SoundFile[] | null> {
  const bar = progressBar(context.messages);
  const files: ArticleFile[] = [];
  for (const name of names) {
    files.push(await readArticleFile(name, subjects, context.readStdin));
    bar.show({ done: files.length, total: names.length, doing: `checking ${name}` });
  }
  bar.erase();
  report(files, context);
  const sound = files.filter((file): file is SoundFile => file.reading !== null);
  return sound.length === files.length ? sound : null;
}

export type SoundFile = ArticleFile & { readonly reading: ReadingDraft };

// An unreadable file is a problem, never an exception.
async function readArticleFile(
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

/** `reading` is null if the file has a mistake. */
type ArticleFile = {
  readonly file: string;
  readonly reading: ReadingDraft | null;
  /** Each a line, `file:line:column path: message`. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
};

const standardInput = '-';

function lines(problems: readonly ArticleProblem[]): readonly string[] {
  return problems.map((problem) => formatProblems([problem]));
}

function asWarning(problem: ArticleProblem): ArticleProblem {
  return { ...problem, message: `warning: ${problem.message}` };
}

function unreadable(file: string, error: unknown): ArticleFile {
  const { code, message } = error as NodeJS.ErrnoException;
  return { file, reading: null, problems: [`${file}: ${reasons[code ?? ''] ?? message}`], warnings: [] };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder; name the files in it, such as folder/*.yaml',
  EACCES: 'this user may not read it',
};

// The place comes first, as compilers write it, so that editors can jump there.
function report(files: readonly ArticleFile[], { messages }: Context): void {
  const paintLines = (format: Format, lines: readonly string[]) =>
    lines.map((line) => `${messages.paint(format, plainLines(line))}\n`);
  const warnings = files.flatMap((file) => paintLines('yellow', file.warnings));
  const problems = files.flatMap((file) => paintLines('red', file.problems));
  messages.write([...warnings, ...problems].join(''));
}

export function fileListProblems(names: readonly string[]): readonly string[] {
  if (names.length === 0) return ['name at least one article file, or - for standard input'];
  const fromStdin = names.filter((name) => name === standardInput).length;
  return fromStdin > 1 ? ['- is standard input and can be read once'] : [];
}
