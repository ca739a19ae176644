import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import t from 'tap';
import type { ReadingDraft } from '../../src/domain/decisions/reading.ts';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { partnershipView } from '../../src/projections/partnership-view.ts';
import { relevantHistory } from '../../src/projections/relevant-history.ts';
import { type Entry, timelineAnswer } from '../../src/projections/timeline.ts';
import { type ValueWhy, type WhyAnswer, whyAnswer, whyAnswerShape } from '../../src/projections/why.ts';
import { corrects, historyAfter, merges, resolves, retracts, retractsArticle } from '../support/decided.ts';
import { acme, article, denied, given, happened, planned } from '../support/given.ts';
import { anyCut, anyHistory } from '../support/histories.ts';

const launched = 'campaign/spring/launched';
const spring = { subject: 'spring' };
type Clocks = {
  readonly occurredAsOf?: string;
  readonly reportedAsOf?: string | null;
  readonly timing?: 'any' | 'certain';
};

const asked = (
  all: readonly LedgerEvent[],
  { occurredAsOf = '9999-12-31', reportedAsOf = null, timing = 'any' }: Clocks = {},
  position: number = all.length,
) => {
  const history = all.slice(0, position);
  const relevant = relevantHistory(history);
  const ground = { partnership: acme, history, games: [], otherHoldings: { certain: [], possible: [] } };
  const view = partnershipView(ground, { occurredAsOf, reportedAsOf, position, timing }, relevant, null);
  return { view, names: () => null, firstRecordedAt: null };
};

const explain = (history: readonly LedgerEvent[], clocks: Clocks = {}, fact: string = launched): WhyAnswer =>
  whyAnswer(asked(history, clocks), fact);

const valueIn = ({ values }: WhyAnswer, field: string): ValueWhy => {
  const found = values.find((one) => one.field === field);
  if (found === undefined) throw new Error(`${field} is not displayed`);
  return found;
};

/** What became of each article's report on a value: outcome, and the rule by which it lost the first place. */
const told = (why: WhyAnswer, field: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    valueIn(why, field).reports.map(({ article, outcome, lost }) => [
      article,
      [outcome, ...(lost[0] === undefined ? [] : [lost[0].rule])].join(' by '),
    ]),
  );

const excluded = ({ excluded }: WhyAnswer): Readonly<Record<string, string>> =>
  Object.fromEntries(excluded.map(({ article, revision, rule }) => [`${article} ${revision}`, rule]));

const count = (id: string, published: string, said: number, by: 'party' | 'outlet' = 'outlet') =>
  article(id, published, [happened('CreativeCountStated', null, { subject: 'spring', by, fields: { count: said } })]);
const counted = 'campaign/spring/creative-count-stated';

t.test('an explanation names the rule that chose a contested value and the reports that beat the others', async (t) => {
  const history = given(count('a', '2018-01-01', 2, 'party'), count('b', '2018-01-02', 3), count('c', '2018-01-03', 3));
  const why = explain(history, {}, counted);
  const value = valueIn(why, 'data.count');
  t.match(value, { value: 2, rule: 'attribution', contested: true });
  t.same(told(why, 'data.count'), { a: 'leads', b: 'apart by attribution', c: 'apart by attribution' });
  const [leader] = value.reports;
  t.same(value.reports.at(-1)?.lost[0]?.to, [leader?.report], 'to the report that is displayed');
});

t.test('an explanation names each ranking rule where it decides', async (t) => {
  const rule = (...readings: readonly ReadingDraft[]) =>
    valueIn(explain(given(...readings), {}, counted), 'data.count').rule;
  t.equal(rule(count('a', '2018', 2), count('b', '2018', 3), count('c', '2018', 3)), 'independent-articles');
  t.equal(rule(count('a', '2018-01-01', 2), count('b', '2018-02-01', 3)), 'later-publication');
  t.equal(rule(count('a', '2018', 2), count('b', '2018-02', 3)), 'narrower-publication');
  t.equal(rule(count('a', '2018-01-01', 2), count('b', '2018-01-01', 3)), 'smallest-id');
  t.equal(rule(count('a', '2018-01-01', 2), count('b', '2018-02-01', 2)), 'all-agree');
  t.equal(rule(count('a', '2018-01-01', 2)), 'only-one');
});

t.test('an explanation says which report a loser was certainly earlier than', async (t) => {
  // b is certainly later than a; c may be as early as a, and wins over b by its narrower publication.
  const history = given(count('a', '2018-01-01', 2), count('b', '2018-03', 3), count('c', '2018-03-05', 4));
  const lost = valueIn(explain(history, {}, counted), 'data.count').reports.find((one) => one.article === 'a')?.lost[0];
  const articles = new Map(explain(history, {}, counted).considered.map(({ id, article }) => [id, article]));
  t.equal(lost?.rule, 'later-publication');
  t.same(
    lost?.to.map((id) => articles.get(id)),
    ['c'],
  );
  t.same(lost?.against.map((id) => articles.get(id)).toSorted(), ['b', 'c']);
});

t.test('an explanation shows which dates narrow each other, and that guesses narrow nothing', async (t) => {
  const history = given(
    article('a', '2018-06-01', [happened('CampaignLaunched', '2018', spring)]),
    article('b', '2018-06-02', [happened('CampaignLaunched', '2018-02', spring)]),
    article('c', '2018-06-03', [happened('CampaignLaunched', '2018-02-03', { ...spring, by: 'inference' })]),
    article('d', '2018-06-04', [happened('CampaignLaunched', null, spring)]),
  );
  const why = explain(history);
  t.match(valueIn(why, 'occurred'), { value: '2018-02', rule: 'attribution' });
  t.match(told(why, 'occurred'), { c: 'too-weak by attribution', d: 'undated' });
  const only = explain(history.filter((event) => event.kind !== 'report' || event.metadata.article !== 'c'));
  t.equal(valueIn(only, 'occurred').rule, 'intersection');
});

t.test('an explanation of an undated fact names its bound by the first publication', async (t) => {
  const undated = (id: string, published: string) =>
    article(id, published, [happened('CampaignLaunched', null, spring)]);
  const why = explain(given(undated('a', '2018-06-02'), undated('b', '2018-06-01')));
  t.match(valueIn(why, 'occurred'), { value: '[..2018-06-01]', rule: 'first-publication' });
  t.same(told(why, 'occurred'), { a: 'undated', b: 'bounds' });
});

t.test('an explanation names the latest published plan as the one that counts', async (t) => {
  const plan = (id: string, published: string, date: string | null, by: 'outlet' | 'inference' = 'outlet') =>
    article(id, published, [planned('CampaignLaunched', date, { ...spring, by })]);
  const why = explain(
    given(
      plan('a', '2018-01-01', '2018-02-01'),
      plan('b', '2018-01-02', '2018-03-01'),
      plan('c', '2018-01-03', '2018-03'),
      plan('d', '2018-01-04', null),
      plan('e', '2018-01-05', '2018-04-01', 'inference'),
    ),
  );
  t.match(valueIn(why, 'planned'), { value: '2018-03-01', rule: 'latest-published-plan' });
  t.same(told(why, 'planned'), {
    a: 'replaced by later-publication',
    b: 'leads',
    c: 'restates',
    d: 'undated',
    e: 'guess',
  });
});

t.test('an explanation of a status says what became of the plan by occurredAsOf', async (t) => {
  const history = given(
    article('a', '2018-01-01', [planned('CampaignLaunched', '2018-02-01', spring)]),
    article('b', '2018-05-01', [happened('CampaignCancelled', '2018-04-30', spring)]),
  );
  const on = (occurredAsOf: string) => explain(history, { occurredAsOf }).status;
  t.match(on('2018-01-31'), { value: 'planned', rule: 'day-to-come' });
  t.match(on('2018-02-01'), { value: 'due', rule: 'day-has-come' });
  t.match(on('2018-03-10'), { value: 'overdue-unconfirmed', rule: 'day-long-past' });
  t.match(on('2018-04-30'), { value: 'cancelled', rule: 'called-off', by: 'campaign/spring/cancelled' });
});

t.test('an explanation weighs a denial against what happened', async (t) => {
  const history = given(
    article('a', '2018-03-01', [happened('CampaignLaunched', '2018-02-01', { ...spring, by: 'party' })]),
    article('b', '2018-03-01', [denied('CampaignLaunched', null, spring)]),
    article('c', '2018-01-01', [planned('CampaignLaunched', '2018-02-01', spring)]),
  );
  const why = explain(history);
  t.match(valueIn(why, 'modality'), { value: 'happened', rule: 'attribution', contested: true });
  t.same(told(why, 'modality'), { a: 'leads', b: 'apart by attribution', c: 'yields' });
});

t.test('an explanation names what had not happened by occurredAsOf', async (t) => {
  const history = given(
    article('a', '2018-01-01', [planned('CampaignLaunched', '2018-02-01', spring)]),
    article('b', '2018-03-01', [happened('CampaignLaunched', '2018-02-02', spring)]),
  );
  const why = explain(history, { occurredAsOf: '2018-01-15' });
  t.same(told(why, 'modality'), { a: 'leads', b: 'not-yet' });
});

t.test('an explanation names every report that does not count, with the reason', async (t) => {
  const launch = (date: string | null) => [happened('CampaignLaunched', date, spring)];
  const history = historyAfter(
    article('a', '2018-01-10', launch('2018-01-01')),
    article('b', '2018-01-10', launch('2018-01-02')),
    article('b', null, launch('2018-01-03'), { revision: 2, because: 'reread' }),
    article('c', '2018-01-10', launch('2018-01-04')),
    article('c', '2018-01-20', launch('2018-01-05'), { revision: 2, because: 'republished' }),
    article('d', '2018-01-10', launch('2018-01-06')),
    article('e', '2018-06-10', launch('2018-01-07')),
    article('f', '2018-01', launch('2018-01-08')),
    retracts(launched, { of: ['a'] }),
    retractsArticle('d'),
  );
  const why = explain(history, { reportedAsOf: '2018-01-25', timing: 'certain' });
  t.same(excluded(why), {
    'a 1': 'retracted',
    'b 1': 'reread',
    'c 1': 'republished',
    'd 1': 'article-retracted',
    'e 1': 'published-later',
    'f 1': 'not-certainly-published',
  });
  t.same(why.considered.map(({ article, revision }) => `${article} ${revision}`).toSorted(), ['b 2', 'c 2']);
  const done = new Map(history.map((event) => [event.position, event.kind]));
  t.same(
    why.excluded.map(({ by }) => (by === null ? null : done.get(by))),
    ['decision', 'reading', 'reading', 'retraction', null, null],
    'with the event that did it',
  );
});

t.test('the timing that an explanation advises shows the possible facts at the same clocks', async (t) => {
  const history = given(article('a', '2018-01', [happened('CampaignLaunched', '2018-01', spring)]));
  const clocks = { occurredAsOf: '2018-01-15', reportedAsOf: '2018-01-15' };
  const { status, notice } = whyAnswer(asked(history, { ...clocks, timing: 'certain' }), launched);
  t.equal(status, null);
  t.equal(notice?.try, '?occurredAsOf=2018-01-15&reportedAsOf=2018-01-15&timing=any');
  t.not(explain(history, { ...clocks, timing: 'any' }).status, null, 'which helps');
});

t.test('an explanation within an article does not count that article yet', async (t) => {
  const history = given(article('a', '2018-01-10', [happened('CampaignLaunched', '2018', spring)]));
  const why = whyAnswer(asked(history, {}, 1), launched);
  t.same(excluded(why), { 'a 1': 'not-read-yet' });
  t.equal(why.status, null);
  t.equal(why.notice?.reason, 'recorded-later');
});

t.test('an explanation names decisions, in force or not', async (t) => {
  const history = historyAfter(
    count('a', '2018-01-10', 2),
    count('b', '2018-01-11', 3),
    resolves(counted, 'count', 2, { basis: 'better-evidence', reference: '2018-05-01' }),
  );
  const after = explain(history, {}, counted);
  t.match(valueIn(after, 'data.count'), { value: 2, rule: 'resolution', contested: false });
  t.same(told(after, 'data.count'), { b: 'covered-apart', a: 'covered by later-publication' });
  const before = explain(history, { reportedAsOf: '2018-02-01' }, counted);
  t.match(valueIn(before, 'data.count'), { value: 3, rule: 'later-publication', contested: true });
  t.match(before.decisions, [{ type: 'ContestResolved', inForce: false, value: 2, reason: 'looked again' }]);
});

t.test('an explanation shows a replaced decision as out of force once the later one holds', async (t) => {
  const history = historyAfter(
    count('a', '2018-01-10', 2),
    count('b', '2018-01-11', 3),
    resolves(counted, 'count', 2),
    resolves(counted, 'count', 3, { basis: 'better-evidence', reference: '2018-05-01' }),
  );
  const [first, second] = history.filter(({ kind }) => kind === 'decision').map(({ position }) => position);
  t.match(explain(history, {}, counted).decisions, [
    { position: first, inForce: false, text: `the decision at position ${second} stands in its place` },
    { position: second, inForce: true },
  ]);
  t.match(explain(history, { reportedAsOf: '2018-02-01' }, counted).decisions, [
    { position: first, inForce: true },
    { position: second, inForce: false, text: /reference/ },
  ]);
});

t.test('under a resolution an explanation names no ranking rule', async (t) => {
  const history = historyAfter(
    count('a', '2018', 2),
    count('b', '2018-02', 3),
    resolves(counted, 'count', 2),
    count('c', '2017', 4),
  );
  const { reports } = valueIn(explain(history, {}, counted), 'data.count');
  t.ok(
    reports.some(({ lost }) => lost.length > 0),
    'places in the ranking are told',
  );
  for (const { text } of reports) t.notMatch(text, ':', text);
});

t.test('an explanation shows corrected values, and merged reports with their key', async (t) => {
  const autumn = 'campaign/autumn/launched';
  const history = historyAfter(
    article('a', '2018-06-01', [happened('CampaignLaunched', '2018-02-01', spring)]),
    article('b', '2018-06-01', [happened('CampaignLaunched', '2018-02-02', { subject: 'autumn' })]),
    corrects(launched, 'date', '2018-02-02'),
    merges(launched, autumn),
  );
  const why = explain(history, {}, autumn);
  t.equal(why.fact, launched);
  t.match(valueIn(why, 'occurred'), { value: '2018-02-02', rule: 'all-agree' });
  t.same(
    why.considered.map(({ article, mergedFrom, date, corrections }) => [article, mergedFrom, date, corrections.length]),
    [
      ['a', null, '2018-02-01', 1],
      ['b', autumn, '2018-02-02', 0],
    ],
  );
});

t.test('an explanation covers a fact that no report supports any more', async (t) => {
  const history = historyAfter(
    article('a', '2018-06-01', [happened('CampaignLaunched', '2018-02-01', spring)]),
    retracts(launched),
  );
  const why = explain(history);
  t.match(why.status, { value: 'unsupported', timing: 'certain', certainly: 'unsupported', rule: 'no-report-counts' });
  t.same(why.considered, []);
  t.same(excluded(why), { 'a 1': 'retracted' });
});

t.test('an undated report that bounds a date narrows it', async (t) => {
  const why = explain(
    given(
      article('a', '2018-12-01', [happened('CampaignLaunched', '2018', spring)]),
      article('b', '2018-06-10', [happened('CampaignLaunched', null, spring)]),
    ),
  );
  t.match(valueIn(why, 'occurred'), { value: '[2018-01-01..2018-06-10]', rule: 'intersection' });
  t.same(told(why, 'occurred'), { a: 'leads', b: 'narrows' });
});

t.test('an explanation names its last relevant event, even one that reportedAsOf excludes', async (t) => {
  const history = given(
    article('a', '2018-01-10', [happened('CampaignLaunched', '2018-01-01', spring)]),
    article('b', '2018-06-10', [happened('CampaignLaunched', '2018-01-02', spring)]),
  );
  const clocks = { reportedAsOf: '2018-02-01' };
  const whole = whyAnswer(asked(history, clocks), launched);
  t.equal(whole.cut.position, 4);
  t.same(whyAnswer(asked(history, clocks, 4), launched), whole);
  t.same(excluded(whyAnswer(asked(history, clocks, 2), launched)), {}, 'what was recorded later is not told');
});

const displayed = (entry: Entry): Readonly<Record<string, unknown>> => ({
  ...(entry.occurred === null ? {} : { occurred: entry.occurred.edtf }),
  ...(entry.planned === null ? {} : { planned: entry.planned.edtf }),
  ...Object.fromEntries(Object.entries(entry.data).map(([field, value]) => [`data.${field}`, value])),
});

// Rules by which one report's value is shown as it is, unless others narrowed it or added to it.
const joined = new Set(['narrows', 'adds']);
const byOneReport = new Set(['only-one', 'all-agree', 'attribution', 'independent-articles', 'later-publication']);

t.test('an explanation agrees with the timeline, and its leading report is the displayed one', async (t) => {
  let ranked = 0;
  // One assertion a difference instead of five an entry.
  const same = (actual: unknown, expected: unknown): void => {
    if (!isDeepStrictEqual(actual, expected)) t.strictSame(actual, expected);
  };
  fc.assert(
    fc.property(anyHistory, anyCut, fc.constantFrom('any' as const, 'certain' as const), (history, random, timing) => {
      const position = random.position % (history.length + 1);
      const of = asked(history, { ...random, timing }, position);
      // What puts a plan off tells the day of the plan too, and is a fact of its own.
      const postponing = new Set(
        history.flatMap((event) => (event.kind === 'report' && event.type.milestone === 'postponed' ? [event.id] : [])),
      );
      for (const entry of timelineAnswer(of).entries) {
        const why = whyAnswerShape.parse(whyAnswer(of, entry.fact));
        same([why.status?.value, why.status?.timing], [entry.status, entry.timing]);
        const shown = Object.fromEntries(why.values.map(({ field, value }) => [field, value]));
        const { modality: _modality, summary: _summary, ...values } = shown;
        same(values, displayed(entry));
        same(
          why.considered.map(({ id }) => id),
          entry.sources.map(({ id }) => id),
        );
        const known = new Set(why.considered.map(({ id }) => id));
        if (why.excluded.some(({ id }) => known.has(id))) t.fail('a report counts and is excluded');
        const modality = why.values[0]?.reports.map(({ report }) => report);
        // Every report that counts has its say on the modality.
        same(new Set(modality), known);
        for (const { value, rule, reports } of why.values) {
          const outsiders = reports.filter(({ report }) => !known.has(report) && !postponing.has(report));
          if (outsiders.length > 0) t.fail('a report has its say that does not count');
          const leader = reports.find(({ outcome, value: said }) => outcome === 'leads' && said !== null);
          if (!byOneReport.has(rule) || reports.some(({ outcome }) => joined.has(outcome))) continue;
          ranked += 1;
          same(leader?.value, value);
        }
      }
    }),
    { numRuns: 150 },
  );
  t.ok(ranked > 100, 'the law was put to the test');
});

t.test('an explanation counts or excludes every report up to the position exactly once', async (t) => {
  let told = 0;
  fc.assert(
    fc.property(anyHistory, anyCut, (history, random) => {
      const position = random.position % (history.length + 1);
      const of = asked(history, random, position);
      const reports = history.slice(0, position).filter((event) => event.kind === 'report');
      const found = [...new Set(reports.map(({ fact }) => whyAnswer(of, fact).fact))].flatMap((fact) => {
        const { considered, excluded } = whyAnswer(of, fact);
        return [...considered, ...excluded].map(({ id }) => id);
      });
      // One whose happening had not come by the day has no entry, and counts in none.
      if (new Set(found).size !== found.length) t.fail('a report is told twice');
      const shown = new Set(timelineAnswer(of).entries.flatMap(({ sources }) => sources.map(({ id }) => id)));
      if (reports.some(({ id }) => shown.has(id) && !found.includes(id))) t.fail('a report is not told');
      told += found.length;
    }),
    { numRuns: 100 },
  );
  t.ok(told > 100, 'the law was put to the test');
});
