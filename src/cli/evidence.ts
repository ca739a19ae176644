import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { type CitedText, citedTexts } from '../projections/articles.ts';
import { nearestArticles } from '../projections/filters.ts';
import { type ArticleText, articleTextOf } from './article-files.ts';
import { type Command, fail, type ParsedArguments } from './command.ts';
import type { Context, ExitCode, OpenLedger } from './context.ts';
import { counted, plainText } from './print.ts';
import { citationOf, evidenceTable } from './tables/evidence.ts';
import { dateText } from './words.ts';

/** Checks the texts of articles by their SHA-256, and prints every report beside the paragraphs that it cites. */
export async function evidence(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const folders = context.folders();
  const configured = folders.articlesDir === null ? [] : [folders.articlesDir];
  const { texts, problems } = await textsIn(args.positionals.length === 0 ? configured : args.positionals);
  if (args.problems.length + problems.length > 0) return fail([...args.problems, ...problems], 'evidence', context);
  const ledger = await context.openExistingLedger(folders);
  try {
    const cited = ledger === null ? [] : await citedIn(ledger);
    if (cited.length === 0) return nothingRecorded(context);
    const ids = (args.options.get('article') ?? []).flatMap((list) => list.split(',').map((id) => id.trim()));
    const unknown = unknownArticles(ids, cited);
    if (unknown.length > 0) return fail(unknown, 'evidence', context);
    return checkAll(ids.length === 0 ? cited : cited.filter(({ article }) => ids.includes(article)), texts, context);
  } finally {
    await ledger?.close();
  }
}

async function textsIn(folders: readonly string[]): Promise<Texts> {
  const [folder, ...more] = folders;
  if (folder === undefined) {
    return { texts: [], problems: ['name the folder that holds the texts of the articles, or set ARTICLES_DIR'] };
  }
  if (more.length > 0)
    return { texts: [], problems: [`unexpected argument "${more.join(' ')}": evidence takes one folder`] };
  try {
    return { texts: await readArticleTexts(folder), problems: [] };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { texts: [], problems: [`${folder}: ${reasons[code ?? ''] ?? message}`] };
  }
}

type Texts = { readonly texts: readonly ArticleText[]; readonly problems: readonly string[] };

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'this is not a folder',
  EACCES: 'this user may not read it',
};

async function citedIn({ views }: OpenLedger): Promise<readonly CitedText[]> {
  const { cut } = await views.resolve({});
  if (cut === null) return [];
  const all: CitedText[] = [];
  for (const id of views.catalogue.partnerships(cut.position)) {
    all.push(...citedTexts((await views.partnership(id, cut)).ground.history));
  }
  return all.toSorted((a, b) => (a.article === b.article ? 0 : a.article < b.article ? -1 : 1));
}

function nothingRecorded({ messages, folders }: Context): ExitCode {
  messages.write(`No article is recorded in ${plainText(folders().dataDir)} yet.\n`);
  return 1;
}

function unknownArticles(ids: readonly string[], cited: readonly CitedText[]): readonly string[] {
  const articles = [...new Set(cited.map(({ article }) => article))];
  return ids
    .filter((id) => !articles.includes(id))
    .map((id) => {
      const [near] = nearestArticles(id, articles);
      return `no article ${id} is recorded${near === undefined ? '' : `; did you mean ${near}?`}`;
    });
}

function checkAll(cited: readonly CitedText[], texts: readonly ArticleText[], context: Context): ExitCode {
  const { out, messages } = context;
  const results = cited.map((text) => checkText(text, texts, context));
  for (const { lines } of results) out.write(`${lines.join('\n')}\n`);
  const problems = results.flatMap(({ problem }) => problem ?? []);
  for (const problem of problems) messages.write(`${messages.paint('red', 'mismatch:')} ${plainText(problem)}\n`);
  const sound = cited.filter((_, i) => results[i]?.problem === null);
  const reports = sound.reduce((sum, text) => sum + text.reports.length, 0);
  const total = `${sound.length} of ${counted(cited.length, 'text')} as recorded, with ${counted(reports, 'report')}`;
  out.write(`${out.paint('bold', total)}\n`);
  return problems.length > 0 ? 1 : 0;
}

function checkText(
  cited: CitedText,
  texts: readonly ArticleText[],
  { out }: Context,
): { readonly lines: readonly string[]; readonly problem: string | null } {
  const head = out.paint('bold', plainText(titleOf(cited)));
  const { article, revision, textSha256 } = cited;
  const search = findText({ article, sha256: textSha256 }, texts);
  const refuse = (message: string) => {
    const problem = `article ${article}, revision ${revision}: ${message}`;
    return { lines: [head, out.paint('red', plainText(`  ${message}`))], problem };
  };
  if (search.outcome === 'missing') {
    return refuse(`the text is missing: no file has the SHA-256 ${textSha256}, and none is named ${article}`);
  }
  const { file, sha256, paragraphs } = search.text;
  if (search.outcome === 'changed') {
    return refuse(`${file} is not the text that was read: its SHA-256 is ${sha256}, not ${textSha256}`);
  }
  if (paragraphs.length !== cited.paragraphs) {
    return refuse(`${file} has ${counted(paragraphs.length, 'paragraph')}, but its reading counts ${cited.paragraphs}`);
  }
  const sound = out.paint('green', plainText(`  ${file}: SHA-256 ${sha256}, as recorded`));
  return {
    lines: [
      head,
      sound,
      '',
      evidenceTable({ reports: cited.reports.map(citationOf), omitted: cited.omitted }, paragraphs, out),
    ],
    problem: null,
  };
}

function titleOf({ article, revision, title, published, because, ...cited }: CitedText): string {
  const origin = [
    cited.publisher ?? 'publisher unknown',
    published === null ? 'date unknown' : dateText(published),
    ...(cited.author === undefined ? [] : [cited.author]),
    ...(cited.url === undefined ? [] : [cited.url]),
    ...(cited.extent === undefined ? [] : ['its beginning alone']),
  ].join(', ');
  return `${article}, revision ${revision}: ${title ?? 'without a headline'} (${origin})${because === null ? '' : notes[because]}`;
}

const notes = {
  'article-retracted': ', retracted',
  republished: ', since replaced by its publisher',
} as const;

/** Reads every file of a folder, in order of name. Skips folders in it. Throws if the folder cannot be read. */
async function readArticleTexts(folder: string): Promise<readonly ArticleText[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const texts: ArticleText[] = [];
  for (const file of files.toSorted((a, b) => (a < b ? -1 : 1))) {
    const bytes = await readFile(join(folder, file));
    texts.push(articleTextOf(file, bytes));
  }
  return texts;
}

/**
 * Finds the text of an article: the file with its SHA-256, whatever its name; else the file with its name, whose text
 * then differs from the one that was read.
 */
function findText(
  { article, sha256 }: { readonly article: string; readonly sha256: string },
  texts: readonly ArticleText[],
): TextFound {
  const same = texts.filter((text) => text.sha256 === sha256.toLowerCase());
  const text = same.find(({ file }) => isNamed(file, article)) ?? same[0];
  if (text !== undefined) return { outcome: 'same', text };
  const named = texts.find(({ file }) => isNamed(file, article));
  return named === undefined ? { outcome: 'missing' } : { outcome: 'changed', text: named };
}

/** The text that a reading rests on: found by its SHA-256, changed since (found by its name), or missing. */
type TextFound =
  | { readonly outcome: 'same'; readonly text: ArticleText }
  | { readonly outcome: 'changed'; readonly text: ArticleText }
  | { readonly outcome: 'missing' };

function isNamed(file: string, article: string): boolean {
  return file === article || parse(file).name === article;
}

/** `evidence`: the texts of the articles beside what was read in them. */
export const evidenceCommand: Command = {
  name: 'evidence',
  usage: 'evidence [folder]',
  says: 'check the texts of the articles, and print each report beside the paragraph that it cites',
  explains: `The folder, by default ARTICLES_DIR, holds the texts of the recorded articles, a file each. A text is found by its
SHA-256, whatever its file is called; a file with the name of an article and another SHA-256 is a mismatch.
Paragraphs are the non-blank lines of a text, headline included. Records nothing.
Exit code 1 if a text is missing or is not the one that was read; each is named.`,
  options: [{ name: 'article', value: '<id>', says: 'only these articles' }],
  run: evidence,
};
