import t from 'tap';
import { openToldApp, tell } from '../support/told-articles.ts';

type Cell = {
  readonly status: string | null;
  readonly flags: readonly unknown[];
  readonly closedWithoutReport: boolean;
};
type Row = { readonly edition: string; readonly cells: Readonly<Record<string, Cell>> };
type Silent = { readonly cell: { readonly edition: string } | null };

t.test('what is agreed before the term starts stands from the day of the agreement', async (t) => {
  const { get } = await openToldApp(t, 'marlin.ioc', [
    't01',
    '2018-09-18',
    [
      'PartnershipAnnounced: ~, happened: 2018-09-18',
      'TermAgreed: ~, happened: 2018-09-18, start: 2021-01-01, end: 2028-12-31',
      'CategoryGranted: insurance, happened: 2018-09-18',
      'ObligationUndertaken: games-insurance, games: 2022W..2028S, happened: 2018-09-18',
      'CampaignAnnounced: ready-for-it, happened: 2018-09-18',
    ],
  ]);
  const base = '/api/partnerships/marlin.ioc';
  const { body } = await get(`${base}/obligations?occurredAsOf=2026-11-22`);
  t.same(
    body.rows.map(({ edition, cells }: Row) => [edition, cells['games-insurance']?.status]),
    ['2022W', '2024S', '2026W', '2028S'].map((edition) => [edition, 'undertaken']),
  );
  t.same(
    body.rows.flatMap(({ cells }: Row) => Object.values(cells).flatMap(({ flags }) => flags)),
    [],
  );
  const silence = await get(`${base}/silence?occurredAsOf=2026-11-22`);
  t.same(
    silence.body.items.map(({ cell }: Silent) => cell?.edition),
    ['2022W', '2024S', '2026W'],
    'the Games that have passed',
  );
});

t.test('a start of the term after the undertakings changes no cell', async (t) => {
  const app = await openToldApp(t, 'alibaba.ioc');
  const statuses = async () => {
    const { body } = await app.get('/api/partnerships/alibaba.ioc/obligations?occurredAsOf=2026-11-22');
    return body.rows.map(({ edition, cells }: Row) => [
      edition,
      Object.entries(cells).map(([name, cell]) => [name, cell.status, cell.flags, cell.closedWithoutReport]),
    ]);
  };
  const before = await statuses();
  await tell(t, app, 'alibaba.ioc', ['t01b', '2017-02-10', ['TermAgreed: ~, happened: ~, start: 2017-02-01']]);
  t.same(await statuses(), before);
});
