import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RegisterContent, registerFile, type SubjectRegistry, subjectRegistry } from './register.ts';
import type { ArticleProblem } from './source.ts';

/**
 * The subject registry of a seeds folder, as `readRegistry` reads it. It is kept in `dataDir`, if that folder exists,
 * with the text that it was read from, and counts while the text stays the same: parsing YAML would cost a command that
 * shows something more than the start of Node.
 */
export async function keptRegistry(
  seedsDir: string,
  dataDir: string,
): Promise<{ readonly subjects: SubjectRegistry; readonly problems: readonly ArticleProblem[] }> {
  const file = join(dataDir, 'subjects.json');
  const [text, kept] = await Promise.all([textOrNull(join(seedsDir, registerFile)), recall(file)]);
  if (text !== null && kept?.text === text && kept.format === format) {
    return { subjects: subjectRegistry(new Map(kept.content.subjects), kept.content.partnerships), problems: [] };
  }
  const { readRegistry } = await import('./register-file.ts');
  const read = await readRegistry(seedsDir);
  if (read.text !== null && read.problems.length === 0) {
    await remember(file, { format, text: read.text, content: read.subjects.content });
  }
  return read;
}

// Raise it when the same text is read otherwise than before.
const format = 1;

type Kept = { readonly format: number; readonly text: string; readonly content: RegisterContent };

// What is half written, or was written by hand, is read anew from the register.
async function recall(file: string): Promise<Kept | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Kept;
  } catch {
    return null;
  }
}

// `readRegistry` says what is wrong with a file that cannot be read.
async function textOrNull(file: string): Promise<string | null> {
  return await readFile(file, 'utf8').catch(() => null);
}

// A folder that is missing, or cannot be written to, only costs the next command its time.
async function remember(file: string, kept: Kept): Promise<void> {
  await writeFile(file, JSON.stringify(kept)).catch(() => undefined);
}
