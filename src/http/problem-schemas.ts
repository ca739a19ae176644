import { problemShape, problemType } from './problem.ts';

type ProblemAnswer = {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema: typeof problemShape }>>;
};

/** The answers of a route that are problems, by status, for its schema. */
export function problemAnswers(...statuses: readonly string[]): Record<string, ProblemAnswer> {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: 'What went wrong and what to do instead', content: { [problemType]: { schema: problemShape } } },
    ]),
  );
}
