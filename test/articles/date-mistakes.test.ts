import t from 'tap';
import { articleText, articleWith, read } from './article-text.ts';
import { refusesAll } from './refuses-all.ts';

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

t.test('a day that may lie before the publication is no mistake', async (t) => {
  for (const happened of ['2025-03', '2025', '[2025-03-04..2025-04]', '2025..']) {
    const { problems } = read(articleText({ '2025-03-01': happened }));
    t.strictSame(problems, [], happened);
  }
});
