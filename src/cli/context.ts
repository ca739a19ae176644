import { emitKeypressEvents, type Key } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { styleText } from 'node:util';
import type { Day } from '../domain/vocabulary/dates.ts';
import type { Ledger, LedgerOptions } from '../open-ledger.ts';

/** Everything outside the program that a command uses. */
export type Context = {
  /** For data. */
  readonly out: Output;
  /** For errors, warnings and progress. */
  readonly messages: Output;
  /** Writes data for people: through a pager where a terminal is too low for it. */
  readonly page: (text: string) => Promise<void>;
  readonly readStdin: () => Promise<string>;
  /** Asks on the terminal and waits for a line; null where there is nobody to ask. */
  readonly confirm: (question: string) => Promise<boolean | null>;
  readonly terminal: () => Terminal;
  /** Throws a ConfigError if a setting is wrong. */
  readonly folders: () => Folders;
  /** The ledger as it is set up, and its signing key if one is set. Throws a ConfigError if a setting is wrong. */
  readonly ledgerOptions: () => Promise<SigningLedgerOptions>;
  /** Opens the ledger, and creates it if there is none. */
  readonly openLedger: (folders: Folders) => Promise<OpenLedger>;
  /** Opens the ledger, or returns null if there is none. Creates nothing. */
  readonly openExistingLedger: (folders: Folders) => Promise<OpenLedger | null>;
  readonly environment: Environment;
  /** The day on which the command runs, UTC. */
  readonly today: () => Day;
  /** Starts a server and serves until the process ends; returns the exit code if it cannot start. */
  readonly serve: (given: readonly string[]) => Promise<ExitCode>;
  /** From this call on Ctrl-C and SIGTERM abort the signal; before it, and a second time, they end the process. */
  readonly listenForStop: () => AbortSignal;
};

/** Where a command writes: `width` in columns; a terminal can show a progress bar. */
export type Output = {
  readonly write: (text: string) => void;
  readonly width: number;
  readonly isTerminal: boolean;
  readonly paint: Paint;
};

/** Gives a text a colour or a weight, or returns it as it is if the output has none. */
export type Paint = (format: Format, text: string) => string;

/** A colour or a weight, as node:util names them. */
export type Format = Parameters<typeof styleText>[0];

type Terminal = {
  readonly hasKeyboard: boolean;
  /** Takes the keyboard until it is closed. Call it only if there is one. */
  readonly keyboard: () => Keyboard;
  /** Waits that many milliseconds, or until the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

/** The keys of a terminal, one at a time. */
export type Keyboard = {
  /** The next key that has a meaning, or `stop` once the signal aborts. */
  readonly press: (signal: AbortSignal) => Promise<Press>;
  /** Gives the terminal back as it was. */
  readonly close: () => void;
};

/** What a key asks for. */
export type Press = 'next' | 'back' | 'first' | 'whole' | 'quit' | 'stop';

/** The folders that a command works with, as they are set. */
export type Folders = {
  readonly dataDir: string;
  readonly seedsDir: string;
  /** The folder of the articles' texts, or null if it is not set. */
  readonly articlesDir: string | null;
  /** The folder of the tokens. */
  readonly accessDir: string;
};

export type SigningLedgerOptions = LedgerOptions & { readonly signingKey?: string | undefined };

export type OpenLedger = Pick<Ledger, 'views' | 'histories' | 'recorder' | 'close'>;

/** What `copy` reads of the environment. */
export type Environment = {
  /** STREAM_PREFIX as it is set. Throws a ConfigError if a setting is wrong. */
  readonly streamPrefix: () => string;
  /** What is wrong with a prefix, or null. */
  readonly prefixProblem: (prefix: string) => string | null;
  /** The value of an environment variable, or undefined. */
  readonly variable: (name: string) => string | undefined;
};

/** The terminal behind a standard input. */
export function terminalOf(input: TerminalInput & { readonly isTTY?: boolean }): Terminal {
  return {
    hasKeyboard: input.isTTY === true,
    keyboard: () => openKeyboard(input),
    wait: async (milliseconds, signal) => {
      await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
    },
  };
}

type TerminalInput = Readable & {
  readonly isRaw?: boolean;
  readonly setRawMode: (raw: boolean) => unknown;
};

/** Reads keys from a terminal and keeps it in raw mode until the keyboard is closed. */
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

// In raw mode the terminal turns Ctrl-C into no signal, and Ctrl-D into no end of input.
function pressOf({ name, ctrl }: Key): Press | undefined {
  if (ctrl === true) return name === 'c' ? 'stop' : name === 'd' ? 'quit' : undefined;
  return presses[name ?? ''];
}

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
  pageup: 'back',
  pagedown: 'next',
  home: 'first',
  g: 'first',
  m: 'whole',
  q: 'quit',
  escape: 'quit',
};

/** 0: done. 1: not done, or not all of it. 2: wrong usage. 130: stopped by the user. */
export type ExitCode = 0 | 1 | 2 | 130;
