import type { Output } from './context.ts';
import { plainText } from './plain-text.ts';

/** Shows how far a long work has come. */
export type Progress = {
  /** One more is done, and what it was. */
  readonly advance: (what: string) => void;
  /** Takes the bar away. */
  readonly end: () => void;
};

const barWidth = 30;
// Drawing more often than this, in milliseconds, costs more than it shows.
const drawEvery = 40;
const toLineStart = '\r';
const clearToLineEnd = '\u001b[K';

/** Draws how far a work has come where the bar before was, on a terminal. */
export function drawBar(
  { done, total, what }: { readonly done: number; readonly total: number; readonly what: string },
  { paint, width, write }: Output,
): void {
  const filled = Math.round((done / Math.max(total, 1)) * barWidth);
  const drawn = `${paint('cyan', '━'.repeat(filled))}${paint('dim', '━'.repeat(barWidth - filled))}`;
  const left = width - barWidth - 2 * String(total).length - 5;
  const text = `${drawn} ${done}/${total} ${plainText(what).slice(0, Math.max(left, 0))}`;
  write(`${toLineStart}${text}${clearToLineEnd}`);
}

/** Takes a bar away. */
export function eraseBar({ write }: Output): void {
  write(`${toLineStart}${clearToLineEnd}`);
}

/**
 * A bar on a terminal, a line for each otherwise. It neither reads keys nor listens to signals, so that Ctrl-C stays
 * with the command.
 */
export function progress(doing: string, total: number, output: Output): Progress {
  let done = 0;
  let drawn = -Infinity;
  if (!output.isTerminal) {
    return {
      advance: (what) => {
        done += 1;
        output.write(`${doing} ${done}/${total} ${plainText(what)}\n`);
      },
      end: () => undefined,
    };
  }
  return {
    advance: (what) => {
      done += 1;
      const now = performance.now();
      if (now - drawn < drawEvery && done < total) return;
      drawn = now;
      drawBar({ done, total, what: `${doing} ${what}` }, output);
    },
    end: () => eraseBar(output),
  };
}
