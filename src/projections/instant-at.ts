import { endOfPeriod, isDateProblem, uncertainDate } from '../domain/uncertain-date.ts';

/** Why a text names no instant, and what to write instead. */
export type InstantProblem = { readonly message: string; readonly suggestion?: string | undefined };

// A text between two milliseconds: the first that is not before it, or the last that is not after it.
const rounding = { begins: 'ceil', ends: 'floor' } as const;

const statedInstant = (text: string, roundingMode: 'ceil' | 'floor'): string | InstantProblem => {
  const unreadable = { message: `"${text.slice(0, 80)}" is no instant: write it as 2026-11-22T09:00:00Z` };
  try {
    const instant = Temporal.Instant.from(text).round({ smallestUnit: 'millisecond', roundingMode });
    const written = instant.toString({ fractionalSecondDigits: 3 });
    // Instants are compared as texts, which years of more than four digits are not made for.
    return /^\d{4}-/.test(written) ? written : unreadable;
  } catch {
    return unreadable;
  }
};

/**
 * The instant that a text names, UTC and in whole milliseconds, as recordedAt is. A year, a month or a day stands for
 * the first millisecond of it where a period begins, the last one where it ends.
 */
export const instantAt = (text: string, end: 'begins' | 'ends'): string | InstantProblem => {
  if (text.includes('T')) return statedInstant(text, rounding[end]);
  const last = endOfPeriod(text);
  if (isDateProblem(last)) return last;
  return end === 'ends' ? `${last}T23:59:59.999Z` : `${uncertainDate(text).earliest}T00:00:00.000Z`;
};
