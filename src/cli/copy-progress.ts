import type { Output } from './context.ts';
import type { CopyNews } from './copying.ts';
import { counted } from './counted.ts';
import { drawBar, eraseBar } from './progress.ts';

// Drawing more often than this, in milliseconds, costs more than it shows.
const drawEvery = 40;

const inWords = {
  comparing: 'comparing what is there',
  copying: 'copying',
  verifying: 'verifying',
} as const;

/** Shows how far a copy has come. */
export type CopyProgress = { readonly tell: (news: CopyNews) => void; readonly end: () => void };

/** A bar on a terminal, a line where something begins otherwise. */
export function copyProgress(output: Output): CopyProgress {
  let doing: string | undefined;
  let drawn = -Infinity;
  const end = (): void => {
    if (output.isTerminal) eraseBar(output);
  };
  const say = (text: string): void => {
    end();
    output.write(`${text}\n`);
  };
  return {
    end,
    tell: (news) => {
      if (news.kind === 'warning') return say(`${output.paint('yellow', 'warning:')} ${news.message}`);
      if (news.kind === 'grown') return say(`The source has grown by ${counted(news.by, 'event')} meanwhile.`);
      const { done, total } = news;
      const isNew = doing !== news.doing;
      doing = news.doing;
      if (!output.isTerminal) {
        if (isNew) say(`${inWords[news.doing]}, position ${done + 1} to ${total}`);
        return;
      }
      const now = performance.now();
      if (!isNew && now - drawn < drawEvery && done < total) return;
      drawn = now;
      drawBar({ done, total, what: inWords[news.doing] }, output);
    },
  };
}
