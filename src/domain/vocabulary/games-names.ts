import { type Edition, editionWithinSeries, olympicEditionsOf, olympics, seriesOf } from './games-editions.ts';
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
  const fitting = editionsOfYear(year, described).filter((one) => isNamedBy(others, one));
  const olympic = fitting.filter(({ edition }) => seriesOf(edition) === olympics);
  const [meant, ...more] = olympic.length > 0 ? olympic : fitting;
  return meant === undefined || more.length > 0 ? null : meant.edition;
}

/**
 * The Games that a text names by a year and the words beside it, in its order: "Tokyo 2020", "the 2018 Winter Olympics".
 * `means` is null where several editions fit.
 */
export function gamesNamedIn(text: string, described: readonly DescribedEdition[]): readonly NamedGames[] {
  return [...text.matchAll(/(?<![\p{L}\p{N}])(?:19|20)\d\d(?![\p{L}\p{N}])/gu)].flatMap(({ 0: year, index }) => {
    const names = new Set(editionsOfYear(year, described).flatMap((one) => [...namesOf(one), 'games']));
    const isName = (word: string) => {
      const parts = wordsIn(word);
      return (
        parts.length > 0 && parts.every((part) => fillers.has(part) || [...names].some((one) => isSame(part, one)))
      );
    };
    const [before] = /(?:[\p{L}\p{N}'’-]+ )*$/u.exec(text.slice(Math.max(0, index - maxNameLength), index)) ?? [''];
    const end = index + year.length;
    const [after] = /^(?: [\p{L}\p{N}'’-]+)*/u.exec(text.slice(end, end + maxNameLength)) ?? [''];
    const words = [
      ...takeWhile(before.split(' ').slice(0, -1).toReversed(), isName).toReversed(),
      year,
      ...takeWhile(after.split(' ').slice(1), isName),
    ];
    while (words.length > 1 && isFiller(words[0])) words.shift();
    while (words.length > 1 && isFiller(words.at(-1))) words.pop();
    return words.length === 1 ? [] : [{ words: words.join(' '), means: editionNamed(words.join(' '), described) }];
  });
}

type NamedGames = { readonly words: string; readonly means: Edition | null };

// The Olympic calendar also has Games about which nothing is recorded.
function editionsOfYear(year: string, described: readonly DescribedEdition[]): readonly DescribedEdition[] {
  const ofYear = described.filter(({ edition }) => editionWithinSeries(edition).slice(0, 4) === year);
  const others = olympicEditionsOf(Number(year)).filter((edition) => !ofYear.some((one) => one.edition === edition));
  return [...ofYear, ...others.map((edition) => ({ edition, hosts: [], series: [] }))];
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
function isNamedBy(words: readonly string[], described: DescribedEdition): boolean {
  const names = namesOf(described);
  const filler = ['games', ...fillers, ...(seriesOf(described.edition) === olympics ? [] : Object.values(seasons))];
  const isIn = (known: readonly string[]) => (word: string) => known.some((one) => isSame(word, one));
  return words.some(isIn(names)) && words.every(isIn([...names, ...filler]));
}

function namesOf({ edition, hosts, series }: DescribedEdition): readonly string[] {
  const ofSeries =
    seriesOf(edition) === olympics
      ? ['olympics', 'games', seasons[edition.slice(-1)] ?? '']
      : series.flatMap(wordsIn).filter((word) => word !== 'games');
  return [...hosts.flatMap(wordsIn), ...ofSeries];
}

const fillers: ReadonlySet<string> = new Set(['the', 'of', 'in']);

const seasons: Readonly<Record<string, string>> = { W: 'winter', S: 'summer' };

// "Olympic" is one letter short of "Olympics", and "Paralympics" has one more than its Games.
function isSame(word: string, name: string): boolean {
  return name === word || name === `${word}s` || word === `${name}s`;
}

function isFiller(word: string | undefined): boolean {
  return wordsIn(word ?? '').every((part) => fillers.has(part));
}

// The first words for which it holds.
function takeWhile(words: readonly string[], isName: (word: string) => boolean): readonly string[] {
  const end = words.findIndex((word) => !isName(word));
  return end < 0 ? words : words.slice(0, end);
}
