import { type ArticleText, findText, readArticleTexts } from '../articles/article-texts.ts';
import { paragraphsOf } from '../articles/paragraphs-of.ts';
import { nearestArticles } from '../projections/answers/nearest-articles.ts';
import { type CitedText, citedTexts } from '../projections/cited-texts.ts';
import type { Context, ExitCode, OpenedLedger } from './context.ts';
import { counted } from './counted.ts';
import { fail } from './fail.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { plainText } from './plain-text.ts';
import { dateText } from './tables/date-text.ts';
import { evidenceTable } from './tables/evidence-table.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'is no folder',
  EACCES: 'may not be read by this user',
};

type Texts = { readonly texts: readonly ArticleText[]; readonly problems: readonly string[] };

async function textsIn(folders: readonly string[]): Promise<Texts> {
  const [folder, ...more] = folders;
  if (folder === undefined) {
    return { texts: [], problems: ['name the folder that holds the texts of the articles, or set ARTICLES_DIR'] };
  }
  if (more.length > 0) return { texts: [], problems: [`one folder at a time; "${more.join(' ')}" is too much`] };
  try {
    return { texts: await readArticleTexts(folder), problems: [] };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { texts: [], problems: [`${folder}: ${reasons[code ?? ''] ?? message}`] };
  }
}

async function citedIn({ views }: OpenedLedger): Promise<readonly CitedText[]> {
  const { cut } = await views.resolve({});
  if (cut === null) return [];
  const all: CitedText[] = [];
  for (const id of views.catalogue.partnerships(cut.position)) {
    all.push(...citedTexts((await views.partnership(id, cut)).ground.history));
  }
  return all.toSorted((a, b) => (a.article === b.article ? 0 : a.article < b.article ? -1 : 1));
}

function unknownArticles(asked: readonly string[], cited: readonly CitedText[]): readonly string[] {
  const known = [...new Set(cited.map(({ article }) => article))];
  return asked
    .filter((id) => !known.includes(id))
    .map((id) => {
      const [near] = nearestArticles(id, known);
      return `no article ${id} is recorded${near === undefined ? '' : `; did you mean ${near}?`}`;
    });
}

const notes = {
  'article-retracted': ', retracted',
  republished: ', since replaced by its publisher',
} as const;

function titleOf({ article, revision, title, publisher, published, because }: CitedText): string {
  const of = [publisher ?? 'publisher unknown', published === null ? 'date unknown' : dateText(published)].join(', ');
  return `${article}, revision ${revision}: ${title ?? 'without a headline'} (${of})${because === null ? '' : notes[because]}`;
}

type Checked = { readonly lines: readonly string[]; readonly problem: string | null };

function check(cited: CitedText, texts: readonly ArticleText[], { out }: Context): Checked {
  const head = out.paint('bold', plainText(titleOf(cited)));
  const { article, revision, textSha256 } = cited;
  const found = findText({ article, sha256: textSha256 }, texts);
  const refuse = (message: string): Checked => {
    const problem = `article ${article}, revision ${revision}: ${message}`;
    return { lines: [head, out.paint('red', plainText(`  ${message}`))], problem };
  };
  if (found.outcome === 'missing') {
    return refuse(`the text is missing: no file has the SHA-256 ${textSha256}, and none is named ${article}`);
  }
  const { file, sha256, text } = found.text;
  if (found.outcome === 'changed') {
    return refuse(`${file} is another text than the one that was read: its SHA-256 is ${sha256}, not ${textSha256}`);
  }
  const paragraphs = paragraphsOf(text);
  if (paragraphs.length !== cited.paragraphs) {
    const has = counted(paragraphs.length, 'paragraph');
    return refuse(`${file} has ${has}, and the reading of it counts ${cited.paragraphs}`);
  }
  const sound = out.paint('green', plainText(`  ${file}: SHA-256 ${sha256}, as recorded`));
  return { lines: [head, sound, '', evidenceTable(cited, paragraphs, out)], problem: null };
}

function checkAll(cited: readonly CitedText[], texts: readonly ArticleText[], context: Context): ExitCode {
  const { out, messages } = context;
  const checked = cited.map((one) => check(one, texts, context));
  for (const { lines } of checked) out.write(`${lines.join('\n')}\n`);
  const problems = checked.flatMap(({ problem }) => problem ?? []);
  for (const problem of problems) messages.write(`${messages.paint('red', 'mismatch:')} ${plainText(problem)}\n`);
  const sound = cited.filter((_one, i) => checked[i]?.problem === null);
  const reports = sound.reduce((sum, one) => sum + one.reports.length, 0);
  const total = `${sound.length} of ${counted(cited.length, 'text')} as recorded, with ${counted(reports, 'report')}`;
  out.write(`${out.paint('bold', total)}\n`);
  return problems.length > 0 ? 1 : 0;
}

function nothingRecorded({ messages, folders }: Context): ExitCode {
  messages.write(`No article is recorded in ${plainText(folders().dataDir)} yet.\n`);
  return 1;
}

/** Checks the texts of articles by their SHA-256, and prints every report beside the paragraphs that it cites. */
export async function evidence(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const folders = context.folders();
  const set = folders.articlesDir === null ? [] : [folders.articlesDir];
  const { texts, problems } = await textsIn(given.positionals.length === 0 ? set : given.positionals);
  if (given.problems.length + problems.length > 0) return fail([...given.problems, ...problems], 'evidence', context);
  const ledger = await context.openExistingLedger(folders);
  try {
    const cited = ledger === null ? [] : await citedIn(ledger);
    if (cited.length === 0) return nothingRecorded(context);
    const asked = (given.options.get('article') ?? []).flatMap((ids) => ids.split(',').map((id) => id.trim()));
    const unknown = unknownArticles(asked, cited);
    if (unknown.length > 0) return fail(unknown, 'evidence', context);
    const wanted = asked.length === 0 ? cited : cited.filter(({ article }) => asked.includes(article));
    return checkAll(wanted, texts, context);
  } finally {
    await ledger?.close();
  }
}
