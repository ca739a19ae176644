import t from 'tap';
import { decide } from '../../../src/domain/decisions/decide.ts';
import type { ReportDraft } from '../../../src/domain/decisions/reading.ts';
import { type CategoryHolding, flagsOf } from '../../../src/domain/facts/rules.ts';
import { uncertainDate } from '../../../src/domain/vocabulary/dates.ts';
import type { FieldValue } from '../../../src/domain/vocabulary/event-type.ts';
import { article, given, happened, planned, stateOf } from '../../support/given.ts';
import { see } from '../../support/see.ts';

const published = '2030-01-01';
const noContext = { windows: new Map(), otherHoldings: [] };

// Given what an article reports, then these facts are flagged with these rules, and kept.
const flags = (reports: readonly ReportDraft[], otherHoldings: readonly CategoryHolding[] = []) => {
  const facts = see(given(article('a', published, reports)));
  const found = flagsOf(facts, { windows: new Map(), otherHoldings });
  return Object.fromEntries([...found].map(([fact, broken]) => [fact, broken.map(({ rule }) => rule)]));
};

// Given reports that break no rule, when a steward corrects the date or a field of one, then the command is rejected.
const rejection = (
  reports: readonly ReportDraft[],
  fact: string,
  field: string,
  value: string,
  context: Parameters<typeof decide>[2] = noContext,
) => {
  const outcome = decide(
    {
      type: 'CorrectFact',
      fact,
      reports: [],
      field,
      value,
      basis: 'misread',
      reference: null,
      actor: 'steward',
      reason: 'read again',
      key: '1',
    },
    stateOf(article('a', published, reports)),
    context,
  );
  return outcome.accepted ? 'accepted' : outcome.rejection.rule;
};

t.test('the term rule flags exactly the facts that break it', async (t) => {
  const term = happened('TermAgreed', '2017', { fields: { start: '2017-01-19', end: '2028' } });
  const key = 'partnership/acme.federation/term-agreed';
  t.strictSame(flags([term]), {}, 'a term that ends after it starts breaks nothing');
  t.strictSame(
    flags([happened('TermAgreed', '2017', { fields: { start: '2017-01-19', end: '2016' } })]),
    { [key]: ['term'] },
    'a term that ends before it starts is kept and flagged',
  );
  t.strictSame(
    flags([happened('TermAgreed', '2017', { fields: { start: '2017-06', end: '2017' } })]),
    {},
    'a term that may end after it starts breaks nothing',
  );
  t.strictSame(
    flags([term, happened('CampaignLaunched', '2029-03', { subject: 'spring' })]),
    { 'campaign/spring/launched': ['term'] },
    'a campaign after the end of the term is flagged',
  );
  t.strictSame(
    flags([term, happened('ReceptionReported', '2029-03', { subject: 'press' })]),
    {},
    'a statement about the partnership may come after its end',
  );
  t.strictSame(
    flags([
      term,
      happened('PartnershipTerminated', '2020-05'),
      happened('CampaignLaunched', '2021', { subject: 'spring' }),
    ]),
    { 'campaign/spring/launched': ['term'] },
    'a termination ends the term',
  );
  const agreed = happened('TermAgreed', '2017', { fields: { start: '2020', end: '2028' } });
  const soon = (type: string) => happened(type, '2017', { subject: 'spring' });
  for (const type of ['ObligationUndertaken', 'CategoryGranted', 'CampaignAnnounced', 'InitiativeAnnounced']) {
    t.strictSame(flags([agreed, soon(type)]), {}, `${type} happens on the day of the agreement, before the term`);
  }
  t.strictSame(
    flags([agreed, soon('CampaignLaunched')]),
    { 'campaign/spring/launched': ['term'] },
    'what is done under the term is flagged before its start',
  );
  t.equal(rejection([term], key, 'end', '2016'), 'term', 'a command that ends a term before its start is rejected');
  t.equal(rejection([term], key, 'end', '2030'), 'accepted', 'one that moves its end is not');
});

t.test('the coverage rule flags exactly the facts that break it', async (t) => {
  const covers = (games: string, complete = true) =>
    happened('CoverageDeclared', '2017', { games: [games], fields: { complete } });
  const owed = (games: string) => happened('ObligationUndertaken', '2017', { subject: 'cloud', games: [games] });
  t.strictSame(flags([covers('2018W'), owed('2018W')]), {}, 'an obligation for covered Games breaks nothing');
  t.strictSame(
    flags([covers('2018W'), owed('2022W')]),
    { 'obligation/cloud.2022w/undertaken': ['coverage'] },
    'one for Games outside a complete list is kept and flagged',
  );
  t.strictSame(flags([covers('2018W', false), owed('2022W')]), {}, 'a list that is not complete excludes nothing');
  t.strictSame(flags([owed('2022W')]), {}, 'no declared coverage is a gap, not a violation');
  t.strictSame(
    flags([happened('TermAgreed', '2017', { fields: { end: '2020' } }), owed('2022W')]),
    { 'obligation/cloud.2022w/undertaken': ['coverage'] },
    'Games after the end of the term are outside',
  );
  const state = stateOf(article('a', published, [covers('2018W'), covers('2022W'), owed('2022W')]));
  const outcome = decide(
    {
      type: 'RetractFact',
      fact: 'coverage/2022w/declared',
      reports: [],
      actor: 'steward',
      reason: 'misread',
      key: '1',
    },
    state,
    noContext,
  );
  t.match(outcome, { accepted: true }, 'a command that leaves another fact outside makes it bear the flag');
});

t.test('the rule of category exclusivity flags exactly the facts that break it', async (t) => {
  const granted = (date: string, fields = {}) => happened('CategoryGranted', date, { subject: 'cloud', fields });
  const everywhere: CategoryHolding['territory'] = { codes: null, without: [] };
  const rival = (start: string, end: string | null, territory = everywhere): CategoryHolding => ({
    partnership: 'rival.federation',
    category: 'cloud',
    territory,
    start: uncertainDate(start),
    end: end === null ? null : uncertainDate(end),
  });
  const key = 'category/cloud/granted';
  t.strictSame(flags([granted('2020')]), {}, 'a category that nobody else holds breaks nothing');
  t.strictSame(
    flags([granted('2020')], [rival('2017', '2028')]),
    { [key]: ['category-exclusivity'] },
    'a category held by another is flagged',
  );
  t.strictSame(
    flags([granted('2020')], [rival('2017', null)]),
    { [key]: ['category-exclusivity'] },
    'one held without a reported end too',
  );
  t.strictSame(flags([granted('2017')], [rival('2020', '2028')]), {}, 'who held it first is not at fault');
  t.strictSame(flags([granted('2021')], [rival('2017', '2020')]), {}, 'a holding that is over breaks nothing');
  t.strictSame(flags([granted('2020')], [rival('2017', '[2019..2028]')]), {}, 'one that may be over breaks nothing');
  t.strictSame(
    flags([granted('2020', { exclusive: false })], [rival('2017', '2028')]),
    {},
    'a category granted without exclusivity can be shared',
  );
  const term = (start: string) => happened('TermAgreed', '2019', { fields: { start, end: '2028' } });
  t.strictSame(
    flags([granted('2019'), term('2021')], [rival('2015', '2020')]),
    {},
    'one granted before the term is held from its start',
  );
  t.strictSame(
    flags([granted('2019'), term('2020')], [rival('2015', '[2021-06..2022]')]),
    { [key]: ['category-exclusivity'] },
    'and is flagged where that is within the other term',
  );
  t.strictSame(
    flags([granted('2022'), term('2020')], [rival('2015', '2021')]),
    {},
    'one granted within the term is held from its grant',
  );
  const isFlagged = (fields: object, territory: CategoryHolding['territory'], start = '2017') =>
    Object.hasOwn(flags([granted('2020', fields)], [rival(start, '2028', territory)]), key);
  const [china, abroad] = [
    { codes: ['CN'], without: [] },
    { codes: null, without: ['CN', 'HK'] },
  ];
  for (const [fields, theirs, expected] of [
    [{ territory: ['CN'] }, { codes: ['JP'], without: [] }, false],
    [{ territory: ['CN', 'JP'] }, { codes: ['JP'], without: [] }, true],
    [{ territory: ['CN'] }, abroad, false],
    [{ territory: ['CN', 'MO'] }, abroad, true],
    [{ territory: ['worldwide'], excludedTerritory: ['CN'] }, china, false],
    [{ territory: ['worldwide'] }, china, true],
    [{}, china, true],
    [{ territory: ['worldwide'], excludedTerritory: ['CN'] }, abroad, true],
  ] as const)
    t.equal(isFlagged(fields, theirs), expected, `${JSON.stringify(fields)} beside ${JSON.stringify(theirs)}`);
  const starts = { territory: ['worldwide'], startByTerritory: { CN: '2030', worldwide: '2020' } };
  t.equal(isFlagged(starts, china), false, 'where it starts once the other one is over it is held alone');
  t.equal(isFlagged(starts, abroad), true, 'and elsewhere from its own start there');
  t.equal(isFlagged({ startByTerritory: { CN: '2020' } }, abroad), false, 'starts alone name all territories');
  const context = { windows: new Map(), otherHoldings: [rival('2017', '2019')] };
  t.equal(
    rejection([granted('2020')], key, 'date', '2018', context),
    'category-exclusivity',
    'a command that makes two hold it is rejected',
  );
});

t.test('the rule of campaign order flags exactly the facts that break it', async (t) => {
  const launched = happened('CampaignLaunched', '2018-02-01', { subject: 'spring' });
  const ended = (date: string) => happened('CampaignEnded', date, { subject: 'spring' });
  const market = (date: string) => happened('MarketEntered', date, { subject: 'jp', campaign: 'spring' });
  t.strictSame(flags([launched, ended('2018-05')]), {}, 'a campaign that ends after its launch breaks nothing');
  t.strictSame(flags([ended('2018-05')]), {}, 'a missing launch is a gap');
  t.strictSame(
    flags([launched, ended('2018-01')]),
    { 'campaign/spring/ended': ['campaign-order'] },
    'one that ends before it began is flagged',
  );
  t.strictSame(flags([launched, ended('2018')]), {}, 'one that may end after its launch is not');
  t.strictSame(
    flags([launched, ended('2018-05'), market('2018-06')]),
    { 'market/spring.jp/entered': ['campaign-order'] },
    'no market is entered after the end',
  );
  t.strictSame(
    flags([happened('CampaignCancelled', '2018-01', { subject: 'spring' }), launched]),
    { 'campaign/spring/launched': ['campaign-order'] },
    'what was called off does not start',
  );
  t.strictSame(flags([launched, happened('CampaignEnded', '2017', { subject: 'autumn' })]), {}, 'campaigns do not mix');
  t.equal(
    rejection([launched, ended('2018-05')], 'campaign/spring/ended', 'date', '2018-01'),
    'campaign-order',
    'a command that ends it before its launch is rejected',
  );
});

t.test('the rule of storefront order flags exactly the facts that break it', async (t) => {
  const opened = happened('StorefrontOpened', '2018-01', { subject: 'shop', games: ['2022W'] });
  const closed = (date: string) => happened('StorefrontClosed', date, { subject: 'shop', games: ['2022W'] });
  t.strictSame(flags([opened, closed('2018-03')]), {}, 'a store closes after it opened');
  t.strictSame(
    flags([opened, closed('2017-03')]),
    { 'storefront/shop.2022w/closed': ['storefront-order'] },
    'one that closes before it opened is flagged',
  );
  t.strictSame(
    flags([planned('StorefrontOpened', '2018', { subject: 'shop', games: ['2022W'] }), closed('2017-03')]),
    {},
    'a plan has no place in the order',
  );
  t.strictSame(
    flags([opened, happened('StorefrontClosed', '2017-03', { subject: 'shop', games: ['2020S'] })]),
    {},
    'the stores of two Games are two',
  );
  t.equal(
    rejection([opened, closed('2018-03')], 'storefront/shop.2022w/closed', 'date', '2016'),
    'storefront-order',
    'a command that closes it before is rejected',
  );
});

t.test('the rule of obligation transitions flags exactly the facts that break it', async (t) => {
  const of = (type: string, date: string) => happened(type, date, { subject: 'cloud', games: ['2018W'] });
  const key = (milestone: string) => `obligation/cloud.2018w/${milestone}`;
  const undertaken = of('ObligationUndertaken', '2017-01');
  t.strictSame(
    flags([undertaken, of('ObligationConfirmed', '2017-06'), of('ObligationDelivered', '2018-02')]),
    {},
    'the way to delivery breaks nothing',
  );
  t.strictSame(flags([of('ObligationDelivered', '2018-02')]), {}, 'a delivery without a reported undertaking is a gap');
  t.strictSame(
    flags([undertaken, of('ObligationWaived', '2017-06'), of('ObligationDelivered', '2018-02')]),
    { [key('delivered')]: ['obligation-transitions'] },
    'what was waived is not delivered',
  );
  t.strictSame(
    flags([undertaken, of('ObligationDelivered', '2018-02'), of('ObligationPostponed', '2018-06')]),
    { [key('postponed')]: ['obligation-transitions'] },
    'what was delivered cannot be put off',
  );
  t.strictSame(
    flags([undertaken, of('ObligationDelivered', '2018'), of('ObligationPostponed', '2018-06')]),
    {},
    'unless it may have come first',
  );
  t.strictSame(
    flags([undertaken, of('BreachCured', '2018-01'), of('ObligationBreached', '2018-06')]),
    { [key('cured')]: ['obligation-transitions'] },
    'nothing is cured before it was broken',
  );
  const waivedBefore = [undertaken, of('ObligationWaived', '2018'), of('ObligationDelivered', '2017-12')];
  t.equal(
    rejection(waivedBefore, key('delivered'), 'date', '2018-12'),
    'accepted',
    'a command within the bounds of the waiver',
  );
  t.equal(
    rejection(
      [undertaken, of('ObligationWaived', '2017-06'), of('ObligationDelivered', '2017')],
      key('delivered'),
      'date',
      '2017-11',
    ),
    'obligation-transitions',
    'a command that delivers it after its waiver is rejected',
  );
  t.equal(
    rejection(waivedBefore, key('waived'), 'date', '2017-11'),
    'accepted',
    'one that waives it before its delivery makes the delivery bear the flag',
  );
});

t.test('before its Games', async (t) => {
  const delivered = (date: string) => happened('ObligationDelivered', date, { subject: 'cars', games: ['2024S'] });
  const rules = (date: string) =>
    [
      ...flagsOf(see(given(article('a', published, [delivered(date)]))), {
        windows: new Map([['2024S', uncertainDate('2024-07-26/2024-08-11')]]),
        otherHoldings: [],
      }).values(),
    ]
      .flat()
      .map(({ rule }) => rule);
  t.strictSame(rules('2019-12-01'), ['before-its-games']);
  t.strictSame(rules('2024-07-26'), [], 'once they have opened it is not');
  t.strictSame(rules('2024'), [], 'nor where it may have been');
});

t.test('a count below what is named', async (t) => {
  const count = (value: FieldValue) =>
    happened('CreativeCountStated', null, { subject: 'run', fields: { count: value } });
  const named = ['one', 'two', 'three'].map((subject) =>
    happened('CreativeReleased', '2020', { subject, campaign: 'run' }),
  );
  const key = 'campaign/run/creative-count-stated';
  t.strictSame(flags([count(2), ...named]), { [key]: ['count-below-named'] });
  t.strictSame(flags([count({ max: 2 }), ...named]), { [key]: ['count-below-named'] });
  t.strictSame(flags([count(3), ...named]), {});
  t.strictSame(flags([count({ min: 2 }), ...named]), {});
});

t.test('a plan after the fact', async (t) => {
  const shop = { subject: 'shop', games: ['2022W'] };
  const rules = (publishedLater: string, plan: string | null) => {
    const facts = see(
      given(
        article('a', '2018-01-31', [happened('StorefrontOpened', '2017-12~', shop)]),
        article('b', publishedLater, [planned('StorefrontOpened', plan, shop)]),
      ),
    );
    return [...flagsOf(facts, noContext).values()].flat().map(({ rule }) => rule);
  };
  t.strictSame(rules('2018-02-08', '2019'), ['plan-after-fact']);
  t.strictSame(rules('[2018-01-20..2018-02-08]', '2019'), [], 'not where the plan may be older');
  t.strictSame(rules('2018-02-08', '2017-11'), [], 'nor where an old plan is retold');
  t.strictSame(rules('2018-02-08', null), []);
});
