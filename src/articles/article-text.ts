import { createHash } from 'node:crypto';

/** The text of an article, from the bytes of its file. */
export function measureArticle(bytes: Uint8Array): MeasuredArticle {
  const paragraphs = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return { sha256: createHash('sha256').update(bytes).digest('hex'), paragraphs };
}

/**
 * The text of an article: its SHA-256 in hexadecimal digits, and its paragraphs, which are its non-blank lines in order,
 * headline included, so that the first is number 1.
 */
export type MeasuredArticle = { readonly sha256: string; readonly paragraphs: readonly string[] };
