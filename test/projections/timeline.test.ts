import * as fc from 'fast-check';
import t from 'tap';
import { factsInView, unsupportedFacts, versionIn, versionsOf } from '../../src/domain/facts/facts-at.ts';
import { mergedInto, mergesIn } from '../../src/domain/facts/what-counts.ts';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { touching } from '../../src/projections/audit.ts';
import { timeline } from '../../src/projections/timeline.ts';
import { corrects, historyAfter, merges, resolves, retracts, retractsArticle, type Step } from '../support/decided.ts';
import { datesOf, gamesHistory } from '../support/games.ts';
import { acme, article, denied, given, happened, planned } from '../support/given.ts';
import { anyCut, anyHistory } from '../support/histories.ts';

const launched = 'campaign/spring/launched';
const names = (kind: string, slug: string) => (kind === 'campaign' && slug === 'spring' ? 'Spring of Speed' : null);

type Clocks = { readonly occurredAsOf?: string; readonly reportedAsOf?: string | null };
const groundOf = (history: readonly LedgerEvent[]) => ({
  partnership: acme,
  history,
  games: gamesHistory([datesOf('2018W', '2018-02-09/2018-02-25')]),
  otherHoldings: { certain: [], possible: [] },
});
const cutOf = ({ occurredAsOf = '9999-12-31', reportedAsOf = null }: Clocks) => ({
  occurredAsOf,
  reportedAsOf,
  position: 0,
});

const entries = (history: readonly LedgerEvent[], clocks: Clocks = {}) =>
  timeline(factsInView(groundOf(history), cutOf(clocks), 'any').facts, acme, names);
const entry = (history: readonly LedgerEvent[], fact: string, clocks: Clocks = {}) =>
  entries(history, clocks).find((one) => one.fact === fact);

const unsupported = (history: readonly LedgerEvent[], clocks: Clocks = {}) => {
  const ground = groundOf(history);
  const cut = cutOf(clocks);
  return timeline(unsupportedFacts(ground, cut, factsInView(ground, cut, 'any').facts), acme, names);
};

const launch = (date: string | null, said = {}) => happened('CampaignLaunched', date, { subject: 'spring', ...said });
const plan = (date: string | null, said = {}) => planned('CampaignLaunched', date, { subject: 'spring', ...said });

t.test('a timeline entry shows its date, its plan and the variance between them', async (t) => {
  const history = given(
    article('a', '2017-06', [plan('2018-01')]),
    article('b', '2017-10', [plan('2018-02-01')]),
    article('c', '2018-04', [launch('2018-02-10')]),
  );
  t.match(entry(history, launched), {
    type: 'CampaignLaunched',
    status: 'happened',
    timing: 'certain',
    occurred: { edtf: '2018-02-10', earliest: '2018-02-10', latest: '2018-02-10', basis: 'stated' },
    planned: { edtf: '2018-02-01', basis: 'stated' },
    planHistory: [{ edtf: '2018-01', sources: [{ article: 'a' }] }],
    variance: { min: 9, max: 9 },
    contested: false,
    alternatives: [],
    links: {
      fact: `/api/partnerships/${acme}/facts/${launched}`,
      history: `/api/partnerships/${acme}/facts/${launched}/audit`,
    },
  });
});

t.test('the timeline does not date an undated fact by its article', async (t) => {
  t.match(entry(given(article('a', '2018-01', [launch(null)])), launched)?.occurred, {
    edtf: '[..2018-01-31]',
    earliest: null,
    latest: '2018-01-31',
    basis: 'publication',
  });
});

t.test('a timeline source is one report of one article as the article gives it', async (t) => {
  const history = given(
    article('a', '2018', [launch('2018-02', { by: 'party', speaker: 'Ann', note: 'It starts', games: ['2018W'] })]),
  );
  t.match(entry(history, launched)?.sources, [
    {
      article: 'a',
      revision: 1,
      paragraphs: [1],
      publisher: 'Publisher of a',
      published: { edtf: '2018', earliest: '2018-01-01', latest: '2018-12-31' },
      attribution: 'party',
      speaker: { name: 'Ann', role: null },
      modality: 'happened',
      date: '2018-02',
      implied: false,
      identityAssumed: null,
      note: 'It starts',
      position: 1,
    },
  ]);
});

t.test('the summary of a timeline entry is its best note, or else its type and registered name', async (t) => {
  const noted = given(
    article('a', '2018', [launch(null, { note: 'an outlet says so' })]),
    article('b', '2018', [launch(null, { by: 'party', note: 'the party says so' })]),
  );
  t.equal(entry(noted, launched)?.summary, 'the party says so');
  t.equal(entry(given(article('a', '2018', [launch(null)])), launched)?.summary, 'Campaign launched: Spring of Speed');
  const unregistered = given(article('a', '2018', [happened('CampaignLaunched', null, { subject: 'late-summer' })]));
  t.equal(entries(unregistered)[0]?.summary, 'Campaign launched: Late summer');
  t.equal(
    entries(given(article('a', '2018', [happened('PartnershipSigned', null)])))[0]?.summary,
    'Partnership signed',
  );
});

t.test('a timeline entry names every article that may have been first', async (t) => {
  const first = (...published: readonly string[]) =>
    entry(given(...published.map((day, i) => article(`a${i}`, day, [launch(null)]))), launched)?.firstReported;
  t.strictSame(first('2018-01-02', '2018-01-01'), { edtf: '2018-01-01', articles: ['a1'], tie: false });
  t.strictSame(first('[2018-01-02..2018-01-31]', '2018-01-20'), {
    edtf: '[2018-01-02..2018-01-20]',
    articles: ['a0', 'a1'],
    tie: true,
  });
  t.strictSame(
    first('[2018-01-20..2018-01-31]', '[2018-01-02..2018-01-20]', '2018-01-20'),
    { edtf: '[2018-01-02..2018-01-20]', articles: ['a0', 'a1', 'a2'], tie: true },
    'each of three may have been',
  );
  t.strictSame(
    first('[2018-01-20..2018-01-31]', '2018-01-20'),
    { edtf: '2018-01-20', articles: ['a0', 'a1'], tie: true },
    'a day is written as one',
  );
});

t.test('alternatives are listed with their sources in order of publication', async (t) => {
  const history = given(
    article('c', '2018-03-03', [launch('2018-01', { by: 'party' })]),
    article('b', '2018-03-02', [launch('2018-02')]),
    article('a', '2018-03-01', [launch('2018-01')]),
    article('d', '2018-03-04', [launch('2018-02-10', { by: 'second-hand' })]),
  );
  const listed = (seen: ReturnType<typeof entry>) =>
    seen?.alternatives.map(({ value, displayed, sources }) => [
      value,
      displayed,
      sources.map((one) => one.article).join(''),
    ]);
  t.strictSame(listed(entry(history, launched)), [
    ['2018-01', true, 'ac'],
    ['2018-02', false, 'b'],
    ['2018-02-10', false, 'd'],
  ]);
  const other = given(
    article('b', '2018-03-02', [launch('2018-01', { by: 'party' })]),
    article('a', '2018-03-01', [launch('2018-02')]),
  );
  t.strictSame(listed(entry(other, launched)), [
    ['2018-02', false, 'a'],
    ['2018-01', true, 'b'],
  ]);
});

t.test('an assumed identity is flagged and changes nothing else', async (t) => {
  const assumed = { ...launch('2018-02'), identityAssumed: 'names no campaign' };
  const seen = entry(given(article('a', '2018', [launch('2018')]), article('b', '2018-04', [assumed])), launched);
  t.match(seen?.flags, [{ rule: 'identity-assumed', detail: 'article b: names no campaign' }]);
  t.equal(seen?.status, 'happened');
  t.equal(seen?.sources[1]?.identityAssumed, 'names no campaign');
});

t.test('a timeline entry is flagged with the rule that it breaks', async (t) => {
  const history = given(
    article('a', '2018-06', [launch('2018-02'), happened('CampaignEnded', '2018-01', { subject: 'spring' })]),
  );
  t.match(entry(history, 'campaign/spring/ended')?.flags, [
    { rule: 'campaign-order', detail: /2018-01.*before.*2018-02/ },
  ]);
  t.strictSame(entry(history, launched)?.flags, []);
});

// The facts in the order in which the timeline lists them.
const order = (...steps: readonly Step[]) =>
  entries(historyAfter(...steps)).map(({ fact }) => fact.split('/').slice(1).join(' '));

t.test('timeline entries are sorted by occurrence, else plan; undated ones come last, by publication', async (t) => {
  const of = (subject: string) => ({ subject });
  t.strictSame(
    order(
      article('a', '2017-01-15', [
        planned('CampaignLaunched', '2018-05', of('planned')),
        planned('CampaignLaunched', null, of('undated')),
        denied('CampaignLaunched', null, of('denied')),
      ]),
      article('b', '2019-01-15', [
        happened('CampaignLaunched', '2018-03-01', of('happened')),
        planned('CampaignLaunched', null, { ...of('for-the-games'), games: ['2018W'] }),
        happened('CampaignLaunched', null, of('undated-happened')),
      ]),
    ),
    [
      'for-the-games launched',
      'happened launched',
      'planned launched',
      'undated-happened launched',
      'denied launched',
      'undated launched',
    ],
  );
});

t.test('timeline entries of a day are sorted by earliest day, latest day, type and fact key', async (t) => {
  const of = (type: string, date: string, subject?: string) =>
    happened(type, date, subject === undefined ? {} : { subject });
  t.strictSame(
    order(
      article('a', '2020', [
        of('CampaignEnded', '2018-02-01', 'spring'),
        of('CampaignLaunched', '2018-02-01', 'spring'),
        of('CampaignLaunched', '2018-02-01', 'autumn'),
        of('PartnershipSigned', '2018-02-01'),
        of('CampaignAnnounced', '2018-02', 'spring'),
        of('PartnershipAnnounced', '2018-01'),
      ]),
    ),
    [`${acme} announced`, `${acme} signed`, 'autumn launched', 'spring launched', 'spring ended', 'spring announced'],
  );
});

t.test('a timeline entry without an earliest day is sorted by its first publication', async (t) => {
  const of = (subject: string) => ({ subject });
  t.strictSame(
    order(
      article('a', '2018-01-10', [planned('CampaignLaunched', '[..2018-06]', of('by-june'))]),
      article('b', '2018-01-05', [happened('CampaignLaunched', '2018-01-05', of('january-5'))]),
      article('c', '2018-01-20', [happened('CampaignLaunched', '2018-01-15', of('january-15'))]),
      article('d', '2018-01-12', [happened('CampaignLaunched', null, of('january-12'))]),
    ),
    ['january-5 launched', 'by-june launched', 'january-12 launched', 'january-15 launched'],
  );
});

t.test('the version of a fact is the position of the last event that touched it', async (t) => {
  const version = (...steps: readonly Step[]) => entry(historyAfter(...steps), launched)?.version;
  const [a, b] = [article('a', '2018', [launch('2018')]), article('b', '2018', [launch('2018')])];
  t.equal(version(a), 1, 'a report');
  t.equal(version(a, article('b', '2018', [happened('PartnershipSigned', '2017')])), 1, 'not one on another fact');
  t.equal(version(a, b), 3);
  t.equal(version(a, b, retractsArticle('b')), 5, 'a retraction of an article');
  t.equal(version(a, b, retracts(launched, { of: ['b'] })), 5, 'a decision');
  t.equal(
    version(a, b, article('b', null, [], { revision: 2, because: 'reread' })),
    5,
    'a reading that drops a report',
  );
  const inherits = article('a', null, [launch('2018')], { revision: 2, because: 'reread' });
  t.equal(
    version(inherits, article('a', '2018', [happened('PartnershipSigned', '2017')])),
    4,
    'a lower revision that comes later, and gives it its date of publication',
  );
  const lenz = 'campaign/lenz/launched';
  const other = article('b', '2018', [happened('CampaignLaunched', '2018', { subject: 'lenz' })]);
  const merged = [a, other, merges(launched, lenz)] as const;
  t.equal(version(...merged), 5, 'a merge');
  t.equal(versionsOf(historyAfter(...merged)).get(lenz), 5, 'which touches both');
  t.equal(version(...merged, retractsArticle('b')), 6, 'and what touches a report of the other then touches it');
});

t.test('the version of a fact is the last event of its trail', async () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const versions = versionsOf(history);
      const merged = mergesIn(history);
      const facts = history.flatMap((event) => (event.kind === 'report' ? [event.fact] : []));
      return facts.every(
        (fact) =>
          mergedInto(fact, merged) !== fact || Math.max(...touching(fact, history)) === versionIn(versions, fact),
      );
    }),
    { numRuns: 200 },
  );
});

t.test('the timeline hides a fact that no report supports unless asked for it', async (t) => {
  const [a, b] = [
    article('a', '2018-03', [launch('2018-02')]),
    article('b', '2018-03', [happened('PartnershipSigned', '2017')]),
  ];
  const causes: Readonly<Record<string, Step>> = {
    'the article was retracted': retractsArticle('a'),
    'a later reading leaves it out': article('a', null, [], { revision: 2, because: 'reread' }),
    'its reports were retracted': retracts(launched),
    'the publisher took it out': article('a', '2018-05', [], { revision: 2, because: 'republished' }),
  };
  for (const [cause, step] of Object.entries(causes)) {
    const history = historyAfter(a, b, step);
    t.strictSame(
      entries(history).map(({ fact }) => fact),
      [`partnership/${acme}/signed`],
      `${cause}: hidden`,
    );
    t.match(
      unsupported(history),
      [{ fact: launched, status: 'unsupported', sources: [{ article: 'a' }] }],
      'shown on request',
    );
    t.equal(unsupported(history)[0]?.version, history.at(-1)?.position, 'what did it touched its version');
  }
  t.strictSame(unsupported(historyAfter(a, b)), [], 'what is supported is not among them');
  const republished = historyAfter(a, b, causes['the publisher took it out'] as Step);
  t.equal(entry(republished, launched, { reportedAsOf: '2018-04-30' })?.status, 'happened', 'before it was taken out');
  t.strictSame(unsupported(republished, { reportedAsOf: '2018-04-30' }), []);
  t.strictSame(
    unsupported(historyAfter(a, b, retractsArticle('a')), { reportedAsOf: '2018-02-28' }),
    [],
    'nor before it was known',
  );
});

t.test('a fact that was merged into another is not unsupported', async (t) => {
  const other = article('b', '2018-03', [happened('CampaignLaunched', '2018-02', { subject: 'fruehling' })]);
  const merged = [
    article('a', '2018-03', [launch('2018-02')]),
    other,
    merges(launched, 'campaign/fruehling/launched'),
  ] as const;
  t.strictSame(unsupported(historyAfter(...merged)), []);
  t.match(
    unsupported(historyAfter(...merged, retracts(launched))),
    [{ fact: launched }],
    'until both have no report left',
  );
});

t.test('the timeline marks reopened and corrected facts', async (t) => {
  const told = [article('a', '2018-03', [launch('2018-01')]), article('b', '2018-03', [launch('2018-02')])] as const;
  t.match(entry(historyAfter(...told, resolves(launched, 'date', '2018-02')), launched), {
    contested: false,
    reopened: false,
    occurred: { edtf: '2018-02' },
    alternatives: [{ value: '2018-01' }, { value: '2018-02', displayed: true }],
  });
  t.match(
    entry(
      historyAfter(...told, resolves(launched, 'date', '2018-02'), article('c', '2018-03', [launch('2018-01')])),
      launched,
    ),
    { contested: true, reopened: true, occurred: { edtf: '2018-02' } },
  );
  t.match(entry(historyAfter(...told, corrects(launched, 'date', '2018-02', { of: ['a'] })), launched), {
    contested: false,
    sources: [
      { date: '2018-01', corrections: [{ field: 'date', said: '2018-01', value: '2018-02' }] },
      { corrections: [] },
    ],
  });
});

t.test('a timeline has each fact once, in an order that its own dates give', async () => {
  fc.assert(
    fc.property(anyHistory, anyCut, (history, { occurredAsOf, reportedAsOf }) => {
      const listed = entries(history, { occurredAsOf, reportedAsOf });
      const keys = new Set(listed.map(({ fact }) => fact));
      const dated = listed.flatMap(({ occurred }) => occurred?.earliest ?? []);
      return keys.size === listed.length && dated.join() === dated.toSorted().join();
    }),
    { numRuns: 100 },
  );
});
