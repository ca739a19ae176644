import t from 'tap';
import { articleText, read } from './article-text.ts';
import { refusesAll } from './refuses-all.ts';

t.test('every mistake in the head of an article is reported with its place', async () => {
  refusesAll([
    [
      'an unknown key',
      articleText({ 'title: K': 'headline: K' }),
      { line: 1, column: 1, path: '/title', message: /title is missing/ },
      { line: 3, column: 1, path: '/headline', message: /unknown key headline/ },
    ],
    [
      'a mistyped key, whose right form is then not missed as well',
      articleText({ 'publisher:': 'publsher:' }),
      { line: 4, column: 1, path: '/publsher', message: /unknown key/, suggestion: 'publisher' },
    ],
    [
      'a revision that is no number',
      articleText({ 'title: K': 'revision: second\ntitle: K' }),
      { line: 3, column: 11, path: '/revision', message: /whole number/ },
    ],
    [
      'a second revision without a reason',
      articleText({ 'title: K': 'revision: 2\ntitle: K' }),
      { line: 1, column: 1, path: '/because', message: /revision 2 says why.*reread.*republished/ },
    ],
    [
      'a first revision with a reason',
      articleText({ 'title: K': 'revision: 1\nbecause: reread\ntitle: K' }),
      { line: 4, column: 10, path: '/because', message: /revision 1 replaces nothing/ },
    ],
    [
      'a reason without a revision',
      articleText({ 'title: K': 'because: reread\ntitle: K' }),
      { line: 3, column: 10, path: '/because', message: /has a revision/, suggestion: 'revision: 2' },
    ],
    [
      'a reason that is none',
      articleText({ 'title: K': 'revision: 2\nbecause: re-read\ntitle: K' }),
      { line: 4, column: 10, path: '/because', message: /none of reread, republished/, suggestion: 'reread' },
    ],
    [
      'an article id with a space',
      articleText({ '"900"': 'Kestrel 1' }),
      { line: 1, column: 10, path: '/article', message: /write lower-case letters, digits/ },
    ],
    [
      'an article id with capitals',
      articleText({ '"900"': 'Kestrel-1' }),
      { line: 1, column: 10, path: '/article', message: /write lower-case letters, digits/, suggestion: 'kestrel-1' },
    ],
    [
      'a partnership without a rights holder',
      articleText({ 'kestrel.ioc': 'kestrel' }),
      { line: 2, column: 14, path: '/partnership', message: /<partner>\.<rights holder>/ },
    ],
    [
      'a title beyond measure',
      articleText({ 'Kestrel to Move the Games': 'x'.repeat(301) }),
      { line: 3, column: 8, path: '/title', message: /this text has 301 characters: write at most 300/ },
    ],
    [
      'a hash that is none',
      articleText({ '8f2c8f2c': 'gf2c8f2c' }),
      { line: 7, column: 13, path: '/textSha256', message: /write a SHA-256 as 64 hex digits/ },
    ],
    [
      'a hash in capitals',
      articleText({ ['8f2c'.repeat(16)]: '8F2C'.repeat(16) }),
      { line: 7, column: 13, path: '/textSha256', message: /64 hex digits/, suggestion: '8f2c'.repeat(16) },
    ],
    [
      'no date of publication',
      articleText({ 'published: 2025-03-04\npublishedBasis: Printed under the headline.\n': '' }),
      { line: 1, column: 1, path: '/published', message: /published is missing.*only a reread inherits it/ },
    ],
    [
      'a republished article without its date',
      articleText({
        'published: 2025-03-04\npublishedBasis: Printed under the headline.\n': 'revision: 2\nbecause: republished\n',
      }),
      { line: 1, column: 1, path: '/published', message: /published is missing/ },
    ],
    [
      'no basis of the date',
      articleText({ 'publishedBasis: Printed under the headline.\n': '' }),
      { line: 1, column: 1, path: '/publishedBasis', message: /how we know/ },
    ],
    [
      'a basis of a date that is not there',
      articleText({ 'published: 2025-03-04\n': 'revision: 2\nbecause: reread\n' }),
      { line: 7, column: 17, path: '/publishedBasis', message: /publishedBasis is given, but published is missing/ },
    ],
    [
      'a period as date of publication',
      articleText({ 'published: 2025-03-04': 'published: 2025-03/2025-04' }),
      { line: 5, column: 12, path: '/published', message: /slash/, suggestion: '[2025-03..2025-04]' },
    ],
    [
      'a publication without an end',
      articleText({ 'published: 2025-03-04': 'published: 2025-03..' }),
      { line: 5, column: 12, path: '/published', message: /needs a day by which it was published/ },
    ],
    [
      'an attribution that is none',
      articleText({ 'by: outlet': 'by: oulet' }),
      { line: 9, column: 5, path: '/by', message: /none of joint-statement, party/, suggestion: 'outlet' },
    ],
    [
      'no attribution at all',
      articleText({ 'by: outlet\n': '' }),
      { line: 1, column: 1, path: '/by', message: /by is missing: who says so/ },
    ],
    [
      'reports that are no list',
      articleText({
        '  - CampaignLaunched: quiet-roads\n    happened: 2025-03-01\n    p: 1-3\n':
          '  CampaignLaunched: quiet-roads\n',
      }),
      { line: 13, column: 3, path: '/reports', message: /a list of reports belongs here, not a map/ },
    ],
    [
      'a speaker without a name',
      articleText({ 'Ida Lund, head of sponsoring': '", head of sponsoring"' }),
      { line: 11, column: 9, path: '/speakers/lund', message: /a name comes before the comma/ },
    ],
  ]);
});

t.test('a re-read article inherits its date of publication', async (t) => {
  const { reading, problems } = read(
    articleText({
      'published: 2025-03-04\npublishedBasis: Printed under the headline.\n': 'revision: 2\nbecause: reread\n',
    }),
  );
  t.strictSame(problems, []);
  t.match(reading, { revision: 2, because: 'reread', published: null, publishedBasis: null });
});
