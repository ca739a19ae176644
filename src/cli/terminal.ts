import { setTimeout as after } from 'node:timers/promises';
import { type Keyboard, openKeyboard, type TerminalInput } from './keyboard.ts';

/** What a command uses of the terminal beside its output: keys, and time that passes. */
export type Terminal = {
  readonly hasKeyboard: boolean;
  /** Takes the keyboard until it is closed; only where there is one. */
  readonly keyboard: () => Keyboard;
  /** Waits so many milliseconds, or until the signal is aborted. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

/** The terminal of a process, from its standard input. */
export function terminalOf(input: TerminalInput & { readonly isTTY?: boolean }): Terminal {
  return {
    hasKeyboard: input.isTTY === true,
    keyboard: () => openKeyboard(input),
    wait: async (milliseconds, signal) => {
      await after(milliseconds, undefined, { signal }).catch(() => undefined);
    },
  };
}
