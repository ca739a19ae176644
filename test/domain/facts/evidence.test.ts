import t from 'tap';
import type { ReportDraft } from '../../../src/domain/decisions/reading.ts';
import { corrects, historyAfter, merges, retracts, type Step } from '../../support/decided.ts';
import { article, given, happened } from '../../support/given.ts';
import { see, seeFact } from '../../support/see.ts';

const key = 'partnership/acme.federation/signed';
const signed = (place: string, said = {}) => happened('PartnershipSigned', null, { fields: { place }, ...said });
const placeIn = (history: Parameters<typeof seeFact>[0], clocks = {}) =>
  seeFact(history, key, clocks)?.fields['place']?.value;

const correction = (value: string, published = '2011'): ReportDraft['corrections'][number] => ({
  field: 'place',
  said: 'Davoss',
  value,
  reason: 'misspelt',
  reference: { title: 'An atlas', published },
});

t.test('a report counts from the reading that lists it', async (t) => {
  const whole = historyAfter(
    article('a', '2018', [signed('Davos')]),
    article('a', null, [signed('Lausanne')], { revision: 2, because: 'reread' }),
  );
  t.strictSame(
    [0, 1, 2, 3, 4].map((position) => placeIn(whole.slice(0, position))),
    [undefined, undefined, 'Davos', 'Davos', 'Lausanne'],
    'a cut between a report and its reading shows nothing half',
  );
});

t.test('a correction in a file stands beside what the article says', async (t) => {
  const history = given(article('a', '2018', [signed('Davoss', { corrections: [correction('Davos')] })]));
  t.strictSame(
    history.map((event) => (event.kind === 'decision' ? event.decision.type : event.kind)),
    ['report', 'FactCorrected', 'reading'],
    'and is recorded with it, before the reading',
  );
  t.equal(placeIn(history), 'Davos');
  t.match(seeFact(history, key)?.evidence, [
    {
      report: { fields: { place: 'Davoss' } },
      corrections: [{ said: 'Davoss', value: 'Davos', basis: 'better-evidence' }],
    },
  ]);
});

t.test('a correction in a file holds from the date of its reference on the reported clock', async (t) => {
  const history = given(
    article('a', '2018-01', [signed('Davoss', { corrections: [correction('Davos', '2018-06-10')] })]),
  );
  t.equal(placeIn(history, { reportedAsOf: '2018-06-09' }), 'Davoss');
  t.equal(placeIn(history, { reportedAsOf: '2018-06-10' }), 'Davos');
});

t.test('a correction in a file judges only its own report', async (t) => {
  const wrong = article('a', '2018', [signed('Davoss', { corrections: [correction('Davos')] })]);
  t.match(
    seeFact(given(wrong, article('b', '2018', [signed('Davoss')])), key),
    { contested: true, reopened: false },
    'neither settling the same in another article nor reopening anything',
  );
  const without = article('a', null, [signed('Davoss')], { revision: 2, because: 'reread' });
  t.equal(placeIn(given(wrong, without)), 'Davoss', 'a later reading without it takes it back');
  const other = article('a', null, [signed('Davoss', { corrections: [correction('Davos Dorf')] })], {
    revision: 2,
    because: 'reread',
  });
  t.equal(placeIn(given(wrong, other)), 'Davos Dorf');
  t.equal(placeIn(given(other, { ...wrong, published: '2018' })), 'Davos Dorf', 'whichever reading was recorded first');
});

t.test("a steward's correction also covers the same statement in a later reading", async (t) => {
  const reread = (place: string) => article('a', null, [signed(place)], { revision: 2, because: 'reread' });
  const steps = [article('a', '2018', [signed('Davoss')]), corrects(key, 'place', 'Davos')] as const;
  t.equal(placeIn(historyAfter(...steps, reread('Davoss'))), 'Davos');
  t.equal(placeIn(historyAfter(...steps, reread('Lausanne'))), 'Lausanne', 'not another one');
  t.equal(
    seeFact(historyAfter(...steps, article('b', '2018', [signed('Davoss')])), key)?.contested,
    true,
    'nor that of another article',
  );
});

t.test('the later of two corrections of one field wins', async (t) => {
  const a = article('a', '2018', [signed('Davoss')]);
  const [one, other] = [corrects(key, 'place', 'Davos'), corrects(key, 'place', 'Lausanne')];
  t.equal(placeIn(historyAfter(a, one, other)), 'Lausanne');
  t.equal(placeIn(historyAfter(a, other, one)), 'Davos');
});

t.test("a steward's correction overrides one in a file, whichever was recorded first", async (t) => {
  const first = article('a', '2018', [signed('Davoss')]);
  const again = article('a', null, [signed('Davoss', { corrections: [correction('Davos Dorf')] })], {
    revision: 2,
    because: 'reread',
  });
  const decides = corrects(key, 'place', 'Davos', { of: ['a'] });
  t.equal(placeIn(historyAfter(first, again, decides)), 'Davos');
  t.equal(placeIn(historyAfter(first, decides, again)), 'Davos');
});

t.test('a "we misread" correction holds at every reportedAsOf, a better reference only from its date', async (t) => {
  const a = article('a', '2018-01', [signed('Davoss')]);
  const on = (step: ReturnType<typeof corrects>, reportedAsOf: string) =>
    placeIn(historyAfter(a, step), { reportedAsOf });
  t.equal(on(corrects(key, 'place', 'Davos', { basis: 'misread' }), '2018-01-31'), 'Davos');
  for (const basis of ['better-evidence', 'publisher-corrected'] as const) {
    const step = corrects(key, 'place', 'Davos', { basis, reference: '2018-06-10' });
    t.equal(on(step, '2018-06-09'), 'Davoss', basis);
    t.equal(on(step, '2018-06-10'), 'Davos', basis);
  }
});

t.test('a corrected date moves the fact in the world', async (t) => {
  const launched = 'campaign/spring/launched';
  const a = article('a', '2019', [happened('CampaignLaunched', '2018-02-01', { subject: 'spring' })]);
  const history = historyAfter(a, corrects(launched, 'date', '2018-03-01'));
  t.equal(seeFact(history, launched, { occurredAsOf: '2018-02-28' }), undefined);
  t.equal(seeFact(history, launched, { occurredAsOf: '2018-03-01' })?.occurrence?.date.edtf, '2018-03-01');
});

t.test('a retracted report stops counting, and so does the same statement in a later reading', async (t) => {
  const steps = [
    article('a', '2018', [signed('Davos')]),
    article('b', '2018', [signed('Lausanne', { by: 'party' })]),
  ] as const;
  t.equal(placeIn(historyAfter(...steps, retracts(key, { of: ['b'] }))), 'Davos');
  t.strictSame(see(historyAfter(...steps, retracts(key))), [], 'a fact without reports is hidden');
  const again = article('b', null, [signed('Lausanne', { by: 'party' })], { revision: 2, because: 'reread' });
  t.equal(placeIn(historyAfter(...steps, retracts(key, { of: ['b'] }), again)), 'Davos');
  t.equal(
    placeIn(historyAfter(...steps, retracts(key), article('c', '2018', [signed('Bern')]))),
    'Bern',
    'a new report counts',
  );
});

t.test('a merged fact counts for the other fact, and so do the decisions on it', async (t) => {
  const [one, other] = ['campaign/spring/launched', 'campaign/fruehling/launched'];
  const launch = (subject: string, date: string, said = {}) => happened('CampaignLaunched', date, { subject, ...said });
  const steps = [
    article('a', '2019', [launch('spring', '2018-02-01')]),
    article('b', '2019', [launch('fruehling', '2018-03-01', { by: 'party' })]),
  ] as const;
  const dateIn = (...more: readonly Step[]) => seeFact(historyAfter(...steps, ...more), one)?.occurrence?.date.edtf;
  t.equal(dateIn(merges(one, other)), '2018-03-01', 'the party knows better');
  t.equal(
    dateIn(corrects(other, 'date', '2018-04-01'), merges(one, other)),
    '2018-04-01',
    'corrected before the merge',
  );
  t.equal(dateIn(merges(one, other), corrects(one, 'date', '2018-05-01')), '2018-05-01', 'or after it');
  t.equal(dateIn(merges(one, other), retracts(one)), undefined, 'all its reports retracted');
});
