import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openTestLedger } from '../support/open-test-ledger.ts';
import { articleFile } from './article-file.ts';
import { run } from './run-command.ts';

const signed = (place: string) => `PartnershipSigned: ~, happened: 2025-03-03, place: ${place}`;

t.test('ingest records articles in the given order and sums up what each did', async (t) => {
  const files = {
    'b.yaml': articleFile('b', [signed('Lausanne')]),
    'a.yaml': articleFile('a', [signed('Oslo'), 'TierGranted: top, happened: 2025-03-03']),
  };
  const folder = t.testdir({ ...files, data: {} });
  const dataDir = join(folder, 'data');
  const given = ['ingest', join(folder, 'b.yaml'), join(folder, 'a.yaml')];
  const first = await run(dataDir, given);
  t.equal(first.code, 0, first.messages);
  t.match(first.out, /^b +recorded +2 +1 entered[\s\S]*^a +recorded +3 +1 entered, 1 contested/m);
  t.match(first.out, '2 articles: 2 recorded (5 events), 0 unchanged, 0 refused');

  const again = await run(dataDir, given);
  t.equal(again.code, 0);
  t.match(again.out, '2 articles: 0 recorded (0 events), 2 unchanged, 0 refused');
});

t.test('ingest records nothing if any file has a mistake, and reports every mistake of every file', async (t) => {
  const folder = t.testdir({
    'good.yaml': articleFile('good', [signed('Lausanne')]),
    'bad.yaml': articleFile('bad', ['PartnershipSined: ~, happened: 2025-03-03', 'TierGranted: top, happened: 2031']),
  });
  const dataDir = join(folder, 'data');
  const { code, out, messages } = await run(dataDir, [
    'ingest',
    ...['good.yaml', 'bad.yaml', 'missing.yaml', '.'].map((name) => join(folder, name)),
  ]);
  t.equal(code, 2);
  t.equal(out, '');
  t.match(messages, /bad\.yaml:\d+:\d+ \/reports\/0\/PartnershipSined: .*did you mean PartnershipSigned\?/);
  t.match(messages, /bad\.yaml:\d+:\d+ \/reports\/1\/happened: /);
  t.match(messages, 'missing.yaml: there is no such file');
  t.match(messages, /is a folder/);
  t.match(messages, 'Nothing was recorded.');
  t.notOk(existsSync(dataDir));
});

t.test('ingest refuses a file that changed under its revision and records the others', async (t) => {
  const folder = t.testdir({ 'other.yaml': articleFile('b', [signed('Lausanne')]) });
  const dataDir = join(folder, 'data');
  await run(dataDir, ['ingest', '-'], { stdin: articleFile('a', [signed('Oslo')]) });
  const changed = articleFile('a', [signed('Lausanne')]);
  const { code, out, messages } = await run(dataDir, ['ingest', '-', join(folder, 'other.yaml')], { stdin: changed });
  t.equal(code, 1);
  t.match(messages, /refused: a: .*raise `revision`/);
  t.match(out, /^a +refused[\s\S]*^b +recorded/m);
});

t.test('ingest warns once of what is not registered, with its place, and counts the warnings', async (t) => {
  const folder = t.testdir({ 'a.yaml': articleFile('a', ['TierGranted: top, happened: 2025-03-03']) });
  const { code, out, messages } = await run(join(folder, 'data'), ['ingest', join(folder, 'a.yaml')]);
  t.equal(code, 0);
  t.match(
    messages,
    /a\.yaml:2:\d+ \/partnership: warning: kestrel\.ioc \(partnership\), top \(tier\) are not registered/,
  );
  t.match(out, '1 warning');
});

t.test('ingest reports a broken rule and records the article all the same', async (t) => {
  const ends = 'TermAgreed: ~, happened: 2025-03-03, end: 2027';
  const beyond = 'CoverageDeclared: ~, games: 2032S, happened: 2025-03-03';
  const { code, out } = await run(join(t.testdir(), 'data'), ['ingest', '-'], {
    stdin: articleFile('a', [ends, beyond]),
  });
  t.equal(code, 0);
  t.match(out, /⚑ coverage: [\s\S]*coverage\/2032s\/declared/);
});

t.test('a stopped ingest finishes the current article and says what is left to record', async (t) => {
  const names = Array.from({ length: 6 }, (_, index) => `made-${index}`);
  const folder = t.testdir(
    Object.fromEntries(names.map((name) => [`${name}.yaml`, articleFile(name, [signed('Oslo')])])),
  );
  const dataDir = join(folder, 'data');
  const files = names.map((name) => join(folder, `${name}.yaml`));
  const stopped = await run(dataDir, ['ingest', ...files], { stopAt: 'recording 2/6' });
  t.equal(stopped.code, 130);
  t.match(stopped.out, '6 articles: 2 recorded (4 events), 0 unchanged, 0 refused, 4 not reached');
  const rest = await run(dataDir, ['ingest', ...files]);
  t.match(rest.out, '6 articles: 4 recorded (8 events), 2 unchanged');
});

t.test('ingest sums up the effects of a large batch', async (t) => {
  const names = Array.from({ length: 101 }, (_, index) => `made-${index}`);
  const folder = t.testdir(
    Object.fromEntries(
      names.map((name, index) => [
        `${name}.yaml`,
        articleFile(name, [signed('Oslo'), `PriorityStated: aim-${index % 50}`]),
      ]),
    ),
  );
  const { code, out } = await run(join(folder, 'data'), [
    'ingest',
    ...names.map((name) => join(folder, `${name}.yaml`)),
  ]);
  t.equal(code, 0);
  t.match(out, /^made-0 +recorded +3 +2 reported, 2 new$/m);
  t.match(out, /^made-50 +recorded +3 +2 reported, 0 new$/m);
  t.match(out, /^kestrel\.ioc +101 +51 entered$/m);
});

t.test('an open server sees at once what ingest has recorded', async (t) => {
  const folder = t.testdir({});
  const dataDir = join(folder, 'data');
  const server = await openTestLedger({ dataDir });
  t.teardown(() => server.close());
  await run(dataDir, ['ingest', '-'], { stdin: articleFile('a', [signed('Oslo')]) });
  await server.views.head();
  t.equal(server.views.catalogue.article('a')?.partnerships[0], 'kestrel.ioc');
});

t.test('ingest requires files and reads standard input once', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  t.match(await run(dataDir, ['ingest']), { code: 2, messages: /name at least one article file/ });
  t.match(await run(dataDir, ['ingest', '-', '-']), { code: 2, messages: /can be read once/ });
});
