import t from 'tap';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { partnershipView } from '../../src/projections/partnership-view.ts';
import { relevantHistory } from '../../src/projections/relevant-history.ts';
import { corrects, historyAfter, merges, retracts, retractsArticle } from '../support/decided.ts';
import { datesOf, gamesHistory } from '../support/games.ts';
import { acme, article, happened } from '../support/given.ts';

const launch = (subject: string) => happened('CampaignLaunched', '2017', { subject });
const [spring, autumn] = ['campaign/spring/launched', 'campaign/autumn/launched'];

const view = (history: readonly LedgerEvent[], reportedAsOf: string | null, games: readonly LedgerEvent[] = []) => {
  const relevant = relevantHistory(history);
  const cut = { occurredAsOf: '9999-12-31', reportedAsOf, position: 9999, timing: 'any' as const };
  const ground = { partnership: acme, history, games, otherHoldings: { certain: [], possible: [] } };
  return partnershipView(ground, cut, relevant, null);
};
const last = (history: readonly LedgerEvent[], reportedAsOf: string | null = null) =>
  view(history, reportedAsOf).last?.position ?? 0;

const [january, june] = [
  article('jan', '2018-01-10', [launch('spring')]),
  article('jun', '2018-06-10', [launch('spring')]),
];

t.test('an answer names its last relevant event', async (t) => {
  t.equal(last(historyAfter(january, june)), 4);
  t.equal(last(historyAfter(january, june), '2018-01-31'), 2, 'not what was published after the reported clock');
  t.equal(last(historyAfter(january, june), '2017-12-31'), 0, 'nothing, where nothing was published yet');
  const games = gamesHistory([datesOf('2018W', '2018-02-09/2018-02-25')]);
  t.equal(view(historyAfter(january), null, games).last?.position, 1001, 'the dates of Games bear on it');
  const moved = [...games, ...gamesHistory([['GamesCancelled', '2018W', '2018-02']], 1001)];
  t.equal(view(historyAfter(january), '2018-02-01', moved).last?.position, 1002);
  t.equal(view(historyAfter(january), '2018-01-31', moved).last?.position, 1001, 'not what became public later');
});

t.test('a decision is relevant to an answer if its reader could know the fact', async (t) => {
  const decided = historyAfter(
    january,
    article('jun', '2018-06-10', [launch('autumn')]),
    corrects(autumn, 'date', '2016'),
  );
  t.equal(last(decided), 5);
  t.equal(last(decided, '2018-01-31'), 2);
  t.equal(last(historyAfter(june, january, retracts(spring)), '2018-01-31'), 5);
});

t.test('a decision with a reference is relevant from the day on which the reference was public', async (t) => {
  const decided = historyAfter(
    january,
    corrects(spring, 'date', '2016', { basis: 'better-evidence', reference: '2018-06-10' }),
  );
  t.equal(last(decided, '2018-06-09'), 2, 'who reads before it cannot know of it');
  t.equal(last(decided, '2018-06-10'), 3);
  t.strictSame(
    view(decided, '2018-06-09')
      .audit()
      .map(({ position }) => position),
    [1, 2],
  );
  t.equal(view(decided, '2018-06-09').facts().facts[0]?.version, 1);
});

t.test('a decision that judges only later publications is not relevant', async (t) => {
  const decided = historyAfter(january, june, retracts(spring, { of: ['jun'] }));
  t.equal(last(decided, '2018-01-31'), 2);
  t.equal(last(decided, '2018-06-10'), 5);
});

t.test('the retraction of a later article is not relevant to an earlier answer', async (t) => {
  const retracted = historyAfter(january, june, retractsArticle('jun'));
  t.equal(last(retracted, '2018-01-31'), 2);
  t.equal(last(retracted, '2018-06-10'), 5);
});

t.test('a decision on the fact that another was merged into is relevant to both', async (t) => {
  const steps = [
    article('jun', '2018-06-10', [launch('spring')]),
    article('jan', '2018-01-10', [launch('autumn')]),
  ] as const;
  const merged = [...steps, merges(spring, autumn)] as const;
  t.strictSame(
    view(historyAfter(...merged), '2018-01-31')
      .facts()
      .facts.map(({ key }) => key),
    [spring],
  );
  t.equal(last(historyAfter(...merged), '2018-01-31'), 5);
  t.equal(last(historyAfter(...merged, corrects(spring, 'date', '2016')), '2018-01-31'), 6);
});

t.test('the trail shows no later publication, not even as a replacement', async (t) => {
  const republished = article('jan', '2018-06-10', [launch('spring')], { revision: 2, because: 'republished' });
  const trail = (reportedAsOf: string | null) =>
    view(historyAfter(january, republished), reportedAsOf)
      .audit()
      .map(({ position, supersededBy }) => [position, supersededBy]);
  t.strictSame(trail('2018-01-31'), [
    [1, null],
    [2, null],
  ]);
  t.strictSame(trail(null), [
    [1, 3],
    [2, 4],
    [3, null],
    [4, null],
  ]);
});
