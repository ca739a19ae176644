import t from 'tap';
import type { ReadingDraft } from '../../../src/domain/decisions/reading.ts';
import type { LedgerEvent } from '../../../src/domain/vocabulary/events.ts';
import { datesOf, type GamesStatement, gamesHistory } from '../../support/games.ts';
import { article, denied, given, happened, planned } from '../../support/given.ts';
import { see } from '../../support/see.ts';

const launched = 'campaign/spring/launched';
const launch = (date: string | null, said = {}) => planned('CampaignLaunched', date, { subject: 'spring', ...said });

const cancelled = (type: string, date: string | null, said = {}) =>
  article('z', '2018-03-20', [happened(type, date, said)]);

type Seen = { readonly readings: readonly ReadingDraft[]; readonly games?: readonly GamesStatement[] };

// How a fact stands on each of these days; null where it is not to be seen.
const standing = ({ readings, games = [] }: Seen, fact: string, days: readonly string[]) => {
  const history: readonly LedgerEvent[] = given(...readings);
  return days.map(
    (occurredAsOf) =>
      see(history, { occurredAsOf }, gamesHistory(games)).find(({ key }) => key === fact)?.status ?? null,
  );
};

t.test('a plan is due from its first planned day until 30 days after its last', async (t) => {
  const exact = { readings: [article('a', '2018-01-20', [launch('2018-02-01')])] };
  t.strictSame(standing(exact, launched, ['2018-01-19', '2018-01-20', '2018-01-31']), [null, 'planned', 'planned']);
  t.strictSame(standing(exact, launched, ['2018-02-01', '2018-03-03']), ['due', 'due'], 'February had 28 days');
  t.strictSame(standing(exact, launched, ['2018-03-04', '2030-01-01']), ['overdue-unconfirmed', 'overdue-unconfirmed']);

  const month = { readings: [article('a', '2018-01-20', [launch('2018-02')])] };
  t.strictSame(
    standing(month, launched, ['2018-01-31', '2018-02-01', '2018-03-30', '2018-03-31']),
    ['planned', 'due', 'due', 'overdue-unconfirmed'],
    'from the first to the last day of its month',
  );
});

t.test('a plan without a last day stays due, and one without a first day is due from its publication', async (t) => {
  const from = { readings: [article('a', '2018-01-20', [launch('[2018-02..]')])] };
  t.strictSame(standing(from, launched, ['2018-01-31', '2018-02-01', '2019-02-01', '2019-02-02']), [
    'planned',
    'due',
    'due',
    'overdue-unconfirmed',
  ]);
  const by = { readings: [article('a', '2018-01-20', [launch('[..2018-02]')])] };
  t.strictSame(
    standing(by, launched, ['2018-01-19', '2018-01-20', '2018-03-30', '2018-03-31']),
    [null, 'due', 'due', 'overdue-unconfirmed'],
    'without a first day it is due from the first publication',
  );
});

t.test('a plan that nothing dates stays planned', async (t) => {
  t.strictSame(
    standing({ readings: [article('a', '2018-01-20', [launch(null)])] }, launched, ['2018-01-20', '2040-01-01']),
    ['planned', 'planned'],
  );
});

t.test('an undated plan for Games takes their window', async (t) => {
  const readings = [article('a', '2018-01-20', [launch(null, { games: ['2018W'] })])];
  const games = [datesOf('2018W', '2018-02-09/2018-02-25')];
  t.strictSame(standing({ readings, games }, launched, ['2018-02-08', '2018-02-09', '2018-03-27', '2018-03-28']), [
    'planned',
    'due',
    'due',
    'overdue-unconfirmed',
  ]);
  const [fact] = see(given(...readings), {}, gamesHistory(games));
  t.match(fact?.plannedFor, { edtf: '2018-02-09/2018-02-25', basis: 'games' });
  t.strictSame(standing({ readings }, launched, ['2018-03-28']), ['planned'], 'not without a reference for it');
  t.strictSame(
    standing(
      { readings: [article('a', '2018-01-20', [launch('2018-03-10', { games: ['2018W'] })])], games },
      launched,
      ['2018-02-20', '2018-03-10'],
    ),
    ['planned', 'due'],
    'a day of its own counts first',
  );
});

t.test('an undated plan for several Games takes the span from the first to the last day', async (t) => {
  const readings = [article('a', '2018-01-20', [launch(null, { games: ['2018W', '2020S'] })])];
  const games = [datesOf('2018W', '2018-02-09/2018-02-25'), datesOf('2020S', '2020-07-24/2020-08-09')];
  t.strictSame(standing({ readings, games }, launched, ['2018-02-09', '2020-09-08', '2020-09-09']), [
    'due',
    'due',
    'overdue-unconfirmed',
  ]);
});

t.test('an undated plan moves with its Games and is cancelled with them', async (t) => {
  const readings = [article('a', '2018-01-20', [launch(null, { games: ['2020S'] })])];
  const dates = datesOf('2020S', '2020-07-24/2020-08-09');
  const moved: GamesStatement = ['GamesRescheduled', '2020S', '2020-03-30', { window: '2021-07-23/2021-08-08' }];
  t.strictSame(standing({ readings, games: [dates, moved] }, launched, ['2020-07-24', '2021-07-23']), [
    'planned',
    'due',
  ]);
  const cancelled: GamesStatement = ['GamesCancelled', '2020S', '2020-03-30'];
  t.strictSame(
    standing({ readings, games: [dates, cancelled] }, launched, ['2020-03-29', '2020-07-24', '2030-01-01']),
    ['planned', 'cancelled', 'cancelled'],
  );
});

t.test('a guess gives a promise neither a day nor Games to be due at', async (t) => {
  const games = [datesOf('2018W', '2018-02-09/2018-02-25')];
  const guess = { by: 'inference', games: ['2018W'] } as const;
  const promise = article('a', '2018-01-20', [launch(null)]);
  t.strictSame(
    standing({ readings: [promise, article('b', '2018-01-20', [launch(null, guess)])], games }, launched, [
      '2030-01-01',
    ]),
    ['planned'],
  );
  t.strictSame(
    standing({ readings: [promise, article('b', '2018-01-20', [launch('2018-02', guess)])], games }, launched, [
      '2030-01-01',
    ]),
    ['planned'],
  );
  t.strictSame(
    standing({ readings: [article('b', '2018-01-20', [launch(null, guess)])], games }, launched, ['2018-02-09']),
    ['planned'],
    'what only a guess tells never falls due',
  );
});

t.test('a guess is possible and changes no status', async (t) => {
  const spring = { subject: 'spring' };
  const guessed = article('g', '2018-03-01', [
    happened('CampaignLaunched', '2018-02-10', { ...spring, by: 'inference' }),
    happened('CampaignCancelled', '2018-02-20', { ...spring, by: 'inference' }),
    happened('PartnershipTerminated', '2018-02-21', { by: 'inference' }),
  ]);
  const alone = see(given(guessed));
  t.strictSame([...new Set(alone.map(({ status, timing }) => `${status} ${timing}`))], ['happened possible']);
  t.strictSame(see(given(guessed), { timing: 'certain' }), [], 'none of it is certain');
  t.strictSame(
    standing({ readings: [article('a', '2018-01-20', [launch('2018-02-01')]), guessed] }, launched, [
      '2018-03-01',
      '2018-03-10',
    ]),
    ['due', 'overdue-unconfirmed'],
    'a guess launches no campaign and calls none off',
  );
});

t.test('hearsay calls a campaign off at most possibly, and never ends the partnership', async (t) => {
  const hearsay = { by: 'second-hand' } as const;
  const status = (type: string, said: object) => {
    const history = given(article('a', '2018-01-20', [launch('2018-06-01')]), cancelled(type, '2018-03-10', said));
    const fact = see(history, { occurredAsOf: '2018-04-01' }).find(({ key }) => key === launched);
    return `${fact?.status} ${fact?.timing}`;
  };
  t.equal(status('CampaignCancelled', { ...hearsay, subject: 'spring' }), 'cancelled possible');
  t.equal(status('PartnershipTerminated', hearsay), 'planned certain');
});

t.test('a guess adds no Games to a fact that better reports tell of', async (t) => {
  const guess = article('b', '2018-01-20', [launch(null, { by: 'inference', games: ['2022W'] })]);
  const gamesOf = (...readings: readonly ReadingDraft[]) => see(given(...readings))[0]?.games;
  t.strictSame(gamesOf(guess), ['2022W']);
  t.strictSame(gamesOf(guess, article('a', '2018-01-20', [launch(null)])), []);
  t.strictSame(gamesOf(guess, article('a', '2018-01-20', [launch(null, { games: ['2020S'] })])), ['2020S']);
});

t.test('only plans published by then say which Games a plan is for', async (t) => {
  const readings = [
    article('a', '2018-01-20', [launch(null)]),
    article('b', '2019-01-20', [launch(null, { games: ['2018W'] })]),
  ];
  const games = [datesOf('2018W', '2018-02-09/2018-02-25')];
  t.strictSame(standing({ readings, games }, launched, ['2018-06-01', '2019-01-20']), [
    'planned',
    'overdue-unconfirmed',
  ]);
});

t.test('a plan reported as done or denied is no longer due', async (t) => {
  const plan = article('a', '2018-01-20', [launch('2018-02-01')]);
  const done = article('b', '2018-03-01', [happened('CampaignLaunched', '2018-02-10', { subject: 'spring' })]);
  t.strictSame(standing({ readings: [plan, done] }, launched, ['2018-02-09', '2018-02-10', '2030-01-01']), [
    'due',
    'happened',
    'happened',
  ]);
  const no = article('b', '2018-03-01', [denied('CampaignLaunched', null, { subject: 'spring' })]);
  t.strictSame(standing({ readings: [plan, no] }, launched, ['2018-02-28', '2018-03-01', '2030-01-01']), [
    'due',
    'denied',
    'denied',
  ]);
});

t.test('a plan is cancelled when its subject is called off', async (t) => {
  const plan = article('a', '2018-01-20', [launch('2018-02-01')]);
  const off = cancelled('CampaignCancelled', '2018-03-10', { subject: 'spring' });
  t.strictSame(standing({ readings: [plan, off] }, launched, ['2018-03-09', '2018-03-10', '2030-01-01']), [
    'overdue-unconfirmed',
    'cancelled',
    'cancelled',
  ]);
  const other = cancelled('CampaignCancelled', '2018-03-10', { subject: 'autumn' });
  t.strictSame(
    standing({ readings: [plan, other] }, launched, ['2018-03-10']),
    ['overdue-unconfirmed'],
    'not by another one',
  );
});

t.test('a plan within a campaign is called off with it', async (t) => {
  const parts = article('a', '2018-01-20', [
    planned('MarketEntered', '2018-02', { subject: 'jp', campaign: 'spring' }),
    planned('CreativeReleased', '2018-02', { subject: 'film', campaign: 'spring' }),
    planned('ActivationStaged', '2018-02', { subject: 'booth', games: ['2018W'], fields: { campaign: 'spring' } }),
    planned('ActivationStaged', '2018-02', { subject: 'visit', games: ['2018W'] }),
  ]);
  const readings = [parts, cancelled('CampaignCancelled', '2018-01-25', { subject: 'spring' })];
  const on = (fact: string) => standing({ readings }, fact, ['2018-02-10'])[0];
  t.equal(on('market/spring.jp/entered'), 'cancelled');
  t.equal(on('creative/spring.film/released'), 'cancelled');
  t.equal(on('activation/booth.2018w/staged'), 'cancelled');
  t.equal(on('activation/visit.2018w/staged'), 'due', 'what belongs to no campaign is not');
});

t.test('a plan of a shelved project or a closed store is called off', async (t) => {
  const readings = [
    article('a', '2018-01-20', [
      planned('InitiativeDeployed', '2019', { subject: 'brain' }),
      planned('StorefrontOpened', '2019', { subject: 'shop', games: ['2022W'] }),
      planned('StorefrontOpened', '2019', { subject: 'shop', games: ['2020S'] }),
    ]),
    cancelled('InitiativeShelved', '2018-03-10', { subject: 'brain' }),
    article('y', '2018-03-20', [happened('StorefrontClosed', '2018-03-10', { subject: 'shop', games: ['2022W'] })]),
  ];
  const on = (fact: string) => standing({ readings }, fact, ['2018-03-09', '2018-03-10']);
  t.strictSame(on('initiative/brain/deployed'), ['planned', 'cancelled']);
  t.strictSame(on('storefront/shop.2022w/opened'), ['planned', 'cancelled']);
  t.strictSame(on('storefront/shop.2020s/opened'), ['planned', 'planned'], 'the store of other Games is another');
});

t.test('the end of the partnership calls off every plan', async (t) => {
  const readings = [
    article('a', '2018-01-20', [
      launch('2018-02-01'),
      planned('ObligationDelivered', '2018-04', { subject: 'cloud', games: ['2018W'] }),
      happened('PartnershipSigned', '2017'),
    ]),
    cancelled('PartnershipTerminated', '2018-03-10'),
  ];
  t.strictSame(standing({ readings }, launched, ['2018-03-10']), ['cancelled']);
  t.strictSame(standing({ readings }, 'obligation/cloud.2018w/delivered', ['2018-03-09', '2018-03-10']), [
    'planned',
    'cancelled',
  ]);
  t.strictSame(
    standing({ readings }, 'partnership/acme.federation/signed', ['2018-03-10']),
    ['happened'],
    'not what was done',
  );
});

t.test('the end of the partnership does not call off what others are to do', async (t) => {
  const readings = [
    article('a', '2018-01-20', [
      planned('SponsorLeft', '2021-12', { subject: 'bigburger' }),
      planned('PartnershipRenewed', '2021-12'),
    ]),
    cancelled('PartnershipTerminated', '2018-03-10'),
  ];
  t.strictSame(standing({ readings }, 'sponsor/bigburger/left', ['2018-03-10', '2021-12-01']), ['planned', 'due']);
  t.strictSame(standing({ readings }, 'partnership/acme.federation.2021/renewed', ['2018-03-10']), ['cancelled']);
});

t.test('a plan that was certainly published after the end is a new one', async (t) => {
  const readings = [
    article('a', '2018-01-20', [launch('2018-02-01')]),
    cancelled('CampaignCancelled', '2018-03-10', { subject: 'spring' }),
    article('b', '2018-04-20', [launch('2018-06-01')]),
  ];
  t.strictSame(standing({ readings }, launched, ['2018-04-19', '2018-04-20', '2018-06-01']), [
    'cancelled',
    'planned',
    'due',
  ]);
  const perhapsBefore = [
    article('a', '2018-01-20', [launch('2018-02-01')]),
    cancelled('CampaignCancelled', '2018-03-10', { subject: 'spring' }),
    article('b', '[2018-03-01..2018-04-20]', [launch('2018-06-01')]),
  ];
  t.strictSame(
    standing({ readings: perhapsBefore }, launched, ['2018-06-01']),
    ['cancelled'],
    'not one that may be older',
  );
});

t.test('what the partner is to do is on hold while the partnership is suspended', async (t) => {
  const readings = [
    article('a', '2020-03-10', [
      launch('2020-06-01'),
      planned('SponsorLeft', '2020-06-01', { subject: 'bigburger' }),
      happened('PartnershipSigned', '2018'),
      happened('PartnershipSuspended', '2020-03-09'),
    ]),
    article('b', '2021-01-10', [happened('PartnershipReinstated', '2021-01-01')]),
  ];
  const days = ['2020-03-10', '2020-12-31', '2021-01-01'];
  t.strictSame(standing({ readings }, launched, days), ['on-hold', 'on-hold', 'overdue-unconfirmed']);
  t.strictSame(standing({ readings }, 'sponsor/bigburger/left', days)[1], 'overdue-unconfirmed', 'not what others do');
  const guess = [
    article('a', '2020-01-10', [launch('2020-06-01')]),
    article('z', '2020-03-10', [happened('PartnershipSuspended', '2020-03-09', { by: 'inference' })]),
  ];
  t.strictSame(standing({ readings: guess }, launched, ['2020-06-01']), ['due'], 'a guess suspends nothing');
});

t.test('a later article that retells the old plan is no new plan', async (t) => {
  const spring = { subject: 'spring' };
  const old = [
    article('a', '2018-01-20', [launch('2018-02-01')]),
    cancelled('CampaignCancelled', '2018-03-10', spring),
  ];
  const on = (reading: ReadingDraft) => standing({ readings: [...old, reading] }, launched, ['2020-01-01'])[0];
  const off = happened('CampaignCancelled', '2018-03', spring);
  t.equal(on(article('b', '2019-04-20', [launch('2018-02-01')])), 'cancelled', 'for a day before the end');
  t.equal(on(article('b', '2019-04-20', [launch('2018-02-01'), off])), 'cancelled', 'beside the end');
  t.equal(on(article('b', '2019-04-20', [launch(null), off])), 'cancelled', 'beside the end, without a day');
  t.equal(on(article('b', '2019-04-20', [launch('2020-06'), off])), 'planned', 'a plan for a later day is new');
  t.equal(on(article('b', '2019-04-20', [launch(null)])), 'cancelled', 'without a day it restates the old one');
  t.equal(on(article('b', '2019-04-20', [launch('2020-06')])), 'planned');
});

t.test('only a cancellation that happened and breaks no rule calls anything off', async (t) => {
  const plan = article('a', '2018-01-20', [launch('2018-06-01')]);
  const onlyPlanned = article('z', '2018-03-20', [planned('CampaignCancelled', '2018-04', { subject: 'spring' })]);
  t.strictSame(standing({ readings: [plan, onlyPlanned] }, launched, ['2018-05-01']), ['planned']);
  const shop = { subject: 'shop', games: ['2022W'] };
  const suspension = article('a', '2018-01-20', [planned('StorefrontSuspended', '2019', shop)]);
  const closed = article('b', '2018-06-01', [happened('StorefrontClosed', '2018-03-10', shop)]);
  const opened = (date: string) => article('c', '2018-06-01', [happened('StorefrontOpened', date, shop)]);
  const on = (...readings: readonly ReadingDraft[]) =>
    standing({ readings }, 'storefront/shop.2022w/suspended', ['2018-06-01'])[0];
  t.equal(on(suspension, closed, opened('2018-01-10')), 'cancelled');
  t.equal(on(suspension, closed, opened('2018-05-10')), 'planned', 'it cannot have closed before it opened');
});

t.test('a plan status is certain if it is the same without possible facts', async (t) => {
  const history = given(
    article('a', '[2018-01-20..2018-01-25]', [launch('2018-02-01')]),
    article('b', '2018-03', [launch('2018-02-01~')]),
  );
  const timing = (occurredAsOf: string) =>
    see(history, { occurredAsOf }).map((fact) => `${fact.status} ${fact.timing}`);
  t.strictSame(timing('2018-01-19'), []);
  t.strictSame(timing('2018-01-20'), ['planned possible']);
  t.strictSame(timing('2018-01-25'), ['planned certain']);
  t.strictSame(timing('2018-02-01'), ['due certain']);
  const done = given(
    article('a', '2018-01-20', [launch('2018-02-01')]),
    article('b', '2018-03', [happened('CampaignLaunched', '[2018-02-05..2018-02-20]', { subject: 'spring' })]),
  );
  const status = (occurredAsOf: string, timing: 'any' | 'certain') =>
    see(done, { occurredAsOf, timing }).map((fact) => `${fact.status} ${fact.timing}`);
  t.strictSame(status('2018-02-10', 'any'), ['happened possible'], 'C has it in another status');
  t.strictSame(status('2018-02-10', 'certain'), ['due certain'], 'in this one');
  t.strictSame(status('2018-02-20', 'any'), ['happened certain']);
});
