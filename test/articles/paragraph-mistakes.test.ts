import t from 'tap';
import { articleText } from './article-text.ts';
import { refusesAll } from './refuses-all.ts';

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
