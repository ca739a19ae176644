import { daysInMonth } from './day.ts';

/** Why no calendar has the year, month or day that an ISO date (with or without a qualifier) names; null if one has. */
export function whyImpossible(date: string): string | null {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[~?%]?$/.exec(date) ?? [];
  if (year === '0000') return 'there is no year 0000: years run from 0001 to 9999';
  if (!year || !month) return null;
  if (Number(month) < 1 || Number(month) > 12) return `there is no month ${month}`;
  const days = daysInMonth(Number(year), Number(month));
  return day && (Number(day) < 1 || Number(day) > days)
    ? `there is no day ${day}: ${year}-${month} has ${days} days`
    : null;
}
