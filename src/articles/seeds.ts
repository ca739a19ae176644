import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadingDraft } from '../domain/decisions/reading.ts';
import { lastDay, uncertainDate } from '../domain/vocabulary/dates.ts';
import { type GamesDraft, readGames } from './games.ts';
import { readArticle } from './read-article.ts';
import { readOptionalFile, readRegistry, type SubjectRegistry } from './register.ts';
import type { ArticleProblem } from './source.ts';

/** Reads and checks a whole seeds folder; a missing or empty folder is a ledger without seeds. */
export async function readSeeds(folder: string): Promise<Seeds> {
  const { subjects, games, problems: referenceProblems } = await readReferences(folder);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const articles = await Promise.all(
    names
      .filter((name) => articleFile.test(name))
      .toSorted()
      .map(async (name) => {
        const file = join(folder, name);
        return readArticle(await readFile(file, 'utf8'), { file, subjects });
      }),
  );
  return {
    subjects,
    games,
    readings: articles.flatMap(({ reading }) => reading ?? []).toSorted(inOrderOfReplay),
    problems: [...referenceProblems, ...articles.flatMap(({ problems }) => problems)],
    warnings: articles.flatMap(({ warnings }) => warnings),
  };
}

/** The content of a seeds folder; articles are in the order of replay. */
export type Seeds = {
  readonly subjects: SubjectRegistry;
  readonly games: readonly GamesDraft[];
  readonly readings: readonly ReadingDraft[];
  readonly problems: readonly ArticleProblem[];
  readonly warnings: readonly ArticleProblem[];
};

/** Reads the references of a seeds folder: the register of subjects, and what is public of the Games. */
export async function readReferences(folder: string): Promise<References> {
  const { subjects, problems: subjectProblems } = await readRegistry(folder);
  const file = join(folder, 'reference', 'games.yaml');
  const text = await readOptionalFile(file);
  const games = text === null ? { drafts: [], problems: [] } : readGames(text, { file });
  return { subjects, games: games.drafts, problems: [...subjectProblems, ...games.problems] };
}

/** What the references of a seeds folder say, and what is wrong with them. */
export type References = Pick<Seeds, 'subjects' | 'games' | 'problems'>;

const articleFile = /^(?!.*\.schema\.json$).+\.(ya?ml|json)$/;

/** The order in which articles are replayed: by their latest day of publication, then id, then revision. */
function inOrderOfReplay(a: ReadingDraft, b: ReadingDraft): number {
  return compare(latestDay(a), latestDay(b)) || compare(a.article, b.article) || compare(a.revision, b.revision);
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function latestDay({ published }: ReadingDraft): string {
  return (published === null ? null : uncertainDate(published).latest) ?? lastDay;
}
