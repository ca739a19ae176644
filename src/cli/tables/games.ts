import type { gamesAnswer } from '../../projections/games.ts';
import { type Canvas, drawTable } from '../print.ts';
import { dateText, statusLine } from '../words.ts';

/** The Games: each edition, when it is held, where it stands, and the references that say so. */
export function gamesTable(games: ReturnType<typeof gamesAnswer>['games'], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'Edition', least: 7, most: 24 },
        { head: 'Games', least: 20, most: 60 },
        { head: 'When', least: 13, most: 24 },
        { head: 'Status', least: 11, most: 14 },
        { head: 'Reference', least: 9, most: 20 },
      ],
      rows: games.map(({ edition, name, host, window, status, sources }) => [
        [{ text: edition }],
        [{ text: name, format: 'bold' }, ...(host === null || name.includes(host) ? [] : [{ text: host }])],
        [{ text: window === null ? 'no day' : dateText(window) }],
        [statusLine(status, 'certain')],
        [{ text: [...new Set(sources.map(({ reference }) => reference))].join(' '), format: 'dim' }],
      ]),
    },
    canvas,
  );
}
