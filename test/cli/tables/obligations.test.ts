import t from 'tap';
import { obligationsTable } from '../../../src/cli/tables/obligations.ts';
import type { Cell, Obligations } from '../../../src/projections/obligations.ts';
import { source } from '../made-up-facts.ts';
import { canvas } from '../plain-canvas.ts';

const cell = (obligation: string, of: Partial<Cell> = {}): Cell => ({
  obligation,
  name: obligation,
  status: 'undertaken',
  timing: 'certain',
  guess: false,
  otherStatuses: [],
  denied: null,
  closedWithoutReport: false,
  owedBy: 'partner',
  lastReport: null,
  scope: null,
  quantity: null,
  delivered: null,
  qualifications: [],
  milestones: [],
  contested: false,
  reopened: false,
  flags: [],
  sources: [source('a')],
  links: { facts: [] },
  ...of,
});

const row = (edition: string, cells: readonly Cell[]): Obligations['rows'][number] => ({
  edition,
  series: 'olympics',
  name: `Host ${edition.slice(0, 4)}`,
  host: null,
  editionStatus: 'scheduled',
  window: null,
  implied: false,
  timing: 'certain',
  coverage: [],
  qualifications: [],
  cells: Object.fromEntries(cells.map((one) => [one.obligation, one])),
});

const answer = (rows: Obligations['rows'], programme: readonly Cell[] = []): Obligations => {
  const names = [...rows.flatMap(({ cells }) => Object.keys(cells)), ...programme.map(({ obligation }) => obligation)];
  return {
    columns: [...new Set(names)].map((obligation) => ({ obligation, name: obligation })),
    rows,
    programme: { qualifications: [], cells: Object.fromEntries(programme.map((one) => [one.obligation, one])) },
  };
};

t.test('the obligations table has a row for each Games and a column for each obligation', async (t) => {
  const drawn = obligationsTable(
    answer([
      row('2026W', [cell('transport'), cell('ticketing', { status: 'delivered' })]),
      row('2028S', [cell('transport')]),
    ]),
    canvas(100),
  ).split('\n');
  t.match(drawn[0], /^Games +transport +ticketing$/);
  t.match(drawn[2], /^2026W Host 2026 +undertaken +delivered$/);
  t.match(drawn[4], /^2028S Host 2028 +undertaken +–$/);
});

t.test('Games that are covered without any obligation have a row in the table', async (t) => {
  t.match(obligationsTable(answer([row('2028S', [])]), canvas(100)), '2028S Host 2028');
});

t.test('the obligations table shows silence after the Games beside the status, not as a breach', async (t) => {
  const drawn = obligationsTable(
    answer([row('2026W', [cell('transport', { closedWithoutReport: true })])]),
    canvas(100),
  );
  t.match(drawn, /undertaken[\s\S]*closed, no report/);
  t.notMatch(drawn, 'breach');
});

t.test('a status that depends on the order of uncertain days shows every possibility', async (t) => {
  const open = cell('transport', { timing: 'possible', otherStatuses: ['waived'] });
  t.match(obligationsTable(answer([row('2026W', [open])]), canvas(100)), /undertaken \?[\s\S]*or waived/);
});

t.test('the obligations table shows programme-wide obligations and limits in parts of their own', async (t) => {
  const limited = cell('transport', {
    qualifications: [{ fact: 'f', text: 'Not for athletes', timing: 'certain', sources: [source('b')] }],
  });
  const drawn = obligationsTable(
    answer([row('2026W', [limited])], [cell('platform', { scope: 'worldwide' })]),
    canvas(100),
  );
  t.match(drawn, /^platform +undertaken +worldwide +a$/m);
  t.match(drawn, /^2026W +transport +Not for athletes +b$/m);
  t.notMatch(drawn.split('\n')[0], 'platform', 'it is no column of the Games');
});

t.test('columns of the obligations table that do not fit continue below', async (t) => {
  const names = Array.from({ length: 7 }, (_, index) => `obligation-${index}`);
  const many = answer([
    row(
      '2026W',
      names.map((name) => cell(name)),
    ),
  ]);
  const lines = obligationsTable(many, canvas(80)).split('\n');
  t.ok(Math.max(...lines.map(({ length }) => length)) <= 80);
  t.equal(lines.filter((line) => line.startsWith('Games')).length, 3);
  for (const name of names) t.equal(lines.filter((line) => line.includes(name)).length, 1, name);
  t.equal(
    obligationsTable(many, canvas(160))
      .split('\n')
      .filter((line) => line.startsWith('Games')).length,
    1,
  );
});
