import type * as z from 'zod';
import { parseMilestoneDate } from '../domain/vocabulary/dates.ts';
import {
  compareEditions,
  type Edition,
  expandGames,
  parseEdition,
  type Series,
} from '../domain/vocabulary/games-editions.ts';
import { isProblem, problem } from '../domain/vocabulary/problem.ts';
import { type ContentProblem, isList, type Path } from './source.ts';
import { authored, itemsOf, readText, refuseAt } from './values.ts';

/**
 * Games editions as written: one, a span `2018W..2028S`, several with commas, or a list of these. `readEditions` reads them
 * by the calendar of their series.
 */
export function games(description: string): z.ZodType<WrittenGames> {
  return authored(
    { anyOf: [gamesForm, { type: 'array', items: gamesForm, minItems: 1 }], description },
    (value, refuse) => {
      if (isList(value) && value.length === 0) return refuse('a list without Games');
      return itemsOf(value).flatMap(({ item, path }) => {
        const text = readText(item, refuseAt(refuse, path), maxGamesLength);
        return text === undefined ? [] : [{ text, path }];
      });
    },
  );
}

/** Texts that name Games, each with its place. */
type WrittenGames = readonly { readonly text: string; readonly path: Path }[];

/** The editions that texts name, in order; `series` are those beside the Olympic Games. */
export function readEditions(
  written: WrittenGames,
  series: readonly Series[],
): { readonly editions: readonly Edition[]; readonly problems: readonly ContentProblem[] } {
  const seen = new Set<Edition>();
  const problems = written.flatMap(({ text, path }): readonly ContentProblem[] => {
    const editions = expandGames(text, series);
    if (isProblem(editions)) return [problem(path, editions.message, editions.suggestion)];
    const repeated = editions.filter((edition) => seen.has(edition));
    for (const edition of editions) seen.add(edition);
    return repeated.map((edition) => problem(path, `${edition} is named twice`));
  });
  return { editions: [...seen].toSorted(compareEditions), problems };
}

const editionForm = '(\\d{4}[SWsw]|([A-Za-z][A-Za-z0-9-]*\\.)?\\d{4}([-/]\\d{2})?)';

const gamesForm = {
  type: 'string',
  pattern: `^ *${editionForm}( *(\\.\\.|,) *${editionForm})* *$`,
  examples: ['2020S', '2018W..2028S', '2018W, 2022W', 'paralympics.2020', 'fifa-world-cup.2022..2030'],
};

// Far more than any list of Games needs.
const maxGamesLength = 500;

/** One edition, as it is stored. */
export function edition(description: string): z.ZodType<Edition> {
  const editor = { type: 'string', pattern: `^ *${editionForm} *$`, examples: ['2024S', 'paralympics.2020'] };
  return authored({ ...editor, description }, (value, refuse) => {
    const text = readText(value, refuse, maxGamesLength);
    if (text === undefined) return undefined;
    const several = text.split(/\.\.|,/).map((part) => part.trim());
    if (several.length > 1) return refuse(`"${text}": one edition belongs here`, { suggestion: lastOf(text) });
    if (!isProblem(parseMilestoneDate(text)))
      return refuse(`"${text}": Games belong here, as in 2024S; a day goes to happened, planned or end`);
    const read = parseEdition(text);
    return isProblem(read) ? refuse(read.message, { suggestion: read.suggestion }) : read;
  });
}

// An end follows the last of several Games.
function lastOf(text: string): Edition | undefined {
  const editions = expandGames(text);
  return isProblem(editions) ? undefined : editions.at(-1);
}
