import { olympics } from '../../domain/vocabulary/games-editions.ts';
import type { Cell, Obligations, Row } from '../../projections/obligations.ts';
import { type Canvas, type Column, drawTable, gap, type Line } from '../print.ts';
import { articlesOf, contestedMark, dateText, flagLines, measureText, possibleMark, statusLine } from '../words.ts';

/**
 * A matrix of Games and obligations, in several parts if its columns do not fit; then what binds no single Games, and what
 * sources say beyond the status.
 */
export function obligationsTable(answer: Obligations, canvas: Canvas): string {
  const { rows, programme } = answer;
  const perGames = answer.columns.filter(({ obligation }) => rows.some((row) => obligation in row.cells));
  const parts = chunk(perGames, columnsThatFit(canvas.width)).map((columns) => matrix(rows, columns, canvas));
  // Games without any obligation are rows too.
  const matrices = parts.length === 0 && rows.length > 0 ? [matrix(rows, [], canvas)] : parts;
  const programmeTables = Object.keys(programme.cells).length === 0 ? [] : [programmeTable(programme, canvas)];
  const notes = obligationNotes(answer, canvas);
  return [...matrices, ...programmeTables, ...(notes === '' ? [] : [notes])].join('\n');
}

function chunk<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return items.length === 0 ? [] : [items.slice(0, size), ...chunk(items.slice(size), size)];
}

/** How many columns fit beside the column of the Games. */
function columnsThatFit(width: number): number {
  return Math.max(1, Math.floor((width - gamesColumn.least) / (minCellColumns + gap)));
}

// Wide enough for the dates of the Games on one line.
const gamesColumn = { head: 'Games', least: 24, most: 32 };

const minCellColumns = 14;

function matrix(rows: Obligations['rows'], columns: Readonly<Obligations['columns']>, canvas: Canvas): string {
  return drawTable(
    {
      columns: [gamesColumn, ...columns.map(({ name }): Column => ({ head: name, least: minCellColumns, most: 30 }))],
      rows: rows.map((row) => [gamesLines(row), ...columns.map(({ obligation }) => cellLines(row.cells[obligation]))]),
    },
    canvas,
  );
}

function gamesLines({ edition, series, name, host, window, editionStatus, implied, timing }: Row): readonly Line[] {
  const mark = timing === 'possible' ? ` ${possibleMark}` : '';
  // The edition of another series says its name already, and not its host.
  const isOlympic = series === olympics;
  return [
    { text: `${edition}${isOlympic ? ` ${name}` : ''}${mark}`, format: 'bold' },
    ...(isOlympic || host === null ? [] : [{ text: host, format: 'dim' } as const]),
    ...(window === null ? [] : [{ text: dateText(window), format: 'dim' } as const]),
    ...(editionStatus === 'cancelled' || editionStatus === 'moved'
      ? [{ text: `the Games are ${editionStatus}`, format: 'yellow' } as const]
      : []),
    ...(implied ? [{ text: 'implied, not named', format: 'dim' } as const] : []),
  ];
}

function cellLines(cell: Cell | undefined): readonly Line[] {
  if (cell === undefined) return [{ text: '–', format: 'dim' }];
  const none = cell.guess ? statusLine('guess', cell.timing) : { text: 'none yet' };
  const status = cell.status === null ? none : statusLine(cell.status, cell.timing);
  return [
    status,
    ...quantityLines(cell),
    ...(cell.owedBy === 'rights-holder' ? [{ text: 'owed by the rights holder' }] : []),
    ...cell.otherStatuses.map((other) => ({ text: `or ${other}`, format: 'yellow' }) as const),
    ...(cell.closedWithoutReport ? [{ text: 'closed, no report', format: 'yellow' } as const] : []),
    ...(cell.denied === null ? [] : [{ text: 'a milestone is denied', format: 'magenta' } as const]),
    ...(cell.contested ? [{ text: `${contestedMark} contested`, format: 'yellow' } as const] : []),
    ...flagLines(cell.flags),
    { text: articlesOf(cell), format: 'dim' },
  ];
}

function quantityLines({ quantity, delivered }: Cell): readonly Line[] {
  const mark = (one: NonNullable<Cell['quantity']>) => (one.contested ? `${contestedMark} ` : '');
  return [
    ...(quantity === null ? [] : [{ text: `${mark(quantity)}${measureText(quantity)}` }]),
    ...(delivered === null ? [] : [{ text: `${mark(delivered)}delivered: ${measureText(delivered)}` }]),
  ];
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
          [{ text: articlesOf(cell), format: 'dim' }],
        ];
      }),
    },
    canvas,
  );
}

// What sources say beyond the status. Returns '' if they say nothing.
function obligationNotes({ rows, programme }: Obligations, canvas: Canvas): string {
  const notes = [...rows.flatMap((row) => placeNotes(row.edition, row)), ...placeNotes('programme', programme)];
  if (notes.length === 0) return '';
  return drawTable(
    {
      columns: [
        { head: 'Of', least: 9, most: 24 },
        { head: 'Obligation', least: 14, most: 30 },
        { head: 'Limits, aims and milestones', least: 24, most: 90 },
        { head: 'Articles', least: 8, most: 20 },
      ],
      rows: notes.map(({ place, obligation, says, articles }) => [
        [{ text: place }],
        [{ text: obligation }],
        says,
        [{ text: articles, format: 'dim' }],
      ]),
    },
    canvas,
  );
}

function placeNotes(
  place: string,
  { qualifications, cells }: Pick<Obligations['programme'], 'qualifications' | 'cells'>,
): readonly Note[] {
  return [
    ...qualificationNotes(place, 'the whole part', qualifications),
    ...Object.values(cells).flatMap((cell) => cellNotes(place, cell)),
  ];
}

type Note = {
  readonly place: string;
  readonly obligation: string;
  readonly says: readonly Line[];
  readonly articles: string;
};

function qualificationNotes(
  place: string,
  obligation: string,
  qualifications: Cell['qualifications'],
): readonly Note[] {
  return qualifications.map((one) => ({
    place,
    obligation,
    says: [{ text: `${one.text}${one.timing === 'possible' ? ` ${possibleMark}` : ''}` }],
    articles: articlesOf(one),
  }));
}

function cellNotes(place: string, { name, qualifications, milestones }: Cell): readonly Note[] {
  const milestoneNotes = milestones.map((milestone) => {
    const { type, summary, status, timing, guess, occurred, planned } = milestone;
    const { text, format } = statusLine(guess ? 'guess' : status, timing);
    const date = occurred ?? planned;
    const stands = `${type}: ${text}${date === null ? '' : `, ${dateText(date)}`}`;
    return {
      place,
      obligation: name,
      says: [format === undefined ? { text: stands } : { text: stands, format }, { text: summary }],
      articles: articlesOf(milestone),
    };
  });
  return [...qualificationNotes(place, name, qualifications), ...milestoneNotes];
}
