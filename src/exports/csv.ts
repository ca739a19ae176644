import { stringify } from 'csv-stringify/sync';
import { type Cell, type Column, plainColumns } from './columns.ts';
import type { Export, Place } from './formats.ts';

/**
 * What an answer looks like in a spreadsheet: a table of its rows, as CSV (RFC 4180). The order of the columns is stable:
 * new ones come last. A text that a spreadsheet would take for a formula gets an apostrophe in front.
 */
export function csvOf<Answer, Row>(
  name: string,
  rowsOf: (answer: Answer) => readonly Row[],
  columns: readonly Column<Row>[],
): Export<Answer> {
  const all = columns.flatMap((column) => plainColumns(column));
  const text = (answer: Answer, { isFirst }: Place) => {
    const records = rowsOf(answer).map((row) => all.map(([, cell]) => toCell(cell(row))));
    return stringify([...(isFirst ? [all.map(([head]) => head)] : []), ...records], {
      escape_formulas: true,
      record_delimiter: 'windows',
    });
  };
  return { format: 'csv', name, text };
}

// The library leaves numbers as they are, so a negative one is no formula.
function toCell(cell: Cell): string | number {
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return cell ?? '';
}

/** What makes Excel read a file as UTF-8. */
export const byteOrderMark = '\uFEFF';
