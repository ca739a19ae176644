import type { Output } from './context.ts';
import { drawBar, eraseBar } from './progress.ts';
import type { ProvingNews } from './proving.ts';

// Drawing more often than this, in milliseconds, costs more than it shows.
const drawEvery = 40;

/** Shows how far a check or an export has come: a bar on a terminal, nothing otherwise. */
export function provingProgress(output: Output): {
  readonly tell: (news: ProvingNews) => void;
  readonly end: () => void;
} {
  let drawn = -Infinity;
  return {
    tell: ({ doing, done, total }) => {
      const now = performance.now();
      if (!output.isTerminal || (now - drawn < drawEvery && done < total)) return;
      drawn = now;
      drawBar({ done, total, what: doing }, output);
    },
    end: () => {
      if (output.isTerminal) eraseBar(output);
    },
  };
}
