import { createHash } from 'node:crypto';
import t from 'tap';
import { digest } from '../../src/articles/read-article.ts';
import { articleText, read } from './article-text.ts';

const digestOf = (content: string) => read(content).reading?.digest;

t.test('the digest is the SHA-256 of the canonical JSON', async (t) => {
  const canonical = '{"a":["1","é"],"b":{"":"x","c":""}}';
  t.equal(digest({ b: { c: '', '': 'x' }, a: ['1', 'é'] }), createHash('sha256').update(canonical).digest('hex'));
});

t.test('the digest is that of what the file says, not of how it is written', async (t) => {
  const plain = digestOf(articleText());
  t.match(plain, /^[0-9a-f]{64}$/);
  t.equal(digestOf(`# a comment\n${articleText({ 'by: outlet\n': '', 'title: ': 'by: "outlet"\ntitle:   ' })}`), plain);
});

t.test('the digest is that of the file before defaults and short forms', async (t) => {
  const plain = digestOf(articleText());
  const meaningTheSame = [
    { 'title: K': 'revision: 1\ntitle: K' },
    { 'p: 1-3': 'p: [1, 2, 3]' },
    { 'happened: 2025-03-01': 'happened: "2025-03-01"\n    by: outlet' },
  ];
  for (const change of meaningTheSame) {
    t.ok(digestOf(articleText(change)));
    t.not(digestOf(articleText(change)), plain);
  }
});
