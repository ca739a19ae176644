import t from 'tap';
import { decide } from '../../../src/domain/decisions/decide.ts';
import type { StewardCommand } from '../../../src/domain/decisions/steward.ts';
import { uncertainDate } from '../../../src/domain/vocabulary/dates.ts';
import { idOf, partnershipStream } from '../../../src/domain/vocabulary/events.ts';
import { after, answerTo, asked, merges, reportsOn, type Step } from '../../support/decided.ts';
import { acme, article, denied, happened, planned } from '../../support/given.ts';

const roster = 'roster/top/reported';
const launched = 'campaign/spring/launched';
const signed = 'partnership/acme.federation/signed';

const told: readonly Step[] = [
  article('a', '2018', [
    happened('PartnershipSigned', '2017-01', { fields: { place: 'Davos' } }),
    happened('RosterReported', null, { subject: 'top', fields: { members: ['visa'], others: 12, complete: true } }),
    happened('PartnershipAnnounced', '2017', { fields: { occasion: 'a fair' } }),
    happened('TermAgreed', '2017', { fields: { start: '2017', end: '2028' } }),
    planned('CampaignLaunched', '2018-02', { subject: 'spring' }),
  ]),
  article('b', '2018', [happened('PartnershipSigned', '2017-02', { fields: { place: 'Bern' } })]),
];
const state = after(...told);

const decided = { actor: 'steward', reason: 'looked again', key: '1' };
const reference = { title: 'A register', published: '2019' };
const misread = { basis: 'misread' as const, reference: null };

const correct = (field: string, value: unknown, more: Partial<Extract<StewardCommand, { type: 'CorrectFact' }>> = {}) =>
  ({ type: 'CorrectFact', fact: signed, reports: [], field, value, ...misread, ...decided, ...more }) as StewardCommand;
const resolve = (
  field: string,
  value: unknown,
  more: Partial<Extract<StewardCommand, { type: 'ResolveContest' }>> = {},
) =>
  ({
    type: 'ResolveContest',
    fact: signed,
    reports: [],
    field,
    value,
    ...misread,
    ...decided,
    ...more,
  }) as StewardCommand;

const answer = (command: StewardCommand | Step, to = state) => answerTo(command, to);

t.test('a decision names the reports that it judges', async (t) => {
  const both = reportsOn(state, signed).map(({ id }) => id);
  const outcome = asked(correct('place', 'Lausanne'), state);
  t.match(
    outcome,
    { accepted: true, events: [{ type: 'FactCorrected', data: { fact: signed, reports: both, said: null } }] },
    'those of the fact so far, where none are named; what they say is no one value, as they differ',
  );
  const [first] = both;
  t.match(asked(correct('place', 'Lausanne', { reports: [first ?? ''] }), state), {
    events: [{ data: { reports: [first], said: 'Davos' } }],
  });
  t.match(asked({ type: 'RetractFact', fact: signed, reports: [], ...decided }, state), {
    events: [{ type: 'FactRetracted', data: { reports: both } }],
  });
  t.match(asked(resolve('date', '2017-01'), state), { events: [{ type: 'ContestResolved', data: { reports: both } }] });
});

t.test('a decision carries who made it and why', async (t) => {
  const id = idOf('decision', partnershipStream(acme), 'steward', '1');
  t.match(asked(correct('place', 'Lausanne'), state), {
    events: [{ id, data: { reason: 'looked again' }, metadata: { recordedBy: 'steward', correlationId: id } }],
  });
});

t.test('a repeated command does nothing', async (t) => {
  const steps = [...told, () => correct('place', 'Lausanne')];
  t.strictSame(asked(correct('place', 'Lausanne'), after(...steps)), { accepted: true, events: [] });
  t.match(asked(correct('place', 'Zug', { key: '2' }), after(...steps)), { events: [{ type: 'FactCorrected' }] });
});

t.test('a command that judges an unrecorded report is rejected', async (t) => {
  t.equal(answer(correct('place', 'Lausanne', { fact: 'partnership/acme.federation/renewed' })), 'unknown-fact');
  t.equal(answer({ type: 'RetractFact', fact: 'campaign/autumn/launched', reports: [], ...decided }), 'unknown-fact');
  const [ofOther] = reportsOn(state, roster);
  t.equal(
    answer(correct('place', 'Lausanne', { reports: [ofOther?.id ?? ''] })),
    'unknown-report',
    'a report of another fact',
  );
  t.equal(answer({ type: 'RetractArticle', article: 'z', revision: 1, ...decided }), 'unknown-article');
  t.equal(
    answer({ type: 'RetractArticle', article: 'a', revision: 2, ...decided }),
    'unknown-article',
    'another revision',
  );
  t.equal(answer({ type: 'RetractArticle', article: 'a', revision: 1, ...decided }), 'accepted');
});

t.test('a correction of an unknown field is rejected with the fields of the type', async (t) => {
  const outcome = asked(correct('venue', 'Davos'), state);
  t.match(outcome, {
    accepted: false,
    rejection: { rule: 'unknown-field', message: /no field venue; it has date, place/ },
  });
});

t.test('a value of the wrong kind is rejected', async (t) => {
  const wrong: readonly (readonly [fact: string, field: string, value: unknown])[] = [
    [signed, 'date', '2017/2018'],
    [signed, 'date', 'last spring'],
    [signed, 'date', 2017],
    [signed, 'place', 12],
    [roster, 'others', 'twelve'],
    [roster, 'members', 'visa'],
    [roster, 'members', []],
    [roster, 'complete', 'yes'],
    ['partnership/acme.federation/term-agreed', 'end', '2028-13'],
  ];
  for (const [fact, field, value] of wrong) {
    t.equal(answer(correct(field, value, { fact })), 'wrong-value', `${field}: ${JSON.stringify(value)}`);
  }
  const right: readonly (readonly [fact: string, field: string, value: unknown])[] = [
    [signed, 'date', '[2017-01..2017-02]'],
    [roster, 'others', { min: 12 }],
    [roster, 'members', ['visa', 'coke']],
    [roster, 'complete', false],
    ['partnership/acme.federation/term-agreed', 'end', '[2028..]'],
  ];
  for (const [fact, field, value] of right) t.equal(answer(correct(field, value, { fact })), 'accepted', field);
});

t.test('"better evidence" and "the publisher corrected" name a reference and its date', async (t) => {
  for (const basis of ['better-evidence', 'publisher-corrected'] as const) {
    for (const command of [correct, resolve]) {
      t.equal(answer(command('place', 'Davos', { basis, reference: null })), 'missing-reference', basis);
      t.equal(answer(command('place', 'Davos', { basis, reference })), 'accepted', basis);
      const undated = { ...reference, published: 'last year' };
      t.equal(answer(command('place', 'Davos', { basis, reference: undated })), 'wrong-reference', basis);
    }
  }
  t.equal(answer(correct('place', 'Lausanne')), 'accepted', 'a misreading needs none');
});

t.test('a decision without a reason is rejected', async (t) => {
  t.equal(answer(correct('place', 'Lausanne', { reason: ' ' })), 'missing-reason');
  t.equal(answer({ type: 'RetractArticle', article: 'a', revision: 1, ...decided, reason: '' }), 'missing-reason');
});

t.test('a resolution of a field that reports cannot contest is rejected', async (t) => {
  t.equal(answer(resolve('place', 'Davos')), 'accepted');
  t.equal(answer(resolve('date', '2017-01')), 'accepted');
  t.equal(
    answer(resolve('occasion', 'another fair', { fact: 'partnership/acme.federation/announced' })),
    'not-contestable',
    'a free text never is',
  );
  t.equal(answer(resolve('date', '2018-02', { fact: launched })), 'not-contestable', 'nor a plan, which drifts');
  t.equal(answer(resolve('modality', 'happened')), 'not-contested', 'of what nobody denies');
  t.equal(
    answer(resolve('modality', 'happened'), after(...told, article('d', '2018', [denied('PartnershipSigned', null)]))),
    'accepted',
  );
  t.equal(answer(resolve('modality', 'denied')), 'wrong-value', 'a modality that no report has');
  t.equal(
    answer(correct('modality', 'denied')),
    'unknown-field',
    'how an article reports is not corrected but read anew',
  );
});

t.test('a resolution settles a contest with what a report says, once', async (t) => {
  t.match(asked(resolve('members', ['visa'], { fact: roster }), state), {
    rejection: { rule: 'not-contested', at: ['field'], message: /correct/ },
  });
  t.match(asked(resolve('place', 'Mars'), state), {
    rejection: { rule: 'wrong-value', at: ['value'], message: /place is Mars, but Davos; Bern: correct them/ },
  });
  t.equal(answer(resolve('date', '2016')), 'wrong-value', 'a day that every report leaves out');
  t.equal(answer(resolve('date', '2017-01-15')), 'accepted', 'one that a report leaves room for');

  const once = after(...told, () => resolve('place', 'Davos'));
  const [davos] = reportsOn(state, signed).map(({ id }) => id);
  t.equal(answer(resolve('place', 'Davos', { key: '2' }), once), 'no-change', 'twice');
  t.equal(answer(resolve('place', 'Bern', { key: '2' }), once), 'accepted', 'otherwise');
  t.equal(answer(resolve('place', 'Davos', { key: '2', basis: 'better-evidence', reference }), once), 'accepted');
  t.equal(answer(resolve('place', 'Davos', { key: '2', reports: [davos ?? ''] }), once), 'accepted', 'for fewer');
  const back = after(
    ...told,
    () => resolve('place', 'Davos'),
    () => resolve('place', 'Bern', { key: '2' }),
  );
  t.equal(answer(resolve('place', 'Davos', { key: '3' }), back), 'accepted', 'and back again');
  const more = after(
    ...told,
    () => resolve('place', 'Davos'),
    article('e', '2018', [happened('PartnershipSigned', '2017-01', { fields: { place: 'Bern' } })]),
  );
  t.equal(answer(resolve('place', 'Davos', { key: '2' }), more), 'accepted', 'with a report that has come since');
});

t.test('a resolution may settle a contest that only an earlier day shows', async (t) => {
  const opened = (place: string) => ({ subject: 'shop', games: ['2022W'], fields: { platform: place } });
  const then = after(
    article('a', '2017', [planned('StorefrontOpened', '2018', opened('Web'))]),
    article('b', '2017', [planned('StorefrontOpened', '2018', opened('App'))]),
    article('c', '2019', [happened('StorefrontOpened', '2018', opened('Kiosk'))]),
  );
  t.equal(answer(resolve('platform', 'App', { fact: 'storefront/shop.2022w/opened' }), then), 'accepted');
});

t.test('a merged fact cannot be merged again', async (t) => {
  const autumn = 'campaign/autumn/launched';
  const steps = [...told, article('c', '2018', [planned('CampaignLaunched', '2018', { subject: 'autumn' })])];
  const two = after(...steps);
  t.equal(answer(merges(launched, autumn), two), 'accepted');
  t.equal(answer(merges(launched, launched), two), 'same-fact');
  t.equal(answer(merges(launched, 'campaign/winter/launched'), two), 'unknown-fact');
  const merged = after(...steps, merges(launched, autumn));
  t.match(
    asked(merges(autumn, launched), merged),
    {
      accepted: false,
      rejection: {
        rule: 'fact-merged',
        at: ['fact'],
        suggestion: launched,
        message: /autumn\/launched was merged into/,
      },
    },
    'what was merged away is named by what remains',
  );
  t.equal(answer(correct('date', '2018-03', { fact: autumn, key: '2' }), merged), 'fact-merged');
  t.equal(answer(merges(signed, autumn), merged), 'fact-merged');
  const [ofAutumn] = reportsOn(merged, autumn);
  t.equal(
    answer(correct('date', '2018-03', { fact: launched, reports: [ofAutumn?.id ?? ''], key: '2' }), merged),
    'accepted',
    'which has the reports of both',
  );
});

t.test('a command is rejected for the rule that its own value breaks, not for one broken before', async (t) => {
  const term = 'partnership/acme.federation/term-agreed';
  t.match(asked(correct('end', '2016', { fact: term }), state), {
    accepted: false,
    rejection: { rule: 'term', flags: [{ fact: term, rule: 'term' }] },
  });
  const broken = after(
    article('a', '2018', [happened('TermAgreed', '2017', { fields: { start: '2017', end: '2015' } })]),
  );
  t.equal(answer(correct('end', '2016', { fact: term }), broken), 'accepted');
  const ended = after(
    ...told,
    article('c', '2018-09', [happened('CampaignCancelled', '2018-05', { subject: 'spring' })]),
    article('d', '2018-09', [happened('CampaignLaunched', '2018-03', { subject: 'spring' })]),
  );
  t.equal(
    answer(
      correct('date', '2018-08', { fact: launched, reports: reportsOn(ended, launched, ['d']).map(({ id }) => id) }),
      ended,
    ),
    'campaign-order',
    'a launch after the end that stands',
  );
});

t.test('a command is not rejected for what it makes another report look like', async (t) => {
  const count = 'campaign/spring/creative-count-stated';
  const release = (subject: string) => happened('CreativeReleased', '2018-02', { subject, campaign: 'spring' });
  const others = after(
    ...told,
    article('c', '2019', [
      happened('CampaignLaunched', '2018-02', { subject: 'spring' }),
      happened('ObligationDelivered', '2018-03', { subject: 'cloud', games: ['2018W'] }),
      happened('CreativeCountStated', null, { subject: 'spring', fields: { count: 3 } }),
      ...['one', 'two', 'three'].map(release),
    ]),
    article('d', '2019-06', [planned('CampaignLaunched', '2019-09', { subject: 'spring' })]),
  );
  const to = (command: StewardCommand) =>
    decide(command, others, {
      windows: new Map([['2018W', uncertainDate('2018-02-09/2018-02-25')]]),
      otherHoldings: [],
    });
  const end = { fact: 'partnership/acme.federation/term-agreed' };
  for (const [command, why] of [
    [correct('end', '2017-12', end), 'what was done after the term that is right is flagged, and stays'],
    [correct('count', 2, { fact: count }), 'count-below-named'],
    [correct('date', '2018-01', { fact: 'obligation/cloud.2018w/delivered' }), 'before-its-games'],
    [correct('date', '2018-01', { fact: launched }), 'plan-after-fact'],
    [{ type: 'RetractArticle', article: 'a', revision: 1, ...decided }, 'a retraction states no value'],
  ] as const)
    t.match(to(command), { accepted: true }, why);
});

t.test('a used idempotency key stands for its first command', async (t) => {
  const first = correct('place', 'Lausanne', { request: 'one' });
  const then = after(...told, () => first);
  t.strictSame(asked(first, then), { accepted: true, events: [] }, 'the same is nothing to do');
  t.equal(answer(correct('place', 'Zug', { request: 'two' }), then), 'key-taken');
  t.equal(
    answer({ type: 'RetractFact', fact: signed, reports: [], ...decided, request: 'three' }, then),
    'key-taken',
    'whatever else was asked',
  );
  t.equal(answer(correct('place', 'Zug', { request: 'two', actor: 'ann' }), then), 'accepted', 'by this steward');
});

t.test('a rejected command names its mistake and, for an unknown fact, the nearest ones', async (t) => {
  t.match(asked(correct('place', 'Bern', { fact: 'partnership/acme.federation/sgned' }), state), {
    rejection: { rule: 'unknown-fact', at: ['fact'], suggestion: signed, message: /did you mean .*signed/ },
  });
  t.match(asked(merges(launched, 'campaign/sprong/launched'), state), {
    rejection: { rule: 'unknown-fact', at: ['from'], suggestion: launched },
  });
  t.match(asked(correct('palce', 'Bern'), state), { rejection: { at: ['field'], suggestion: 'place' } });
  const [one] = reportsOn(state, signed);
  t.match(asked(correct('place', 'Bern', { reports: [one?.id ?? '', 'x', 'y'] }), state), {
    rejection: { rule: 'unknown-report', at: ['reports/1', 'reports/2'], message: /no report x, y/ },
  });
  t.match(asked(correct('date', '2017-13'), state), { rejection: { rule: 'wrong-value', at: ['value'] } });
});

t.test('a corrected count must be a number or bounds that leave a number possible', async (t) => {
  const wrong = [{}, -1, { min: -1 }, { min: 3, max: 2 }, { about: -2 }];
  for (const value of wrong)
    t.equal(answer(correct('others', value, { fact: roster })), 'wrong-value', JSON.stringify(value));
  for (const value of [0, { min: 3, max: 3 }, { about: 12.5 }])
    t.equal(answer(correct('others', value, { fact: roster })), 'accepted', JSON.stringify(value));
});

t.test('a correction to the value that every judged report already has is rejected', async (t) => {
  const [davos, bern] = reportsOn(state, signed).map(({ id }) => id);
  t.equal(answer(correct('place', 'Davos', { reports: [davos ?? ''] })), 'no-change');
  t.equal(answer(correct('place', 'Davos', { reports: [bern ?? ''] })), 'accepted');
  t.equal(answer(correct('place', 'Davos')), 'accepted', 'as long as one says something else');
  t.equal(answer(correct('members', ['visa'], { fact: roster })), 'no-change');
  t.equal(answer(correct('complete', true, { fact: roster })), 'no-change');
  t.equal(
    answer(correct('place', 'Davos', { reports: [davos ?? ''], basis: 'better-evidence', reference })),
    'no-change',
    'on whatever basis',
  );

  const once = after(...told, () => correct('place', 'Lausanne'));
  t.equal(answer(correct('place', 'Lausanne', { key: '2' }), once), 'no-change', 'twice');
  t.equal(
    answer(correct('place', 'Lausanne', { key: '2', basis: 'better-evidence', reference }), once),
    'accepted',
    'on another basis it holds at other times',
  );
  t.equal(answer(correct('place', 'Davos', { key: '2', reports: [davos ?? ''] }), once), 'accepted', 'undone');
});

t.test('a correction of what happened to a day after its article is rejected', async (t) => {
  const later = after(
    article('a', '2018-01', [
      happened('PartnershipSigned', '2017'),
      planned('CampaignLaunched', '2018-02', { subject: 'spring' }),
    ]),
  );
  t.equal(answer(correct('date', '2018-02'), later), 'wrong-value');
  t.equal(answer(correct('date', '[2018-01..2018-02]'), later), 'accepted', 'it may have been before');
  t.equal(answer(correct('date', '2018-03', { fact: launched }), later), 'accepted', 'a plan lies ahead');
});

t.test('a decision that judges no counting report is rejected', async (t) => {
  const gone = (...steps: readonly Step[]) => after(...told, ...steps);
  const retract =
    (key: string): Step =>
    () => ({ type: 'RetractFact', fact: launched, reports: [], ...decided, key });
  t.equal(answer(retract('2'), gone(retract('1'))), 'nothing-counts', 'a retraction of what was retracted');
  const without = gone(() => ({ type: 'RetractArticle', article: 'a', revision: 1, ...decided, key: '1' }));
  t.equal(answer(correct('date', '2018-03', { fact: launched, key: '2' }), without), 'nothing-counts');
  t.equal(answer(correct('place', 'Zug', { key: '2' }), without), 'accepted', 'where another article says it too');
  const [ofA] = reportsOn(without, signed, ['a']);
  t.match(asked(correct('place', 'Zug', { key: '2', reports: [ofA?.id ?? ''] }), without), {
    rejection: { rule: 'nothing-counts', at: ['reports'] },
  });
});

t.test('a retracted revision cannot be retracted again', async (t) => {
  const retract =
    (revision: number, key: string): Step =>
    () => ({ type: 'RetractArticle', article: 'a', revision, ...decided, key });
  const second = article('a', null, [happened('PartnershipSigned', '2017-03')], { revision: 2, because: 'reread' });
  t.equal(answer(retract(1, '2'), after(...told, retract(1, '1'))), 'already-retracted');
  t.equal(answer(retract(1, '2'), after(...told, second, retract(2, '1'))), 'already-retracted', 'with a higher one');
  t.equal(answer(retract(2, '2'), after(...told, retract(1, '1'), second)), 'accepted', 'a later one counts again');
  t.match(asked(retract(3, '1'), after(...told, second)), {
    rejection: { rule: 'unknown-article', at: ['revision'], message: /it has 1, 2/ },
  });
});
