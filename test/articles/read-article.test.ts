import t from 'tap';
import { articleText, articleWith, type Expected, read } from './article-text.ts';

type Case = readonly [says: string, content: string, ...expected: readonly Expected[]];

const refusesAll = (cases: readonly Case[]) => {
  for (const [says, content, ...expected] of cases) {
    const { reading, problems } = read(content);
    t.equal(reading, null, `${says}: no reading`);
    t.strictSame(
      problems.map(({ file: _, message: __, ...where }) => where),
      expected.map(({ message: _, ...where }) => where),
      `${says}: where, and what instead`,
    );
    for (const [index, { message }] of expected.entries()) t.match(problems[index]?.message, message, says);
  }
};

const head = (change: Readonly<Record<string, string>>) => articleText(change);

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
  const { reading } = read(head({ 'title: Kestrel to Move the Games': 'title: null', 'Harbour Gazette': 'unknown' }));
  t.match(reading, { title: null, publisher: null });
});

t.test('mistakes in the head', async () => {
  refusesAll([
    [
      'an unknown key',
      head({ 'title: K': 'headline: K' }),
      { line: 1, column: 1, path: '/title', message: /title is missing/ },
      { line: 3, column: 1, path: '/headline', message: /headline is no key here/ },
    ],
    [
      'a mistyped key, whose right form is then not missed as well',
      head({ 'publisher:': 'publsher:' }),
      { line: 4, column: 1, path: '/publsher', message: /no key here/, suggestion: 'publisher' },
    ],
    [
      'a revision that is no number',
      head({ 'title: K': 'revision: second\ntitle: K' }),
      { line: 3, column: 11, path: '/revision', message: /whole number/ },
    ],
    [
      'a second revision without a reason',
      head({ 'title: K': 'revision: 2\ntitle: K' }),
      { line: 1, column: 1, path: '/because', message: /revision 2 says why.*reread.*republished/ },
    ],
    [
      'a first revision with a reason',
      head({ 'title: K': 'revision: 1\nbecause: reread\ntitle: K' }),
      { line: 4, column: 10, path: '/because', message: /revision 1 replaces nothing/ },
    ],
    [
      'a reason without a revision',
      head({ 'title: K': 'because: reread\ntitle: K' }),
      { line: 3, column: 10, path: '/because', message: /has a revision/, suggestion: 'revision: 2' },
    ],
    [
      'a reason that is none',
      head({ 'title: K': 'revision: 2\nbecause: re-read\ntitle: K' }),
      { line: 4, column: 10, path: '/because', message: /none of reread, republished/, suggestion: 'reread' },
    ],
    [
      'an article id with a space',
      head({ '"900"': 'Kestrel 1' }),
      { line: 1, column: 10, path: '/article', message: /small letters, digits/ },
    ],
    [
      'an article id with capitals',
      head({ '"900"': 'Kestrel-1' }),
      { line: 1, column: 10, path: '/article', message: /small letters, digits/, suggestion: 'kestrel-1' },
    ],
    [
      'a partnership without a rights holder',
      head({ 'kestrel.ioc': 'kestrel' }),
      { line: 2, column: 14, path: '/partnership', message: /<partner>\.<rights holder>/ },
    ],
    [
      'a title beyond measure',
      head({ 'Kestrel to Move the Games': 'x'.repeat(301) }),
      { line: 3, column: 8, path: '/title', message: /301 characters are too long, 300 are the limit/ },
    ],
    [
      'a hash that is none',
      head({ '8f2c8f2c': 'gf2c8f2c' }),
      { line: 7, column: 13, path: '/textSha256', message: /SHA-256 in hex has 64 digits/ },
    ],
    [
      'a hash in capitals',
      head({ ['8f2c'.repeat(16)]: '8F2C'.repeat(16) }),
      { line: 7, column: 13, path: '/textSha256', message: /64 digits/, suggestion: '8f2c'.repeat(16) },
    ],
    [
      'no date of publication',
      head({ 'published: 2025-03-04\npublishedBasis: Printed under the headline.\n': '' }),
      { line: 1, column: 1, path: '/published', message: /published is missing.*only a reread inherits it/ },
    ],
    [
      'a republished article without its date',
      head({
        'published: 2025-03-04\npublishedBasis: Printed under the headline.\n': 'revision: 2\nbecause: republished\n',
      }),
      { line: 1, column: 1, path: '/published', message: /published is missing/ },
    ],
    [
      'no basis of the date',
      head({ 'publishedBasis: Printed under the headline.\n': '' }),
      { line: 1, column: 1, path: '/publishedBasis', message: /how we know/ },
    ],
    [
      'a basis of a date that is not there',
      head({ 'published: 2025-03-04\n': 'revision: 2\nbecause: reread\n' }),
      { line: 7, column: 17, path: '/publishedBasis', message: /a publication date that is not given/ },
    ],
    [
      'a period as date of publication',
      head({ 'published: 2025-03-04': 'published: 2025-03/2025-04' }),
      { line: 5, column: 12, path: '/published', message: /slash/, suggestion: '[2025-03..2025-04]' },
    ],
    [
      'a publication without an end',
      head({ 'published: 2025-03-04': 'published: 2025-03..' }),
      { line: 5, column: 12, path: '/published', message: /needs a day by which it was published/ },
    ],
    [
      'an attribution that is none',
      head({ 'by: outlet': 'by: oulet' }),
      { line: 9, column: 5, path: '/by', message: /none of joint-statement, party/, suggestion: 'outlet' },
    ],
    [
      'no attribution at all',
      head({ 'by: outlet\n': '' }),
      { line: 1, column: 1, path: '/by', message: /by is missing: who says so/ },
    ],
    [
      'reports that are no list',
      head({
        '  - CampaignLaunched: quiet-roads\n    happened: 2025-03-01\n    p: 1-3\n':
          '  CampaignLaunched: quiet-roads\n',
      }),
      { line: 13, column: 3, path: '/reports', message: /a list of reports belongs here, not a map/ },
    ],
    [
      'a speaker without a name',
      head({ 'Ida Lund, head of sponsoring': '", head of sponsoring"' }),
      { line: 11, column: 9, path: '/speakers/lund', message: /a name comes before the comma/ },
    ],
  ]);
});

t.test('a reread inherits the date of publication', async (t) => {
  const { reading, problems } = read(
    head({ 'published: 2025-03-04\npublishedBasis: Printed under the headline.\n': 'revision: 2\nbecause: reread\n' }),
  );
  t.strictSame(problems, []);
  t.match(reading, { revision: 2, because: 'reread', published: null, publishedBasis: null });
});

t.test('mistakes in what a report is', async () => {
  const rest = '    happened: 2025-03-01\n    p: 1-3\n';
  refusesAll([
    [
      'an unknown type',
      articleWith(`  - CampaignLaunchd: quiet-roads\n${rest}`),
      { line: 13, column: 5, path: '/reports/0/CampaignLaunchd', message: /no type/, suggestion: 'CampaignLaunched' },
    ],
    [
      'an unknown type with another mistake: both at once',
      articleWith('  - CampaignLaunchd: quiet-roads\n    happened: 2025-21\n    p: 1-3\n'),
      { line: 13, column: 5, path: '/reports/0/CampaignLaunchd', message: /no type/, suggestion: 'CampaignLaunched' },
      { line: 14, column: 15, path: '/reports/0/happened', message: /season/ },
    ],
    [
      'a type that only references have',
      articleWith(`  - HostElected: Harbour\n${rest}`),
      { line: 13, column: 5, path: '/reports/0/HostElected', message: /comes from references/ },
    ],
    [
      'two types',
      articleWith(`  - CampaignLaunched: quiet-roads\n    CampaignEnded: quiet-roads\n${rest}`),
      { line: 14, column: 5, path: '/reports/0/CampaignEnded', message: /one type, and CampaignLaunched is one/ },
    ],
    [
      'no type',
      articleWith(`  - note: something\n${rest}`),
      { line: 13, column: 5, path: '/reports/0', message: /has the type of an event as a key/ },
    ],
    [
      'an unknown field',
      articleWith(`  - CampaignAnnounced: quiet-roads\n    theem: Silence\n${rest}`),
      { line: 14, column: 5, path: '/reports/0/theem', message: /theem is no key here/, suggestion: 'theme' },
    ],
    [
      'a text torn at its comma',
      articleWith('  - { CampaignLaunched: quiet-roads, happened: , p: 1-3, note: buses, quiet ones }\n'),
      { line: 13, column: 71, path: '/reports/0/quiet ones', message: /a text with a comma stands in quotes/ },
    ],
    [
      'no subject',
      articleWith(`  - CampaignLaunched:\n${rest}`),
      { line: 13, column: 5, path: '/reports/0/CampaignLaunched', message: /a subject belongs here/ },
    ],
    [
      'a name for a slug',
      articleWith(`  - CampaignLaunched: Quiet Roads\n${rest}`),
      { line: 13, column: 23, path: '/reports/0/CampaignLaunched', message: /a slug has/, suggestion: 'quiet-roads' },
    ],
    [
      'Games in a slug',
      articleWith(`  - StorefrontOpened: bus-store.2026w\n${rest}`),
      {
        line: 13,
        column: 23,
        path: '/reports/0/StorefrontOpened',
        message: /Games are no part of a slug.*games: 2026W/,
        suggestion: 'bus-store',
      },
    ],
    [
      'a subject where there is none',
      articleWith(`  - CoverageDeclared: 2026W\n    games: 2026W\n${rest}`),
      { line: 13, column: 23, path: '/reports/0/CoverageDeclared', message: /CoverageDeclared has no subject/ },
    ],
    [
      'an unknown market',
      articleWith(`  - MarketEntered: [NO, UK]\n    campaign: quiet-roads\n${rest}`),
      { line: 13, column: 25, path: '/reports/0/MarketEntered/1', message: /"UK" is no market/, suggestion: 'GB' },
    ],
    [
      'a part of a campaign that is not named',
      articleWith(`  - MarketEntered: NO\n${rest}`),
      { line: 13, column: 5, path: '/reports/0/campaign', message: /campaign is missing/ },
    ],
    [
      'a campaign where there is none',
      articleWith(`  - CategoryGranted: buses\n    campaign: quiet-roads\n${rest}`),
      { line: 14, column: 5, path: '/reports/0/campaign', message: /CategoryGranted is not part of a campaign/ },
    ],
    [
      'the same fact twice from one mouth',
      articleWith(
        `  - CampaignLaunched: quiet-roads\n${rest}  - CampaignLaunched: quiet-roads\n    happened:\n    p: 2\n`,
      ),
      {
        line: 16,
        column: 23,
        path: '/reports/1/CampaignLaunched',
        message: /campaign\/quiet-roads\/launched is reported as happened by the same mouth \(outlet\) in \/reports\/0/,
      },
    ],
    [
      'the same subject twice in a list',
      articleWith(`  - CategoryGranted: [buses, trams, buses]\n${rest}`),
      {
        line: 13,
        column: 37,
        path: '/reports/0/CategoryGranted/2',
        message: /category\/buses\/granted.*\/CategoryGranted\/0/,
      },
    ],
    [
      'a report that is no map',
      articleWith(`  - CampaignLaunched\n  - CampaignEnded: quiet-roads\n${rest}`),
      { line: 13, column: 5, path: '/reports/0', message: /a report is a map.*not a text/ },
    ],
  ]);
});

t.test('mistakes in when', async () => {
  const launched = (modality: string) =>
    articleWith(`  - CampaignLaunched: quiet-roads\n    ${modality}\n    p: 1-3\n`);
  const stated = (modality: string) => articleWith(`  - PriorityStated: silence\n    ${modality}\n    p: 1-3\n`);
  refusesAll([
    [
      'no modality',
      launched('note: x'),
      { line: 13, column: 5, path: '/reports/0', message: /neither happened, planned nor denied/ },
    ],
    [
      'two modalities',
      launched('happened:\n    planned:'),
      { line: 15, column: 5, path: '/reports/0/planned', message: /happened, planned or denied: happened is given/ },
    ],
    [
      'a mistyped modality',
      launched('hapened: 2025'),
      { line: 14, column: 5, path: '/reports/0/hapened', message: /no key here/, suggestion: 'happened' },
    ],
    [
      'a slash',
      launched('planned: 2025-04/2025-06'),
      { line: 14, column: 14, path: '/reports/0/planned', message: /slash/, suggestion: '[2025-04..2025-06]' },
    ],
    ['a season', launched('planned: 2025-21'), { line: 14, column: 14, path: '/reports/0/planned', message: /season/ }],
    [
      'a printed date',
      launched('planned: 1 May 2025'),
      { line: 14, column: 14, path: '/reports/0/planned', message: /year first/, suggestion: '2025-05-01' },
    ],
    [
      'a day that no calendar has',
      launched('planned: 2025-02-30'),
      { line: 14, column: 14, path: '/reports/0/planned', message: /28 days/ },
    ],
    [
      'two dates',
      launched('planned: [2025-04-01, 2025-04-03]'),
      { line: 14, column: 14, path: '/reports/0/planned', message: /one date/, suggestion: '[2025-04-01..2025-04-03]' },
    ],
    [
      'done after it was printed',
      launched('happened: 2025-03-05'),
      {
        line: 14,
        column: 15,
        path: '/reports/0/happened',
        message: /wholly after the publication \(2025-03-04\)/,
        suggestion: 'planned',
      },
    ],
    [
      'a planned statement',
      stated('planned:'),
      { line: 14, column: 5, path: '/reports/0/planned', message: /itself a statement/, suggestion: 'happened' },
    ],
    [
      'a denied statement',
      stated('denied:'),
      { line: 14, column: 5, path: '/reports/0/denied', message: /itself a statement/, suggestion: 'happened' },
    ],
    [
      'a term that ends before it starts',
      articleWith('  - TermAgreed:\n    happened:\n    p: 1-3\n    start: 2026\n    end: 2025-12-31\n'),
      { line: 17, column: 10, path: '/reports/0/end', message: /ends \(2025-12-31\) before it starts \(2026\)/ },
    ],
    [
      'a period where a day belongs',
      articleWith('  - TermAgreed:\n    happened:\n    p: 1-3\n    end: 2026/2034\n'),
      { line: 16, column: 10, path: '/reports/0/end', message: /slash/, suggestion: '[2026..2034]' },
    ],
  ]);
});

t.test('a day that may lie before the publication is no mistake', async (t) => {
  for (const happened of ['2025-03', '2025', '[2025-03-04..2025-04]', '2025..']) {
    const { problems } = read(articleText({ '2025-03-01': happened }));
    t.strictSame(problems, [], happened);
  }
});

t.test('mistakes in Games', async () => {
  const owed = (games: string) =>
    articleWith(`  - ObligationUndertaken: transport\n    happened:\n    p: 1-3\n    ${games}\n`);
  refusesAll([
    [
      'Games of a year without',
      owed('games: 2027W'),
      { line: 16, column: 12, path: '/reports/0/games', message: /no Games of 2027/ },
    ],
    [
      'Games by their host, as one of a list',
      owed('games: [2026W, la-2028]'),
      { line: 16, column: 20, path: '/reports/0/games/1', message: /named by year and S or W/, suggestion: '2028S' },
    ],
    [
      'a span in reverse',
      owed('games: 2030W..2026W'),
      { line: 16, column: 12, path: '/reports/0/games', message: /2030W is after 2026W/, suggestion: '2026W..2030W' },
    ],
    [
      'Games twice',
      owed('games: [2026W..2030W, 2028S]'),
      { line: 16, column: 27, path: '/reports/0/games/1', message: /2028S is named twice/ },
    ],
    [
      'no Games in a list',
      owed('games: []'),
      { line: 16, column: 12, path: '/reports/0/games', message: /list without Games/ },
    ],
    [
      'implied Games that are not given',
      owed('implied: true'),
      { line: 16, column: 14, path: '/reports/0/implied', message: /said of Games, and none are given/ },
    ],
    [
      'Games of a type that knows none',
      articleWith('  - CategoryGranted: buses\n    happened:\n    p: 1-3\n    games: 2026W\n'),
      { line: 16, column: 5, path: '/reports/0/games', message: /CategoryGranted knows no Games/ },
    ],
    [
      'no Games where they are needed',
      articleWith('  - CoverageDeclared:\n    happened:\n    p: 1-3\n'),
      { line: 13, column: 5, path: '/reports/0/games', message: /games is missing/ },
    ],
  ]);
});

t.test('mistakes in paragraphs', async () => {
  refusesAll([
    [
      'a paragraph that the article does not have',
      articleText({ 'p: 1-3': 'p: [1-3, 5]' }),
      { line: 15, column: 8, path: '/reports/0/p', message: /no paragraph 5: the article has 4/ },
    ],
    [
      'no paragraphs',
      articleText({ '    p: 1-3\n': '' }),
      { line: 13, column: 5, path: '/reports/0/p', message: /p is missing/ },
    ],
    [
      'a range in reverse',
      articleText({ 'p: 1-3': 'p: 3-1' }),
      { line: 15, column: 8, path: '/reports/0/p', message: /3 comes after 1/, suggestion: '1-3' },
    ],
    [
      'paragraph nought',
      articleText({ 'p: 1-3': 'p: [1-3, 0]' }),
      { line: 15, column: 14, path: '/reports/0/p/1', message: /a number from 1/ },
    ],
    [
      'paragraphs of which nothing is said',
      articleText({ 'p: 1-3': 'p: 2', 'paragraphs: 4': 'paragraphs: 6' }),
      {
        line: 17,
        column: 3,
        path: '/omitted',
        message: /^paragraphs 1, 3, 5-6 are neither cited by a report nor omitted$/,
      },
    ],
    [
      'a paragraph both cited and omitted',
      articleText({ 'page furniture: 4': 'page furniture: 3-4' }),
      { line: 17, column: 19, path: '/omitted/page furniture', message: /paragraph 3 is both omitted and cited/ },
    ],
    [
      'a paragraph omitted for two reasons',
      articleText({ 'page furniture: 4': 'page furniture: 4\n  headline: 4' }),
      { line: 18, column: 13, path: '/omitted/headline', message: /paragraph 4 is omitted for two reasons/ },
    ],
    [
      'an omitted paragraph that the article does not have',
      articleText({ 'page furniture: 4': 'page furniture: 4-5' }),
      {
        line: 17,
        column: 19,
        path: '/omitted/page furniture',
        message: /paragraph 5 is omitted, but the article has 4/,
      },
    ],
  ]);
});

t.test('mistakes in who says so', async () => {
  refusesAll([
    [
      'a speaker whom the file does not know',
      articleText({ 'p: 1-3': 'p: 1-3\n    speaker: lnud' }),
      { line: 16, column: 14, path: '/reports/0/speaker', message: /none of the file's speakers/, suggestion: 'lund' },
    ],
    [
      'an attribution that is none',
      articleText({ 'p: 1-3': 'p: 1-3\n    by: second hand' }),
      { line: 16, column: 9, path: '/reports/0/by', message: /none of/, suggestion: 'second-hand' },
    ],
  ]);
});

t.test('mistakes in fields and corrections', async () => {
  const counted = (count: string) =>
    articleWith(`  - CreativeCountStated: quiet-roads\n    p: 1-3\n    count: ${count}\n`);
  const amended = (correction: string) =>
    articleWith(
      `  - CreativeReleased: first-snow\n    campaign: quiet-roads\n    planned:\n    p: 1-3\n    features: Bjørndal\n    corrected:\n${correction}`,
    );
  const right = '        reason: misspelt\n        reference: Olympedia\n        published: 2016\n';
  refusesAll([
    [
      'a number in words',
      counted('at least 3'),
      { line: 15, column: 12, path: '/reports/0/count', message: /a number belongs here/, suggestion: '{ min: 3 }' },
    ],
    [
      'a number with its unit',
      counted('3 films'),
      { line: 15, column: 12, path: '/reports/0/count', message: /a number/, suggestion: '3' },
    ],
    [
      'a bound that is none',
      counted('{ least: 3 }'),
      { line: 15, column: 12, path: '/reports/0/count', message: /is missing here/ },
      { line: 15, column: 21, path: '/reports/0/count/least', message: /none of min, max, about/ },
    ],
    [
      'bounds in reverse',
      counted('{ min: 4, max: 3 }'),
      { line: 15, column: 12, path: '/reports/0/count', message: /min 4 is more than max 3/ },
    ],
    [
      'about with a bound',
      counted('{ about: 4, max: 5 }'),
      { line: 15, column: 12, path: '/reports/0/count', message: /about stands alone/ },
    ],
    [
      'a flag in words',
      articleWith('  - FinancialTermsReported:\n    p: 1-3\n    disclosed: no\n'),
      { line: 15, column: 16, path: '/reports/0/disclosed', message: /true or false/, suggestion: 'false' },
    ],
    [
      'a name twice in a list',
      articleWith('  - RosterReported: partners\n    p: 1-3\n    members: [visa, visa]\n'),
      { line: 15, column: 21, path: '/reports/0/members/1', message: /visa is named twice/ },
    ],
    [
      'a correction of an unknown field',
      amended(`      featuring:\n        to: Bjørndalen\n${right}`),
      { line: 19, column: 7, path: '/reports/0/corrected/featuring', message: /no key here/, suggestion: 'features' },
    ],
    [
      'a correction without a reference',
      amended('      features:\n        to: Bjørndalen\n        reason: misspelt\n        published: 2016\n'),
      { line: 20, column: 9, path: '/reports/0/corrected/features/reference', message: /reference is missing/ },
    ],
    [
      'a correction that corrects nothing',
      amended(`      features:\n        to: Bjørndal\n${right}`),
      { line: 20, column: 13, path: '/reports/0/corrected/features/to', message: /what the report says already/ },
    ],
    [
      'a correction that is no value of the field',
      amended(`      date:\n        to: 2025-21\n${right}`),
      { line: 20, column: 13, path: '/reports/0/corrected/date/to', message: /season/ },
    ],
  ]);
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
