import { clockOptions } from '../clock-options.ts';
import type { Command } from '../command.ts';

/** `replay`: plays a history step by step. */
export const replayCommand: Command = {
  name: 'replay',
  usage: 'replay [partnership]',
  says: 'play the history step by step, to a date',
  explains: `Every step is a moment at which something changes on the clock that is played: what comes about, from which article,
and how timeline, obligations and rollout change by it.

  occurred  what was true in the world: facts happen, fall due, become overdue; Games open and close (the default)
  reported  what a reader could know: articles are published, possibly from one day on and certainly from another
  recorded  what this ledger held: one step for each article or decision that was recorded

The other clocks stand where they are set. The world's clock goes with the reported or the recorded one unless it is
set. On a terminal steps follow each other, one a second, or wait for a key: space or enter goes on, b goes back, q
quits. A terminal shows the first lines of a long step. Written to a file or a pipe all steps come at once, and whole.`,
  options: [
    { name: 'to', value: '<date>', says: 'where it ends: a year, a month or a day means its end (default: today)' },
    { name: 'from', value: '<date>', says: 'where it begins: the first day of it (default: with the first change)' },
    {
      name: 'clock',
      value: '<name>',
      says: 'occurred, reported or recorded; of the last, dates are those of recording',
    },
    { name: 'speed', value: '<n>', says: 'so many steps a second; 30d: so many days of the history (default: 1)' },
    { name: 'step', value: null, says: 'wait for a key after every step' },
    { name: 'partnership', value: '<id>', says: 'which one; it can be left out where only one is recorded' },
    ...clockOptions,
  ],
  run: async (given, context) => {
    const { replay } = await import('../replay.ts');
    return await replay(given, context);
  },
};
