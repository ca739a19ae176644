import t from 'tap';
import { articleText, articleWith, read } from './article-text.ts';
import { refusesAll } from './refuses-all.ts';

t.test('every mistake in the type or subject of a report is reported with its place', async () => {
  const rest = '    happened: 2025-03-01\n    p: 1-3\n';
  refusesAll([
    [
      'an unknown type',
      articleWith(`  - CampaignLaunchd: quiet-roads\n${rest}`),
      {
        line: 13,
        column: 5,
        path: '/reports/0/CampaignLaunchd',
        message: /not a report type/,
        suggestion: 'CampaignLaunched',
      },
    ],
    [
      'an unknown type with another mistake: both at once',
      articleWith('  - CampaignLaunchd: quiet-roads\n    happened: 2025-21\n    p: 1-3\n'),
      {
        line: 13,
        column: 5,
        path: '/reports/0/CampaignLaunchd',
        message: /not a report type/,
        suggestion: 'CampaignLaunched',
      },
      { line: 14, column: 15, path: '/reports/0/happened', message: /season/ },
    ],
    [
      'a type that only references have',
      articleWith(`  - HostElected: Harbour\n${rest}`),
      { line: 13, column: 5, path: '/reports/0/HostElected', message: /come from references/ },
    ],
    [
      'two types',
      articleWith(`  - CampaignLaunched: quiet-roads\n    CampaignEnded: quiet-roads\n${rest}`),
      {
        line: 14,
        column: 5,
        path: '/reports/0/CampaignEnded',
        message: /one type, and CampaignLaunched is already one/,
      },
    ],
    [
      'no type',
      articleWith(`  - note: something\n${rest}`),
      { line: 13, column: 5, path: '/reports/0', message: /needs an event type as a key/ },
    ],
    [
      'an unknown field',
      articleWith(`  - CampaignAnnounced: quiet-roads\n    theem: Silence\n${rest}`),
      { line: 14, column: 5, path: '/reports/0/theem', message: /unknown key theem/, suggestion: 'theme' },
    ],
    [
      'a text torn at its comma',
      articleWith('  - { CampaignLaunched: quiet-roads, happened: , p: 1-3, note: buses, quiet ones }\n'),
      { line: 13, column: 71, path: '/reports/0/quiet ones', message: /put a text with a comma in quotes/ },
    ],
    [
      'a number torn at its commas: one mistake each',
      articleWith(
        '  - { ObligationUndertaken: seats, happened: , p: 1-3, quantity: 6,000,000 }\n' +
          '  - { CreativeCountStated: quiet-roads, p: 1, count: { about: 12,000 } }\n',
      ),
      { line: 13, column: 66, path: '/reports/0/quantity', message: /write 6000000 for 6,000,000/ },
      { line: 14, column: 63, path: '/reports/1/count/about', message: /write 12000 for 12,000/ },
    ],
    [
      'a key that resembles none: the fields of the type',
      articleWith(`  - CampaignAnnounced: quiet-roads\n    budget: 3\n${rest}`),
      {
        line: 14,
        column: 5,
        path: '/reports/0/budget',
        message: /unknown key budget: the fields of CampaignAnnounced are theme$/,
      },
    ],
    [
      'no subject',
      articleWith(`  - CampaignLaunched:\n${rest}`),
      { line: 13, column: 5, path: '/reports/0/CampaignLaunched', message: /a subject belongs here/ },
    ],
    [
      'a name for a slug',
      articleWith(`  - CampaignLaunched: Quiet Roads\n${rest}`),
      { line: 13, column: 23, path: '/reports/0/CampaignLaunched', message: /write a slug/, suggestion: 'quiet-roads' },
    ],
    [
      'Games in a slug',
      articleWith(`  - StorefrontOpened: bus-store.2026w\n${rest}`),
      {
        line: 13,
        column: 23,
        path: '/reports/0/StorefrontOpened',
        message: /a slug does not name Games: write games: 2026W/,
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
      { line: 13, column: 25, path: '/reports/0/MarketEntered/1', message: /"UK" is not a market/, suggestion: 'GB' },
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
        message:
          /\/reports\/0\/CampaignLaunched already reports campaign\/quiet-roads\/launched as happened, by the same mouth \(outlet\)/,
      },
    ],
    [
      'the same subject twice in a list',
      articleWith(`  - CategoryGranted: [buses, trams, buses]\n${rest}`),
      {
        line: 13,
        column: 37,
        path: '/reports/0/CategoryGranted/2',
        message: /\/CategoryGranted\/0 already reports category\/buses\/granted/,
      },
    ],
    [
      'a report that is no map',
      articleWith(`  - CampaignLaunched\n  - CampaignEnded: quiet-roads\n${rest}`),
      { line: 13, column: 5, path: '/reports/0', message: /a report is a map.*not a text/ },
    ],
  ]);
});

t.test('every mistake in who makes a report is reported with its place', async () => {
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

t.test('every mistake in the date or modality of a report is reported with its place', async () => {
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
      { line: 14, column: 5, path: '/reports/0/hapened', message: /unknown key/, suggestion: 'happened' },
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

t.test('a date that may fall before the publication is accepted', async (t) => {
  for (const happened of ['2025-03', '2025', '[2025-03-04..2025-04]', '2025..']) {
    const { problems } = read(articleText({ '2025-03-01': happened }));
    t.strictSame(problems, [], happened);
  }
});

t.test('every mistake in a field or a correction is reported with its place', async () => {
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
      'a number with its scale in words',
      counted('over 1.1 million films'),
      {
        line: 15,
        column: 12,
        path: '/reports/0/count',
        message: /a number/,
        suggestion: '{ min: 1100000 }',
      },
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
      'the amended end of a term in words',
      articleWith('  - PartnershipAmended:\n    happened:\n    p: 1-3\n    changed: end\n    to: 2024\n'),
      { line: 16, column: 14, path: '/reports/0/changed', message: /is a date: write end/, suggestion: 'end: 2024' },
    ],
    [
      'a name twice in a list',
      articleWith('  - RosterReported: partners\n    p: 1-3\n    members: [visa, visa]\n'),
      { line: 15, column: 21, path: '/reports/0/members/1', message: /visa is named twice/ },
    ],
    [
      'a correction of an unknown field',
      amended(`      featuring:\n        to: Bjørndalen\n${right}`),
      { line: 19, column: 7, path: '/reports/0/corrected/featuring', message: /unknown key/, suggestion: 'features' },
    ],
    [
      'a correction without a reference',
      amended('      features:\n        to: Bjørndalen\n        reason: misspelt\n        published: 2016\n'),
      { line: 20, column: 9, path: '/reports/0/corrected/features/reference', message: /reference is missing/ },
    ],
    [
      'a correction that corrects nothing',
      amended(`      features:\n        to: Bjørndal\n${right}`),
      { line: 20, column: 13, path: '/reports/0/corrected/features/to', message: /the report already says this/ },
    ],
    [
      'a correction that is no value of the field',
      amended(`      date:\n        to: 2025-21\n${right}`),
      { line: 20, column: 13, path: '/reports/0/corrected/date/to', message: /season/ },
    ],
  ]);
});

t.test('every mistake in the Games of a report is reported with its place', async () => {
  const owed = (games: string) =>
    articleWith(`  - ObligationUndertaken: transport\n    happened:\n    p: 1-3\n    ${games}\n`);
  refusesAll([
    [
      'Games of a year without',
      owed('games: 2027W'),
      { line: 16, column: 12, path: '/reports/0/games', message: /no Games of 2027/, suggestion: '2026W' },
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
      { line: 16, column: 14, path: '/reports/0/implied', message: /the report names none/ },
    ],
    [
      'Games of a type that knows none',
      articleWith('  - CategoryGranted: buses\n    happened:\n    p: 1-3\n    games: 2026W\n'),
      { line: 16, column: 5, path: '/reports/0/games', message: /CategoryGranted takes no Games/ },
    ],
    [
      'no Games where they are needed',
      articleWith('  - CoverageDeclared:\n    happened:\n    p: 1-3\n'),
      { line: 13, column: 5, path: '/reports/0/games', message: /games is missing/ },
    ],
  ]);
});

t.test('every mistake in the paragraphs of an article is reported with its place', async () => {
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
