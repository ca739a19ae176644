import stringWidth from 'fast-string-width';
import type { Format, Output, Paint } from './context.ts';

/** A line without a format. */
export function line(text: string): Line {
  return { text };
}

/** A statement in a cell, which may wrap. */
export type Line = { readonly text: string; readonly format?: Format };

/** Draws a table no wider than the canvas, unless its columns cannot be that narrow. */
export function drawTable(content: TableContent, { width, paint }: Canvas): string {
  const widths = fitWidths(content, width);
  const heads = content.columns.map(({ head }) => [{ text: head, format: 'bold' as const }]);
  const rule = widths.map((columns) => '─'.repeat(columns)).join(' '.repeat(gap));
  const rows = content.rows.map((row) => drawRow(row, widths, paint));
  return [drawRow(heads, widths, paint), rule, ...rows, ''].join('\n');
}

export type TableContent = {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (readonly Line[])[])[];
};

/** `least` and `most` bound the width, in characters. */
export type Column = { readonly head: string; readonly least: number; readonly most: number };

export type Canvas = { readonly width: number; readonly paint: Paint };

// Narrows the widest column that can become narrower, step by step.
function fitWidths(content: TableContent, width: number): readonly number[] {
  const widths = [...naturalWidths(content)];
  const total = () => widths.reduce((sum, columns) => sum + columns, 0) + gap * (widths.length - 1);
  while (total() > width) {
    const shrinkable = widths.map((columns, index) => (columns > (content.columns[index]?.least ?? 0) ? columns : 0));
    const widest = Math.max(...shrinkable);
    if (widest === 0) break;
    widths[shrinkable.indexOf(widest)] = widest - 1;
  }
  return widths;
}

function naturalWidths({ columns, rows }: TableContent): readonly number[] {
  return columns.map(({ head, least, most }, index) => {
    const texts = rows.flatMap((row) => (row[index] ?? []).map(({ text }) => text));
    return Math.min(Math.max(...[head, ...texts].map(columnsOf), least), most);
  });
}

// Most texts are ASCII, where every letter takes one column.
function columnsOf(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}

/** How many spaces separate two columns. */
export const gap = 2;

function drawRow(cells: readonly (readonly Line[])[], widths: readonly number[], paint: Paint): string {
  const pieces = cells.map((lines, index) =>
    lines.flatMap(({ text, format }) => wrap(plainText(text), widths[index] ?? 0).map((piece) => ({ piece, format }))),
  );
  const height = Math.max(1, ...pieces.map(({ length }) => length));
  return Array.from({ length: height }, (_, at) =>
    pieces
      .map((cell, index) => {
        const { piece = '', format } = cell[at] ?? {};
        const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - columnsOf(piece)));
        return `${format === undefined || piece === '' ? piece : paint(format, piece)}${padding}`;
      })
      .join(' '.repeat(gap))
      .trimEnd(),
  ).join('\n');
}

/** Breaks a text into lines at spaces, and within a word only if the word is longer than `width`. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let columns = 0;
  for (const word of text.split(/ +/).flatMap((long) => breakWord(long, width))) {
    const added = columnsOf(word);
    const line = lines.at(-1);
    const fits = line !== undefined && columns + 1 + added <= width;
    if (fits) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
    columns = fits ? columns + 1 + added : added;
  }
  return lines;
}

function breakWord(word: string, width: number): readonly string[] {
  const letters = [...word];
  const fitting = countFitting(letters, width);
  if (fitting === letters.length) return [word];
  const last = letters
    .slice(0, fitting)
    .findLastIndex((letter, i) => breakAfter.test(letter) || isSeam(letter, letters[i + 1]));
  const at = last >= width / 3 ? last + 1 : fitting;
  return [letters.slice(0, at).join(''), ...breakWord(letters.slice(at).join(''), width)];
}

// At least one letter: a letter may be wider than the column.
function countFitting(letters: readonly string[], width: number): number {
  let columns = 0;
  const beyond = letters.findIndex((letter) => {
    columns += columnsOf(letter);
    return columns > width;
  });
  return beyond < 0 ? letters.length : Math.max(1, beyond);
}

// Between two words of a type, as in Obligation|Undertaken.
function isSeam(letter: string, next = ''): boolean {
  return /\p{Ll}/u.test(letter) && /\p{Lu}/u.test(next);
}

// A long word, such as a fact key, breaks after one of these if it can.
const breakAfter = /[/.,_-]/;

/** Makes a foreign text safe to print on one line: characters that control a terminal become spaces. */
export function plainText(text: string): string {
  return text.replaceAll(unprintable, ' ');
}

// Control characters could move the cursor or hide what was written; bidirectional ones could reorder it.
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A progress bar, drawn on a terminal only. It neither reads keys nor listens to signals: Ctrl-C stays with the
 * command.
 */
export function progressBar({ isTerminal, paint, width, write }: Output): ProgressBar {
  let drawnAtMs = -Infinity;
  const erase = (): void => {
    if (isTerminal) write(`${toLineStart}${clearToLineEnd}`);
  };
  return {
    show: ({ done, total, doing }) => {
      const nowMs = performance.now();
      if (!isTerminal || (nowMs - drawnAtMs < redrawAfterMs && done < total)) return;
      drawnAtMs = nowMs;
      const filled = Math.round((done / Math.max(total, 1)) * barColumns);
      const bar = `${paint('cyan', '━'.repeat(filled))}${paint('dim', '━'.repeat(barColumns - filled))}`;
      const left = width - barColumns - 2 * String(total).length - 5;
      write(`${toLineStart}${bar} ${done}/${total} ${plainText(doing).slice(0, Math.max(left, 0))}${clearToLineEnd}`);
    },
    say: (text) => {
      erase();
      write(`${text}\n`);
    },
    erase,
  };
}

export type ProgressBar = {
  readonly show: (progress: { readonly done: number; readonly total: number; readonly doing: string }) => void;
  /** Replaces the bar with a line. */
  readonly say: (text: string) => void;
  readonly erase: () => void;
};

const barColumns = 30;

// Drawing more often costs more than it shows.
const redrawAfterMs = 40;

export const toLineStart = '\r';

export const clearToLineEnd = '\u001b[K';

/** As `plainText`, for a text of several lines. */
export function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}

/** `1 fact`, `1,200 facts`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** A number with commas between its thousands. */
export function formatNumber(value: number): string {
  // Making the first Intl formatter costs a short command half of what Node alone does.
  return Number.isSafeInteger(value) ? String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',') : value.toLocaleString('en');
}
