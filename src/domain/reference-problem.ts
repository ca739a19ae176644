import type { DateProblem } from './date-problem.ts';
import { isDateProblem, parseMilestoneDate } from './uncertain-date.ts';

/**
 * Why a date cannot be that of a published reference, null where it can: it is the date of one publication (EDTF, no
 * slash) and has a last day, since the decision holds from there.
 */
export function referenceProblem(published: string): Pick<DateProblem, 'message' | 'suggestion'> | null {
  const date = parseMilestoneDate(published);
  if (isDateProblem(date)) return date;
  if (date.latest !== null) return null;
  return { message: `${date.edtf}: a publication needs a day by which it was published, as in [a..b] or [..b]` };
}
