import t from 'tap';
import type { ReportDraft } from '../../src/domain/decisions/reading.ts';
import type { SubjectNames } from '../../src/domain/vocabulary/subjects.ts';
import { partnershipView } from '../../src/projections/partnership-view.ts';
import { partnershipDetail } from '../../src/projections/partnerships.ts';
import { relevantHistory } from '../../src/projections/relevant-history.ts';
import { historyAfter, retractsArticle, type Step } from '../support/decided.ts';
import { acme, article, happened, planned } from '../support/given.ts';

const names: SubjectNames = (kind, slug) => (kind === 'organisation' && slug === 'acme' ? 'Acme Corporation' : null);

const summary = (steps: readonly Step[], occurredAsOf = '9999-12-31', registered = names) => {
  const history = historyAfter(...steps);
  const relevant = relevantHistory(history);
  const cut = { occurredAsOf, reportedAsOf: null, position: history.length, timing: 'any' as const };
  const ground = { partnership: acme, history, games: [], otherHoldings: { certain: [], possible: [] } };
  return partnershipDetail(partnershipView(ground, cut, relevant, null), registered);
};
const told = (...reports: readonly ReportDraft[]) => [article('a', '2040-01-01', reports)];

t.test('a partnership summary is named by its parties', async (t) => {
  const seen = summary(told(happened('PartnershipSigned', '2017')));
  t.match(seen, {
    id: acme,
    name: 'Acme Corporation – Federation',
    partner: { id: 'acme', name: 'Acme Corporation' },
    rightsHolder: { id: 'federation', name: 'Federation' },
    links: { timeline: `/api/partnerships/${acme}/timeline` },
  });
  t.equal(summary(told(), '2040-01-01', (kind) => (kind === 'partnership' ? 'The deal' : null)).name, 'The deal');
});

t.test('a partnership summary counts facts, contests, articles and statuses', async (t) => {
  const steps = [
    article('a', '2019', [
      happened('PartnershipSigned', '2017-01'),
      planned('CampaignLaunched', '2018-02', { subject: 'spring' }),
    ]),
    article('b', '2019', [happened('PartnershipSigned', '2017-02')]),
    article('c', '2019', [happened('TermAgreed', '2017')]),
    retractsArticle('c'),
  ];
  t.match(summary(steps), {
    facts: 2,
    contested: 1,
    articles: 2,
    version: 8,
    byStatus: { happened: 1, 'overdue-unconfirmed': 1 },
  });
});

t.test('a partnership summary shows the term as agreed, renewed or ended', async (t) => {
  const agreed = happened('TermAgreed', '2017', { fields: { start: '2017-01-19', end: '2028', years: 12 } });
  t.match(summary(told(agreed)).term, { start: { edtf: '2017-01-19' }, end: { edtf: '2028' }, years: 12 });
  const renewed = happened('PartnershipRenewed', '2027', { fields: { end: '2036' } });
  t.match(summary(told(agreed, renewed)).term, { end: { edtf: '2036' } });
  t.match(summary(told(agreed, happened('PartnershipTerminated', '2020-05'))).term, { end: { edtf: '2020-05' } });
  t.strictSame(summary(told(happened('PartnershipSigned', '2017'))).term, {
    start: null,
    end: null,
    years: null,
    contested: false,
  });
});

const status = (...reports: readonly ReportDraft[]) => summary(told(...reports)).status;
const [announced, signed] = [
  happened('PartnershipAnnounced', '2017-01-19'),
  happened('PartnershipSigned', '2017-01-10'),
];

t.test('a partnership summary shows the partnership as reported, announced or signed', async (t) => {
  t.equal(status(happened('TierGranted', null, { subject: 'top' })), 'reported');
  t.equal(status(announced), 'announced');
  t.equal(status(announced, signed), 'signed', 'what is announced after it was signed is signed');
  t.equal(status(announced, happened('PartnershipSigned', null)), 'signed');
  t.equal(status(planned('PartnershipSigned', '2017')), 'reported', 'a plan to sign is none');
});

t.test('a partnership summary shows the last interruption, resumption or end', async (t) => {
  const suspended = happened('PartnershipSuspended', '2020');
  t.equal(status(signed, suspended), 'suspended');
  t.equal(status(signed, suspended, happened('PartnershipReinstated', '2021')), 'signed');
  t.equal(status(signed, happened('PartnershipExpired', '2028')), 'expired');
  t.equal(status(signed, happened('PartnershipExpired', '2028'), happened('PartnershipRenewed', '2029')), 'signed');
  t.equal(status(signed, suspended, happened('PartnershipTerminated', '2022')), 'terminated');
  t.equal(
    summary(told(signed, happened('PartnershipTerminated', '2022')), '2021-12-31').status,
    'signed',
    'as of the day of the world',
  );
});

t.test('after a reinstatement stands what stood before', async (t) => {
  const [suspended, reinstated] = [happened('PartnershipSuspended', '2020'), happened('PartnershipReinstated', '2021')];
  t.equal(status(announced, suspended, reinstated), 'announced', 'nobody told of a signature');
  t.equal(status(signed, suspended, reinstated), 'signed');
});

t.test('an undated report advances the status, and neither takes it back nor ends it', async (t) => {
  const ended = happened('PartnershipTerminated', '2020-05-01');
  t.match(summary(told(announced, ended, happened('PartnershipSigned', null))), {
    status: 'terminated',
    timing: 'certain',
    otherStatuses: [],
  });
  t.match(summary(told(signed, happened('PartnershipTerminated', null))), {
    status: 'signed',
    otherStatuses: ['terminated'],
  });
});

t.test('the bounds of the days tell where else a partnership may stand', async (t) => {
  const either = [happened('PartnershipSuspended', '2020'), happened('PartnershipReinstated', '2020')];
  t.match(summary(told(signed, ...either)), { status: 'signed', otherStatuses: ['suspended'] });
  t.match(summary(told(signed, happened('PartnershipTerminated', '[2020..2022]')), '2021-06-01'), {
    status: 'terminated',
    timing: 'possible',
  });
});

t.test('hearsay ends a partnership only possibly, a guess not at all', async (t) => {
  const ended = (by: 'second-hand' | 'inference') => happened('PartnershipTerminated', '2020-05-01', { by });
  t.match(summary(told(signed, ended('second-hand'))), { status: 'signed', otherStatuses: ['terminated'] });
  t.match(summary(told(signed, ended('inference'))), { status: 'signed', timing: 'certain', otherStatuses: [] });
  t.match(summary(told(announced, happened('PartnershipSigned', '2017', { by: 'second-hand' }))), {
    status: 'signed',
    timing: 'possible',
  });
});

t.test('a known term that is over is named until a report tells how it ended', async (t) => {
  const term = happened('TermAgreed', '2010', { fields: { start: '2010', end: '2016-12-31' } });
  const over = (day: string, ...more: readonly ReportDraft[]) => summary(told(signed, term, ...more), day).termOver;
  t.equal(over('2016-12-31'), null, 'the last day belongs to the term');
  t.strictSame(over('2017-01-01'), { since: '2016-12-31' });
  t.equal(over('2017-01-01', happened('PartnershipExpired', '2016-12-31')), null);
  t.equal(over('2017-01-01', happened('PartnershipRenewed', '2016', { fields: { end: '2020' } })), null);
  t.strictSame(
    over('2017-01-01', happened('PartnershipTerminated', '2016', { by: 'inference' })),
    { since: '2016-12-31' },
    'a guess tells of no end',
  );
});

t.test('a term is contested where its reports disagree', async (t) => {
  const term = (end: string) => happened('TermAgreed', '2010', { fields: { end } });
  const both = [article('a', '2040-01-01', [term('2016')]), article('b', '2040-01-01', [term('2018')])];
  t.equal(summary(both).term.contested, true);
});
