import t from 'tap';
import { readGames, readSeries } from '../../src/articles/games.ts';

const read = (text: string) => readGames(text, { file: 'games.yaml' });

t.test('a reference says what became public about each edition, and when', async (t) => {
  const { drafts, problems } = read(`reference: games
publisher: International Olympic Committee
games:
  2020S:
    - HostElected: Tokyo
      published: 2013-09-07
      title: 125th Session
    - GamesRescheduled: 2021-07-23/2021-08-08
      published: 2020-03-30
      publisher: unknown
  1940S:
    - GamesCancelled:
      published: 1938-07
`);
  t.strictSame(problems, []);
  t.strictSame(drafts, [
    {
      reference: 'games',
      edition: '2020S',
      type: 'HostElected',
      fields: { host: 'Tokyo' },
      published: '2013-09-07',
      publisher: 'International Olympic Committee',
      title: '125th Session',
    },
    {
      reference: 'games',
      edition: '2020S',
      type: 'GamesRescheduled',
      fields: { window: '2021-07-23/2021-08-08' },
      published: '2020-03-30',
      publisher: null,
      title: null,
    },
    {
      reference: 'games',
      edition: '1940S',
      type: 'GamesCancelled',
      fields: {},
      published: '1938-07',
      publisher: 'International Olympic Committee',
      title: null,
    },
  ]);
});

t.test('all mistakes in a reference are reported together', async (t) => {
  const { drafts, problems } = read(`reference: games
games:
  2021S:
    - HostElected: Tokyo
      published: 2013
  2022W:
    - HostElectd: Beijing
      published: 2015
    - GamesDatesSet: 2022-02-20/2022-02-04
      published: 2016
    - HostElected: Beijing
  2024S:
    - GamesCancelled: yes
      published: 2020
  2026W:
    - HostElected: Milano
      published: 2019/2020
    - HostElected: Milano
      published: 2021
    - HostElected: Cortina
      published: 2021
  2028s:
    - HostElected: Los Angeles
      published: 2017
`);
  t.strictSame(drafts, []);
  t.strictSame(
    problems.map(({ line, column, path, suggestion = '' }) => [line, column, path, suggestion]),
    [
      [3, 3, '/games/2021S', '2020S'],
      [7, 7, '/games/2022W/0/HostElectd', 'HostElected'],
      [9, 22, '/games/2022W/1/GamesDatesSet', '2022-02-04/2022-02-20'],
      [11, 7, '/games/2022W/2/published', ''],
      [13, 23, '/games/2024S/0/GamesCancelled', ''],
      [16, 5, '/games/2026W', ''],
      [17, 18, '/games/2026W/0/published', '[2019..2020]'],
      [22, 3, '/games/2028s', '2028S'],
    ],
  );
});

const seriesOf = (text: string) => readSeries(text, { file: 'series.yaml' });

t.test(
  'a series has names, a rhythm and editions, and is named with the first that is known of an edition',
  async (t) => {
    const { series, drafts, problems } = seriesOf(`reference: series
series:
  premier-league:
    name: Premier League
    aliases: [EPL]
    publisher: The League
    rhythm: { first: 1992-93, every: 1 }
    editions:
      2022-23:
        - { GamesDatesSet: 2022-08-06/2023-05-28, published: 2021-11-10 }
        - { GamesCancelled: , published: 2022-01 }
      2023-24:
`);
    t.strictSame(problems, []);
    t.strictSame(series, [
      {
        id: 'premier-league',
        name: 'Premier League',
        aliases: ['EPL'],
        rhythm: { first: '1992-93', everyYears: 1 },
        editions: ['2022-23', '2023-24'],
      },
    ]);
    t.match(drafts, [
      {
        edition: 'premier-league.2022-23',
        type: 'SeriesNamed',
        fields: { series: 'Premier League' },
        published: '2021-11-10',
      },
      { type: 'GamesDatesSet', publisher: 'The League', reference: 'series' },
      { type: 'GamesCancelled', fields: {} },
    ]);
    t.equal(drafts.length, 3, 'of an edition that is only listed nothing is known');
  },
);

t.test('all mistakes in a series are reported together', async (t) => {
  const { series, drafts, problems } = seriesOf(`reference: series
series:
  olympics:
    name: Olympic Games
  Premier League:
    name: Premier League
  cup:
    rhythm: { first: 92, every: 0 }
    editions:
      22-23:
        - { HostElected: Somewhere, published: 2020 }
      2026:
        - { HostElectd: Somewhere, published: 2020 }
`);
  t.strictSame([series, drafts], [[], []]);
  t.strictSame(
    problems.map(({ line, path }) => [line, path]),
    [
      [3, '/series/olympics'],
      [5, '/series/Premier League'],
      [8, '/series/cup/name'],
      [8, '/series/cup/rhythm/every'],
      [10, '/series/cup/editions/22-23'],
      [13, '/series/cup/editions/2026/0/HostElectd'],
    ],
  );
});
