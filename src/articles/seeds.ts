import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadingDraft } from '../domain/decisions/reading.ts';
import { lastDay, uncertainDate } from '../domain/vocabulary/dates.ts';
import { seriesOf } from '../domain/vocabulary/games-editions.ts';
import type { DescribedEdition } from '../domain/vocabulary/games-names.ts';
import { type GamesDraft, readGames } from './games.ts';
import { readArticle } from './read-article.ts';
import { readRegister } from './register.ts';
import { mergeRegistries, type RegisteredNames, registerFiles, type SubjectRegistry, toRegistry } from './registry.ts';
import type { ArticleProblem } from './source.ts';

/**
 * Reads and checks whole seeds folders, one after the other; a missing or empty folder is a ledger without seeds. Each
 * may use the names that another one registers.
 */
export async function readSeeds(...folders: readonly string[]): Promise<Seeds> {
  const references = await Promise.all(folders.map(readReferences));
  const subjects = mergeRegistries(references.map((one) => one.subjects));
  const articles = await Promise.all(folders.map(async (folder) => await readArticles(folder, subjects)));
  return {
    subjects,
    names: references.map(({ names }) => names),
    games: references.flatMap(({ games }) => games),
    readings: articles.flatMap((ofFolder) =>
      originalsFirst(ofFolder.flatMap(({ reading }) => reading ?? []).toSorted(inOrderOfReplay)),
    ),
    problems: [...references, ...articles.flat()].flatMap(({ problems }) => problems),
    warnings: articles.flat().flatMap(({ warnings }) => warnings),
  };
}

async function readArticles(folder: string, subjects: SubjectRegistry) {
  const names = await namesIn(folder);
  return await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      return readArticle(await readFile(file, 'utf8'), { file, subjects });
    }),
  );
}

/** The content of seeds folders; the articles of each are in the order of replay. */
export type Seeds = {
  readonly subjects: SubjectRegistry;
  /** What `subjects` was made of, a register a folder. */
  readonly names: readonly RegisteredNames[];
  readonly games: readonly GamesDraft[];
  readonly readings: readonly ReadingDraft[];
  readonly problems: readonly ArticleProblem[];
  readonly warnings: readonly ArticleProblem[];
};

/**
 * Reads the references of a seeds folder: the register of subjects, and what is public of the Games. Every other file in
 * `reference/` than the registers is one on the Games, whatever its name.
 */
export async function readReferences(folder: string): Promise<References> {
  const { names: registered, games: ofSeries, problems: registerProblems } = await readRegister(folder);
  const names = await namesIn(join(folder, 'reference'));
  const games = await Promise.all(
    names
      .filter((name) => !registers.has(name))
      .map(async (name) => {
        const file = join(folder, 'reference', name);
        return readGames(await readFile(file, 'utf8'), { file });
      }),
  );
  return {
    subjects: toRegistry(registered),
    names: registered,
    games: [...games.flatMap(({ drafts }) => drafts), ...ofSeries],
    problems: [...registerProblems, ...games.flatMap(({ problems }) => problems)],
  };
}

const registers: ReadonlySet<string> = new Set(Object.values(registerFiles));

/** The Games as the references of the seeds describe them. */
export function describedIn({ subjects, games }: References): readonly DescribedEdition[] {
  return [...Map.groupBy(games, ({ edition }) => edition)].map(([edition, drafts]) => ({
    edition,
    hosts: drafts.flatMap(({ fields: { host } }) => (typeof host === 'string' ? [host] : [])),
    series: subjects.series.flatMap(({ id, name }) => (id === seriesOf(edition) ? [name] : [])),
  }));
}

// The names of the YAML and JSON files in a folder, in order; none where there is no folder.
async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => dataFile.test(name)).toSorted();
}

/** What the references of a seeds folder say, and what is wrong with them. */
export type References = Pick<Seeds, 'subjects' | 'games' | 'problems'> & { readonly names: RegisteredNames };

const dataFile = /^(?!.*\.schema\.json$).+\.(ya?ml|json)$/;

/** The order in which articles are replayed: by their latest day of publication, then id, then revision. */
function inOrderOfReplay(a: ReadingDraft, b: ReadingDraft): number {
  return compare(latestDay(a), latestDay(b)) || compare(a.article, b.article) || compare(a.revision, b.revision);
}

// A copy names what is recorded, so it comes after its original, whichever was published first.
function originalsFirst(readings: readonly ReadingDraft[]): readonly ReadingDraft[] {
  const placed = new Set<ReadingDraft>();
  const place = (reading: ReadingDraft) => {
    if (placed.has(reading)) return;
    for (const one of readings) if (one.article === reading.copyOf && one.copyOf === undefined) place(one);
    placed.add(reading);
  };
  for (const reading of readings) place(reading);
  return [...placed];
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function latestDay({ published }: ReadingDraft): string {
  return (published === null ? null : uncertainDate(published).latest) ?? lastDay;
}
