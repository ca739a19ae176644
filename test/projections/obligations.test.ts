import t from 'tap';
import type { ReadingDraft, ReportDraft } from '../../src/domain/decisions/reading.ts';
import { factsInView } from '../../src/domain/facts/facts-at.ts';
import { obligations } from '../../src/projections/obligations.ts';
import { datesOf, type GamesStatement, gamesHistory } from '../support/games.ts';
import { acme, article, denied, given, happened, planned } from '../support/given.ts';

const names = (kind: string, slug: string) => (kind === 'obligation' && slug === 'cloud' ? 'Cloud services' : null);
const pyeongChang: readonly GamesStatement[] = [
  ['HostElected', '2018W', '2011-07-06', { host: 'PyeongChang' }],
  datesOf('2018W', '2018-02-09/2018-02-25'),
];

type Clocks = { readonly occurredAsOf?: string; readonly timing?: 'any' | 'certain' };

// The table of obligations after these articles.
const table = (
  readings: readonly ReadingDraft[],
  { occurredAsOf = '9999-12-31', timing = 'any' }: Clocks = {},
  games = pyeongChang,
) => {
  const history = given(...readings);
  const cut = { occurredAsOf, reportedAsOf: null, position: history.length };
  const ground = {
    partnership: acme,
    history,
    games: gamesHistory(games),
    otherHoldings: { certain: [], possible: [] },
  };
  return obligations(factsInView(ground, cut, timing), cut, acme, names);
};

const owed = (subject: string, said: object = { games: ['2018W'] }) =>
  happened('ObligationUndertaken', '2017', { subject, ...said });
const covers = (games: string, said = {}) => happened('CoverageDeclared', '2017', { games: [games], ...said });
const ofCloud = { subject: 'cloud', games: ['2018W'] };
const told = (...reports: readonly ReportDraft[]) => [article('a', '2030-01-01', reports)];

// The cell of cloud services at 2018W.
const cell = (readings: readonly ReadingDraft[], clocks: Clocks = {}, games = pyeongChang) =>
  table(readings, clocks, games).rows.find(({ edition }) => edition === '2018W')?.cells['cloud'];

t.test('obligations have a row for every covered edition, even an empty one, in calendar order', async (t) => {
  const { rows } = table(told(covers('2022W'), covers('2018W'), covers('2020S'), owed('cloud', { games: ['2020S'] })));
  t.strictSame(
    rows.map(({ edition, cells }) => [edition, Object.keys(cells)]),
    [
      ['2018W', []],
      ['2020S', ['cloud']],
      ['2022W', []],
    ],
  );
});

t.test('obligations for Games that no coverage names have a row too', async (t) => {
  t.strictSame(
    table(told(covers('2018W'), owed('cloud', { games: ['2022W'] }))).rows.map(({ edition }) => edition),
    ['2018W', '2022W'],
  );
});

t.test('denied coverage gives no row of obligations', async (t) => {
  t.strictSame(table(told(denied('CoverageDeclared', null, { games: ['2018W'] }))).rows, []);
});

t.test('an obligations row takes host and dates from references alone', async (t) => {
  const { rows } = table(told(covers('2018W'), covers('2022W')));
  t.match(rows[0], { name: 'PyeongChang 2018', host: 'PyeongChang', window: { edtf: '2018-02-09/2018-02-25' } });
  t.match(rows[1], { name: 'Winter Games 2022', host: null, window: null });
});

t.test('an obligations row says whether any article names its Games', async (t) => {
  const implied = (report: ReportDraft): ReportDraft => ({ ...report, implied: true });
  t.equal(table(told(implied(covers('2018W')), implied(owed('cloud')))).rows[0]?.implied, true);
  t.equal(table([...told(implied(covers('2018W'))), article('b', '2030', [owed('cloud')])]).rows[0]?.implied, false);
  t.match(table(told(implied(covers('2018W')))).rows[0]?.coverage, [{ article: 'a', implied: true }]);
});

t.test('obligations have a column each, and a programme for those not bound to single Games', async (t) => {
  const { columns, programme, rows } = table(
    told(owed('cloud'), owed('store', { games: ['2022W'] }), owed('channel', {})),
  );
  t.strictSame(columns, [
    { obligation: 'channel', name: 'Channel' },
    { obligation: 'cloud', name: 'Cloud services' },
    { obligation: 'store', name: 'Store' },
  ]);
  t.strictSame(Object.keys(programme.cells), ['channel']);
  t.match(programme.cells['channel'], { status: 'undertaken', closedWithoutReport: false });
  t.strictSame(
    rows.map(({ cells }) => Object.keys(cells)),
    [['cloud'], ['store']],
  );
});

t.test('an obligations cell shows the status, its sources and the last report', async (t) => {
  const scope = { scope: 'servers' };
  const seen = cell([
    article('a', '2017-02', [happened('ObligationUndertaken', '2017-01', { ...ofCloud, fields: scope })]),
    article('b', '[2017-09..2018-01]', [happened('ObligationConfirmed', null, ofCloud)]),
    article('c', '2017-10', [happened('ObligationUndertaken', '2017-01', ofCloud)]),
  ]);
  t.match(seen, {
    obligation: 'cloud',
    name: 'Cloud services',
    status: 'confirmed',
    timing: 'certain',
    otherStatuses: [],
    denied: null,
    scope: 'servers',
    lastReport: { edtf: '[2017-09..2018-01]' },
    contested: false,
    flags: [],
  });
  t.strictSame(
    seen?.sources.map((source) => source.article),
    ['a', 'c', 'b'],
    'each report once',
  );
  t.strictSame(
    seen?.links.facts,
    ['undertaken', 'confirmed'].map(
      (milestone) => `/api/partnerships/${acme}/facts/obligation/cloud.2018w/${milestone}`,
    ),
  );
});

t.test('an announced delivery is a milestone to come, not a status', async (t) => {
  const plan = planned('ObligationDelivered', '2018-02', ofCloud);
  t.match(cell(told(owed('cloud'), plan)), {
    status: 'undertaken',
    milestones: [{ type: 'ObligationDelivered', status: 'overdue-unconfirmed', planned: { edtf: '2018-02' } }],
  });
  t.match(cell(told(plan)), { status: null }, 'nothing stands where nothing but a plan is told');
});

t.test('after the Games a cell without a delivery report keeps its status and says so', async (t) => {
  const on = (occurredAsOf: string, ...more: readonly ReportDraft[]) =>
    cell(told(owed('cloud'), ...more), { occurredAsOf })?.closedWithoutReport;
  t.match(cell(told(owed('cloud')), { occurredAsOf: '2018-02-26' }), {
    status: 'undertaken',
    closedWithoutReport: true,
  });
  t.equal(on('2018-02-24'), false);
  t.equal(on('2018-02-25'), true, 'a day means its end, and by the end of the closing day they have closed');
  t.equal(
    on('2030-01-01', happened('ObligationConfirmed', '2018-01', ofCloud)),
    true,
    'a reaffirmation is no delivery',
  );
  for (const type of ['ObligationDelivered', 'ObligationPartlyDelivered', 'ObligationWaived', 'ObligationBreached']) {
    t.equal(on('2030-01-01', happened(type, '2018-02', ofCloud)), false, type);
  }
  t.equal(cell(told(owed('cloud')), {}, [])?.closedWithoutReport, false, 'never where no reference gives their dates');
});

t.test('a delivery after the end of the term counts, and is shown with its flag', async (t) => {
  const late = happened('ObligationDelivered', '2026', ofCloud);
  const term = happened('TermAgreed', '2017', { fields: { end: '2025' } });
  t.match(cell(told(owed('cloud'), term, late)), {
    status: 'delivered',
    closedWithoutReport: false,
    flags: [{ rule: 'term' }],
  });
});

t.test('an obligation undertaken for Games after the end of the term is shown with its flag', async (t) => {
  const term = happened('TermAgreed', '2017', { fields: { end: '2017' } });
  t.match(cell(told(owed('cloud'), term), { occurredAsOf: '2017-06-01' }), {
    status: 'undertaken',
    flags: [{ rule: 'coverage' }],
  });
});

t.test('Games that are moved close later', async (t) => {
  const moved: GamesStatement = ['GamesRescheduled', '2018W', '2018-01', { window: '2019-02-09/2019-02-25' }];
  const on = (occurredAsOf: string) =>
    cell(told(owed('cloud')), { occurredAsOf }, [...pyeongChang, moved])?.closedWithoutReport;
  t.equal(on('2018-06-01'), false);
  t.equal(on('2019-02-25'), true);
});

t.test('Games that were cancelled never close', async (t) => {
  const off: GamesStatement = ['GamesCancelled', '2018W', '2018-01'];
  t.equal(cell(told(owed('cloud')), {}, [...pyeongChang, off])?.closedWithoutReport, false);
});

t.test('an obligation lists every status that some order of its uncertain days allows', async (t) => {
  const seen = cell(
    told(
      owed('cloud'),
      happened('ObligationPostponed', '2018', ofCloud),
      happened('ObligationMilestoneReached', '2018', ofCloud),
    ),
  );
  t.match(seen, { status: 'postponed', otherStatuses: ['in-progress'] });
});

t.test('a milestone that breaks a rule is kept and flagged without advancing the status', async (t) => {
  const seen = cell(
    told(
      owed('cloud'),
      happened('ObligationWaived', '2017-06', ofCloud),
      happened('ObligationDelivered', '2018-02', ofCloud),
    ),
  );
  t.match(seen, { status: 'waived', flags: [{ rule: 'obligation-transitions' }] });
  t.equal(seen?.links.facts.length, 3);
});

t.test('an obligation status is certain if it is the same without possible facts', async (t) => {
  const readings = [
    article('a', '2017-02', [owed('cloud')]),
    article('b', '2018-06', [happened('ObligationDelivered', '[2018-02-01..2018-03-31]', ofCloud)]),
  ];
  const on = (occurredAsOf: string, timing: 'any' | 'certain' = 'any') => {
    const seen = cell(readings, { occurredAsOf, timing });
    return `${seen?.status} ${seen?.timing}`;
  };
  t.equal(on('2018-01-31'), 'undertaken certain');
  t.equal(on('2018-02-15'), 'delivered possible');
  t.equal(on('2018-02-15', 'certain'), 'undertaken certain');
  t.equal(on('2018-03-31'), 'delivered certain');
});

t.test('a row is certain if its coverage is, or without coverage any of its obligations', async (t) => {
  const timing = (...reports: readonly ReportDraft[]) =>
    table(told(...reports), { occurredAsOf: '2018-02-05' }).rows.map((row) => row.timing);
  const surely = { subject: 'cloud', games: ['2018W'] };
  const perhaps = { subject: 'tickets', games: ['2018W'] };
  t.strictSame(timing(covers('2018W')), ['certain']);
  t.strictSame(timing(happened('CoverageDeclared', '2018', { games: ['2018W'] })), ['possible']);
  t.strictSame(
    timing(
      happened('CoverageDeclared', '2018', { games: ['2018W'] }),
      happened('ObligationUndertaken', '2017', surely),
    ),
    ['possible'],
    'what is owed does not make a coverage certain that is declared',
  );
  t.strictSame(timing(happened('ObligationUndertaken', '2018', perhaps)), ['possible']);
  t.strictSame(
    timing(happened('ObligationUndertaken', '2018', perhaps), happened('ObligationUndertaken', '2017', surely)),
    ['certain'],
  );
});

t.test("a statement on a partner's whole part qualifies the row, and one on an obligation the cell", async (t) => {
  const { rows, programme } = table(
    told(
      owed('cloud'),
      owed('channel', {}),
      happened('ObligationQualified', null, { games: ['2018W'], note: 'keeps in the background' }),
      happened('ObligationQualified', null, { ...ofCloud, note: 'as far as possible' }),
      happened('ObligationQualified', null, { note: 'all of it in time' }),
      happened('ObligationQualified', null, { subject: 'channel', note: 'for China alone' }),
    ),
  );
  t.match(rows[0]?.qualifications, [{ fact: 'obligation/2018w/qualified', text: 'keeps in the background' }]);
  t.match(rows[0]?.cells['cloud'], {
    status: 'undertaken',
    qualifications: [{ text: 'as far as possible' }],
    milestones: [],
  });
  t.equal(rows[0]?.qualifications.length, 1);
  t.match(programme.qualifications, [{ fact: 'obligation/programme/qualified', text: 'all of it in time' }]);
  t.match(programme.cells['channel']?.qualifications, [{ text: 'for China alone' }]);
  t.strictSame(Object.keys(rows[0]?.cells ?? {}), ['cloud'], 'and is no column of its own');
});

t.test('an activation, store or project of an obligation is a milestone that fulfils nothing', async (t) => {
  const names = { obligation: 'cloud' };
  const seen = cell(
    told(
      owed('cloud'),
      happened('ActivationStaged', '2018-02-10', { subject: 'booth', games: ['2018W'], fields: names }),
      planned('StorefrontOpened', '2018-02', { subject: 'shop', games: ['2018W'], fields: names }),
      happened('InitiativeDeployed', '2018-01', { subject: 'brain', games: ['2018W'], fields: names }),
      happened('ActivationStaged', '2018-02-10', {
        subject: 'visit',
        games: ['2018W'],
        fields: { obligation: 'store' },
      }),
    ),
  );
  t.equal(seen?.status, 'undertaken');
  t.equal(seen?.closedWithoutReport, true);
  t.strictSame(
    seen?.milestones.map(({ fact, status }) => [fact, status]),
    [
      ['initiative/brain/deployed', 'happened'],
      ['storefront/shop.2018w/opened', 'overdue-unconfirmed'],
      ['activation/booth.2018w/staged', 'happened'],
    ],
  );
});

t.test('a milestone for several Games appears in the row of each', async (t) => {
  const brain = happened('InitiativeDeployed', '2018-01', {
    subject: 'brain',
    games: ['2018W', '2020S', '2022W'],
    fields: { obligation: 'cloud' },
  });
  const { rows } = table(
    told(owed('cloud'), owed('cloud', { games: ['2020S'] }), owed('cloud', { games: ['2028S'] }), brain),
  );
  t.strictSame(
    rows.map(({ edition, cells }) => [edition, cells['cloud']?.milestones.length]),
    [
      ['2018W', 1],
      ['2020S', 1],
      ['2028S', 0],
    ],
  );
});

t.test('a milestone of an obligation not bound to single Games belongs to the programme', async (t) => {
  const seen = table(
    told(
      owed('cloud', {}),
      happened('ActivationStaged', '2018-02-10', {
        subject: 'booth',
        games: ['2018W'],
        fields: { obligation: 'cloud' },
      }),
    ),
  );
  t.strictSame(
    seen.programme.cells['cloud']?.milestones.map(({ fact }) => fact),
    ['activation/booth.2018w/staged'],
  );
});

t.test('reports that disagree on an obligation make its cell contested', async (t) => {
  const seen = cell([
    article('a', '2030', [happened('ObligationUndertaken', '2017-01', ofCloud)]),
    article('b', '2030', [happened('ObligationUndertaken', '2017-02', ofCloud)]),
  ]);
  t.match(seen, { status: 'undertaken', contested: true });
});

t.test('what had not fallen due when the agreement ended is lapsed', async (t) => {
  const ended = (day: string, type = 'PartnershipTerminated') => happened(type, day);
  const lapsed = { status: 'lapsed', otherStatuses: [], closedWithoutReport: false };
  t.match(cell(told(owed('cloud'), ended('2017-12-31'))), lapsed);
  t.match(cell(told(owed('cloud'), ended('2017-12-31', 'PartnershipExpired'))), lapsed);
  t.match(
    cell(told(owed('cloud'), ended('2018-03-01'))),
    { status: 'undertaken', otherStatuses: [], closedWithoutReport: true },
    'what is owed for Games before the end keeps its status',
  );
  t.match(
    cell(told(owed('cloud'), ended('2018'))),
    { status: 'undertaken', otherStatuses: ['lapsed'] },
    'it may have ended before',
  );
  t.match(cell(told(owed('cloud'), ended('2017-12-31')), { occurredAsOf: '2017-06-01' }), { status: 'undertaken' });
  const waived = happened('ObligationWaived', '2017-06', ofCloud);
  t.match(cell(told(owed('cloud'), waived, ended('2017-12-31'))), { status: 'waived' });
});

t.test('an obligation lapses with a known term that is over, and not by hearsay or a guess', async (t) => {
  const term = happened('TermAgreed', '2017', { fields: { end: '2017' } });
  t.match(cell(told(owed('cloud'), term), { occurredAsOf: '2017-12-31' }), { status: 'undertaken' });
  t.match(cell(told(owed('cloud'), term), { occurredAsOf: '2018-01-01' }), { status: 'lapsed' });
  const inYear = happened('TermAgreed', '2017', { fields: { end: '2018' } });
  t.match(
    cell(told(owed('cloud'), inYear), { occurredAsOf: '2019-06-01' }),
    { status: 'undertaken', otherStatuses: [], closedWithoutReport: true },
    'a term to 2018 takes in the Games of 2018',
  );
  const open = happened('TermAgreed', '2017', { fields: { end: '[2017..2018]' } });
  t.match(cell(told(owed('cloud'), open), { occurredAsOf: '2019-06-01' }), { otherStatuses: ['lapsed'] });
  for (const by of ['second-hand', 'inference'] as const) {
    const ended = happened('PartnershipTerminated', '2017-12-31', { by });
    t.match(cell(told(owed('cloud'), ended)), { status: 'undertaken', closedWithoutReport: true }, by);
  }
});

t.test('a delivery that is denied is a report: the cell keeps its status and names who denies', async (t) => {
  const no = (by: 'party' | 'inference') => denied('ObligationDelivered', null, { ...ofCloud, by });
  t.match(cell(told(owed('cloud'), no('party'))), {
    status: 'undertaken',
    closedWithoutReport: false,
    denied: { sources: [{ modality: 'denied', attribution: 'party' }] },
  });
  t.match(cell(told(owed('cloud'), no('inference'))), { closedWithoutReport: true, denied: null }, 'a guess is none');
  t.match(cell(told(owed('cloud'))), { denied: null });
});
