import { emitKeypressEvents, type Key } from 'node:readline';
import type { Readable } from 'node:stream';

/** What a key asks for. */
export type Press = 'next' | 'back' | 'quit' | 'stop';

/** The keys of a terminal, one at a time. */
export type Keyboard = {
  /** The next key that means something; `stop` once the signal is aborted. */
  readonly press: (signal: AbortSignal) => Promise<Press>;
  /** Gives the terminal back as it was. */
  readonly close: () => void;
};

/** A terminal as a keyboard uses it. */
export type TerminalInput = Readable & {
  readonly isRaw?: boolean;
  readonly setRawMode: (raw: boolean) => unknown;
};

const presses: Readonly<Record<string, Press>> = {
  space: 'next',
  return: 'next',
  enter: 'next',
  right: 'next',
  down: 'next',
  b: 'back',
  backspace: 'back',
  left: 'back',
  up: 'back',
  q: 'quit',
  escape: 'quit',
};

// In raw mode the terminal makes no signal of Ctrl-C, and no end of input of Ctrl-D.
function pressOf({ name, ctrl }: Key): Press | undefined {
  if (ctrl === true) return name === 'c' ? 'stop' : name === 'd' ? 'quit' : undefined;
  return presses[name ?? ''];
}

/** Reads keys from a terminal, which is in raw mode until the keyboard is closed. */
export function openKeyboard(input: TerminalInput): Keyboard {
  const pressed: Press[] = [];
  let awaited: ((press: Press) => void) | null = null;
  const take = (press: Press) => {
    if (awaited === null) pressed.push(press);
    else awaited(press);
  };
  const onKey = (_text: string | undefined, key: Key) => {
    const press = pressOf(key);
    if (press !== undefined) take(press);
  };
  const onEnd = () => take('quit');

  const wasRaw = input.isRaw === true;
  emitKeypressEvents(input);
  input.setRawMode(true);
  input.on('keypress', onKey);
  input.once('end', onEnd);
  input.resume();

  return {
    press: async (signal) => {
      const waiting = pressed.shift();
      if (waiting !== undefined) return waiting;
      if (signal.aborted) return 'stop';
      return await new Promise<Press>((resolve) => {
        const onAbort = () => awaited?.('stop');
        awaited = (press) => {
          awaited = null;
          signal.removeEventListener('abort', onAbort);
          resolve(press);
        };
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
    close: () => {
      input.off('keypress', onKey);
      input.off('end', onEnd);
      input.setRawMode(wasRaw);
      input.pause();
    },
  };
}
