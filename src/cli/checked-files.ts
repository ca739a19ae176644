import type { SubjectRegistry } from '../articles/subjects.ts';
import type { ReadingDraft } from '../domain/reading.ts';
import { type ArticleFile, readArticleFile } from './article-files.ts';
import type { Context, Format } from './context.ts';
import { plainLines } from './plain-text.ts';
import { progress } from './progress.ts';

/** A file without a mistake. */
export type SoundFile = ArticleFile & { readonly reading: ReadingDraft };

// Below this checking is over before a bar could be read.
const worthABar = 50;

// As compilers write them, place first, so that editors find the place.
function report(files: readonly ArticleFile[], { messages }: Context): void {
  const said = (format: Format, lines: readonly string[]) =>
    lines.map((line) => `${messages.paint(format, plainLines(line))}\n`);
  const warnings = files.flatMap((file) => said('yellow', file.warnings));
  const problems = files.flatMap((file) => said('red', file.problems));
  messages.write([...warnings, ...problems].join(''));
}

/**
 * Reads all files and says everything that is wrong with any of them, and every doubt. Null where one has a mistake.
 */
export async function checkedFiles(
  names: readonly string[],
  subjects: SubjectRegistry,
  context: Context,
): Promise<readonly SoundFile[] | null> {
  const bar =
    names.length < worthABar || !context.messages.isTerminal
      ? null
      : progress('checking', names.length, context.messages);
  const files: ArticleFile[] = [];
  for (const name of names) {
    files.push(await readArticleFile(name, subjects, context.readStdin));
    bar?.advance(name);
  }
  bar?.end();
  report(files, context);
  const sound = files.filter((file): file is SoundFile => file.reading !== null);
  return sound.length === files.length ? sound : null;
}
