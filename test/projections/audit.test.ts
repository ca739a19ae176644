import * as fc from 'fast-check';
import t from 'tap';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { audit, effectsOf } from '../../src/projections/effects.ts';
import { relevantHistory } from '../../src/projections/relevant-history.ts';
import { corrects, historyAfter, merges, resolves, retracts, retractsArticle, type Step } from '../support/decided.ts';
import { type GamesStatement, gamesHistory } from '../support/games.ts';
import { acme, article, denied, happened, planned } from '../support/given.ts';
import { anyHistory } from '../support/histories.ts';

const launched = 'campaign/spring/launched';
const signed = `partnership/${acme}/signed`;
const launch = (date: string | null, said = {}) => happened('CampaignLaunched', date, { subject: 'spring', ...said });
const plan = (date: string | null, said = {}) => planned('CampaignLaunched', date, { subject: 'spring', ...said });
const counts = (count: number, said = {}) =>
  happened('CreativeCountStated', null, { subject: 'spring', fields: { count }, ...said });
const members = (...named: readonly string[]) =>
  happened('RosterReported', null, { subject: 'top', fields: { members: named } });

const trail = (...steps: readonly Step[]) => audit(historyAfter(...steps));

// The effects of the last event on a fact.
const lastEffects = (fact: string, ...steps: readonly Step[]) =>
  trail(...steps).findLast((entry) => entry.fact === fact)?.effects;

t.test('the audit trail has an entry for every event in recorded order', async (t) => {
  const steps = [
    article('a', '2018', [launch('2018'), happened('PartnershipSigned', '2017')]),
    corrects(signed, 'date', '2016'),
    retractsArticle('a'),
  ];
  t.match(trail(...steps), [
    { position: 1, fact: launched, article: 'a', revision: 1, paragraphs: [1], event: { type: 'CampaignLaunched' } },
    {
      position: 2,
      fact: signed,
      event: { type: 'PartnershipSigned' },
      asserted: { modality: 'happened', date: '2017' },
    },
    {
      position: 3,
      fact: null,
      article: 'a',
      event: { type: 'ArticleRead' },
      asserted: { reports: 2, published: '2018' },
    },
    { position: 4, fact: signed, article: null, event: { type: 'FactCorrected' }, recordedBy: 'steward' },
    { position: 5, fact: null, article: 'a', revision: 1, event: { type: 'ArticleRetracted' } },
  ]);
  t.strictSame(
    trail(...steps).map(({ recordedAt }) => recordedAt),
    historyAfter(...steps).map(({ recordedAt }) => recordedAt),
  );
});

t.test('an event that first reports a fact has the effect "entered"', async (t) => {
  t.strictSame(lastEffects(launched, article('a', '2018', [launch('2018-02')])), ['entered']);
  t.strictSame(
    lastEffects(launched, article('a', '2018', [launch('2018-01'), launch('2018-02', { by: 'party' })])),
    ['entered', 'contested'],
    'two mouths that disagree',
  );
});

t.test('an event that changes nothing displayed has the effect "corroborated"', async (t) => {
  const a = article('a', '2018', [launch('2018-02')]);
  t.strictSame(lastEffects(launched, a, article('b', '2018', [launch('2018-02')])), ['corroborated']);
  t.strictSame(lastEffects(launched, a, article('b', '2018', [launch('2018')])), ['corroborated'], 'a vaguer date');
  t.strictSame(
    lastEffects(launched, a, article('b', '2018', [launch('2018-02-01', { by: 'inference' })])),
    ['corroborated'],
    'a guess',
  );
  const p = article('a', '2017-01', [plan('2018-02')]);
  t.strictSame(
    lastEffects(launched, p, article('b', '2017-02', [plan(null)])),
    ['corroborated'],
    'an undated restatement',
  );
});

t.test('an event that brings a new modality or status has the effect "advanced"', async (t) => {
  const a = article('a', '2017-01', [plan('2018-02')]);
  t.strictSame(
    lastEffects(launched, a, article('b', '2018-03', [launch('2018-02')])),
    ['advanced'],
    'the plan was carried out',
  );
  t.strictSame(
    lastEffects(launched, a, article('b', '2018-03', [denied('CampaignLaunched', null, { subject: 'spring' })])),
    ['advanced'],
    'or denied',
  );
  t.strictSame(lastEffects(launched, a, article('b', '2017-03', [plan('2018-06')])), ['advanced'], 'or moved');
});

t.test('an event that adds precision has the effect "narrowed"', async (t) => {
  t.strictSame(
    lastEffects(launched, article('a', '2018', [launch('2018')]), article('b', '2018', [launch('2018-02')])),
    ['narrowed'],
    'a date',
  );
  t.strictSame(
    lastEffects(launched, article('a', '2017-01', [plan('2018')]), article('b', '2017-02', [plan('2018-02')])),
    ['narrowed'],
    'a plan',
  );
  t.strictSame(
    lastEffects(
      'roster/top/reported',
      article('a', '2018', [members('visa')]),
      article('b', '2018', [members('coke')]),
    ),
    ['narrowed'],
    'a further member',
  );
});

t.test('an event that disagrees with others has the effect "contested"', async (t) => {
  const key = 'campaign/spring/creative-count-stated';
  const a = article('a', '2018', [counts(3, { by: 'party' })]);
  t.strictSame(lastEffects(key, a, article('b', '2018', [counts(2)])), ['contested']);
  t.strictSame(
    lastEffects(key, a, article('b', '2018', [counts(2)]), article('c', '2018', [counts(4)])),
    ['contested'],
    'once more',
  );
  t.strictSame(
    lastEffects(key, article('b', '2018', [counts(2)]), a),
    ['contested'],
    'also where the new one is displayed from now on',
  );
});

t.test('an event whose reports a newer reading replaces is superseded', async (t) => {
  const key = 'campaign/spring/creative-count-stated';
  const a = article('a', '2018', [counts(2), launch('2018')]);
  const reread = article('a', null, [counts(3)], { revision: 2, because: 'reread' });
  t.strictSame(lastEffects(key, a, reread), ['superseded'], 'another value in its place is neither more nor a contest');
  const dropped = trail(a, reread).at(-1);
  t.match(dropped, { event: { type: 'ArticleRead' }, effects: ['superseded'] }, 'the reading drops what it leaves out');
  t.strictSame(lastEffects(key, a, article('b', '2018', [counts(2, { by: 'party' })]), reread), [
    'contested',
    'superseded',
  ]);
});

t.test('a lower revision that arrives later is superseded from the start', async (t) => {
  const key = 'campaign/spring/creative-count-stated';
  const second = article('a', '2018', [counts(3)], { revision: 2, because: 'reread' });
  const first = article('a', '2018', [counts(2), launch('2018')]);
  t.strictSame(lastEffects(key, second, first), ['superseded']);
  t.strictSame(lastEffects(launched, second, first), ['superseded'], 'also on a fact that nothing else tells of');
});

t.test('a steward\'s decision has the effect "corrected", "resolved" or "retracted"', async (t) => {
  const two = [article('a', '2018', [launch('2018-01')]), article('b', '2018', [launch('2018-02')])] as const;
  t.strictSame(lastEffects(launched, ...two, corrects(launched, 'date', '2018-02', { of: ['a'] })), ['corrected']);
  t.strictSame(lastEffects(launched, ...two, resolves(launched, 'date', '2018-02')), ['resolved']);
  t.strictSame(lastEffects(launched, ...two, retracts(launched, { of: ['a'] })), ['retracted']);
  const corrections = [
    {
      field: 'date',
      said: '2018-01',
      value: '2018-02',
      reason: 'misprint',
      reference: { title: 'Gazette', published: '2018' },
    },
  ];
  t.strictSame(
    trail(article('a', '2018', [launch('2018-01', { corrections })])).map(({ event, effects }) => [
      event.type,
      effects,
    ]),
    [
      ['CampaignLaunched', ['entered', 'corrected']],
      ['FactCorrected', ['entered', 'corrected']],
      ['ArticleRead', []],
    ],
    'and what a file corrects, in the ingest in which it entered',
  );
});

t.test('a retracted article takes its reports with it', async (t) => {
  const a = article('a', '2018', [launch('2018')]);
  t.match(trail(a, retractsArticle('a')).at(-1), { event: { type: 'ArticleRetracted' }, effects: ['retracted'] });
  t.match(
    trail(a, article('a', null, [launch('2018')], { revision: 2, because: 'reread' }), retractsArticle('a', 1)).at(-1),
    { effects: [] },
    'not where a higher revision counts',
  );
});

t.test('effects compare the fact before and after the whole ingest', async (t) => {
  const entries = trail(
    article('a', '2017', [plan('2018-02')]),
    article('b', '2018-06', [plan('2018-03'), launch('2018-03')]),
  ).filter((entry) => entry.article === 'b' && entry.fact === launched);
  t.strictSame(
    entries.map(({ effects }) => effects),
    [['advanced'], ['advanced']],
    'each of its reports bears what all of them did',
  );
});

t.test('effects depend on no other clock than the recorded one', async (t) => {
  t.strictSame(
    lastEffects(launched, article('a', '2018', [plan('2090')]), article('b', '2099', [launch('2098')])),
    ['advanced'],
    'what is published and happens in the distant future counts',
  );
});

// Which articles' reports on the launch are marked late.
const late = (...steps: readonly Step[]) =>
  trail(...steps).flatMap((entry) =>
    entry.fact === launched && entry.late ? [`${entry.article} ${entry.revision}`] : [],
  );

t.test('an event is late if its article certainly came out before one already recorded on the same fact', async (t) => {
  const [january, june] = [
    article('jan', '2018-01-10', [launch('2017')]),
    article('jun', '2018-06-10', [launch('2017')]),
  ];
  t.strictSame(late(january, june), []);
  t.strictSame(late(june, january), ['jan 1']);
  t.strictSame(late(june, article('same', '2018-06-10', [launch('2017')])), [], 'not of the same day');
  t.strictSame(
    late(june, article('open', '[2018-01..2018-06-10]', [launch('2017')])),
    [],
    'not one that may be as new',
  );
  t.strictSame(
    late(june, article('jan', '2018-01-10', [happened('PartnershipSigned', '2017')])),
    [],
    'not on another fact',
  );
  t.strictSame(
    late(article('a', '2018-06-10', [launch('2017'), launch('2017', { by: 'party' })])),
    [],
    'nor within one ingest',
  );
  t.strictSame(late(article('b', '2018-03-10', [launch('2017')]), june, january), ['jan 1']);
});

t.test('a re-reading is as late as what it replaces', async (t) => {
  const [january, june] = [
    article('jan', '2018-01-10', [launch('2017')]),
    article('jun', '2018-06-10', [launch('2017')]),
  ];
  const reread = article('jan', null, [launch('2016')], { revision: 2, because: 'reread' });
  t.strictSame(late(january, june, reread), [], 'the article was there in time');
  t.strictSame(late(june, january, reread), ['jan 1', 'jan 2']);
  const republished = article('jan', '2018-03-10', [launch('2016')], { revision: 2, because: 'republished' });
  t.strictSame(late(january, june, republished), ['jan 2'], 'a republished text is late by its own date');
});

// The replacements: [position, supersedes, supersededBy], where there are any.
const chain = (...steps: readonly Step[]) =>
  trail(...steps).flatMap(({ position, supersedes, supersededBy }) =>
    supersedes === null && supersededBy === null ? [] : [[position, supersedes, supersededBy]],
  );

t.test('a report of a higher revision replaces the same statement of the one below', async (t) => {
  const first = article('a', '2018', [launch('2018'), counts(2)]);
  const second = article('a', null, [launch('2017')], { revision: 2, because: 'reread' });
  t.strictSame(chain(first, second), [
    [1, null, 4],
    [2, null, 5],
    [3, null, 5],
    [4, 1, null],
    [5, 3, null],
  ]);
  t.strictSame(
    chain(second, first),
    [
      [1, 3, null],
      [2, 5, null],
      [3, null, 1],
      [4, null, 2],
      [5, null, 2],
    ],
    'whichever was recorded first',
  );
});

t.test('a retracted report names the event that retracted it', async (t) => {
  const a = article('a', '2018', [launch('2018')]);
  t.strictSame(chain(a, retractsArticle('a')), [
    [1, null, 3],
    [2, null, 3],
  ]);
  t.strictSame(chain(a, retracts(launched)), [[1, null, 3]]);
  const second = article('a', null, [launch('2018')], { revision: 2, because: 'reread' });
  t.strictSame(
    chain(a, retracts(launched), second).filter(([position]) => position === 4),
    [[4, 1, 3]],
    'also the same statement in a later reading',
  );
});

t.test('a retracted statement is retracted from the start in a later reading', async (t) => {
  const again = article('a', null, [launch('2018')], { revision: 2, because: 'reread' });
  t.strictSame(lastEffects(launched, article('a', '2018', [launch('2018')]), retracts(launched), again), ['retracted']);
});

t.test('a merge does to the fact what the reports of the other do', async (t) => {
  const other = (date: string) => article('b', '2018', [happened('CampaignLaunched', date, { subject: 'fruehling' })]);
  const merged = (date: string) =>
    lastEffects(
      launched,
      article('a', '2018', [launch('2018-02')]),
      other(date),
      merges(launched, 'campaign/fruehling/launched'),
    );
  t.strictSame(merged('2018-02'), ['corroborated']);
  t.strictSame(merged('2018-02-01'), ['narrowed']);
  t.strictSame(merged('2018-03'), ['contested']);
});

t.test('the trail of a merged fact belongs to the remaining fact', async (t) => {
  const away = 'campaign/fruehling/launched';
  const history = historyAfter(
    article('a', '2018', [launch('2018-02')]),
    article('b', '2018', [happened('CampaignLaunched', '2018-02', { subject: 'fruehling' })]),
    merges(launched, away),
    retracts(launched),
  );
  const relevant = relevantHistory(history);
  const effects = effectsOf(history.slice(-1), relevant).byFact;
  t.strictSame(effects.get(launched), ['retracted']);
  t.strictSame(effects.get(away) ?? [], []);
});

t.test('the audit trail includes merges', async (t) => {
  const steps = [
    article('a', '2018', [launch('2018-02')]),
    article('b', '2018', [happened('CampaignLaunched', '2018-02', { subject: 'fruehling' })]),
    merges(launched, 'campaign/fruehling/launched'),
  ];
  t.match(trail(...steps).at(-1), {
    fact: launched,
    event: { type: 'FactsMerged' },
    asserted: { from: 'campaign/fruehling/launched' },
  });
});

t.test('no later event changes the effect of an earlier one', async () => {
  const effectsIn = (history: readonly LedgerEvent[]) =>
    audit(history).map(({ position, effects }) => [position, effects]);
  fc.assert(
    fc.property(anyHistory, fc.nat(), (history, random) => {
      const ends = history.filter((event, i) => history[i + 1]?.correlationId !== event.correlationId);
      const end = ends[random % Math.max(1, ends.length)]?.position ?? 0;
      const whole = effectsIn(history).filter(([position]) => Number(position) <= end);
      return JSON.stringify(whole) === JSON.stringify(effectsIn(history.filter(({ position }) => position <= end)));
    }),
    { numRuns: 60 },
  );
});

t.test('a reading and a retraction name the facts that they drop', async (t) => {
  const first = article('a', '2018', [launch('2018'), happened('PartnershipSigned', '2017')]);
  const second = article('a', null, [launch('2018')], { revision: 2, because: 'reread' });
  const [, , read, , reread] = trail(first, second);
  t.match(read, { event: { type: 'ArticleRead' }, effects: [], alsoTouched: [] });
  t.match(reread, {
    event: { type: 'ArticleRead' },
    effects: ['superseded'],
    alsoTouched: [{ fact: signed, effects: ['superseded'] }],
  });
  t.strictSame(trail(first, retractsArticle('a')).at(-1)?.alsoTouched, [
    { fact: launched, effects: ['retracted'] },
    { fact: signed, effects: ['retracted'] },
  ]);
});

t.test('a reference enters, corroborates and advances what is known of Games', async (t) => {
  const dates = (published: string, window: string): GamesStatement => [
    'GamesDatesSet',
    '2020S',
    published,
    { window },
  ];
  const effects = (...statements: readonly GamesStatement[]) =>
    audit(gamesHistory(statements)).map((entry) => entry.effects);
  const [july, august] = ['2020-07-24/2020-08-09', '2020-08-01/2020-08-16'];
  t.strictSame(effects(dates('2013', july), dates('2014', july)), [['entered'], ['corroborated']]);
  t.strictSame(effects(dates('2013', july), dates('2014', august)), [['entered'], ['advanced']]);
  t.strictSame(
    effects(dates('2014', july), dates('2013', august)),
    [['entered'], ['superseded']],
    'what was published earlier than what is known changes nothing',
  );
  t.strictSame(
    effects(dates('2013', july), ['GamesRescheduled', '2020S', '2020-03', { window: '2021-07-23/2021-08-08' }]),
    [['entered'], ['entered']],
    'a move is a fact of its own',
  );
});
