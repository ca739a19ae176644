import type { Cell, Obligations, Row } from '../../projections/shapes/obligations.ts';
import { type Canvas, type Column, drawTable, gap, type Line } from '../draw-table.ts';
import { dateText } from './date-text.ts';
import { contestedMark, possibleMark } from './marks.ts';
import { obligationNotes } from './obligation-notes.ts';
import { articlesOf, flagLines } from './statement-lines.ts';
import { statusLine } from './status-line.ts';

const leastCell = 14;
// Wide enough for the dates of the Games in one line.
const gamesColumn = { head: 'Games', least: 24, most: 32 };

function cellLines(cell: Cell | undefined): readonly Line[] {
  if (cell === undefined) return [{ text: '–', format: 'dim' }];
  const status = cell.status === null ? { text: 'none yet' } : statusLine(cell.status, cell.timing);
  return [
    status,
    ...cell.otherStatuses.map((other) => ({ text: `or ${other}`, format: 'yellow' }) as const),
    ...(cell.closedWithoutReport ? [{ text: 'closed, no report', format: 'yellow' } as const] : []),
    ...(cell.contested ? [{ text: `${contestedMark} contested`, format: 'yellow' } as const] : []),
    ...flagLines(cell.flags),
    { text: articlesOf(cell.sources), format: 'dim' },
  ];
}

function gamesLines({ edition, name, window, implied, timing }: Row): readonly Line[] {
  return [
    { text: `${edition} ${name}${timing === 'possible' ? ` ${possibleMark}` : ''}`, format: 'bold' },
    ...(window === null ? [] : [{ text: dateText(window), format: 'dim' } as const]),
    ...(implied ? [{ text: 'implied, not named', format: 'dim' } as const] : []),
  ];
}

/** So many columns beside that of the Games fit. */
function columnsThatFit(width: number): number {
  return Math.max(1, Math.floor((width - gamesColumn.least) / (leastCell + gap)));
}

function inGroups<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return items.length === 0 ? [] : [items.slice(0, size), ...inGroups(items.slice(size), size)];
}

function matrix(rows: Obligations['rows'], columns: Readonly<Obligations['columns']>, canvas: Canvas): string {
  return drawTable(
    {
      columns: [gamesColumn, ...columns.map(({ name }): Column => ({ head: name, least: leastCell, most: 30 }))],
      rows: rows.map((row) => [gamesLines(row), ...columns.map(({ obligation }) => cellLines(row.cells[obligation]))]),
    },
    canvas,
  );
}

function programmeTable({ cells }: Obligations['programme'], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'Of the whole programme', least: 22, most: 34 },
        { head: 'Status', least: 12, most: 18 },
        { head: 'Scope', least: 16, most: 60 },
        { head: 'Articles', least: 8, most: 20 },
      ],
      rows: Object.values(cells).map((cell) => {
        const [status, ...rest] = cellLines(cell);
        return [
          [{ text: cell.name }],
          [status as Line, ...rest.slice(0, -1)],
          [{ text: cell.scope ?? '' }],
          [{ text: articlesOf(cell.sources), format: 'dim' }],
        ];
      }),
    },
    canvas,
  );
}

/**
 * The obligations: a matrix of Games and obligations, in several parts where the columns do not fit beside each other,
 * what binds no single Games, and what sources say beside it.
 */
export function obligationsTable(answer: Obligations, canvas: Canvas): string {
  const { rows, programme } = answer;
  const perGames = answer.columns.filter(({ obligation }) => rows.some((row) => obligation in row.cells));
  const parts = inGroups(perGames, columnsThatFit(canvas.width)).map((columns) => matrix(rows, columns, canvas));
  // Games that are covered without any obligation are rows too.
  const matrices = parts.length === 0 && rows.length > 0 ? [matrix(rows, [], canvas)] : parts;
  const ofProgramme = Object.keys(programme.cells).length === 0 ? [] : [programmeTable(programme, canvas)];
  const notes = obligationNotes(answer, canvas);
  return [...matrices, ...ofProgramme, ...(notes === '' ? [] : [notes])].join('\n');
}
