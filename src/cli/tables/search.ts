import type { SearchAnswer } from '../../projections/search.ts';
import { type Canvas, drawTable } from '../print.ts';
import { statusLine } from '../words.ts';

/** What a search finds: facts with their keys, and articles with their ids, for `show fact` and `show article`. */
export function searchTable({ total, hits }: SearchAnswer, canvas: Canvas): string {
  const drawn = drawTable(
    {
      columns: [
        { head: 'Status', least: 10, most: canvas.width < 130 ? 12 : 20 },
        { head: 'What', least: 40, most: 110 },
      ],
      rows: hits.map(({ kind, partnership, id, title, summary, status, timing, name, games }) => [
        [status === null ? { text: kind } : statusLine(status, timing ?? 'certain')],
        [
          { text: title, format: 'bold' },
          ...(summary === '' || summary === title ? [] : [{ text: summary }]),
          { text: [...games, name].join(' · ') },
          { text: kind === 'fact' ? `${id} · ${partnership}` : id, format: 'dim' },
        ],
      ]),
    },
    canvas,
  );
  const left = total - hits.length;
  return left === 0 ? drawn : `${drawn}\n${left} more: another word finds fewer.\n`;
}
