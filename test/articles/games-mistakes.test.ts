import t from 'tap';
import { articleWith } from './article-text.ts';
import { refusesAll } from './refuses-all.ts';

t.test('mistakes in Games', async () => {
  const owed = (games: string) =>
    articleWith(`  - ObligationUndertaken: transport\n    happened:\n    p: 1-3\n    ${games}\n`);
  refusesAll([
    [
      'Games of a year without',
      owed('games: 2027W'),
      { line: 16, column: 12, path: '/reports/0/games', message: /no Games of 2027/, suggestion: '2026W' },
    ],
    [
      'Games by their host, as one of a list',
      owed('games: [2026W, la-2028]'),
      { line: 16, column: 20, path: '/reports/0/games/1', message: /named by year and S or W/, suggestion: '2028S' },
    ],
    [
      'a span in reverse',
      owed('games: 2030W..2026W'),
      { line: 16, column: 12, path: '/reports/0/games', message: /2030W is after 2026W/, suggestion: '2026W..2030W' },
    ],
    [
      'Games twice',
      owed('games: [2026W..2030W, 2028S]'),
      { line: 16, column: 27, path: '/reports/0/games/1', message: /2028S is named twice/ },
    ],
    [
      'no Games in a list',
      owed('games: []'),
      { line: 16, column: 12, path: '/reports/0/games', message: /list without Games/ },
    ],
    [
      'implied Games that are not given',
      owed('implied: true'),
      { line: 16, column: 14, path: '/reports/0/implied', message: /the report names none/ },
    ],
    [
      'Games of a type that knows none',
      articleWith('  - CategoryGranted: buses\n    happened:\n    p: 1-3\n    games: 2026W\n'),
      { line: 16, column: 5, path: '/reports/0/games', message: /CategoryGranted takes no Games/ },
    ],
    [
      'no Games where they are needed',
      articleWith('  - CoverageDeclared:\n    happened:\n    p: 1-3\n'),
      { line: 13, column: 5, path: '/reports/0/games', message: /games is missing/ },
    ],
  ]);
});
