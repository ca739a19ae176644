import * as fc from 'fast-check';
import t from 'tap';
import {
  compareEditions,
  type Edition,
  editionOfSlug,
  editionSlug,
  expandGames,
  parseEdition,
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
