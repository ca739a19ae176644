import { endOfPeriod, isDateProblem, uncertainDate } from '../domain/uncertain-date.ts';

/** Why a text names no instant, and what to write instead. */
export type InstantProblem = { readonly message: string; readonly suggestion?: string | undefined };

// A text between two milliseconds: the first that is not before it, or the last that is not after it.
const rounding = { begins: 'ceil', ends: 'floor' } as const;

const example = '2026-11-22T09:00:00Z';

function noInstant(text: string): InstantProblem {
  // In an address a plus sign stands for a space.
  const [, local, offset] = /^(\d.*T.*\d) (\d\d(?::?\d\d)?)$/.exec(text) ?? [];
  const hint =
    local === undefined
      ? `write it as ${example}`
      : `in an address the plus sign of ${local}+${offset} is written %2B; or give it in UTC, as ${example}`;
  return { message: `"${text.slice(0, 80)}" is no instant: ${hint}` };
}

function statedInstant(text: string, roundingMode: 'ceil' | 'floor'): string | InstantProblem {
  try {
    const instant = Temporal.Instant.from(text).round({ smallestUnit: 'millisecond', roundingMode });
    const written = instant.toString({ fractionalSecondDigits: 3 });
    // Instants are compared as texts, which years of more than four digits are not made for.
    return /^\d{4}-/.test(written) ? written : noInstant(text);
  } catch {
    return noInstant(text);
  }
}

/**
 * The instant that a text names, UTC and in whole milliseconds, as recordedAt is. A year, a month or a day stands for
 * the first millisecond of it where a period begins, the last one where it ends.
 */
export function instantAt(text: string, end: 'begins' | 'ends'): string | InstantProblem {
  if (text.includes('T')) return statedInstant(text, rounding[end]);
  const last = endOfPeriod(text);
  if (isDateProblem(last)) return last;
  return end === 'ends' ? `${last}T23:59:59.999Z` : `${uncertainDate(text).earliest}T00:00:00.000Z`;
}
