import type { CalendarEntry } from '../../projections/calendar.ts';
import { type Canvas, drawTable } from '../print.ts';
import { articlesOf, dateText, statusLine } from '../words.ts';

/** What a calendar holds: when, what, how certain, and from which articles. */
export function calendarTable(entries: readonly CalendarEntry[], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'When', least: 13, most: 24 },
        { head: 'What', least: 24, most: 70 },
        { head: 'Status', least: 9, most: 14 },
        { head: 'Certainty', least: 9, most: 10 },
        { head: 'By', least: 4, most: 11 },
      ],
      rows: entries.map((entry) => {
        const { date, title, status, kind, state, games } = entry;
        return [
          [{ text: dateText(date) }],
          [
            { text: title },
            ...(kind === 'plan' && games.length > 0 ? [{ text: games.join(' '), format: 'dim' as const }] : []),
          ],
          [status === null ? { text: kind === 'games' ? 'Games' : 'end' } : statusLine(status, 'certain')],
          [{ text: state }],
          [{ text: articlesOf(entry), format: 'dim' }],
        ];
      }),
    },
    canvas,
  );
}
