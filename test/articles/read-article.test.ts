import t from 'tap';
import { articleText, articleWith, read } from './article-text.ts';

t.test('a correct article gives a reading', async (t) => {
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

t.test('what a text does not name is null', async (t) => {
  const { reading } = read(
    articleText({ 'title: Kestrel to Move the Games': 'title: null', 'Harbour Gazette': 'unknown' }),
  );
  t.match(reading, { title: null, publisher: null });
  t.match(read(articleText({ 'Harbour Gazette': 'Unknown' })).reading, { publisher: null });
});

t.test('every mistake is reported at once, in the order of the file', async (t) => {
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
