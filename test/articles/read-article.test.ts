import { createHash } from 'node:crypto';
import t from 'tap';
import { digest } from '../../src/articles/read-article.ts';
import { articleText, articleWith, read } from './article-text.ts';

t.test('a correct article gives a reading without problems', async (t) => {
  const { reading, problems } = read(articleText());
  t.strictSame(problems, []);
  t.match(reading, {
    partnership: 'kestrel.ioc',
    article: '900',
    revision: 1,
    because: null,
    title: 'Kestrel to Move the Games',
    publisher: 'Harbour Gazette',
    published: '2025-03-04',
    paragraphs: 4,
    omitted: [{ reason: 'page furniture', paragraphs: [4] }],
  });
  t.strictSame(reading?.reports, [
    {
      type: 'CampaignLaunched',
      fact: 'campaign/quiet-roads/launched',
      modality: 'happened',
      date: '2025-03-01',
      subject: 'quiet-roads',
      campaign: null,
      games: [],
      fields: {},
      note: null,
      paragraphs: [1, 2, 3],
      attribution: 'outlet',
      speaker: null,
      implied: false,
      identityAssumed: null,
      corrections: [],
    },
  ]);
});

t.test('whatever an article leaves out is null in its reading', async (t) => {
  const { reading } = read(
    articleText({ 'title: Kestrel to Move the Games': 'title: null', 'Harbour Gazette': 'unknown' }),
  );
  t.match(reading, { title: null, publisher: null });
  t.match(read(articleText({ 'Harbour Gazette': 'Unknown' })).reading, { publisher: null });
});

t.test('all mistakes in an article are reported together, in the order of the file', async (t) => {
  const { reading, problems } = read(
    articleText({
      'title: K': 'titel: K',
      'published: 2025-03-04': 'published: 2025-13',
      'CampaignLaunched: quiet-roads': 'CampaignLaunched: Quiet Roads',
      'happened: 2025-03-01': 'happened: spring',
      'p: 1-3': 'p: 9',
    }),
  );
  t.equal(reading, null);
  t.strictSame(
    problems.map(({ line, path }) => [line, path]),
    [
      [3, '/titel'],
      [5, '/published'],
      [13, '/reports/0/CampaignLaunched'],
      [14, '/reports/0/happened'],
      [15, '/reports/0/p'],
      [17, '/omitted'],
    ],
  );
});

t.test('an article that would fill more than one append is refused before it is expanded', async (t) => {
  const subjects = Array.from({ length: 300 }, (_, index) => `s${index}`).join(', ');
  const { problems } = read(
    articleWith(`  - ObligationUndertaken: [${subjects}]\n    games: 2018W..2028S\n    happened:\n    p: 1-3\n`),
  );
  t.match(problems, [{ path: '/reports', message: /reports on 1800 facts; one article may have 1000/ }]);
});

const digestOf = (content: string) => read(content).reading?.digest;

t.test('the digest is the SHA-256 of the canonical JSON', async (t) => {
  const canonical = '{"a":["1","é"],"b":{"":"x","c":""}}';
  t.equal(digest({ b: { c: '', '': 'x' }, a: ['1', 'é'] }), createHash('sha256').update(canonical).digest('hex'));
});

t.test('the digest depends on what the file says, not on how it is written', async (t) => {
  const plain = digestOf(articleText());
  t.match(plain, /^[0-9a-f]{64}$/);
  t.equal(digestOf(`# a comment\n${articleText({ 'by: outlet\n': '', 'title: ': 'by: "outlet"\ntitle:   ' })}`), plain);
});

t.test('the digest covers the file before defaults and short forms are expanded', async (t) => {
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
