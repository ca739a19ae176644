import type { Cell, Obligations, Row } from '../shapes/obligations.ts';
import { type Part, valuesIn } from './part.ts';

/** A row without its cells, which are parts of their own. */
export type RowValue = Omit<Row, 'cells'>;
/** What is said of the whole programme, without its cells. */
export type ProgrammeValue = Omit<Obligations['programme'], 'cells'>;

/** The parts of the obligations. */
export type ObligationPart = Part<'row', RowValue> | Part<'programme', ProgrammeValue> | Part<'cell', Cell>;

const programme = 'programme';

function cellsOf(of: string, cells: Row['cells']): readonly ObligationPart[] {
  return Object.values(cells).map((value) => ({ part: 'cell', key: `${of}/${value.obligation}`, of, value }));
}

/** The obligations taken apart. The columns are what the cells are of, and no part of their own. */
export function obligationParts({ rows, programme: whole }: Obligations): readonly ObligationPart[] {
  return [
    ...rows.flatMap(({ cells, ...value }): readonly ObligationPart[] => [
      { part: 'row', key: value.edition, of: null, value },
      ...cellsOf(value.edition, cells),
    ]),
    { part: 'programme', key: programme, of: null, value: { qualifications: whole.qualifications } },
    ...cellsOf(programme, whole.cells),
  ];
}

/** The obligations put together from their parts. */
export function obligationsFrom(parts: readonly Part[]): Obligations {
  const valuesOf = valuesIn(parts);
  const cellsAt = (of: string): Row['cells'] =>
    Object.fromEntries(valuesOf<Cell>('cell', of).map((cell) => [cell.obligation, cell]));
  const rows = valuesOf<RowValue>('row').map((row) => ({ ...row, cells: cellsAt(row.edition) }));
  const [whole] = valuesOf<ProgrammeValue>(programme).map((value) => ({ ...value, cells: cellsAt(programme) }));
  if (whole === undefined) throw new RangeError('obligations without what is said of the programme');
  const cells = [...rows, whole].flatMap((row) => Object.values(row.cells));
  const columns = new Map(cells.map(({ obligation, name }) => [obligation, { obligation, name }]));
  return {
    columns: [...columns.values()].toSorted((a, b) => (a.obligation < b.obligation ? -1 : 1)),
    rows,
    programme: whole,
  };
}
