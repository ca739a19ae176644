import { readFile } from 'node:fs/promises';
import { type MeasuredArticle, measureArticle } from '../articles/article-text.ts';
import { type RecordedSubjects, readArticleAmong } from '../articles/read-article.ts';
import type { SubjectRegistry } from '../articles/registry.ts';
import { type ArticleProblem, formatProblems } from '../articles/source.ts';
import type { ReadingDraft } from '../domain/decisions/reading.ts';
import { type Recorder, recordedSubjects } from '../recording/record-article.ts';
import type { Context, Format } from './context.ts';
import { plainLines, progressBar } from './print.ts';

/**
 * Reads all files, and writes every mistake and warning to stderr. Returns null if any file has a mistake. Compares each
 * file with its text, if there are `texts`, and quotes the paragraphs that a file with a mistake leaves open.
 */
export async function checkedFiles(
  names: readonly string[],
  subjects: SubjectRegistry,
  context: Context,
  {
    texts = [],
    recorder = null,
  }: { readonly texts?: readonly ArticleText[]; readonly recorder?: Pick<Recorder, 'read'> | null } = {},
): Promise<readonly SoundFile[] | null> {
  const bar = progressBar(context.messages);
  const files: ArticleFile[] = [];
  // A name that an article of the ledger or an earlier file registers is known.
  const known: RecordedSubjects = async (partnership) => [
    ...files.flatMap(({ reading }) => (reading?.partnerships.includes(partnership) ? (reading.subjects ?? []) : [])),
    ...(recorder === null ? [] : await recordedSubjects(recorder)(partnership)),
  ];
  for (const name of names) {
    files.push(await readArticleFile(name, { subjects, known }, context.readStdin, texts[files.length] ?? null));
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
  { subjects, known }: { readonly subjects: SubjectRegistry; readonly known: RecordedSubjects },
  readStdin: () => Promise<string>,
  of: ArticleText | null,
): Promise<ArticleFile> {
  const file = name === standardInput ? '<stdin>' : name;
  try {
    const text = name === standardInput ? await readStdin() : await readFile(name, 'utf8');
    const { reading, problems, warnings, open } = await readArticleAmong(
      text,
      { file, subjects, ...(of && { of: measure(of) }) },
      known,
    );
    const quotes = of === null || reading !== null ? [] : quotesOf(open, of);
    return {
      file,
      text: of,
      reading,
      problems: [...lines(problems), ...quotes],
      warnings: lines(warnings.map(asWarning)),
    };
  } catch (error) {
    return unreadable(file, error);
  }
}

/** `reading` is null if the file has a mistake. */
type ArticleFile = {
  readonly file: string;
  /** The text that it was compared with. */
  readonly text: ArticleText | null;
  readonly reading: ReadingDraft | null;
  /** Each a line, `file:line:column path: message`. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
};

function measure({ sha256, paragraphs }: ArticleText) {
  return { sha256, paragraphs: paragraphs.length };
}

function quotesOf(open: readonly number[], { file, paragraphs }: ArticleText): readonly string[] {
  return open.flatMap((number) => {
    const quoted = paragraphs[number - 1];
    return quoted === undefined ? [] : [`${file} ¶ ${number}: ${quoted}`];
  });
}

const standardInput = '-';

function lines(problems: readonly ArticleProblem[]): readonly string[] {
  return problems.map((problem) => formatProblems([problem]));
}

function asWarning(problem: ArticleProblem): ArticleProblem {
  return { ...problem, message: `warning: ${problem.message}` };
}

function unreadable(file: string, error: unknown): ArticleFile {
  return { file, text: null, reading: null, problems: [`${file}: ${whyUnreadable(error)}`], warnings: [] };
}

/** Why a file cannot be read. */
export function whyUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? message;
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

/** Reads the texts of articles, one for each article file. Returns the problems of those that cannot be read. */
export async function readTexts(
  names: readonly string[],
  files: number,
): Promise<{ readonly texts: readonly ArticleText[]; readonly problems: readonly string[] }> {
  if (files > 0 && names.length > 0 && names.length !== files) {
    return {
      texts: [],
      problems: [`--text: give the text of each file, in their order: ${files}, not ${names.length}`],
    };
  }
  const texts: ArticleText[] = [];
  const problems: string[] = [];
  for (const name of names) {
    try {
      texts.push(articleTextOf(name, await readFile(name)));
    } catch (error) {
      problems.push(...unreadable(name, error).problems);
    }
  }
  return { texts, problems };
}

/** The text of an article, from the bytes of its file. */
export function articleTextOf(file: string, bytes: Buffer): ArticleText {
  return { file, ...measureArticle(bytes) };
}

export type ArticleText = MeasuredArticle & { readonly file: string };
