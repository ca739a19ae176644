import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { articleFile } from './article-file.ts';
import { run } from './run-command.ts';

// Made up, with blank lines and lines that end as on Windows: the third paragraph is on the fifth line.
const text =
  'Kestrel and the federation sign\r\n\r\nThey signed on Monday, it is said.\r\n\r\nBuses follow in May.\r\n';
const sha256 = (of: string) => createHash('sha256').update(of).digest('hex');

const article = (id: string, of: string, more: Record<string, string> = {}) =>
  `${articleFile(id, [], { textSha256: sha256(of), paragraphs: '3', title: `Article ${id}`, ...more }).trimEnd()}
  - { PartnershipSigned: ~, happened: ~, p: [1, 2], note: The two have signed }
  - { CategoryGranted: electric-buses, planned: ~, p: [1, 2] }
omitted: { outlook: 3 }
`;

const ledger = async (t: { testdir: () => string }, ...articles: readonly string[]) => {
  const root = t.testdir();
  const [dataDir, texts] = [join(root, 'data'), join(root, 'texts')];
  mkdirSync(texts, { recursive: true });
  for (const one of articles) {
    const { code, messages } = await run(dataDir, ['ingest', '-'], { stdin: one });
    if (code !== 0) throw new Error(messages);
  }
  return { dataDir, texts };
};

t.test('evidence prints every report beside the paragraphs that it cites', async (t) => {
  const { dataDir, texts } = await ledger(t, article('a', text));
  writeFileSync(join(texts, 'a.txt'), text);
  const { code, out } = await run(dataDir, ['evidence', texts], { width: 140 });
  t.equal(code, 0);
  t.match(out, /^a, revision 1: Article a \(Harbour Gazette, 2025-03-04\)$/m);
  t.match(out, `a.txt: SHA-256 ${sha256(text)}, as recorded`);
  t.match(out, /^partnership\/kestrel\.ioc\/signed +¶ 1 Kestrel and the federation sign$/m);
  t.match(out, /^happened · outlet +¶ 2 They signed on Monday, it is said\.$/m);
  t.match(out, /^category\/electric-buses\/granted$/m, 'reports on the same paragraphs stand together');
  t.match(out, /^omitted: outlook +¶ 3 Buses follow in May\.$/m);
  t.match(out, '1 of 1 text as recorded, with 2 reports');
});

t.test('evidence finds a renamed text and names a changed or missing one', async (t) => {
  const other = text.replace('Monday', 'Tuesday');
  const { dataDir, texts } = await ledger(t, article('a', text), article('b', other));
  writeFileSync(join(texts, 'b.txt'), text);
  const swapped = await run(dataDir, ['evidence', texts]);
  t.equal(swapped.code, 1);
  t.match(swapped.out, `b.txt: SHA-256 ${sha256(text)}, as recorded`, 'a, under another name');
  t.match(swapped.messages, `article b, revision 1: b.txt is not the text that was read`);
  t.match(swapped.messages, sha256(other));
  t.notMatch(swapped.out, 'Tuesday');

  renameSync(join(texts, 'b.txt'), join(texts, 'scan.txt'));
  const missing = await run(dataDir, ['evidence', texts]);
  t.equal(missing.code, 1);
  t.match(missing.messages, 'article b, revision 1: the text is missing');
  t.match(missing.out, '1 of 2 texts as recorded, with 2 reports');
  t.equal((await run(dataDir, ['evidence', texts, '--article', 'a'])).code, 0, 'the other one alone');

  writeFileSync(join(texts, 'b.txt'), `${other} `);
  t.match((await run(dataDir, ['evidence', texts])).messages, 'b.txt is not the text', 'one byte more');
});

t.test('evidence reports a reading that counts other paragraphs than its text has', async (t) => {
  const short = 'One line\n';
  const { dataDir, texts } = await ledger(t, article('a', short));
  writeFileSync(join(texts, 'a.txt'), short);
  const { code, messages } = await run(dataDir, ['evidence', texts]);
  t.equal(code, 1);
  t.match(messages, 'a.txt has 1 paragraph, but its reading counts 3');
});

t.test('evidence checks each published text once: a re-reading has the same text', async (t) => {
  const changed = text.replace('Monday', 'Sunday');
  const { dataDir, texts } = await ledger(
    t,
    article('a', text),
    article('a', text, { revision: '2', because: 'reread', title: 'Read again' }),
    article('a', changed, { revision: '3', because: 'republished', published: '2025-04-01' }),
  );
  writeFileSync(join(texts, 'a.txt'), changed);
  writeFileSync(join(texts, 'a-2025-03.txt'), text);
  const { code, out } = await run(dataDir, ['evidence', texts]);
  t.equal(code, 0);
  t.match(out, /^a, revision 2: Read again \(Harbour Gazette, 2025-03-04\), since replaced by its publisher$/m);
  t.match(out, /^a, revision 3: Article a \(Harbour Gazette, 2025-04-01\)$/m);
  t.notMatch(out, 'revision 1');
});

t.test('evidence takes the folder of texts from an option or from ARTICLES_DIR', async (t) => {
  const { dataDir, texts } = await ledger(t, article('a', text));
  writeFileSync(join(texts, 'a.txt'), text);
  t.equal((await run(dataDir, ['evidence'], { articlesDir: texts })).code, 0);
  t.match(await run(dataDir, ['evidence']), { code: 2, messages: /set ARTICLES_DIR/ });
  t.match(await run(dataDir, ['evidence', texts, texts]), { code: 2, messages: /evidence takes one folder/ });
  t.match(await run(dataDir, ['evidence', join(texts, 'nowhere')]), { code: 2, messages: /there is no such folder/ });
  t.match(await run(dataDir, ['evidence', texts, '--article', 'A1']), {
    code: 2,
    messages: /no article A1 is recorded/,
  });
  t.match(await run(dataDir, ['evidence', texts, '--articel', 'a']), { code: 2, messages: /did you mean --article/ });
  t.match(await run(`${dataDir}-elsewhere`, ['evidence', texts]), { code: 1, messages: /No article is recorded/ });
});
