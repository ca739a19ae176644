import type { Cell, Obligations } from '../../projections/shapes/obligations.ts';
import { type Canvas, drawTable, type Line } from '../draw-table.ts';
import { dateText } from './date-text.ts';
import { possibleMark } from './marks.ts';
import { articlesOf } from './statement-lines.ts';
import { statusLine } from './status-line.ts';

type Note = {
  readonly of: string;
  readonly obligation: string;
  readonly says: readonly Line[];
  readonly articles: string;
};
type Qualifications = Cell['qualifications'];

function qualificationNotes(of: string, obligation: string, qualifications: Qualifications): readonly Note[] {
  return qualifications.map(({ text, timing, sources }) => ({
    of,
    obligation,
    says: [{ text: `${text}${timing === 'possible' ? ` ${possibleMark}` : ''}` }],
    articles: articlesOf(sources),
  }));
}

function milestoneNotes(of: string, { name, milestones }: Cell): readonly Note[] {
  return milestones.map(({ type, summary, status, timing, occurred, planned, sources }) => {
    const { text, format } = statusLine(status, timing);
    const date = occurred ?? planned;
    const stands = `${type}: ${text}${date === null ? '' : `, ${dateText(date)}`}`;
    return {
      of,
      obligation: name,
      says: [format === undefined ? { text: stands } : { text: stands, format }, { text: summary }],
      articles: articlesOf(sources),
    };
  });
}

function cellNotes(of: string, cell: Cell): readonly Note[] {
  return [...qualificationNotes(of, cell.name, cell.qualifications), ...milestoneNotes(of, cell)];
}

function placeNotes(of: string, place: Pick<Obligations['programme'], 'qualifications' | 'cells'>): readonly Note[] {
  return [
    ...qualificationNotes(of, 'the whole part', place.qualifications),
    ...Object.values(place.cells).flatMap((cell) => cellNotes(of, cell)),
  ];
}

/** What sources say beside the statuses: limits and aims, and milestones on the way. '' where there is nothing. */
export function obligationNotes({ rows, programme }: Obligations, canvas: Canvas): string {
  const notes = [...rows.flatMap((row) => placeNotes(row.edition, row)), ...placeNotes('programme', programme)];
  if (notes.length === 0) return '';
  return drawTable(
    {
      columns: [
        { head: 'Of', least: 9, most: 9 },
        { head: 'Obligation', least: 14, most: 30 },
        { head: 'Limits, aims and milestones', least: 24, most: 90 },
        { head: 'Articles', least: 8, most: 20 },
      ],
      rows: notes.map(({ of, obligation, says, articles }) => [
        [{ text: of }],
        [{ text: obligation }],
        says,
        [{ text: articles, format: 'dim' }],
      ]),
    },
    canvas,
  );
}
