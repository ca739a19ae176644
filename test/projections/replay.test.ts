import * as fc from 'fast-check';
import t from 'tap';
import type { ReadingDraft } from '../../src/domain/decisions/reading.ts';
import { factsInView, type Ground } from '../../src/domain/facts/facts-at.ts';
import { addDays } from '../../src/domain/vocabulary/dates.ts';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { momentsOf } from '../../src/projections/happenings.ts';
import { obligations } from '../../src/projections/obligations.ts';
import { rollout } from '../../src/projections/rollout.ts';
import { timeline } from '../../src/projections/timeline.ts';
import { datesOf, gamesHistory } from '../support/games.ts';
import { acme, article, given, happened, planned } from '../support/given.ts';
import { anyHistory } from '../support/histories.ts';

const games = gamesHistory([
  datesOf('2018W', '2018-02-09/2018-02-25'),
  ['HostElected', '2022W', '2017-07-31', { host: 'Beijing' }],
  ['GamesDatesSet', '2022W', '[2017-08..2017-10]', { window: '2022-02-04/2022-02-20' }],
]);
const groundOf = (history: readonly LedgerEvent[]): Ground => ({
  partnership: acme,
  history,
  games,
  otherHoldings: { certain: [], possible: [] },
});

// Given one article, then on these days this comes about.
const moments = (...readings: readonly ReadingDraft[]) =>
  momentsOf({ ...groundOf(given(...readings)), games: [] }).map(({ day, happenings }) => [
    day,
    ...happenings.map(({ what, type }) => `${what}: ${type}`),
  ]);

t.test('a replay has moments for what happens, falls due and becomes overdue', async (t) => {
  t.strictSame(moments(article('a', '2018-03-01', [happened('PartnershipSigned', '2018-02')])), [
    ['2018-02-01', 'may have happened: PartnershipSigned'],
    ['2018-02-28', 'has happened: PartnershipSigned'],
    ['2018-03-01', 'is published: ArticleRead', 'is told: PartnershipSigned'],
  ]);
  t.strictSame(
    moments(
      article('a', '[2018-01-02..2018-01-31]', [planned('CampaignLaunched', '2018-02-01', { subject: 'spring' })]),
    ),
    [
      ['2018-01-02', 'may be published: ArticleRead', 'planned, may be told: CampaignLaunched'],
      ['2018-01-31', 'is published: ArticleRead', 'planned, is told: CampaignLaunched'],
      ['2018-02-01', 'falls due: CampaignLaunched'],
      ['2018-03-04', 'is overdue: CampaignLaunched'],
    ],
  );
});

t.test('a moment of a replay shows the printed date, the fact and its status', async (t) => {
  const [first] = momentsOf(
    groundOf(
      given(article('a', '[2017-09-13..2018-02-08]', [happened('PartnershipSigned', null, { note: 'Signed' })])),
    ),
  ).flatMap(({ day, happenings }) => (day === '2017-09-13' ? happenings.filter(({ fact }) => fact !== null) : []));
  t.match(first, {
    date: '[2017-09-13..2018-02-08]',
    fact: `partnership/${acme}/signed`,
    summary: 'Signed',
    source: 'a',
    paragraphs: [1],
  });
});

t.test('a replay has moments for Games becoming public, opening, closing and falling silent', async (t) => {
  const told = momentsOf(groundOf([])).map(
    ({ day, happenings }) => `${day} ${happenings.map(({ what }) => what).join()}`,
  );
  for (const line of ['2018-02-09 Games open', '2018-02-25 Games close', '2018-03-28 Games closed a month ago']) {
    t.ok(told.includes(line), line);
  }
});

t.test('no view changes between two moments of a replay, by the occurred or the reported clock', async () => {
  const shown = (ground: Ground, occurredAsOf: string, reportedAsOf: string | null) => {
    const cut = { occurredAsOf, reportedAsOf, position: 1000 };
    const view = factsInView(ground, cut, 'any');
    const none = () => null;
    return JSON.stringify([
      timeline(view.facts, acme, none),
      obligations(view, cut, acme, none),
      rollout(view, acme, none),
    ]);
  };
  let changes = 0;
  fc.assert(
    fc.property(anyHistory, fc.boolean(), (history, readers) => {
      const ground = groundOf(history);
      const days = ['2010-01-01', ...momentsOf(ground).map(({ day }) => day), '2040-01-01'];
      const at = (day: string) => shown(ground, day, readers ? day : null);
      return days.slice(1).every((next, i) => {
        const [here, eve, there] = [at(days[i] as string), at(addDays(next, -1)), at(next)];
        if (eve !== there) changes += 1;
        return here === eve;
      });
    }),
    { numRuns: 40 },
  );
  if (changes === 0) throw new Error('nothing ever changed');
});
