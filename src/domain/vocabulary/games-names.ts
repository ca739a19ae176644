import { type Edition, editionWithinSeries, olympics, seriesOf } from './games-editions.ts';
import { wordsIn } from './nearest.ts';

/**
 * The edition that a name means, as in "Beijing 2022", "Tokyo 2020 Paralympics" or "2022 Winter Olympics": by its year, its
 * host and its series, of those that references describe; of the Olympic Games where the name tells of no other series.
 * Null where the name fits none, or more than one.
 */
export function editionNamed(name: string, described: readonly DescribedEdition[]): Edition | null {
  if (name.length > maxNameLength) return null;
  const words = wordsIn(name);
  const [year, ...otherYears] = words.filter((word) => /^\d{4}$/.test(word));
  if (year === undefined || otherYears.length > 0) return null;
  const others = words.filter((word) => word !== year);
  const fitting = described.filter(
    (one) => editionWithinSeries(one.edition).slice(0, 4) === year && isNamedBy(others, one),
  );
  const olympic = fitting.filter(({ edition }) => seriesOf(edition) === olympics);
  const [meant, ...more] = olympic.length > 0 ? olympic : fitting;
  return meant === undefined || more.length > 0 ? null : meant.edition;
}

// Far longer than the name of any Games.
const maxNameLength = 80;

/** An edition as references describe it: the names of its hosts and of its series. */
export type DescribedEdition = {
  readonly edition: Edition;
  readonly hosts: readonly string[];
  readonly series: readonly string[];
};

// Every word must name the host, the series or the season, and one of them the host or the series.
function isNamedBy(words: readonly string[], { edition, hosts, series }: DescribedEdition): boolean {
  const isOlympic = seriesOf(edition) === olympics;
  const ofSeries = isOlympic
    ? ['olympics', 'games', seasons[edition.slice(-1)] ?? '']
    : series.flatMap(wordsIn).filter((word) => word !== 'games');
  const names = [...hosts.flatMap(wordsIn), ...ofSeries];
  const filler = ['games', 'the', 'of', 'in', ...(isOlympic ? [] : Object.values(seasons))];
  const isIn = (known: readonly string[]) => (word: string) => known.some((one) => isSame(word, one));
  return words.some(isIn(names)) && words.every(isIn([...names, ...filler]));
}

const seasons: Readonly<Record<string, string>> = { W: 'winter', S: 'summer' };

// "Olympic" is one letter short of "Olympics", and "Paralympics" has one more than its Games.
function isSame(word: string, name: string): boolean {
  return name === word || name === `${word}s` || word === `${name}s`;
}
