import t from 'tap';
import { gamesCalendar } from '../../../src/domain/facts/games-calendar.ts';
import { gamesList } from '../../../src/projections/games.ts';
import { type GamesStatement, gamesHistory } from '../../support/games.ts';

const history = gamesHistory([
  ['GamesDatesSet', '2020S', '2013-09', { window: '2020-07-24/2020-08-09' }],
  ['HostElected', '2020S', '2013-09-07', { host: 'Tokyo' }],
  ['GamesRescheduled', '2020S', '2020-03-30', { window: '2021-07-23/2021-08-08' }],
  ['HostElected', '2018W', '2011-07-06', { host: 'PyeongChang' }],
  ['GamesDatesSet', '1940S', '1937', { window: '1940-09-21/1940-10-06' }],
  ['GamesCancelled', '1940S', '[1938-07-16..1940-05]'],
]);

const on = (
  edition: string,
  occurredAsOf: string,
  reportedAsOf: string | null = null,
  certainty: 'certain' | 'possible' = 'certain',
) => gamesCalendar(history, reportedAsOf, occurredAsOf, certainty).find((games) => games.edition === edition);

t.test('the host and the dates of an edition each count from their own publication', async (t) => {
  t.equal(on('2020S', '2013-09-06'), undefined);
  t.match(on('2020S', '2013-09-07'), { host: 'Tokyo', window: null, status: 'unscheduled' });
  t.match(on('2020S', '2013-09-30'), { host: 'Tokyo', window: { edtf: '2020-07-24/2020-08-09' }, status: 'scheduled' });
  t.match(
    on('2018W', '2026-01-01'),
    { host: 'PyeongChang', window: null, status: 'unscheduled' },
    'without dates none are made up',
  );
});

t.test('an edition that was moved keeps its name', async (t) => {
  t.match(on('2020S', '2020-03-29'), { window: { earliest: '2020-07-24' }, status: 'scheduled' });
  t.match(on('2020S', '2020-03-30'), {
    host: 'Tokyo',
    window: { edtf: '2021-07-23/2021-08-08' },
    status: 'rescheduled',
  });
});

t.test('the reported clock limits what is known of an edition', async (t) => {
  t.match(on('2020S', '2026-01-01', '2020-03-29'), { status: 'scheduled' });
  t.match(on('2020S', '2026-01-01', '2020-03-30'), { status: 'rescheduled' });
});

t.test('a reference that may have been public by then counts as possible', async (t) => {
  t.equal(on('1940S', '1938-07-16')?.status, 'scheduled');
  t.equal(on('1940S', '1938-07-16', null, 'possible')?.status, 'cancelled');
  t.equal(on('1940S', '1940-05-31')?.status, 'cancelled');
});

t.test('editions are sorted by the Olympic calendar', async (t) => {
  t.strictSame(
    gamesCalendar(history, null, '2026-01-01', 'certain').map(({ edition }) => edition),
    ['1940S', '2018W', '2020S'],
  );
});

t.test('the list of Games includes Games that only reports name', async (t) => {
  const cut = { occurredAsOf: '2026-01-01', reportedAsOf: null, position: 9999, timing: 'any' as const };
  const list = gamesList(history, ['2018W', '2022W'], cut);
  t.strictSame(
    list.map(({ edition, name }) => [edition, name]),
    [
      ['1940S', 'Summer Games 1940'],
      ['2018W', 'PyeongChang 2018'],
      ['2020S', 'Tokyo 2020'],
      ['2022W', 'Winter Games 2022'],
    ],
  );
  t.match(list.at(-1), { host: null, window: null, status: 'unscheduled', sources: [] });
  t.match(list[2]?.sources, [{ type: 'GamesDatesSet' }, { type: 'HostElected' }, { type: 'GamesRescheduled' }]);
});

t.test('of two references of the same day the same one counts, whichever was recorded first', async (t) => {
  const said: readonly GamesStatement[] = [
    ['GamesDatesSet', '2018W', '2014', { window: '2018-02-09/2018-02-25' }],
    ['GamesDatesSet', '2018W', '2014', { window: '2018-02-10/2018-02-26' }],
  ];
  const windows = [said, said.toReversed()].map(
    (one) => gamesCalendar(gamesHistory(one), null, '2018-01-01', 'certain')[0]?.window?.edtf,
  );
  t.ok(windows[0]);
  t.equal(windows[1], windows[0]);
});

t.test('a host that gave the edition back is its host no more', async (t) => {
  const given = gamesHistory([
    ['HostElected', 'commonwealth-games.2026', '2022-04-12', { host: 'Victoria' }],
    ['HostWithdrew', 'commonwealth-games.2026', '2023-07-18', { host: 'Victoria' }],
    ['HostElected', 'commonwealth-games.2026', '2024-10-22', { host: 'Glasgow' }],
  ]);
  const hosts = ['2023-07-17', '2023-07-18', '2024-10-22'].map(
    (day) => gamesCalendar(given, null, day, 'certain')[0]?.host,
  );
  t.strictSame(hosts, ['Victoria', null, 'Glasgow']);
});
