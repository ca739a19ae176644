import type { ReportingLags, Statistic } from '../../projections/shapes/drift.ts';
import { type Canvas, drawTable, type Line } from '../draw-table.ts';
import { dateText } from './date-text.ts';
import { daysText } from './days-text.ts';

function statisticLines({ known, unknown, range, median }: Statistic): readonly Line[] {
  return [
    { text: range === null ? '–' : daysText(range) },
    ...(median === null ? [] : [{ text: `median ${daysText(median)}`, format: 'dim' } as const]),
    { text: `${known} dated, ${unknown} not`, format: 'dim' },
  ];
}

/** How many days sources took to tell of what happened, and how many until it was recorded: by publisher and article. */
export function lagsTable({ articles, publishers }: ReportingLags, canvas: Canvas): string {
  const unknown = articles.filter(({ publisher }) => publisher === null);
  const rows = [
    ...publishers.map((one) => ({
      source: [
        { text: one.publisher, format: 'bold' },
        { text: one.articles.join(' '), format: 'dim' },
      ] as const,
      published: one.articles.flatMap((id) => articles.filter(({ article }) => article === id)),
      toReported: one.occurredToReported,
      toRecorded: one.reportedToRecorded.range,
    })),
    ...unknown.map((one) => ({
      source: [{ text: 'publisher not known' }, { text: one.article, format: 'dim' }] as const,
      published: [one],
      toReported: one.occurredToReported,
      toRecorded: one.reportedToRecorded,
    })),
  ];
  if (rows.length === 0) return '';
  const drawn = drawTable(
    {
      columns: [
        { head: 'Source', least: 16, most: 30 },
        { head: 'Published', least: 13, most: 28 },
        { head: 'Occurred to reported', least: 16, most: 26 },
        { head: 'Reported to recorded', least: 16, most: 26 },
      ],
      rows: rows.map(({ source, published, toReported, toRecorded }) => [
        source,
        published.map((one) => ({ text: dateText(one.published) })),
        statisticLines(toReported),
        [{ text: toRecorded === null ? '–' : daysText(toRecorded) }],
      ]),
    },
    canvas,
  );
  return `${canvas.paint('bold', 'Reporting lag, in days')}\n${drawn}`;
}
