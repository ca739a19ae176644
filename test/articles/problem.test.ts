import t from 'tap';
import { type ArticleProblem, formatProblems, pointerOf, sortProblems } from '../../src/articles/source.ts';

const problem = (line: number, column: number, more: Partial<ArticleProblem> = {}): ArticleProblem => ({
  file: 'a.yaml',
  line,
  column,
  path: '/reports/0',
  message: 'wrong',
  ...more,
});

t.test('a path is a JSON pointer', async (t) => {
  t.equal(pointerOf([]), '');
  t.equal(pointerOf(['reports', 3, 'planned']), '/reports/3/planned');
  t.equal(pointerOf(['omitted', 'read/not ~ used']), '/omitted/read~1not ~0 used');
});

t.test('a terminal shows each problem on a line of its own', async (t) => {
  t.equal(formatProblems([]), '');
  t.equal(
    formatProblems([problem(3, 7, { suggestion: 'right' }), problem(4, 1, { path: '' })]),
    'a.yaml:3:7 /reports/0: wrong (did you mean right?)\na.yaml:4:1: wrong',
  );
  t.equal(formatProblems([problem(1, 1, { message: 'a\nb\u001b[2Jc' })]), 'a.yaml:1:1 /reports/0: a b [2Jc');
});

t.test('problems follow the order of the file, and a long list ends with how many more there are', async (t) => {
  const places = [problem(2, 1), problem(1, 9), problem(1, 2)];
  t.strictSame(
    sortProblems(places, 3).map(({ line, column }) => [line, column]),
    [
      [1, 2],
      [1, 9],
      [2, 1],
    ],
  );
  t.match(sortProblems(places, 1), [
    { line: 1, column: 2 },
    { line: 1, column: 9, message: '2 more from here on' },
  ]);
});
