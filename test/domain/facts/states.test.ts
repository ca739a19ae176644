import t from 'tap';
import type { ReadingDraft } from '../../../src/domain/decisions/reading.ts';
import type { FactState } from '../../../src/domain/facts/fact.ts';
import { holdingsOf } from '../../../src/domain/facts/rules.ts';
import { corrects, historyAfter, resolves, type Step } from '../../support/decided.ts';
import { article, given, happened } from '../../support/given.ts';
import { see, seeFact } from '../../support/see.ts';

const key = 'roster/top/reported';
const listed = (members: readonly string[], said: Readonly<Record<string, boolean | string>> = { complete: true }) =>
  happened('RosterReported', null, { subject: 'top', fields: { members, ...said } });

const members = (fact: FactState | undefined) => fact?.fields['members']?.value;

t.test('a decision on one state says nothing of another', async (t) => {
  const told = [
    article('a', '2018-09-18', [listed(['alpha', 'beta'])]),
    article('b', '2018-09-18', [listed(['alpha', 'gamma'])]),
    article('c', '2024-09-18', [listed(['alpha', 'delta'])]),
    article('d', '2024-09-18', [listed(['alpha'])]),
  ];
  const old = resolves(key, 'members', ['alpha', 'beta'], { of: ['a', 'b'] });
  const recent = resolves(key, 'members', ['alpha', 'delta'], { of: ['c', 'd'] });
  const on = (occurredAsOf: string, ...steps: readonly Step[]) =>
    seeFact(historyAfter(...told, ...steps), key, { occurredAsOf });
  t.match(on('2020-01-01'), { contested: true });
  t.match(on('2020-01-01', old), {
    contested: false,
    reopened: false,
    fields: { members: { value: ['alpha', 'beta'] } },
  });
  t.match(on('2025-01-01', old), { contested: true, reopened: false });
  for (const both of [[old, recent] as const, [recent, old] as const]) {
    t.match(on('2020-01-01', ...both), { contested: false, fields: { members: { value: ['alpha', 'beta'] } } });
    t.match(on('2025-01-01', ...both), { contested: false, fields: { members: { value: ['alpha', 'delta'] } } });
  }
});

t.test('a correction of one state is not reopened by the next', async (t) => {
  const steps = [
    article('a', '2018-09-18', [listed(['alpha', 'beta'])]),
    corrects(key, 'members', ['alpha'], { of: ['a'] }),
    article('b', '2024-09-18', [listed(['alpha', 'delta'])]),
  ];
  t.match(seeFact(historyAfter(...steps), key, { occurredAsOf: '2025-01-01' }), { reopened: false, contested: false });
});

t.test('a corrected day moves a state', async (t) => {
  const told = [
    article('a', '2018-09-18', [listed(['alpha', 'beta'])]),
    article('b', '2024-09-18', [listed(['alpha'], { complete: true, asOf: '2016' })]),
  ];
  const on = (...steps: readonly Step[]) => seeFact(historyAfter(...told, ...steps), key);
  t.strictSame(members(on()), ['alpha', 'beta']);
  t.strictSame(members(on(corrects(key, 'asOf', '2020', { of: ['b'] }))), ['alpha']);
});

t.test('while a list was only possibly published, it is the possible list of the day', async (t) => {
  const history = given(
    article('a', '2017-01-20', [listed(['alpha'])]),
    article('b', '[2018-01..2018-03]', [listed(['beta'])]),
  );
  const on = (timing: 'any' | 'certain') => members(seeFact(history, key, { occurredAsOf: '2018-02-01', timing }));
  t.strictSame([on('certain'), on('any')], [['alpha'], ['beta']]);
});

t.test('a guess starts no state, and hearsay ends none', async (t) => {
  const guessed = { subject: 'top', by: 'inference', fields: { members: ['zeta'], complete: true } } as const;
  t.match(
    seeFact(
      given(
        article('a', '2018-09-18', [listed(['alpha'])]),
        article('b', '2024-09-18', [happened('RosterReported', null, guessed)]),
      ),
      key,
    ),
    { contested: false, fields: { members: { value: ['alpha'] } } },
  );
  const pay = { subject: 'pay' };
  const granted = article('a', '2018-09-18', [happened('CategoryGranted', '2018-09-18', pay)]);
  const lost = (date: string | null, by: 'outlet' | 'second-hand') =>
    article('b', '2024-09-18', [happened('CategoryLost', date, { ...pay, by })]);
  const held = (...told: readonly ReadingDraft[]) =>
    seeFact(given(...told), 'category/pay/granted')?.fields['held']?.value ?? true;
  t.equal(held(granted, lost('2024-09-01', 'outlet')), false);
  t.equal(held(granted, lost('2024-09-01', 'second-hand')), true);
  t.equal(held(granted, lost(null, 'outlet')), true, 'nor does a loss without a day');
});

t.test('a category is held until it is lost, granted otherwise or the partnership ends', async (t) => {
  const pay = (day: string, exclusive: boolean) =>
    happened('CategoryGranted', day, { subject: 'pay', fields: { exclusive } });
  const facts = see(
    given(
      article('a', '2030-01-01', [pay('2015-01-01', true), happened('CategoryLost', '2017-01-01', { subject: 'pay' })]),
      article('b', '2030-01-01', [pay('2019-01-01', true)]),
      article('c', '2030-01-01', [pay('2021-01-01', false)]),
    ),
  );
  t.strictSame(
    holdingsOf('acme', facts).map(({ start, end }) => [start.edtf, end?.edtf]),
    [
      ['2015-01-01', '2017-01-01'],
      ['2019-01-01', '2021-01-01'],
    ],
  );
});
