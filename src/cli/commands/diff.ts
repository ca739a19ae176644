import { clockOptions, comparisonOptions } from '../clock-options.ts';
import type { Command } from '../command.ts';

/** `diff`: what differs between two dates. */
export const diffCommand: Command = {
  name: 'diff',
  usage: 'diff [partnership] --from <date>',
  says: 'show what appeared, changed and disappeared between two dates',
  explains: `One clock moves, from --from to --to:
  occurred  what happened, came due or became certain in the world
  reported  what a reader could learn from articles
  recorded  what this ledger recorded

The other clocks hold on both sides where they are given. Where --occurred-as-of is not, each side sees the
world of its own day. A year, a month or a day means its end.

  + appeared   ~ changed   - disappeared   = more sources say the same`,
  options: [
    ...comparisonOptions,
    ...clockOptions,
    { name: 'partnership', value: '<id>', says: 'which one; it can be left out where only one is recorded' },
    { name: 'json', value: null, says: 'print what REST answers, field by field, instead of lines' },
  ],
  run: async (given, context) => {
    const { diff } = await import('../diff.ts');
    return await diff(given, context);
  },
};
