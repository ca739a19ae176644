import t from 'tap';
import { openTestApp, problem } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { openToldApp, tell } from '../support/told-articles.ts';

type Row = { readonly edition: string };

const of = ({ get }: Awaited<ReturnType<typeof openTestApp>>, partnership: string) => {
  const base = `/api/partnerships/${partnership}`;
  const at = async (view: string, query: string) => (await get(`${base}/${view}?${query}`)).body;
  return {
    rows: async (query: string) => (await at('obligations', query)).rows,
    statuses: async (query: string): Promise<Record<string, string>> =>
      Object.fromEntries(
        (await at('timeline', query)).entries.map(({ fact, status }: Record<'fact' | 'status', string>) => [
          fact,
          status,
        ]),
      ),
    silent: async (query: string): Promise<readonly string[]> =>
      (await at('silence', query)).items.map(({ fact }: { readonly fact: string }) => fact),
  };
};

t.test('what is owed for another series has rows, falls due and falls silent as for the Olympic Games', async (t) => {
  const app = await openToldApp(t, 'auto.ipc', [
    'auto-1',
    '2016-03-01',
    [
      'CoverageDeclared: ~, games: "2018W..2020S, paralympics.2018..paralympics.2020", happened: 2016-02-01',
      'ObligationUndertaken: vehicles, games: "2020S, paralympics.2020", happened: 2016-02-01',
      'ActivationStaged: showcase, games: paralympics.2020, planned: ~',
    ],
  ]);
  const { rows, statuses, silent } = of(app, 'auto.ipc');
  const all = await rows('occurredAsOf=2026-11-22');
  t.strictSame(
    all.map(({ edition, series, name, host }: Record<string, string>) => [edition, series, name, host]),
    [
      ['2018W', 'olympics', 'PyeongChang 2018', 'PyeongChang'],
      ['paralympics.2018', 'paralympics', 'Paralympic Games 2018', 'PyeongChang'],
      ['2020S', 'olympics', 'Tokyo 2020', 'Tokyo'],
      ['paralympics.2020', 'paralympics', 'Paralympic Games 2020', 'Tokyo'],
    ],
  );
  t.match(all[3], {
    window: { edtf: '2021-08-24/2021-09-05' },
    editionStatus: 'held',
    cells: { vehicles: { status: 'undertaken', closedWithoutReport: true, flags: [] } },
  });
  const staged = 'activation/showcase.paralympics.2020/staged';
  const on = async (day: string) => (await statuses(`occurredAsOf=${day}`))[staged];
  t.strictSame(
    [await on('2021-08-23'), await on('2021-08-24'), await on('2021-10-06')],
    ['planned', 'due', 'overdue-unconfirmed'],
  );
  t.match((await rows('occurredAsOf=2020-09-30&games=paralympics.2020')) as Row[], [
    { edition: 'paralympics.2020', editionStatus: 'moved', cells: { vehicles: { closedWithoutReport: false } } },
  ]);
  t.strictSame(await silent('occurredAsOf=2021-09-04'), ['obligation/vehicles.2020s/undertaken']);
  t.strictSame(await silent('occurredAsOf=2026-11-22'), [
    'obligation/vehicles.2020s/undertaken',
    'obligation/vehicles.paralympics.2020/undertaken',
    staged,
  ]);
  const owed = await app.get('/api/games/paralympics.2020/obligations');
  t.match(owed.body, { series: 'paralympics', partnerships: [{ partnership: 'auto.ipc' }] });
  const fact = await app.get('/api/partnerships/auto.ipc/facts/obligation/vehicles.paralympics.2020/undertaken');
  t.match(fact, { status: 200, body: { entry: { games: ['paralympics.2020'] } } });
});

t.test('a name, dates and a host are known from when they became public', async (t) => {
  const app = await openToldApp(t, 'soda.fifa', [
    'soda-1',
    '2010-01-15',
    ['ObligationUndertaken: drinks, games: fifa-world-cup.2018..2026, happened: 2010-01-10'],
  ]);
  const { rows } = of(app, 'soda.fifa');
  const seen = async (day: string) =>
    (await rows(`reportedAsOf=${day}&timing=certain`)).map(
      ({ name, host, window }: Record<string, { edtf: string }>) => [name, host, window?.edtf ?? null],
    );
  t.strictSame(await seen('2012-01-01'), [
    ['FIFA World Cup 2018', 'Russia', null],
    ['FIFA World Cup 2022', 'Qatar', null],
    ['FIFA World Cup 2026', null, null],
  ]);
  t.strictSame((await seen('2022-01-01'))[1], ['FIFA World Cup 2022', 'Qatar', '2022-11-21/2022-12-18']);
  t.strictSame((await seen('2024-03-01'))[2], [
    'FIFA World Cup 2026',
    'Canada, Mexico and United States',
    '2026-06-11/2026-07-19',
  ]);
});

t.test('a club deal has its seasons as rows', async (t) => {
  const app = await openToldApp(t, 'brew.rovers', [
    'brew-1',
    '2022-06-01',
    [
      'PartnershipSigned: ~, happened: 2022-05-20',
      'TermAgreed: ~, happened: 2022-05-20, start: 2022-07-01, end: 2024-06-30',
      'ObligationUndertaken: shirt-front, games: premier-league.2022-23..premier-league.2023-24, happened: 2022-05-20',
      'ObligationUndertaken: youth-academy, happened: 2022-05-20',
    ],
  ]);
  const body = (await app.get('/api/partnerships/brew.rovers/obligations?occurredAsOf=2023-06-01')).body;
  t.match(body.rows, [
    {
      edition: 'premier-league.2022-23',
      name: 'Premier League 2022-23',
      host: null,
      editionStatus: 'held',
      cells: { 'shirt-front': { status: 'undertaken', closedWithoutReport: true, flags: [] } },
    },
    { edition: 'premier-league.2023-24', editionStatus: 'scheduled', cells: { 'shirt-front': { flags: [] } } },
  ]);
  t.match(body.programme.cells, { 'youth-academy': { status: 'undertaken', closedWithoutReport: false } });
});

t.test('a deal that binds no events has a programme alone', async (t) => {
  const app = await openToldApp(t, 'brew.wanderers', [
    'brew-2',
    '2022-06-01',
    ['ObligationUndertaken: youth-academy, happened: 2022-05-20'],
  ]);
  const { body } = await app.get('/api/partnerships/brew.wanderers/obligations');
  t.match(body, { rows: [], programme: { cells: { 'youth-academy': { status: 'undertaken' } } } });
});

t.test('what is owed for editions after the term is flagged in any series', async (t) => {
  const app = await openToldApp(t, 'late.fifa', [
    'late-1',
    '2014-06-01',
    [
      'TermAgreed: ~, happened: 2014-05-20, end: 2022-12-31',
      'ObligationUndertaken: drinks, games: fifa-world-cup.2022..2038, happened: 2014-05-20',
    ],
  ]);
  const rows = await of(app, 'late.fifa').rows('');
  t.strictSame(
    rows.map(({ edition, cells }: Row & { cells: Record<string, { flags: { rule: string }[] }> }) => [
      edition,
      cells['drinks']?.flags.map(({ rule }) => rule),
    ]),
    [
      ['fifa-world-cup.2022', []],
      ['fifa-world-cup.2026', ['coverage']],
      ['fifa-world-cup.2030', ['coverage']],
      ['fifa-world-cup.2034', ['coverage']],
      ['fifa-world-cup.2038', ['coverage']],
    ],
  );
});

t.test('an unknown edition or series names the series known and how to add one', async (t) => {
  const { get, post } = await openTestApp(t);
  const sent = async (games: string) => {
    const reports = `  - { ObligationUndertaken: drinks, games: ${games}, happened: 2014-05-20, p: 1 }`;
    const { body } = await post(
      articleText({ article: 'x', partnership: 'x.y', publisher: 'X', published: '2014-06-01', reports }),
    );
    return body.errors;
  };
  for (const games of ['rugby-world-cup.2027', 'rugby-world-cup.2030', 'nfl.2024', 'fifa-womens-world-cup.2026']) {
    const [error] = await sent(games);
    t.match(error, {
      path: '/reports/0/games',
      message: /there is no series .* fifa-world-cup \(FIFA World Cup\).* reference\/series\.yaml/,
    });
    t.equal(error.suggestion, undefined, `${games} is no edition of another series`);
  }
  t.match(await sent('fifa-world-cup.2027'), [
    { message: /near it: fifa-world-cup.2026, fifa-world-cup.2030; reference\/series/ },
  ]);
  t.match(await sent('world-cup.2026'), [{ suggestion: 'fifa-world-cup.2026' }], 'an alias');
  t.match(await sent('Paralympics 2020'), [{ suggestion: 'paralympics.2020' }]);
  t.match(await sent('2018W..paralympics.2020'), [{ message: /editions of one series/ }]);
  const list = await get('/api/games?games=rugby-world-cup.2027');
  t.match(list, problem('invalid-parameter', 400));
  t.match(list.body.errors[0].message, /its series are olympics \(2018W\), .*fifa-world-cup.*reference\/series\.yaml/);
  t.match(await get('/api/games/fifa-world-cup.2027/obligations'), problem('unknown-games', 404));
  t.match((await get('/api/games/paralympics.2020/obligations')).body.partnerships, []);
});

t.test('a subject that ends in a year is told apart from an edition', async (t) => {
  const app = await openToldApp(t, 'year.ioc', [
    'year-1',
    '2019-06-01',
    [
      'ActivationStaged: fan-park.2019, happened: 2019-05-20',
      'ActivationStaged: tour, games: paralympics.2018, happened: 2018-03-10',
    ],
  ]);
  const { entries } = (await app.get('/api/partnerships/year.ioc/timeline')).body;
  t.match(entries, [
    { fact: 'activation/tour.paralympics.2018/staged', games: ['paralympics.2018'] },
    { fact: 'activation/fan-park.2019/staged', games: [] },
  ]);
  const reports = '  - { ObligationUndertaken: paralympics.2020, happened: 2019-05-20, p: 1 }';
  const { body } = await app.post(
    articleText({ article: 'x', partnership: 'year.ioc', publisher: 'X', published: '2019-06-01', reports }),
  );
  t.match(body.errors, [{ message: /a slug does not name an edition/, suggestion: 'paralympics-2020' }]);
  await tell(t, app, 'year.ioc', [
    'year-2',
    '2019-06-02',
    ['ObligationUndertaken: paralympics-2020, happened: 2019-05-20'],
  ]);
});
