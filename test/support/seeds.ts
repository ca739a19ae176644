import { join } from 'node:path';
import { readSeeds, type Seeds } from '../../src/articles/seeds.ts';
import type { ReadingDraft } from '../../src/domain/decisions/reading.ts';
import { readingEvents } from '../../src/domain/decisions/reading.ts';
import { decode, type LedgerEvent, partnershipStream } from '../../src/domain/vocabulary/events.ts';
import { gamesEventsOf } from '../../src/recording/record-article.ts';

/** The folder of the project's own seeds. */
export const seedsFolder = join(import.meta.dirname, '../../seeds');

/** The folder of the examples, for `--with`. */
export const examplesFolder = join(import.meta.dirname, '../../examples');

/** The project's own seeds, and what further folders add; throws where they have a problem. */
export const projectSeeds = async (...further: readonly string[]): Promise<Seeds> => {
  const seeds = await readSeeds(seedsFolder, ...further);
  const [first] = seeds.problems;
  if (first !== undefined) throw new Error(`${first.file}:${first.line} ${first.path}: ${first.message}`);
  return seeds;
};

const recordedAt = '2026-01-01T00:00:00.000Z';

/** The history of readings that were recorded in this order, from a position on. */
export const historyOf = (readings: readonly ReadingDraft[], after = 0): readonly LedgerEvent[] =>
  readings
    .flatMap((reading) =>
      readingEvents(reading, 'seeds').map((event) => ({ event, stream: partnershipStream(reading.partnership) })),
    )
    .flatMap(({ event, stream }, i) => {
      const decoded = decode({ ...event, stream, revision: i, position: after + i + 1, recordedAt });
      return decoded === null ? [] : [decoded];
    });

/** The history of the references, from position 1 on. */
export const gamesHistory = ({ games }: Seeds): readonly LedgerEvent[] =>
  gamesEventsOf(games, 'seeds').flatMap(({ stream, event }, i) => {
    const decoded = decode({ ...event, stream, revision: i, position: i + 1, recordedAt });
    return decoded === null ? [] : [decoded];
  });
