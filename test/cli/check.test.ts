import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openTestLedger } from '../support/open-test-ledger.ts';
import { textOf } from '../support/text-of.ts';
import { articleFile } from './article-file.ts';
import { run } from './run-command.ts';

const known = articleFile('a', ['CategoryGranted: electric-buses, happened: 2025-03-03']);
const reports = ['CategoryGranted: [electric-buses, electric-busses], happened: 2025-03-03'];

t.test('check without a ledger calls every fact new and creates no ledger', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  const { code, out } = await run(dataDir, ['check', '-'], { stdin: known });
  t.equal(code, 0);
  t.match(out, /^<stdin>: article a, revision 1, on kestrel\.ioc: sound$/m);
  t.match(out, '1 fact: it joins 0 and creates 1');
  t.notOk(existsSync(dataDir));
});

t.test('check names the facts an article would join or create, and near misses, and records nothing', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  await run(dataDir, ['ingest', '-'], { stdin: known });
  const { code, out, messages } = await run(dataDir, ['check', '-'], { stdin: articleFile('b', reports) });
  t.equal(code, 0);
  t.match(out, /^joins +category\/electric-buses\/granted +happened +a$/m);
  t.match(out, /^creates +category\/electric-busses\/granted +new\n +near category\/electric-buses\/granted$/m);
  t.match(messages, /kestrel\.ioc \(partnership\), .*electric-busses \(category\) are not registered/);
  const ledger = await openTestLedger({ dataDir });
  t.teardown(() => ledger.close());
  await ledger.views.head();
  t.equal(ledger.views.catalogue.article('b'), null);
});

t.test(
  'check says that a plan without a day leaves the one that was told, in a ledger and among its files',
  async (t) => {
    const dataDir = join(t.testdir(), 'data');
    const dated = articleFile('a', ['CampaignLaunched: spring, planned: 2026-03']);
    const undated = articleFile('b', ['CampaignLaunched: spring, planned: ~']);
    const folder = t.testdir({ 'a.yaml': dated, 'b.yaml': undated });
    const ofFiles = await run(dataDir, ['check', join(folder, 'a.yaml'), join(folder, 'b.yaml')]);
    await run(dataDir, ['ingest', '-'], { stdin: dated });
    const ofLedger = await run(dataDir, ['check', '-'], { stdin: undated });
    for (const { code, out } of [ofFiles, ofLedger]) {
      t.equal(code, 0);
      t.match(out.replaceAll(/\s+/g, ' '), /the plan for 2026-03 stays.*CampaignPostponed/);
    }
  },
);

t.test('check accounts for every paragraph', async (t) => {
  const text = `${articleFile('a', ['PartnershipSigned: ~, happened: ~'], { paragraphs: '6' })}omitted: { page furniture: 4-6, headline: 2-3 }\n`;
  const { out } = await run(join(t.testdir(), 'data'), ['check', '-'], { stdin: text });
  t.match(out, '1 of 6 paragraphs cited, by 1 report; 5 omitted');
  t.match(out, '  4-6: page furniture');
});

t.test('check treats its files as if they were recorded one after another', async (t) => {
  const folder = t.testdir({
    'a.yaml': known,
    'b.yaml': articleFile('b', reports),
    'twin.yaml': articleFile('a', reports),
  });
  const files = ['a.yaml', 'b.yaml', 'twin.yaml'].map((name) => join(folder, name));
  const { code, out, messages } = await run(join(folder, 'data'), ['check', ...files]);
  t.match(out, /^joins +category\/electric-buses\/granted +in these files +a$/m);
  t.equal(code, 2);
  t.match(
    messages,
    /twin\.yaml: would be refused: revision 1 of article a is recorded with other content.*another of these files/,
  );
});

t.test('check says which articles are recorded already and which would be refused', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  await run(dataDir, ['ingest', '-'], { stdin: known });
  t.match(await run(dataDir, ['check', '-'], { stdin: known }), { code: 0, out: /already\s+recorded/ });
  const changed = articleFile('a', reports);
  t.match(await run(dataDir, ['check', '-'], { stdin: changed }), {
    code: 2,
    messages: /would be refused: .*raise `revision`/,
  });
  const elsewhere = articleFile('a', reports, { partnership: 'heron.ioc' });
  t.match(await run(dataDir, ['check', '-'], { stdin: elsewhere }), {
    code: 2,
    messages: /taken by an article about kestrel\.ioc/,
  });
});

const article = ['A headline', '', 'Kestrel signs.', '  ', 'Ida Lund', 'Read more'].join('\n');
const sha256 = createHash('sha256').update(article).digest('hex');

t.test('check compares a file with its text and quotes the paragraphs that it cites', async (t) => {
  const head = { paragraphs: '4', textSha256: sha256 };
  const file = `${articleFile('a', ['PartnershipSigned: ~, happened: ~'], head)}omitted: { byline: 2-3, page furniture: 4 }\n`;
  const folder = t.testdir({ 'a.txt': article, 'a.yaml': file });
  const [yaml, txt] = [join(folder, 'a.yaml'), join(folder, 'a.txt')];
  for (const command of [['check'], ['ingest', '--dry-run'], ['ingest']]) {
    const { code, out } = await run(join(folder, 'data'), [...command, yaml, '--text', txt]);
    t.equal(code, 0);
    t.match(out, `a.txt: SHA-256 ${sha256}`);
    t.match(out, /^partnership\/kestrel\.ioc\/signed +¶ 1 A headline$/m);
    t.match(out, /^omitted: byline +¶ 2 Kestrel signs\.\n +¶ 3 Ida Lund$/m);
    t.match(out, /^omitted: page furniture +¶ 4 Read more$/m);
  }
});

t.test('check says where a file and its text differ, and quotes what the file leaves open', async (t) => {
  const file = articleFile('a', ['PartnershipSigned: ~, happened: ~'], { paragraphs: '1' });
  const folder = t.testdir({ 'a.txt': article, 'a.yaml': file.replace(/^textSha256.*\n/m, '') });
  const given = [join(folder, 'a.yaml'), '--text', join(folder, 'a.txt')];
  for (const command of ['check', 'ingest']) {
    const { code, messages } = await run(join(folder, 'data'), [command, ...given]);
    t.equal(code, 2);
    t.match(messages, `/textSha256: the text at hand has another SHA-256 (did you mean ${sha256}?)`);
    t.match(messages, '/paragraphs: the text at hand has 4 non-blank lines (did you mean 4?)');
    t.match(messages, /\/omitted: paragraphs 2-4 are neither cited by a report nor omitted/);
    t.match(messages, /a\.txt ¶ 2: Kestrel signs\.\n.*a\.txt ¶ 3: Ida Lund\n.*¶ 4: Read more/);
  }
});

t.test('check --text without a file gives the head of a new one', async (t) => {
  const folder = t.testdir({ 'a.txt': article });
  const { code, out } = await run(folder, ['check', '--text', join(folder, 'a.txt')]);
  t.equal(code, 0);
  t.match(out, `textSha256: ${sha256}\nparagraphs: 4\n\n¶ 1 A headline\n¶ 2 Kestrel signs.\n`);
});

t.test('check takes one text for each file', async (t) => {
  const folder = t.testdir({ 'a.txt': article });
  const text = ['--text', join(folder, 'a.txt')];
  t.match(await run(folder, ['check', '-', ...text, ...text]), {
    code: 2,
    messages: /the text of each file.*1, not 2/,
  });
  t.match(await run(folder, ['check', '-', '--text', 'none']), { code: 2, messages: /none: there is no such file/ });
});

const counting = (id: string, count: number) => articleFile(id, [`CreativeCountStated: duo, count: ${count}`]);

t.test('check and a dry run show what an article would contest, with every value, and break', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  await run(dataDir, ['ingest', '-'], { stdin: counting('a', 2) });
  const ends = ['TermAgreed: ~, happened: 2025-03-03, end: 2027', 'CoverageDeclared: ~, games: 2032S, happened: ~'];
  const stdin = articleFile('b', ['CreativeCountStated: duo, count: 3', ...ends]);
  for (const command of [['check'], ['ingest', '--dry-run']]) {
    const { code, out } = await run(dataDir, [...command, '-'], { stdin });
    t.equal(code, 0);
    t.match(out, /^joins +campaign\/duo\/creative-count-stated +happened +a\ncontests +≠ count: 2 \(a\) or 3 \(b\)$/m);
    t.match(out, /^creates +coverage\/2032s\/declared +new\n +⚑ coverage: /m);
  }
  const { messages } = await run(dataDir, ['ingest', '--dry-run', '-'], { stdin });
  t.match(messages, 'A dry run: nothing was recorded.');
  t.match((await run(dataDir, ['ingest', '-'], { stdin })).out, '1 recorded', 'it was not');
});

t.test('a dry run of an ingest makes no ledger, and ends as the ingest would', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  t.match(await run(dataDir, ['ingest', '--dry-run', '-'], { stdin: known }), {
    code: 0,
    out: /it joins 0 and creates 1/,
  });
  t.notOk(existsSync(dataDir));
  await run(dataDir, ['ingest', '-'], { stdin: known });
  const changed = articleFile('a', reports);
  t.match(await run(dataDir, ['ingest', '--dry-run', '-'], { stdin: changed }), {
    code: 1,
    messages: /would be refused/,
  });
});

t.test('check reports all mistakes together, each with its place', async (t) => {
  const folder = t.testdir({ 'a.yaml': articleFile('a', ['PartnershipSigned: ~, happened: 2030', 'TermAgred: ~']) });
  const { code, out, messages } = await run(join(folder, 'data'), ['check', join(folder, 'a.yaml')]);
  t.equal(code, 2);
  t.equal(out, '');
  t.match(
    messages,
    /a\.yaml:11:\d+ \/reports\/0\/happened: [\s\S]*a\.yaml:12:\d+ \/reports\/1\/TermAgred: .*TermAgreed\?/,
  );
});

t.test('check and show know the articles and names of a further folder, as a server does', async (t) => {
  const names = `partnerships:
  kestrel.ioc: { name: Kestrel and the Games, partner: kestrel, rightsHolder: ioc }
organisations: { kestrel: Kestrel, ioc: IOC }
`;
  const folder = t.testdir({
    more: {
      'x.yaml': articleFile('x', ['PartnershipSigned: ~, happened: 2025-03-03']),
      reference: { 'subjects.yaml': names },
    },
  });
  const [dataDir, more] = [join(folder, 'data'), join(folder, 'more')];
  const stdin = articleFile('y', ['PartnershipSigned: ~, happened: 2025-03-03'], { textSha256: textOf('x') });
  t.match(await run(dataDir, ['check', '-', '--with', more], { stdin }), { code: 2, messages: /article x.*same text/ });
  t.match(await run(dataDir, ['check', '-'], { stdin }), { code: 0 });
  t.match(await run(dataDir, ['ingest', '-'], { stdin }), { code: 0 });
  t.match(await run(dataDir, ['show', 'timeline', '--with', more]), {
    code: 0,
    out: /^Timeline of Kestrel and the Games \(kestrel\.ioc\)/,
  });
  const mistaken = await run(dataDir, ['show', 'timeline', '--with', join(folder, 'none'), '--timing', 'x']);
  t.match(mistaken, { code: 2, messages: /--with .*: there is no such folder/ });
});
