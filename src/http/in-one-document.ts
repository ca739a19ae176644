import type { Diff } from '../projections/shapes/diff.ts';
import { HttpProblem } from './problem.ts';

/** So many parts of a comparison are some megabytes. It has no pages: a part of one cannot be applied. */
export const mostParts = 5_000;

/** The answer, if it is small enough for one document; else the problem says what to do. */
export function inOneDocument<Answer extends Diff>(answer: Answer): Answer {
  const { timeline, obligations, rollout, audit } = answer;
  const parts = timeline.length + obligations.length + rollout.length + audit.length;
  if (parts <= mostParts) return answer;
  const detail = `${parts} parts differ, and one answer has at most ${mostParts}: move from and to closer together`;
  throw new HttpProblem('diff-too-large', detail);
}
