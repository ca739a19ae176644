import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { ReportEvent } from '../domain/vocabulary/events.ts';
import { type CitedText, citedTexts } from '../projections/articles.ts';
import { nearestArticles } from '../projections/filters.ts';
import { type Command, fail, type ParsedArguments } from './command.ts';
import type { Context, ExitCode, OpenLedger } from './context.ts';
import { type Canvas, counted, drawTable, type Line, line, plainText } from './print.ts';
import { dateText, valueText } from './texts.ts';

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
  const { file, sha256, text } = search.text;
  if (search.outcome === 'changed') {
    return refuse(`${file} is not the text that was read: its SHA-256 is ${sha256}, not ${textSha256}`);
  }
  const paragraphs = paragraphsOf(text);
  if (paragraphs.length !== cited.paragraphs) {
    return refuse(`${file} has ${counted(paragraphs.length, 'paragraph')}, but its reading counts ${cited.paragraphs}`);
  }
  const sound = out.paint('green', plainText(`  ${file}: SHA-256 ${sha256}, as recorded`));
  return { lines: [head, sound, '', evidenceTable(cited, paragraphs, out)], problem: null };
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

// The reports of an article beside the paragraphs that they cite, and the reasons of omitted paragraphs, in the order of
// the text.
function evidenceTable({ reports, omitted }: CitedText, paragraphs: readonly string[], canvas: Canvas): string {
  const citing = Map.groupBy(reports, ({ metadata }) => metadata.paragraphs.toSorted((a, b) => a - b).join(' '));
  const citedRows = [...citing].map(([text, sameParagraphs]): Row => {
    const numbers = text.split(' ').map(Number);
    return { first: numbers[0] ?? 0, left: sameParagraphs.flatMap(reportLines), right: quote(numbers, paragraphs) };
  });
  const omittedRows = omitted.map(
    ({ reason, paragraphs: numbers }): Row => ({
      first: numbers[0] ?? 0,
      left: [{ text: `omitted: ${reason}`, format: 'yellow' }],
      right: quote(numbers, paragraphs, 'dim'),
    }),
  );
  const rows = [...citedRows, ...omittedRows].toSorted((a, b) => a.first - b.first);
  return drawTable(
    {
      columns: [
        { head: 'Report', least: 24, most: 56 },
        { head: 'Paragraph', least: 24, most: 96 },
      ],
      // An empty line separates the rows.
      rows: rows.map((row) => [[...row.left, line('')], row.right]),
    },
    canvas,
  );
}

type Row = { readonly first: number; readonly left: readonly Line[]; readonly right: readonly Line[] };

function reportLines({ fact, modality, date, fields, note, metadata }: ReportEvent): readonly Line[] {
  const statement = date === null ? modality : `${modality} ${dateText(date)}`;
  const values = Object.entries(fields).map(([field, value]) => `${field}: ${valueText(value)}`);
  const assumed = metadata.identityAssumed === null ? [] : [`taken to be the same fact: ${metadata.identityAssumed}`];
  return [
    { text: fact, format: 'bold' },
    { text: `${statement} · ${speakerOf(metadata)}${metadata.implied ? ' · Games implied' : ''}` },
    ...[...values, ...(note === null ? [] : [note]), ...assumed].map((text): Line => ({ text, format: 'dim' })),
  ];
}

function speakerOf({ attribution, speaker }: ReportEvent['metadata']): string {
  return speaker === null ? attribution : `${attribution}, ${speaker.name}`;
}

function quote(numbers: readonly number[], paragraphs: readonly string[], format?: Line['format']): readonly Line[] {
  return numbers.map((number) => {
    const text = `¶ ${number} ${paragraphs[number - 1] ?? 'the text has no such paragraph'}`;
    return format === undefined ? { text } : { text, format };
  });
}

/** Reads every file of a folder, in order of name. Skips folders in it. Throws if the folder cannot be read. */
async function readArticleTexts(folder: string): Promise<readonly ArticleText[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const texts: ArticleText[] = [];
  for (const file of files.toSorted((a, b) => (a < b ? -1 : 1))) {
    const bytes = await readFile(join(folder, file));
    texts.push({ file, sha256: createHash('sha256').update(bytes).digest('hex'), text: bytes.toString('utf8') });
  }
  return texts;
}

/** A file of a folder of article texts; `sha256` in hexadecimal digits. */
type ArticleText = { readonly file: string; readonly sha256: string; readonly text: string };

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

/** The paragraphs of an article's text: its non-blank lines in order, headline included, so that the first is number 1. */
function paragraphsOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
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
