import type { SilenceAnswer, Silent } from '../../projections/silence.ts';
import { type Canvas, drawTable, type Line, wrap } from '../print.ts';
import { articlesOf, dateText, daysText, flagLines, inSpans, statusLine } from '../words.ts';

/** What was promised and has no report since: for when, how many days ago that was, and who wrote of it last. */
export function silenceTable({ items, meaning }: SilenceAnswer, canvas: Canvas): string {
  const drawn = drawTable(
    {
      columns: [
        { head: 'Promised for', least: 13, most: canvas.width < 130 ? 13 : 24 },
        { head: 'Days since', least: 10, most: 14 },
        { head: 'Status', least: 12, most: 14 },
        { head: 'What was promised', least: 18, most: 90 },
        { head: 'By', least: 4, most: 11 },
        { head: 'Last report', least: 10, most: canvas.width < 130 ? 13 : 24 },
      ],
      rows: rowsOf(items).map((row) => [
        whenLines(row.item),
        [{ text: daysText(row.item.overdue) }],
        [statusLine(row.item.status, row.item.timing)],
        promiseLines(row),
        [{ text: articlesOf(row.item), format: 'dim' }],
        [
          { text: dateText(row.item.lastReported) },
          { text: row.item.lastReported.articles.join(row.item.lastReported.tie ? ' or ' : ' '), format: 'dim' },
        ],
      ]),
    },
    canvas,
  );
  const says = wrap(meaning, canvas.width).map((line) => canvas.paint('dim', line));
  return `${drawn}\n${says.join('\n')}\n`;
}

function rowsOf(items: readonly Silent[]): readonly Row[] {
  return [...Map.groupBy(items, alike).values()].map((group) => ({ items: group, item: group[0] as Silent }));
}

type Row = { readonly items: readonly Silent[]; readonly item: Silent };

// Promises that read alike share a row.
function alike(item: Silent): string {
  const { type, summary, status, timing, promisedFor, overdue, lastReported, cell } = item;
  return JSON.stringify([
    type,
    summary,
    status,
    timing,
    promisedFor,
    overdue,
    lastReported,
    articlesOf(item),
    cell && [cell.edition, cell.status],
  ]);
}

function whenLines({ promisedFor, games, cell }: Silent): readonly Line[] {
  return [
    { text: dateText(promisedFor) },
    ...(promisedFor.basis === 'games' || cell !== null
      ? [{ text: inSpans(games).join(' '), format: 'dim' } as const]
      : []),
  ];
}

function promiseLines({ items, item }: Row): readonly Line[] {
  return [
    { text: `${item.type}: ${items.map(subjectOf).join(', ')}`, format: 'bold' },
    { text: item.summary },
    ...(item.cell === null ? [] : [{ text: `stands at ${item.cell.status}`, format: 'dim' } as const]),
    ...(item.status === 'due' ? [{ text: `silence is normal until ${item.normalUntil}`, format: 'dim' } as const] : []),
    ...flagLines(item.flags),
  ];
}

function subjectOf({ fact, cell }: Silent): string {
  return cell?.name ?? (fact.split('/')[1] as string);
}
