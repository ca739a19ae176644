import { table } from 'table';
import type { Format, Paint } from './context.ts';
import { plainText } from './plain-text.ts';
import { wrap } from './wrap.ts';

/** One statement within a cell, which may take several lines. */
export type Line = { readonly text: string; readonly format?: Format };

/** A column: its head, and how narrow and how wide it may become. */
export type Column = { readonly head: string; readonly least: number; readonly most: number };

/** What is drawn: a cell is a list of lines. */
export type TableContent = {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (readonly Line[])[])[];
};

/** Where it is drawn. */
export type Canvas = { readonly width: number; readonly paint: Paint };

/** Columns between two columns of a table. */
export const gap = 2;

/** A line without a format. */
export function line(text: string): Line {
  return { text };
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => [...text].length));
}

function naturalWidths({ columns, rows }: TableContent): readonly number[] {
  return columns.map(({ head, least, most }, index) => {
    const texts = rows.flatMap((row) => (row[index] ?? []).map(({ text }) => text));
    return Math.min(Math.max(widest([head, ...texts]), least), most);
  });
}

// The widest column that can still give something gives it, one column of the terminal at a time.
function fitted(content: TableContent, width: number): readonly number[] {
  const widths = [...naturalWidths(content)];
  const total = () => widths.reduce((sum, one) => sum + one, 0) + gap * (widths.length - 1);
  while (total() > width) {
    const giving = widths.map((one, index) => (one > (content.columns[index]?.least ?? 0) ? one : 0));
    const most = Math.max(...giving);
    if (most === 0) break;
    const index = giving.indexOf(most);
    widths[index] = most - 1;
  }
  return widths;
}

function cellText(lines: readonly Line[], width: number, paint: Paint): string {
  return lines
    .flatMap(({ text, format }) =>
      wrap(plainText(text), width).map((piece) => (format === undefined ? piece : paint(format, piece))),
    )
    .join('\n');
}

const border = {
  topBody: '',
  topJoin: '',
  topLeft: '',
  topRight: '',
  bottomBody: '',
  bottomJoin: '',
  bottomLeft: '',
  bottomRight: '',
  bodyLeft: '',
  bodyRight: '',
  bodyJoin: ' '.repeat(gap),
  joinBody: '─',
  joinLeft: '',
  joinRight: '',
  joinJoin: ' '.repeat(gap),
};

/** Draws a table under its heads, no wider than the canvas unless its columns cannot be that narrow. */
export function drawTable(content: TableContent, { width, paint }: Canvas): string {
  const widths = fitted(content, width);
  const heads = content.columns.map(({ head }, index) => [{ text: head, format: 'bold' as const }, index] as const);
  const cells = [
    heads.map(([head, index]) => cellText([head], widths[index] as number, paint)),
    ...content.rows.map((row) => row.map((lines, index) => cellText(lines, widths[index] as number, paint))),
  ];
  const drawn = table(cells, {
    border,
    columnDefault: { paddingLeft: 0, paddingRight: 0, wrapWord: true },
    columns: Object.fromEntries(widths.map((one, index) => [index, { width: one }])),
    drawHorizontalLine: (index) => index === 1,
  });
  return drawn.replaceAll(/ +$/gm, '');
}
