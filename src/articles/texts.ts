import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';

/** Reads every file of a folder, in order of name. Skips folders in it. Throws if the folder cannot be read. */
export async function readArticleTexts(folder: string): Promise<readonly ArticleText[]> {
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
export type ArticleText = { readonly file: string; readonly sha256: string; readonly text: string };

/**
 * Finds the text of an article: the file with its SHA-256, whatever its name; else the file with its name, whose text
 * then differs from the one that was read.
 */
export function findText(
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
export function paragraphsOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
