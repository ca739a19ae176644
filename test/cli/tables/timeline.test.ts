import t from 'tap';
import { timelineRows, timelineTable } from '../../../src/cli/tables/timeline.ts';
import { legendOf } from '../../../src/cli/words.ts';
import { entry, source } from '../made-up-facts.ts';
import { canvas } from '../plain-canvas.ts';

const date = (edtf: string) => ({ edtf, earliest: edtf, latest: edtf });
const launch = entry('campaign/quiet-roads/launched', {
  type: 'CampaignLaunched',
  summary: 'The campaign is to start',
  status: 'due',
  occurred: null,
  planned: { ...date('2025-09-01'), basis: 'stated' },
  sources: [source('b'), source('a')],
});

t.test('the timeline shows a due plan with its planned day and every article', async (t) => {
  const [, , row = '', summary] = timelineTable([launch], canvas(100)).split('\n');
  t.match(row, /^2025-09-01 +due +CampaignLaunched: quiet-roads +b a$/);
  t.match(summary, /The campaign is to start/);
});

t.test('the timeline marks what is only possible', async (t) => {
  t.match(timelineTable([{ ...launch, timing: 'possible' }], canvas(100)), / due \? /);
});

t.test('the timeline shows every value of a contested field with its sources, the displayed one first', async (t) => {
  const contested = entry('campaign/quiet-roads/creative-count-stated', {
    type: 'CreativeCountStated',
    data: { count: 3 },
    contested: true,
    alternatives: [
      { field: 'count', value: 2, displayed: false, sources: [source('b')] },
      { field: 'count', value: { min: 3 }, displayed: true, sources: [source('a'), source('c', { revision: 2 })] },
    ],
  });
  t.match(timelineTable([contested], canvas(100)), '≠ count: at least 3 (a c/r2) or 2 (b)');
});

t.test('the timeline shows a broken rule with its fact', async (t) => {
  const flagged = entry('coverage/2040s/declared', { flags: [{ rule: 'coverage', detail: 'outside the term' }] });
  t.match(timelineTable([flagged], canvas(100)), '⚑ coverage: outside the term');
});

t.test('the timeline shows who decided on a fact, and why', async (t) => {
  const decided = entry('partnership/kestrel.ioc/signed', {
    reopened: true,
    decisions: [
      {
        decision: 'id',
        type: 'FactCorrected',
        position: 9,
        recordedBy: 'anna',
        reports: ['id of a'],
        field: 'place',
        value: 'Davos',
        basis: 'misread',
        from: null,
        withdrawnOn: null,
        reason: 'one s too many',
        reference: null,
      },
    ],
  });
  const drawn = timelineTable([decided], canvas(100));
  t.match(drawn, '✎ corrected by anna · place: Davos · one s too many');
  t.match(drawn, '✎ reopened by a later report');
  t.match(legendOf(drawn), '✎ a steward decided', 'and the mark is explained');
  t.notMatch(timelineTable([launch], canvas(100)), '✎');
});

t.test('the timeline keeps the plan and earlier plans visible beside the actual date', async (t) => {
  const opened = entry('storefront/depot.2026w/opened', {
    type: 'StorefrontOpened',
    planned: { ...date('2025-02'), basis: 'stated' },
    planHistory: [{ ...date('2024'), sources: [source('a')] }],
    variance: { min: 3, max: 30 },
  });
  const drawn = timelineTable([opened], canvas(100));
  t.match(drawn, 'planned for 2025-02; +3 to +30 days from plan to actual');
  t.match(drawn, 'planned earlier for 2024 (a)');
});

const obligation = (edition: string, of = {}) =>
  entry(`obligation/spectator-transport.${edition}/undertaken`, {
    type: 'ObligationUndertaken',
    games: [edition.toUpperCase()],
    ...of,
  });

t.test('neighbouring facts that differ only in their Games share a row of the timeline', async (t) => {
  const same = ['2026w', '2028s', '2030w'].map((edition) => obligation(edition));
  t.same(
    timelineRows(same).map(({ title, instances }) => [title, ...instances]),
    [['ObligationUndertaken: spectator-transport', '2026W', '2028S', '2030W']],
  );
  t.match(timelineTable(same, canvas(100)), 'ObligationUndertaken: spectator-transport 2026W..2030W');
  t.equal(timelineRows([obligation('2026w'), obligation('2028s', { status: 'denied' })]).length, 2);
  t.equal(timelineRows([obligation('2026w'), obligation('2028s', { sources: [source('b')] })]).length, 2);
  t.equal(timelineRows([obligation('2026w'), launch, obligation('2028s')]).length, 3);
});

t.test('the markets of a campaign share a row of the timeline', async (t) => {
  const markets = ['it', 'no'].map((market) =>
    entry(`market/quiet-roads.${market}/entered`, { type: 'MarketEntered', games: ['2026W'] }),
  );
  const drawn = timelineTable(markets, canvas(100));
  t.match(drawn, 'MarketEntered: quiet-roads IT NO');
  t.match(drawn, 'Games: 2026W');
});

t.test('the timeline fits from 80 to 160 columns', async (t) => {
  const long = entry(`obligation/${'very-long-'.repeat(8)}name.2026w/undertaken`, { summary: 'word '.repeat(60) });
  for (const width of [80, 100, 160]) {
    const widest = Math.max(
      ...timelineTable([launch, long], canvas(width))
        .split('\n')
        .map(({ length }) => length),
    );
    t.ok(widest <= width, `${widest} of ${width}`);
  }
});
