import t from 'tap';
import type { ArticleProblem } from '../../src/articles/source.ts';
import { read } from './article-text.ts';

/** What is expected of a problem: its message in part, everything else as it is. */
export type Expected = Omit<ArticleProblem, 'file' | 'message'> & { readonly message: RegExp };

/** A file, what is wrong with it, and every problem that reading it has to report. */
export type Case = readonly [says: string, content: string, ...expected: readonly Expected[]];

type Placed = Omit<ArticleProblem, 'file' | 'message'>;

/** Where problems are and what is suggested, without their wording. */
export const placesOf = (problems: readonly (Placed & { readonly message: unknown })[]): readonly Placed[] =>
  problems.map(({ line, column, path, suggestion }) =>
    suggestion === undefined ? { line, column, path } : { line, column, path, suggestion },
  );

/** Asserts that each file gives no reading and exactly the expected problems. */
export const refusesAll = (cases: readonly Case[]): void => {
  for (const [says, content, ...expected] of cases) {
    const { reading, problems } = read(content);
    t.equal(reading, null, `${says}: no reading`);
    t.strictSame(placesOf(problems), placesOf(expected), `${says}: where, and what instead`);
    for (const [index, { message }] of expected.entries()) t.match(problems[index]?.message, message, says);
  }
};
