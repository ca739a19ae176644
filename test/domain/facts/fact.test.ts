import t from 'tap';
import { factsAt, firstReport } from '../../../src/domain/facts/fact.ts';
import { historyAfter, merges } from '../../support/decided.ts';
import { acme, article, given, happened, planned } from '../../support/given.ts';
import { seeFact } from '../../support/see.ts';

const launched = 'campaign/spring/launched';
const launch = (date: string | null, said = {}) => happened('CampaignLaunched', date, { subject: 'spring', ...said });

t.test('a fact told by four articles is one fact with four sources', async (t) => {
  const history = given(...['a', 'b', 'c', 'd'].map((id) => article(id, '2018-03', [launch('2018-02')])));
  const facts = factsAt(history, null, 'possible');
  t.equal(facts.length, 1);
  t.strictSame(
    facts[0]?.evidence.map(({ report }) => report.metadata.article),
    ['a', 'b', 'c', 'd'],
  );
});

t.test('one article may quote two speakers on one fact', async (t) => {
  const history = given(
    article('a', '2018-03', [launch('2018-02'), launch('2018-01', { by: 'party', speaker: 'Ann' })]),
  );
  const fact = seeFact(history, launched);
  t.equal(fact?.evidence.length, 2);
  t.equal(fact?.contested, true, 'who may disagree');
});

t.test('facts differ by kind, subject, Games and milestone', async (t) => {
  const of = (games: string) => happened('ObligationUndertaken', '2017', { subject: 'cloud', games: [games] });
  const history = given(
    article('a', '2018-03', [
      of('2018W'),
      of('2022W'),
      launch('2018'),
      happened('CampaignEnded', '2018', { subject: 'spring' }),
      happened('CampaignLaunched', '2018', { subject: 'autumn' }),
      happened('PartnershipSigned', '2017'),
    ]),
  );
  t.strictSame(
    factsAt(history, null, 'possible')
      .map(({ key }) => key)
      .toSorted(),
    [
      'campaign/autumn/launched',
      'campaign/spring/ended',
      launched,
      'obligation/cloud.2018w/undertaken',
      'obligation/cloud.2022w/undertaken',
      `partnership/${acme}/signed`,
    ],
  );
});

t.test('facts are sorted by key, whichever was reported first', async (t) => {
  const [early, late] = [
    article('a', '2018', [happened('CampaignEnded', '2018', { subject: 'spring' })]),
    article('b', '2018', [happened('CampaignEnded', '2018', { subject: 'autumn' })]),
  ];
  const keys = ['campaign/autumn/ended', 'campaign/spring/ended'];
  for (const history of [given(early, late), given(late, early)]) {
    t.strictSame(
      factsAt(history, null, 'possible').map(({ key }) => key),
      keys,
    );
  }
});

t.test('sources are sorted by publication, article, revision and id', async (t) => {
  const history = given(
    article('d', '2018-03-01', [launch('2018')]),
    article('c', '[2018-01..2018-12]', [launch('2018')]),
    article('b', '[2018-01..2018-02]', [launch('2018')]),
    article('a', '2018-03-01', [launch('2018', { speaker: 'Ann' }), launch('2018', { speaker: 'Bob' })]),
  );
  const sources = seeFact(history, launched)?.evidence ?? [];
  t.strictSame(
    sources.map(({ report }) => report.metadata.article),
    ['b', 'c', 'a', 'a', 'd'],
    'earliest day, latest day, then the name of the article',
  );
  const ofA = sources.filter(({ report }) => report.metadata.article === 'a').map(({ report }) => report.id);
  t.strictSame(ofA, ofA.toSorted(), 'two mouths by the id of their reports');
});

t.test('every article that may have been the first to report a fact is named', async (t) => {
  const first = (...published: readonly string[]) => {
    const history = given(...published.map((day, i) => article(`a${i}`, day, [launch(null)])));
    const [fact] = factsAt(history, null, 'possible');
    return fact && firstReport(fact);
  };
  t.match(first('2018-01-02', '2018-01-01'), { articles: ['a1'], date: { edtf: '2018-01-01' } }, 'the earlier one');
  t.match(first('2018-01-01', '2018-01-01'), { articles: ['a0', 'a1'] }, 'both of one day');
  t.match(
    first('2018-01-20', '[2018-01..2018-02]', '2018-02-10'),
    { articles: ['a0', 'a1'], date: { earliest: '2018-01-01', latest: '2018-01-20' } },
    'one that may have come before, but not one that certainly came after; some day up to the first certain one',
  );
  t.match(first('[2017-09-13..2018-02-08]', '2018-01-20'), {
    articles: ['a0', 'a1'],
    date: { earliest: '2017-09-13', latest: '2018-01-20' },
  });
});

t.test('when two keys are merged, the reports of both are sources of one fact', async (t) => {
  const history = historyAfter(
    article('a', '2018-03', [launch('2018-02')]),
    article('b', '2018-04', [happened('CampaignLaunched', '2018-02-03', { subject: 'fruehling' })]),
    merges(launched, 'campaign/fruehling/launched'),
  );
  const facts = factsAt(history, null, 'possible');
  t.strictSame(
    facts.map(({ key }) => key),
    [launched],
  );
  t.match(seeFact(history, launched), { subject: 'spring', occurrence: { date: { edtf: '2018-02-03' } } });
  t.equal(factsAt(history, '2018-03-31', 'certain')[0]?.key, launched, 'at every reportedAsOf');
});

t.test('a new revision undoes an assumed identity', async (t) => {
  const opened = (subject: string) => planned('StorefrontOpened', '2019', { subject, games: ['2022W'] });
  const assumed = { ...opened('shop'), identityAssumed: 'names no platform' };
  const before = given(article('a', '2018', [opened('shop')]), article('b', '2018-03', [assumed]));
  t.equal(seeFact(before, 'storefront/shop.2022w/opened')?.evidence.length, 2, 'one fact');
  const undone = given(
    article('a', '2018', [opened('shop')]),
    article('b', '2018-03', [assumed]),
    article('b', null, [opened('other-shop')], { revision: 2, because: 'reread' }),
  );
  t.equal(seeFact(undone, 'storefront/shop.2022w/opened')?.evidence.length, 1);
  t.equal(seeFact(undone, 'storefront/other-shop.2022w/opened')?.evidence.length, 1, 'are two');
});

t.test('the summary is the note of a report whose values are shown', async (t) => {
  const agreed = (end: string, note: string) => happened('TermAgreed', '2015', { note, fields: { end } });
  const history = given(
    article('a', '2015-03-13', [agreed('2024', 'To 2024')]),
    article('b', '2016-01-01', [agreed('2024', 'Until 2024')]),
    article('c', '2024-09-30', [agreed('2023', 'Ended in 2023 already')]),
  );
  const fact = seeFact(history, 'partnership/acme.federation/term-agreed');
  t.match(fact, { fields: { end: { value: '2024' } }, note: 'Until 2024' });
});
