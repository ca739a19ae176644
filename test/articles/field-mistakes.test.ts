import t from 'tap';
import { articleWith } from './article-text.ts';
import { refusesAll } from './refuses-all.ts';

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
      { line: 20, column: 13, path: '/reports/0/corrected/features/to', message: /what the report says already/ },
    ],
    [
      'a correction that is no value of the field',
      amended(`      date:\n        to: 2025-21\n${right}`),
      { line: 20, column: 13, path: '/reports/0/corrected/date/to', message: /season/ },
    ],
  ]);
});
