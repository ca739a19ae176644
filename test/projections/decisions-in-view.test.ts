import t from 'tap';
import { audit } from '../../src/projections/effects.ts';
import { corrects, historyAfter, merges, resolves, retracts, type Step } from '../support/decided.ts';
import { article, happened, planned } from '../support/given.ts';
import { see, seeFact } from '../support/see.ts';

const key = 'partnership/acme.federation/signed';
const signed = (place: string, said = {}) => happened('PartnershipSigned', '2017', { fields: { place }, ...said });
const reread = (id: string, revision: number, ...reports: Parameters<typeof article>[2]) =>
  article(id, null, reports, { revision, because: 'reread' });
const a = article('a', '2018-01', [signed('Davoss')]);
const b = article('b', '2018-02', [signed('Bern', { by: 'party' })]);

type Clocks = Parameters<typeof seeFact>[2];
const seen = (steps: readonly Step[], clocks?: Clocks) => seeFact(historyAfter(...steps), key, clocks);
const types = (steps: readonly Step[], clocks?: Clocks) =>
  seen(steps, clocks)?.decisions.map(({ decision }) => decision.type);

t.test('a fact names what stewards decided on it, who and why', async (t) => {
  t.strictSame(types([a]), []);
  t.match(seen([a, corrects(key, 'place', 'Davos')])?.decisions, [
    { recordedBy: 'steward', decision: { type: 'FactCorrected', reason: 'looked again' } },
  ]);
  t.strictSame(types([a, b, corrects(key, 'place', 'Davos', { of: ['a'] }), resolves(key, 'place', 'Davos')]), [
    'FactCorrected',
    'ContestResolved',
  ]);
  t.strictSame(types([a, b, retracts(key, { of: ['a'] })]), ['FactRetracted']);
});

t.test("a correction in an article file is not listed as a steward's decision", async (t) => {
  const corrections = [
    {
      field: 'place',
      said: 'Davoss',
      value: 'Davos',
      reason: 'misspelt',
      reference: { title: 'Atlas', published: '2011' },
    },
  ];
  const fact = seen([article('a', '2018', [signed('Davoss', { corrections })])]);
  t.strictSame(fact?.decisions, []);
  t.equal(fact?.evidence[0]?.corrections.length, 1);
});

t.test('a decision is visible to a reader who could know its reference and the reports it judges', async (t) => {
  const steps = [a, corrects(key, 'place', 'Davos', { basis: 'better-evidence', reference: '2018-06-10' })];
  t.strictSame(types(steps, { reportedAsOf: '2018-06-09' }), []);
  t.strictSame(types(steps, { reportedAsOf: '2018-06-10' }), ['FactCorrected']);
  const onLater = [a, b, corrects(key, 'place', 'Basel', { of: ['b'] })];
  t.strictSame(types(onLater, { reportedAsOf: '2018-01-31' }), [], 'a misreading of an article that is not out yet');
  t.strictSame(types(onLater, { reportedAsOf: '2018-02-28' }), ['FactCorrected']);
});

t.test('a merged fact has the decisions on both facts', async (t) => {
  const launch = (subject: string) => planned('CampaignLaunched', '2018', { subject });
  const [one, other] = ['campaign/spring/launched', 'campaign/lenz/launched'];
  const history = historyAfter(
    article('a', '2018', [launch('spring'), launch('lenz')]),
    corrects(other, 'date', '2019'),
    merges(one, other),
    corrects(one, 'date', '2020'),
  );
  t.strictSame(
    see(history).map((fact) => [fact.key, fact.decisions.map(({ decision }) => decision.type)]),
    [[one, ['FactCorrected', 'FactsMerged', 'FactCorrected']]],
  );
});

t.test('a new report that contradicts a correction reopens it', async (t) => {
  const corrected = [a, corrects(key, 'place', 'Davos')] as const;
  const reopened = (...more: readonly Step[]) => seen([...corrected, ...more])?.reopened;
  t.equal(reopened(), false);
  t.equal(reopened(reread('a', 2, signed('Davoss'))), false, 'not the same statement, which is covered');
  t.equal(reopened(reread('a', 2, signed('Lausanne'))), true, 'another reading of the same article');
  t.equal(reopened(b), true, 'another article');
  t.equal(reopened(article('c', '2018', [signed('Davos')])), false, 'not one that agrees');
  t.equal(
    reopened(article('c', '2018', [planned('PartnershipSigned', null, { fields: { place: 'Bern' } })])),
    false,
    'nor a plan',
  );
  t.equal(reopened(b, corrects(key, 'place', 'Davos', { of: ['b'] })), false, 'until it is judged too');
  t.equal(reopened(b, resolves(key, 'place', 'Davos')), false, 'or the contest is settled');
});

t.test('an earlier report that a correction did not judge reopens it too', async (t) => {
  const steps = [a, b, corrects(key, 'place', 'Davos', { of: ['a'] })] as const;
  t.match(seen(steps), { contested: true, reopened: true });
  t.match(seen([a, b, corrects(key, 'place', 'Davos')]), { contested: false, reopened: false });
});

t.test('a new report brings back a retracted fact and reopens it', async (t) => {
  t.equal(seen([a, b, retracts(key)]), undefined);
  t.match(seen([a, b, retracts(key), article('c', '2018', [signed('Basel')])]), { reopened: true });
  t.match(
    seen([a, retracts(key), reread('a', 2, signed('Basel'))]),
    { reopened: true },
    'a reading that says something else',
  );
  t.equal(seen([a, retracts(key), reread('a', 2, signed('Davoss'))]), undefined, 'the same statement stays retracted');
  const partly = [a, b, retracts(key, { of: ['a'] })] as const;
  t.match(seen(partly), { reopened: false }, 'where others remain, nothing is brought back');
  t.match(seen([...partly, article('c', '2018', [signed('Basel')])]), { reopened: false });
  t.match(seen([...partly, reread('b', 2, signed('Bern', { by: 'party' }))]), { reopened: false });
});

// The replacements among decisions: [position, supersedes, supersededBy].
const chain = (...steps: readonly Step[]) =>
  audit(historyAfter(...steps)).flatMap(({ event, position, supersedes, supersededBy }) =>
    event.type === 'FactCorrected' || event.type === 'ContestResolved' ? [[position, supersedes, supersededBy]] : [],
  );

t.test('a later decision on a field replaces the earlier one, if it judges as much', async (t) => {
  const twice = [corrects(key, 'place', 'Davos'), corrects(key, 'place', 'Bern')] as const;
  t.strictSame(chain(a, ...twice), [
    [3, null, 4],
    [4, 3, null],
  ]);
  t.strictSame(
    chain(a, corrects(key, 'place', 'Davos'), corrects(key, 'date', '2016')),
    [
      [3, null, null],
      [4, null, null],
    ],
    'another field',
  );
  t.strictSame(
    chain(a, b, corrects(key, 'place', 'Davos'), corrects(key, 'place', 'Basel', { of: ['b'] })),
    [
      [5, null, null],
      [6, null, null],
    ],
    'the other article is still corrected by the first',
  );
  t.strictSame(chain(a, b, resolves(key, 'place', 'Davoss'), resolves(key, 'place', 'Bern')), [
    [5, null, 6],
    [6, 5, null],
  ]);
  t.strictSame(
    chain(a, b, corrects(key, 'place', 'Davos', { of: ['a'] }), resolves(key, 'place', 'Davos')),
    [
      [5, null, null],
      [6, null, null],
    ],
    'a resolution leaves a correction as it is',
  );
});
