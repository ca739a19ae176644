import t from 'tap';
import { factState, factsAt } from '../../../src/domain/facts/fact.ts';
import { lastDay } from '../../../src/domain/vocabulary/dates.ts';
import { after, answerTo, asked, merges, reportsOn, type Step, undoes } from '../../support/decided.ts';
import { article, happened, planned } from '../../support/given.ts';

const launched = 'campaign/spring/launched';

const decided = { actor: 'steward', reason: 'looked again', key: '1' };
const misread = { basis: 'misread' as const, reference: null };

t.test('a merge can be undone, also one that was merged on, and made again', async (t) => {
  const launch = (subject: string) => planned('CampaignLaunched', '2018', { subject });
  const key = (subject: string) => `campaign/${subject}/launched`;
  const chain = [
    article('a', '2018', ['one', 'two', 'three'].map(launch)),
    merges(key('two'), key('one')),
    merges(key('three'), key('two')),
  ];
  t.match(asked(undoes(key('two'), key('one')), after(...chain)), {
    rejection: { rule: 'fact-merged', at: ['fact'], suggestion: key('three') },
  });
  t.match(asked(undoes(key('three'), key('four')), after(...chain)), {
    rejection: { rule: 'not-merged', at: ['from'], message: /one\/launched, campaign\/two\/launched are/ },
  });
  const apart = after(...chain, undoes(key('three'), key('one')));
  const keys = factsAt(apart.history, null, 'possible').map((fact) => fact.key);
  t.same(keys, [key('one'), key('three')], 'two stays merged');
  t.equal(answerTo(undoes(key('three'), key('one')), apart), 'accepted', 'the same request again');
  t.equal(answerTo({ type: 'UndoMerge', fact: key('three'), from: key('one'), ...decided }, apart), 'not-merged');
  t.equal(answerTo({ type: 'MergeFacts', fact: key('three'), from: key('one'), ...decided }, apart), 'accepted');
  const both = after(...chain, undoes(key('three'), key('two')));
  t.same(
    factsAt(both.history, null, 'possible').map((fact) => fact.key),
    [key('three'), key('two')],
    'what stands apart keeps what was merged into it before',
  );
});

t.test('what was decided on merged facts stays with the reports that it judged', async (t) => {
  const signing = (subject: string, place: string) => happened('RoleGranted', '2017', { subject, note: place });
  const [host, hosts] = ['role/host/granted', 'role/hosts/granted'];
  const steps = [
    article('a', '2018', [signing('host', 'x')]),
    article('b', '2018', [signing('hosts', 'y')]),
    merges(host, hosts),
  ];
  const datesAfter = (...decisions: readonly Step[]) =>
    factsAt(after(...steps, ...decisions, undoes(host, hosts)).history, null, 'possible').map((fact) => [
      fact.key,
      factState(fact, lastDay, 'possible')?.occurrence?.date.edtf,
    ]);
  const [ofB = ''] = reportsOn(after(...steps), hosts).map(({ id }) => id);
  const onB: Step = () => ({
    type: 'CorrectFact',
    fact: host,
    reports: [ofB],
    field: 'date',
    value: '2016',
    ...misread,
    ...decided,
  });
  t.same(
    datesAfter(onB),
    [
      [host, '2017'],
      [hosts, '2016'],
    ],
    'a correction',
  );
  t.same(
    datesAfter(() => ({ type: 'RetractFact', fact: host, reports: [ofB], ...decided })),
    [[host, '2017']],
    'a retraction',
  );
  t.same(
    datesAfter(onB, () => ({
      type: 'ResolveContest',
      fact: host,
      reports: [],
      field: 'date',
      value: '2016',
      ...misread,
      ...decided,
      key: '2',
    })),
    [
      [host, '2017'],
      [hosts, '2016'],
    ],
    'a contest between what are two facts is settled no more',
  );
});

t.test('a merge of facts that cannot be one is rejected', async (t) => {
  const games = (edition: string) => happened('StorefrontOpened', '2018', { subject: 'shop', games: [edition] });
  const shops = after(
    article('a', '2019', [
      games('2018W'),
      games('2020S'),
      happened('StorefrontOpened', '2018', { subject: 'shop' }),
      planned('CampaignLaunched', '2018-02', { subject: 'spring' }),
      happened('CampaignEnded', '2018-04', { subject: 'spring' }),
    ]),
  );
  const shop = (edition: string) => `storefront/shop.${edition}/opened`;
  t.equal(answerTo(merges(launched, 'campaign/spring/ended'), shops), 'different-kind', 'another milestone');
  t.equal(answerTo(merges(launched, shop('2018w')), shops), 'different-kind', 'another kind');
  t.equal(answerTo(merges(shop('2018w'), shop('2020s')), shops), 'different-games');
  t.equal(answerTo(merges(shop('2018w'), 'storefront/shop/opened'), shops), 'accepted', 'where one names no Games');
});

t.test('a merge that would form a cycle is rejected', async (t) => {
  const launch = (subject: string) => planned('CampaignLaunched', '2018', { subject });
  const key = (subject: string) => `campaign/${subject}/launched`;
  const three = [article('a', '2018', ['one', 'two', 'three'].map(launch))];
  const chain = after(...three, merges(key('two'), key('one')), merges(key('three'), key('two')));
  for (const [fact, from] of [
    ['one', 'three'],
    ['two', 'three'],
    ['one', 'two'],
  ] as const)
    t.equal(answerTo(merges(key(fact), key(from)), chain), 'fact-merged', `${from} into ${fact}`);
  t.match(asked(merges(key('one'), key('three')), chain), { rejection: { at: ['fact'], suggestion: key('three') } });
  t.equal(
    answerTo(
      {
        type: 'CorrectFact',
        fact: key('three'),
        reports: reportsOn(chain, key('one')).map(({ id }) => id),
        field: 'date',
        value: '2019',
        ...misread,
        ...decided,
      },
      chain,
    ),
    'accepted',
  );
});
