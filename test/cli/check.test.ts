import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openTestLedger } from '../support/open-test-ledger.ts';
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
  t.match(messages, 'electric-busses is not registered');
  const ledger = await openTestLedger({ dataDir });
  t.teardown(() => ledger.close());
  await ledger.views.head();
  t.equal(ledger.views.catalogue.article('b'), null);
});

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
