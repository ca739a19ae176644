import { Readable } from 'node:stream';
import t from 'tap';
import { testReport } from '../../scripts/test-report.ts';

/** What the report says of a stream of TAP, and its totals as printed on the last line. */
const report = async (tap: string): Promise<{ said: string[]; totals: string }> => {
  const said: string[] = [];
  const { parser, totals } = testReport((line) => said.push(line));
  const complete = new Promise((resolve) => parser.on('complete', resolve));
  Readable.from([tap]).pipe(parser);
  await complete;
  const { passed, failed, skipped } = totals();
  return { said, totals: `${passed} passed, ${failed} failed, ${skipped} skipped` };
};

const file = (name: string, ok: boolean, body: string): string =>
  `# Subtest: ${name}\n${body.replaceAll(/^/gm, '    ')}\n${ok ? 'ok' : 'not ok'} - ${name} # time=7.2ms\n`;

t.test('assertions are counted, not files or subtests', async (t) => {
  const inner = file('a subtest', true, 'ok 1 - one\nok 2 - two\n1..2');
  const { said, totals } = await report(`TAP version 14\n${file('a.test.ts', true, `${inner}1..1`)}1..1\n`);
  t.equal(totals, '2 passed, 0 failed, 0 skipped');
  t.same(said, ['ok      a.test.ts (2 passed, 7 ms)']);
});

t.test('a failed assertion is reported with its place and reason', async (t) => {
  const failure = 'ok 1 - fine\nnot ok 2 - the sum\n  ---\n  found: 3\n  wanted: 4\n  ...\n1..2';
  const { said, totals } = await report(`TAP version 14\n${file('a.test.ts', false, failure)}1..1\n`);
  t.equal(totals, '1 passed, 1 failed, 0 skipped');
  t.same(said, ['not ok  a.test.ts > the sum\n    found: 3\n    wanted: 4']);
});

t.test('a file that was killed is a failure, although none of its tests failed', async (t) => {
  const killed = file('killed.test.ts', false, 'ok 1 - so far');
  const failing = file('b.test.ts', false, 'not ok 1 - wrong\n1..1');
  const { said, totals } = await report(`TAP version 14\n${killed}${failing}1..2\n`);
  t.equal(totals, '1 passed, 2 failed, 0 skipped');
  t.match(said, [/^not ok {2}killed\.test\.ts: broke off/, /^not ok {2}b\.test\.ts > wrong/]);
});

t.test('a file without tests is a failure', async (t) => {
  const { totals } = await report('TAP version 14\nok 1 - empty.test.ts # SKIP no tests found\n1..1\n');
  t.equal(totals, '0 passed, 1 failed, 0 skipped');
});

t.test('a skipped test is reported with its reason and counts as neither passed nor failed', async (t) => {
  const body = 'ok 1 - fine\nok 2 - the texts # SKIP ARTICLES_DIR is not set\n1..2';
  const { said, totals } = await report(`TAP version 14\n${file('a.test.ts', true, body)}1..1\n`);
  t.equal(totals, '1 passed, 0 failed, 1 skipped');
  t.equal(said[0], 'skip    a.test.ts > the texts: ARTICLES_DIR is not set');
});

t.test('a run without any test is a failure', async (t) => {
  t.equal((await report('TAP version 14\n1..0\n')).totals, '0 passed, 1 failed, 0 skipped');
  t.equal((await report('')).totals, '0 passed, 1 failed, 0 skipped');
});

t.test('a stream that stops before its plan is a failure', async (t) => {
  const { totals } = await report(`TAP version 14\n1..2\n${file('a.test.ts', true, 'ok 1 - fine\n1..1')}`);
  t.match(totals, /^1 passed, [1-9]\d* failed/);
});

t.test('a bailout is a failure', async (t) => {
  const { totals } = await report('TAP version 14\nok 1 - fine\nBail out! no disk\n');
  t.match(totals, /^1 passed, [1-9]\d* failed/);
});
