import t from 'tap';
import { articleText, articleWith } from './article-text.ts';
import { refusesAll } from './refuses-all.ts';

t.test('mistakes in what a report is', async () => {
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
      { line: 14, column: 5, path: '/reports/0/theem', message: /unknown key theem/, suggestion: 'theme' },
    ],
    [
      'a text torn at its comma',
      articleWith('  - { CampaignLaunched: quiet-roads, happened: , p: 1-3, note: buses, quiet ones }\n'),
      { line: 13, column: 71, path: '/reports/0/quiet ones', message: /put a text with a comma in quotes/ },
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
