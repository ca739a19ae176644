import { join } from 'node:path';
import t from 'tap';
import { diffPage } from '../../src/cli/diff.ts';
import { diffAnswer } from '../../src/projections/diff.ts';
import { openTestLedger } from '../support/open-test-ledger.ts';
import { articleFile } from './article-file.ts';
import { run } from './run-command.ts';

const announced = articleFile('a', [
  'PartnershipSigned: ~, happened: 2025-03-03',
  'CampaignLaunched: quiet-roads, planned: 2025-09-01',
  'ObligationUndertaken: transport, games: 2026W..2028S, happened: 2025-03-03',
  'MarketEntered: GB, campaign: quiet-roads, planned: 2025-09-01',
  'MarketEntered: NO, campaign: quiet-roads, planned: 2025-09-01',
  'CreativeCountStated: quiet-roads, count: 3',
]);
const launched = articleFile(
  'b',
  [
    'CampaignLaunched: quiet-roads, happened: 2025-09-03',
    'CreativeCountStated: quiet-roads, count: 2',
    'ObligationUndertaken: transport, games: 2026W..2028S, happened: 2025-03-03',
    'StorefrontOpened: depot, games: 2026W, happened: 2025-09-03',
  ],
  { published: '2025-09-04', publisher: 'Fell Courier' },
);
// A better reading of the first: without the signature.
const reread = articleFile(
  'a',
  [
    'CampaignLaunched: quiet-roads, planned: 2025-09-01',
    'ObligationUndertaken: transport, games: 2026W..2028S, happened: 2025-03-03',
    'MarketEntered: GB, campaign: quiet-roads, planned: 2025-09-01',
    'MarketEntered: NO, campaign: quiet-roads, planned: 2025-09-01',
    'CreativeCountStated: quiet-roads, count: 3',
  ],
  { revision: '2', because: 'reread', published: '2025-03-04' },
);

const dataDir = join(t.testdir(), 'data');
for (const stdin of [announced, launched]) {
  const { code, messages } = await run(dataDir, ['ingest', '-'], { stdin });
  if (code !== 0) throw new Error(messages);
}
const diff = (...given: readonly string[]) => run(dataDir, ['diff', ...given], { width: 120 });

t.test('diff by the occurred clock prints a line for each thing that happened', async (t) => {
  const { code, out } = await diff('--from', '2025-06', '--to', '2025-09-05');
  t.equal(code, 0);
  t.match(out, /^What differs in kestrel\.ioc \(kestrel\.ioc\), on the occurred clock\nfrom occurred ≤ 2025-06-30 ·/);
  t.match(out, /^to {3}occurred ≤ 2025-09-05 ·/m);
  t.match(out, /^ {2}~ campaign\/quiet-roads\/launched: planned → happened, 2025-09-03 \(planned: 2025-09-01\)$/m);
  t.match(
    out,
    /^ {2}~ market\/quiet-roads\/entered GB NO: planned → due, 2025-09-01$/m,
    'markets that move alike share a line',
  );
  t.match(out, /^ {2}\+ storefront\/depot\/opened 2026W: happened, 2025-09-03 \(b\)/m);
  t.match(out, /^Audit trail: no difference$/m, 'nothing was recorded by that');
  t.notMatch(out, '\u001b');
});

t.test('diff by the reported clock prints what readers learnt, and from which articles', async (t) => {
  const { out } = await diff('--clock', 'reported', '--from', '2025-03', '--to', '2025-10');
  t.match(
    out,
    /^ {2}~ campaign\/quiet-roads\/creative-count-stated: .*≠ count 3 \(a\).*≠ count 2 \(b\).* \(also b\)$/m,
  );
  t.match(out, /^ {2}= obligation\/transport\/undertaken 2026W 2028S: corroborated \(also b\)$/m);
  t.match(out, /^ {2}= Transport 2026W 2028S: corroborated \(also b\)$/m);
  t.match(
    out,
    /^ {2}\+ article b: Fell Courier, 6 events #\d+-\d+, 1 entered, 2 corroborated, 1 advanced, 1 contested$/m,
  );
  t.match(out, '≠ reports disagree', 'what the marks mean');
});

t.test('diff by the recorded clock prints what the ledger recorded and took back', async (t) => {
  const own = join(t.testdir(), 'data');
  await run(own, ['ingest', '-'], { stdin: announced });
  const { out: trail } = await run(own, ['show', 'audit', '--json']);
  const { position } = JSON.parse(trail).cut;
  const { code, messages } = await run(own, ['ingest', '-'], { stdin: reread });
  t.equal(code, 0, messages);
  const { out } = await run(own, ['diff', '--clock', 'recorded', '--from', `position:${position}`], { width: 120 });
  t.match(out, /^ {2}- partnership\/kestrel\.ioc\/signed: was happened, 2025-03-03; superseded \(a\)$/m);
  t.match(out, /^ {2}\+ article a, revision 2: /m);
  t.match(out, /^ {2}~ 8 earlier events: #\d+-\d+, 8 superseded$/m);
});

t.test('diff without differences says so and suggests what to try', async (t) => {
  const { code, out } = await diff('--from', '2025-06-01', '--to', '2025-06-02');
  t.equal(code, 0);
  t.match(
    out,
    /Nothing that is shown differs[\s\S]*The last change of a status before was 2025-03-04\.[\s\S]*Try --clock\soccurred --from\s2025-03-03\.\n\nTimeline: no difference/,
  );
});

t.test('diff counts only what it prints: a new version alone is no difference', async (t) => {
  const own = join(t.testdir(), 'data');
  for (const stdin of [announced, reread]) await run(own, ['ingest', '-'], { stdin });
  // Through the certain view of a day on which the second text was possibly out only, nothing is told by it.
  const bounded = articleFile('c', ['CampaignLaunched: quiet-roads, planned: 2025-09-01'], {
    published: '2025-03-10..2025-03-20',
  });
  await run(own, ['ingest', '-'], { stdin: bounded });
  const given = '--clock reported --from 2025-03-08 --to 2025-03-12 --timing certain --occurred-as-of 2025-04';
  const { code, out } = await run(own, ['diff', ...given.split(' ')], { width: 120 });
  t.equal(code, 0);
  t.match(out, /^Timeline: no difference$/m);
  const { out: json } = await run(own, ['diff', ...given.split(' '), '--json'], { width: 120 });
  const { counts, timeline } = JSON.parse(json);
  t.match(timeline, [{ what: 'changed', means: [], changes: [{ path: '/version' }] }]);
  t.match(counts.timeline, { changed: 1, meaningless: 1 });
});

t.test('diff reports everything that is wrong with its arguments together', async (t) => {
  const wrong = '--clock reported --from 2025-02-30 --to position:3 --reported-as-of 2025 --timing sure --limit 3';
  const { code, out, messages } = await diff('kestral.ioc', ...wrong.split(' '));
  t.match({ code, out }, { code: 2, out: '' });
  for (const problem of [
    '--limit is not an option here',
    'did you mean kestrel.ioc?',
    '--from: "2025-02-30": there is no day 30',
    '--to: position:3 is a position of this ledger, on --clock=recorded',
    'leave out --reported-as-of',
    '--timing: timing is "any" or "certain"',
  ]) {
    t.match(messages, problem);
  }
  t.match(await diff('--from', '2026', '--to', '2025'), {
    code: 2,
    messages: /--from=2026 is after --to=2025: swap them/,
  });
  t.match(await diff(), { code: 2, messages: /error: --from is missing: .* such as --from=2018-01-01/ });
  t.match(await diff('--from', '2025', '--from', '2026'), { code: 2, messages: /--from is given 2 times/ });
  t.match(await diff('a', 'b', '--from', '2025'), { code: 2, messages: /unexpected argument "b"/ });
  t.match(await run(join(t.testdir(), 'none'), ['diff', '--from', '2025']), {
    code: 1,
    messages: /Nothing is recorded/,
  });
});

t.test('diff does not take the value of an unknown option for a partnership', async (t) => {
  for (const command of ['diff --from 2025', 'show timeline', 'replay']) {
    const { code, messages } = await run(dataDir, [...command.split(' '), '--as-of', '2018']);
    t.equal(code, 2, command);
    t.match(messages, 'which clock?');
    t.notMatch(messages, 'no partnership 2018', command);
  }
});

t.test('diff takes the partnership from an option too', async (t) => {
  const from = ['--from', '2025-06', '--to', '2025-09-05'];
  t.equal((await diff(...from, '--partnership', 'kestrel.ioc')).out, (await diff('kestrel.ioc', ...from)).out);
  t.match(await diff(...from, '--partnership', 'kestral.ioc'), { code: 2, messages: /did you mean kestrel\.ioc\?/ });
  t.match(await diff('a.ioc', ...from, '--partnership', 'b.ioc'), { code: 2, messages: /a\.ioc or b\.ioc\?/ });
  t.match(await run(dataDir, ['--help']), { out: /Clocks of "show", "diff" and "replay":/ });
});

t.test('diff colours a line as its mark says, and only where the output takes colours', async (t) => {
  const ledger = await openTestLedger({ dataDir });
  t.teardown(() => ledger.close());
  const asked = async (occurredAsOf: string) => {
    const { cut } = await ledger.views.resolve({ occurredAsOf });
    if (cut === null) throw new Error('no cut');
    return { view: await ledger.views.partnership('kestrel.ioc', cut), names: () => null, firstRecordedAt: null };
  };
  const answer = diffAnswer('occurred', await asked('2025-06'), await asked('2025-09-05'));
  const painted = diffPage(
    answer,
    { name: 'it', meant: [] },
    { width: 120, paint: (format, text) => `<${String(format)}>${text}</>` },
  );
  t.match(painted, '  <yellow>~</> <bold>campaign/quiet-roads/launched</>: planned');
  t.match(painted, '  <green>+</> <bold>storefront/depot/opened 2026W</>: happened');
});
