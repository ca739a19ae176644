import * as fc from 'fast-check';
import t from 'tap';
import {
  compareEditions,
  type Edition,
  editionOfSlug,
  editionSlug,
  expandGames,
  parseEdition,
  type Series,
} from '../../../src/domain/vocabulary/games-editions.ts';
import { isProblem, type Problem } from '../../../src/domain/vocabulary/problem.ts';

const refused = (result: Edition | readonly Edition[] | Problem): Problem => {
  if (isProblem(result)) return result;
  throw new Error(`read as ${JSON.stringify(result)}, though it should be refused`);
};

t.test('an edition is a year and its season, in either case', async (t) => {
  for (const edition of ['1896S', '1924W', '1924S', '1940W', '1992W', '1992S', '1994W', '2018W', '2020S', '2028S']) {
    t.equal(parseEdition(edition), edition);
    t.equal(parseEdition(edition.toLowerCase()), edition);
  }
});

t.test('Games that the Olympic calendar does not have are refused', async (t) => {
  t.match(refused(parseEdition('2020W')), { message: '2020W: the Games of 2020 are 2020S', suggestion: '2020S' });
  t.match(refused(parseEdition('2018S')), { message: '2018S: the Games of 2018 are 2018W', suggestion: '2018W' });
  t.match(refused(parseEdition('1920W')), { message: /1920 are 1920S/ }, 'winter Games began in 1924');
  t.match(
    refused(parseEdition('2021S')),
    { message: /no Games of 2021; the nearest are 2020S and 2022W .*keeps its year/, suggestion: '2020S' },
    'held in 2021, but named 2020S',
  );
  t.match(refused(parseEdition('1990W')), { message: /no Games of 1990; .* 1988W and 1988S and 1992W and 1992S/ });
  t.match(refused(parseEdition('1892S')), { message: /nearest are 1896S/ });
  t.match(refused(parseEdition('9999S')), { message: /no Games of 9999/, suggestion: undefined });
});

t.test('a malformed edition is refused with the Games of its year', async (t) => {
  t.match(refused(parseEdition('beijing-2022')), { message: /year and S or W, as in 2018W/, suggestion: '2022W' });
  t.match(refused(parseEdition('2022')), { suggestion: '2022W' });
  t.match(refused(parseEdition('W2018')), { suggestion: '2018W' });
  t.equal(refused(parseEdition('albertville-1992')).suggestion, undefined, 'two editions in one year');
  t.equal(refused(parseEdition('tokyo')).suggestion, undefined);
  t.equal(refused(parseEdition('')).suggestion, undefined);
});

t.test('one edition, a list and a span name editions in the order of the calendar', async (t) => {
  t.same(expandGames('2018w'), ['2018W']);
  t.same(expandGames('2018W..2028S'), ['2018W', '2020S', '2022W', '2024S', '2026W', '2028S']);
  t.same(expandGames('2024s .. 2024S'), ['2024S']);
  t.same(expandGames('2022W, 2018W'), ['2018W', '2022W']);
  t.same(expandGames('2018W, 2022W..2024S'), ['2018W', '2022W', '2024S']);
  t.same(expandGames('1988S..1994W'), ['1988S', '1992W', '1992S', '1994W'], 'before and after the winter Games moved');
  t.same(expandGames('1936W..1948W'), ['1936W', '1936S', '1940W', '1940S', '1944W', '1944S', '1948W']);
});

t.test('all mistakes in a list of Games are reported together, with suggestions', async (t) => {
  t.match(refused(expandGames('2020W, 2022W, 2024W')), {
    message: /2020W: the Games of 2020 are 2020S; 2024W: the Games of 2024 are 2024S/,
    suggestion: '2020S, 2022W, 2024S',
  });
  t.match(refused(expandGames('2018..2028')), { suggestion: '2018W..2028S' });
  t.match(refused(expandGames('2028S..2018W')), { message: /2028S is after 2018W/, suggestion: '2018W..2028S' });
  t.equal(refused(expandGames('2028..2018')).suggestion, undefined, 'right ends in the wrong order are not offered');
  t.match(refused(expandGames('2018W..')), { message: /a first and a last/ });
  t.match(refused(expandGames('2018W..2020S..2022W')), { message: /a first and a last/ });
  t.match(refused(expandGames('2018W..2022W, 2020S')), { message: /2020S is named twice/ });
  t.match(refused(expandGames('2018W,')), { message: /year and S or W/ });
  t.match(expandGames('1984W..2048S'), { length: 34 }, 'a long programme');
  t.match(refused(expandGames('1896S..2028S')), { message: /at most 40/ });
});

const years = fc.integer({ min: 1896, max: 2100 });
const editions = fc
  .tuple(years, fc.constantFrom('S', 'W'))
  .map(([year, season]) => parseEdition(`${year}${season}`))
  .filter((edition): edition is Edition => !isProblem(edition));

t.test('a span is filled without gaps, in order, and its parts join without overlap', async () => {
  fc.assert(
    fc.property(fc.tuple(editions, editions, editions), (three) => {
      const [first = '', middle = '', last = ''] = three.toSorted(compareEditions);
      const whole = expandGames(`${first}..${last}`);
      const [head, tail] = [expandGames(`${first}..${middle}`), expandGames(`${middle}..${last}`)];
      if (isProblem(whole) || isProblem(head) || isProblem(tail)) return isProblem(whole);
      return JSON.stringify(whole) === JSON.stringify([...head, ...tail.slice(1)]);
    }),
  );
});

t.test('the slug of an edition names it again', async (t) => {
  t.equal(editionSlug('2018W'), '2018w');
  t.equal(editionOfSlug('2018w'), '2018W');
  t.equal(editionOfSlug('2018W'), null, 'a slug is in lower case');
  t.equal(editionOfSlug('2020w'), null);
  t.equal(editionOfSlug('cloud-services'), null);
  fc.assert(fc.property(editions, (edition) => editionOfSlug(editionSlug(edition)) === edition));
});

const cup: Series = {
  id: 'world-cup',
  name: 'World Cup',
  aliases: ['Mundial'],
  rhythm: { first: '1950', everyYears: 4 },
  editions: ['2022'],
};
const league: Series = {
  id: 'premier-league',
  name: 'Premier League',
  aliases: [],
  rhythm: { first: '1992-93', everyYears: 1 },
  editions: [],
};
const youth: Series = {
  id: 'youth',
  name: 'Youth Games',
  aliases: [],
  rhythm: null,
  editions: ['2018', '2020', '2026'],
};
const known = [cup, league, youth];

t.test('an edition of another series is valid by its form', async (t) => {
  for (const edition of ['world-cup.2026', 'premier-league.2022-23', 'premier-league.1999-00', 'formula-1.2024']) {
    t.equal(parseEdition(edition), edition);
    t.equal(editionOfSlug(edition), edition);
  }
  t.equal(parseEdition('Premier-League.2022/23'), 'premier-league.2022-23');
  t.match(refused(parseEdition('premier-league.2022-24')), { suggestion: 'premier-league.2022-23' });
  t.match(refused(parseEdition('olympics.2018')), { suggestion: '2018W' });
  for (const text of ['2018w.2020', 'world cup.2026', 'a.b.2026', 'world-cup.26', 'world-cup.2026W'])
    refused(parseEdition(text));
});

t.test('the calendar of its series fills a span', async (t) => {
  t.same(expandGames('world-cup.2018..world-cup.2026', known), ['world-cup.2018', 'world-cup.2022', 'world-cup.2026']);
  t.same(expandGames('world-cup.2018..2022', known), ['world-cup.2018', 'world-cup.2022']);
  t.same(expandGames('premier-league.1998-99..2000-01', known), [
    'premier-league.1998-99',
    'premier-league.1999-00',
    'premier-league.2000-01',
  ]);
  t.same(
    expandGames('youth.2018..2026', known),
    ['youth.2018', 'youth.2020', 'youth.2026'],
    'as listed, without a rule',
  );
  t.same(expandGames('world-cup.2018, 2018W..2020S', known), ['2018W', 'world-cup.2018', '2020S']);
  t.match(refused(expandGames('2018W..world-cup.2022', known)), { message: /editions of one series/ });
  t.match(refused(expandGames('premier-league.1992-93..2050-51', known)), { message: /at most 40/ });
});

t.test('an unknown edition is refused, and never taken for one of another series', async (t) => {
  const problemOf = (text: string) => refused(expandGames(text, known));
  t.match(problemOf('world-cup.2027'), {
    message: /no edition 2027; near it: world-cup.2026, world-cup.2030; .*series.yaml/,
  });
  t.match(problemOf('world-cup.1946'), { message: /near it: world-cup.1950/ });
  t.match(problemOf('premier-league.2022'), { suggestion: 'premier-league.2022-23' });
  t.match(problemOf('mundial.2026'), { suggestion: 'world-cup.2026' }, 'an alias');
  t.match(problemOf('word-cup.2026'), { suggestion: 'world-cup.2026' }, 'mistyped');
  t.match(problemOf('World Cup 2026'), { suggestion: 'world-cup.2026' });
  t.match(
    problemOf('Qatar 2022 World Cup'),
    { suggestion: 'world-cup.2022' },
    'the series stands alone beside the year',
  );
  t.match(problemOf('the 2022 World Cup in Qatar'), { suggestion: 'world-cup.2022' });
  t.match(problemOf('Calgary 1988 Winter Olympics'), { suggestion: '1988W' });
  for (const text of [
    'rugby-world-cup.2026',
    'nfl.2022',
    'rugby-world-cup-2022',
    'youth.2022',
    'tour.2018',
    'super-bowl 2018',
    '2022 Rugby World Cup',
  ]) {
    t.equal(problemOf(text).suggestion, undefined, text);
  }
  t.match(problemOf('nfl.2022'), {
    message: /no series nfl; .* world-cup \(World Cup\), premier-league .*series.yaml/,
  });
});

t.test('editions are sorted by year, the Olympic Games first', async (t) => {
  const sorted = ['2018W', 'a.2018', 'b.2018', '2020S', 'a.2020-21', '2022W'];
  fc.assert(
    fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), (shuffled) => {
      return shuffled.toSorted(compareEditions).join() === sorted.join();
    }),
  );
  t.pass();
});
