import t from 'tap';
import { idOf } from '../../src/domain/identity.ts';
import type { StewardCommand } from '../../src/domain/steward.ts';
import { partnershipStream } from '../../src/domain/streams.ts';
import { after, asked, merges, reportsOn, type Step } from '../support/decided.ts';
import { acme, article, happened, planned } from '../support/given.ts';

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

// "accepted", or the name of the rule by which a command is rejected.
const answer = (command: StewardCommand | Step, to = state) => {
  const outcome = asked(command, to);
  return outcome.accepted ? 'accepted' : outcome.rejection.rule;
};

t.test('a decision names the reports that it judges', async (t) => {
  const both = reportsOn(state, signed).map(({ id }) => id);
  const outcome = asked(correct('place', 'Lausanne'), state);
  t.match(
    outcome,
    { accepted: true, events: [{ type: 'FactCorrected', data: { fact: signed, reports: both, said: 'Davos' } }] },
    'those of the fact so far, where none are named',
  );
  const [first] = both;
  t.match(asked(correct('place', 'Lausanne', { reports: [first ?? ''] }), state), {
    events: [{ data: { reports: [first] } }],
  });
  t.match(asked({ type: 'RetractFact', fact: signed, reports: [], ...decided }, state), {
    events: [{ type: 'FactRetracted', data: { reports: both } }],
  });
  t.match(asked(resolve('date', '2017-01'), state), { events: [{ type: 'ContestResolved', data: { reports: both } }] });
});

t.test('it carries who decided and why', async (t) => {
  const id = idOf('decision', partnershipStream(acme), 'steward', '1');
  t.match(asked(correct('place', 'Lausanne'), state), {
    events: [{ id, data: { reason: 'looked again' }, metadata: { recordedBy: 'steward', correlationId: id } }],
  });
});

t.test('the same command again is nothing to do', async (t) => {
  const steps = [...told, () => correct('place', 'Lausanne')];
  t.strictSame(asked(correct('place', 'Lausanne'), after(...steps)), { accepted: true, events: [] });
  t.match(asked(correct('place', 'Lausanne', { key: '2' }), after(...steps)), { events: [{ type: 'FactCorrected' }] });
});

t.test('a command that judges what is not there is rejected', async (t) => {
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

t.test('a field that the type does not have is named with those that it has', async (t) => {
  const outcome = asked(correct('venue', 'Davos'), state);
  t.match(outcome, {
    accepted: false,
    rejection: { rule: 'unknown-field', message: /no field venue; it has date, place/ },
  });
});

t.test('a value that is none of its kind is rejected', async (t) => {
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
      t.equal(answer(command('place', 'Lausanne', { basis, reference: null })), 'missing-reference', basis);
      t.equal(answer(command('place', 'Lausanne', { basis, reference })), 'accepted', basis);
      const undated = { ...reference, published: 'last year' };
      t.equal(answer(command('place', 'Lausanne', { basis, reference: undated })), 'wrong-reference', basis);
    }
  }
  t.equal(answer(correct('place', 'Lausanne')), 'accepted', 'a misreading needs none');
});

t.test('every decision says why', async (t) => {
  t.equal(answer(correct('place', 'Lausanne', { reason: ' ' })), 'missing-reason');
  t.equal(answer({ type: 'RetractArticle', article: 'a', revision: 1, ...decided, reason: '' }), 'missing-reason');
});

t.test('only what reports can contest is resolved', async (t) => {
  t.equal(answer(resolve('place', 'Davos')), 'accepted');
  t.equal(answer(resolve('date', '2017-01')), 'accepted');
  t.equal(
    answer(resolve('occasion', 'another fair', { fact: 'partnership/acme.federation/announced' })),
    'not-contestable',
    'a free text never is',
  );
  t.equal(answer(resolve('date', '2018-02', { fact: launched })), 'not-contestable', 'nor a plan, which drifts');
  t.equal(answer(resolve('modality', 'happened')), 'accepted');
  t.equal(answer(resolve('modality', 'denied')), 'wrong-value', 'a modality that no report has');
  t.equal(
    answer(correct('modality', 'denied')),
    'unknown-field',
    'how an article reports is not corrected but read anew',
  );
});

t.test('two facts are merged once', async (t) => {
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
      rejection: { rule: 'unknown-fact', message: /autumn\/launched was merged into campaign\/spring\/launched/ },
    },
    'what was merged away is named by what remains',
  );
  t.equal(answer(correct('date', '2018-03', { fact: autumn, key: '2' }), merged), 'unknown-fact');
  const [ofAutumn] = reportsOn(merged, autumn);
  t.equal(
    answer(correct('date', '2018-03', { fact: launched, reports: [ofAutumn?.id ?? ''], key: '2' }), merged),
    'accepted',
    'which has the reports of both',
  );
});

t.test('a command that breaks a rule is rejected, one on a fact that broke it before is not', async (t) => {
  const term = 'partnership/acme.federation/term-agreed';
  t.match(asked(correct('end', '2016', { fact: term }), state), {
    accepted: false,
    rejection: { rule: 'term', flags: [{ fact: term, rule: 'term' }] },
  });
  const broken = after(
    article('a', '2018', [happened('TermAgreed', '2017', { fields: { start: '2017', end: '2015' } })]),
  );
  t.equal(answer(correct('end', '2016', { fact: term }), broken), 'accepted');
});
