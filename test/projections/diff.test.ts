import t from 'tap';
import { diffAuditLines } from '../../src/cli/diff.ts';
import { diffLine } from '../../src/cli/diff-lines.ts';
import type { TimingChoice } from '../../src/domain/facts/facts-at.ts';
import { diffOf } from '../../src/projections/diff.ts';
import { type Diff, type DiffItem, type ReadModels, readModelsOf } from '../../src/projections/diff-parts.ts';
import { partnershipView } from '../../src/projections/partnership-view.ts';
import { relevantHistory } from '../../src/projections/relevant-history.ts';
import { applyDiff } from '../support/apply-diff.ts';
import { corrects, historyAfter, merges, resolves, retracts, retractsArticle, type Step } from '../support/decided.ts';
import { acme, article, happened, planned } from '../support/given.ts';

type Clocks = { readonly occurredAsOf?: string; readonly reportedAsOf?: string; readonly timing?: TimingChoice };

const shown = (
  steps: readonly Step[],
  { occurredAsOf = '2030-01-01', reportedAsOf, timing = 'any' }: Clocks = {},
): ReadModels => {
  const history = historyAfter(...steps);
  const relevant = relevantHistory(history);
  const ground = { partnership: acme, history, games: [], otherHoldings: { certain: [], possible: [] } };
  const cut = { occurredAsOf, reportedAsOf: reportedAsOf ?? null, position: history.length, timing };
  return readModelsOf(partnershipView(ground, cut, relevant, null), () => null);
};

/** What the recorded clock shows when further steps are taken. */
const when = (given: readonly Step[], ...more: readonly Step[]): Diff =>
  diffOf(shown(given), shown([...given, ...more]));

const itemOf = (diff: Diff, key: string): DiffItem => {
  const item = [...diff.timeline, ...diff.obligations, ...diff.rollout].find((one) => one.key === key);
  if (item === undefined) throw new Error(`nothing differs in ${key}`);
  return item;
};

const lineOf = (item: DiffItem): string => {
  const line = diffLine(item);
  return line === null ? '' : `${line.mark} ${[line.name, ...line.instances].join(' ')}: ${line.says}`;
};

const launched = 'campaign/spring/launched';
const launch = (date: string | null) => happened('CampaignLaunched', date, { subject: 'spring' });
const plan = (date: string | null) => planned('CampaignLaunched', date, { subject: 'spring' });
const counting = (count: number) => happened('CreativeCountStated', null, { subject: 'spring', fields: { count } });
const stated = 'campaign/spring/creative-count-stated';

const first = article('a', '2018-01-10', [plan('2018-03'), counting(3)]);

t.test('a difference calls a new fact "entered"', async (t) => {
  const item = itemOf(when([], first), launched);
  t.match(item, {
    what: 'appeared',
    means: ['entered'],
    was: null,
    is: { status: 'overdue-unconfirmed' },
    changes: [],
  });
  t.equal((item.value as { fact: string }).fact, launched, 'with all of it');
});

t.test('a difference calls a fact with only one more source "corroborated"', async (t) => {
  const item = itemOf(when([first], article('b', '2018-01-12', [plan('2018-03')])), launched);
  t.match(item, { what: 'changed', means: ['corroborated'] });
  t.same(
    item.changes.map(({ path }) => path),
    ['/sources/1', '/version'],
  );
  t.equal(lineOf(item), '= campaign/spring/launched: corroborated (also b)');
});

t.test('a difference calls a fulfilled or changed plan "advanced"', async (t) => {
  const done = itemOf(when([first], article('b', '2018-03-05', [launch('2018-03-04')])), launched);
  t.match(done, { means: ['advanced'], was: { status: 'overdue-unconfirmed' }, is: { status: 'happened' } });
  t.equal(
    lineOf(done),
    '~ campaign/spring/launched: overdue, unconfirmed → happened, 2018-03-04 (planned: 2018-03) (also b)',
  );
  const moved = itemOf(when([first], article('b', '2018-02-05', [plan('2018-05')])), launched);
  t.match(moved, { means: ['advanced'], was: { planned: { edtf: '2018-03' } }, is: { planned: { edtf: '2018-05' } } });
});

t.test('a difference calls a more precise fact "narrowed"', async (t) => {
  const item = itemOf(when([first], article('b', '2018-01-12', [plan('2018-03-02')])), launched);
  t.match(item, { means: ['narrowed'], is: { planned: { edtf: '2018-03-02' } } });
});

t.test('a difference follows a contest from contested through resolved and reopened to settled', async (t) => {
  const other = article('b', '2018-01-12', [counting(2)]);
  const contested = itemOf(when([first], other), stated);
  t.match(contested, { means: ['contested'] });
  t.match(lineOf(contested), /≠ contested; ≠ count 3 \(a\); ≠ count 2 \(b\)/);
  const settling = resolves(stated, 'count', 2);
  const resolved = itemOf(when([first, other], settling), stated);
  t.match(resolved, { what: 'changed', means: ['resolved'] });
  t.match(lineOf(resolved), /resolved.* by steward · count: 2 · looked again/);
  const reopened = itemOf(when([first, other, settling], article('c', '2018-01-14', [counting(5)])), stated);
  t.match(reopened, { means: ['contested', 'reopened'] });
  t.match(lineOf(reopened), 'reopened by a later report');
  t.match(itemOf(when([first, other], retractsArticle('b')), stated), { means: ['retracted', 'settled'] });
});

t.test('a difference calls a contest that was resolved and reopened since "contested"', async (t) => {
  const other = article('b', '2018-01-12', [counting(2)]);
  const since = [resolves(stated, 'count', 2), article('c', '2018-01-14', [counting(5)]), retractsArticle('a')];
  const item = itemOf(when([first, other], ...since), stated);
  t.match(item.means, ['contested', 'retracted', 'resolved', 'reopened']);
  t.match(lineOf(item), '≠ contested again');
  t.match(lineOf(item), 'reopened by a later report');
  t.notMatch(lineOf(item), /: (?:.*; )?resolved;/, 'the decision is told, but not as if it held');
});

t.test('a difference calls a fact with remaining sources neither retracted nor superseded', async (t) => {
  const others = [article('b', '2018-01-12', [plan('2018-03')]), article('c', '2018-01-13', [plan('2018-03')])];
  const lineAfter = (...steps: readonly Step[]) => lineOf(itemOf(when([first, ...others], ...steps), launched));
  t.equal(lineAfter(retractsArticle('a')), '~ campaign/spring/launched: a source retracted (no longer a)');
  t.match(lineAfter(retractsArticle('a'), retractsArticle('b')), /: sources retracted \(no longer a b\)$/);
  const reread = article('a', null, [counting(3)], { revision: 2, because: 'reread' });
  t.match(lineAfter(reread), /: a source superseded \(no longer a\)$/);
});

t.test('a difference says who retracted an article and why', async (t) => {
  const { audit } = when([first, article('b', '2018-01-12', [plan('2018-03')])], retractsArticle('a'));
  const lines = diffAuditLines(audit).map(({ mark, name, says }) => `${mark} ${name}: ${says}`);
  t.match(lines.at(-1), /^\+ ArticleRetracted a: by steward, #\d+, .*retracted.* · looked again$/);
});

t.test('a difference shows the earlier day of what happened, not its plan', async (t) => {
  const told = article('b', '2018-03-05', [launch('2018-03')]);
  const item = itemOf(when([told], article('c', '2018-03-06', [launch('2018-03-04')])), launched);
  t.match(lineOf(item), 'happened, 2018-03-04 (was: 2018-03-01 … 2018-03-05)');
});

t.test('a difference shows a correction beside what the article says', async (t) => {
  const item = itemOf(when([first], corrects(stated, 'count', 4)), stated);
  t.match(item, { means: ['corrected'] });
  t.match(lineOf(item), /count: 3 → 4.*corrected by steward · count: 4 · looked again/);
  t.notMatch(lineOf(item), 'corrected, count', 'told once');
});

t.test('a difference calls a fact without counting reports "retracted" or "superseded"', async (t) => {
  t.match(itemOf(when([first], retracts(launched)), launched), { what: 'disappeared', means: ['retracted'], is: null });
  const reread = article('a', null, [counting(3)], { revision: 2, because: 'reread' });
  const diff = when([first], reread);
  t.match(itemOf(diff, launched), { what: 'disappeared', means: ['superseded'] });
  t.match(
    diff.audit.filter(({ what }) => what === 'changed').map(({ means }) => means),
    [['superseded'], ['superseded'], ['superseded']],
    'the trail of before says so too',
  );
});

t.test('a difference calls a fact whose reports moved to another "merged"', async (t) => {
  const two = article('b', '2018-01-12', [planned('CampaignLaunched', '2018-03', { subject: 'vernal' })]);
  const diff = when([first, two], merges(launched, 'campaign/vernal/launched'));
  t.match(itemOf(diff, 'campaign/vernal/launched'), { what: 'disappeared', means: ['merged'] });
  t.match(itemOf(diff, launched), { what: 'changed', means: ['corroborated'] });
});

t.test('a difference calls a fact that is now certainly published "became certain"', async (t) => {
  const bounded = article('a', '[2018-01-05..2018-01-20]', [plan('2018-03')]);
  const at = (occurredAsOf: string) => shown([bounded], { occurredAsOf });
  const item = itemOf(diffOf(at('2018-01-10'), at('2018-01-25')), launched);
  t.match(item, { means: ['became-certain'], changes: [{ path: '/timing', from: 'possible', to: 'certain' }] });
  t.equal(lineOf(item), '~ campaign/spring/launched: planned, now certain, 2018-03');
});

t.test('a difference notices details that became certain in an unchanged statement', async (t) => {
  const of = { subject: 'cloud', games: ['2022W'] };
  const owed = article('a', '2018-01-02', [happened('ObligationUndertaken', '2018-01-01', of)]);
  const bounded = article('b', '[2018-01-05..2018-01-20]', [
    planned('ObligationDelivered', '2022', of),
    happened('ObligationQualified', '[2018-01-05..2018-01-20]', of),
  ]);
  const at = (occurredAsOf: string) => shown([owed, bounded], { occurredAsOf });
  const item = itemOf(diffOf(at('2018-01-10'), at('2018-01-25')), '2022W/cloud');
  t.match(item, { part: 'cell', means: ['became-certain'], was: { timing: 'certain' }, is: { timing: 'certain' } });
  t.match(lineOf(item), /: a qualification is now certain; a milestone is now certain$/);
  const back = itemOf(diffOf(at('2018-01-25'), at('2018-01-10')), '2022W/cloud');
  t.match(back, { means: ['became-uncertain'] });
  t.match(lineOf(back), 'a milestone is certain no more');
});

t.test('a difference calls a fact moved beyond its clocks "redated"', async (t) => {
  const vague = article('a', '2018-06-01', [launch('2018')]);
  const exact = article('b', '2018-06-02', [launch('2018-05-30')]);
  const at = (reportedAsOf: string) => shown([vague, exact], { occurredAsOf: '2018-02-01', reportedAsOf });
  t.match(itemOf(diffOf(at('2018-06-01'), at('2018-06-02')), launched), { what: 'disappeared', means: ['redated'] });
});

t.test('a difference applied to the old view gives the order of the new view', async (t) => {
  const owed = (subject: string, ...games: string[]) =>
    happened('ObligationUndertaken', '2018-01-01', { subject, games });
  const steps = [
    article('a', '2018-01-10', [owed('cloud', '2022W'), plan('2018-03'), counting(3)]),
    article('b', '2018-01-12', [owed('zeal', '2018W'), owed('audio', '2018W'), owed('buses')]),
    article('c', '2018-01-14', [
      launch('2018-01-02'),
      happened('StorefrontOpened', '2017', { subject: 'x', games: ['2022W'] }),
    ]),
  ];
  const views = [steps.slice(0, 1), steps, steps.slice(1), []].map((some) => shown(some));
  for (const from of views) for (const to of views) t.strictSame(applyDiff(from, diffOf(from, to)), to);
});

t.test('a difference applied to a view it does not belong to is refused', async (t) => {
  const diff = when([first], article('b', '2018-01-12', [plan('2018-03-02')]));
  t.throws(() => applyDiff(shown([]), diff), { name: 'RangeError', message: /other views/ });
});

t.test('a source whose publication date alone changed has no line, in a row as in a fact', async (t) => {
  const [from, to] = [{ edtf: null }, { edtf: '2018' }];
  const base = { title: 'x', what: 'changed', means: [], was: null, is: null, value: null, of: null, at: null };
  for (const place of [
    { part: 'row', key: '2022W', path: '/coverage/0/published' },
    { part: 'fact', key: launched, path: '/sources/0/published' },
  ]) {
    const { path, ...rest } = place;
    t.equal(diffLine({ ...base, ...rest, changes: [{ path, from, to }] } as DiffItem), null, path);
  }
});
