import type { Entry } from '../../projections/shapes/timeline.ts';
import { type Canvas, drawTable } from '../draw-table.ts';
import { inSpans } from './games-text.ts';
import { timelineRows } from './timeline-row.ts';

// From here on dates and articles have a line to themselves.
const wide = 130;

/** The timeline: when, in which status, what with its fields, contests and broken rules, and from which articles. */
export function timelineTable(entries: readonly Entry[], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'When', least: 13, most: canvas.width < wide ? 13 : 24 },
        { head: 'Status', least: 10, most: canvas.width < wide ? 12 : 20 },
        { head: 'What', least: 24, most: 96 },
        { head: 'Articles', least: 8, most: canvas.width < wide ? 11 : 24 },
      ],
      rows: timelineRows(entries).map(({ title, instances, when, status, details, articles }) => [
        when,
        [status],
        [{ text: [title, ...inSpans(instances)].join(' '), format: 'bold' }, ...details],
        [{ text: articles, format: 'dim' }],
      ]),
    },
    canvas,
  );
}
