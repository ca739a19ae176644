import type { FeedAnswer } from '../../projections/feed.ts';
import { type Canvas, drawTable, type Line } from '../print.ts';

/** What was newly recorded, the newest first: each article that was read and each decision, what it changed, and by whom. */
export function feedTable(entries: FeedAnswer['entries'], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: '#', least: 3, most: 9 },
        { head: 'Recorded', least: 10, most: canvas.width < 130 ? 10 : 24 },
        { head: 'What', least: 30, most: 90 },
        { head: 'Changed', least: 12, most: 24 },
        { head: 'Who', least: 6, most: 16 },
      ],
      rows: entries.map((entry) => [
        [{ text: String(entry.position) }],
        [{ text: entry.recordedAt.slice(0, 19).replace('T', ' ') }],
        whatLines(entry),
        Object.entries(entry.effects).flatMap(([effect, facts]) =>
          facts.length === 0 ? [] : [{ text: `${facts.length} ${effect}` }],
        ),
        [{ text: entry.recordedBy, format: 'dim' }],
      ]),
    },
    canvas,
  );
}

function whatLines(entry: FeedAnswer['entries'][number]): readonly Line[] {
  const { type, article, revision, title, publisher, reason, titles, partnership } = entry;
  const again = revision === null || revision === 1 ? '' : `, revision ${revision}`;
  const [fact] = Object.values(titles);
  const what = article === null ? `${type}${fact === undefined ? '' : `: ${fact}`}` : `${type} ${article}${again}`;
  const about = [title, publisher].filter((part) => part !== null).join(', ');
  return [
    { text: what, format: 'bold' },
    ...(about === '' ? [] : [{ text: about }]),
    ...(reason === null ? [] : [{ text: reason }]),
    { text: partnership, format: 'dim' },
  ];
}
