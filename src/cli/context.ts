import { emitKeypressEvents, type Key } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import type { styleText } from 'node:util';
import type { Histories } from '../projections/live/histories.ts';
import type { LedgerViews } from '../projections/live/views.ts';
import type { Fault } from '../proof/check-log.ts';
import type { ReadCheckpoint, VerifierKey } from '../proof/checkpoint.ts';
import type { Hash } from '../proof/merkle-tree.ts';
import type { Recorder } from '../recording/record-article.ts';

/** Everything that a command touches of the world. */
export type Context = {
  /** For data. */
  readonly out: Output;
  /** For messages: what is wrong, warnings, progress. */
  readonly messages: Output;
  readonly readStdin: () => Promise<string>;
  readonly terminal: Terminal;
  /** Throws a ConfigError where the settings are wrong. */
  readonly folders: () => Folders;
  /** Opens the ledger, and makes it where there is none. */
  readonly openLedger: (folders: Folders) => Promise<OpenedLedger>;
  /** Opens the ledger if there is one; else null, and nothing is made. */
  readonly openExistingLedger: (folders: Folders) => Promise<OpenedLedger | null>;
  readonly copying: Copying;
  readonly proving: Proving;
  /** From this call on Ctrl-C and SIGTERM abort the signal; before it, and a second time, they end the process. */
  readonly listenForStop: () => AbortSignal;
};

/** Where a command writes: `width` in columns; on a terminal a progress bar may be drawn. */
export type Output = {
  readonly write: (text: string) => void;
  readonly width: number;
  readonly isTerminal: boolean;
  readonly paint: Paint;
};

/** Gives a text a colour or a weight, or leaves it as it is where the output has none. */
export type Paint = (format: Format, text: string) => string;

/** A colour or a weight, as node:util names them. */
export type Format = Parameters<typeof styleText>[0];

/** What a command uses of the terminal beside its output: keys, and time that passes. */
export type Terminal = {
  readonly hasKeyboard: boolean;
  /** Takes the keyboard until it is closed; only where there is one. */
  readonly keyboard: () => Keyboard;
  /** Waits so many milliseconds, or until the signal is aborted. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

/** The keys of a terminal, one at a time. */
export type Keyboard = {
  /** The next key that means something; `stop` once the signal is aborted. */
  readonly press: (signal: AbortSignal) => Promise<Press>;
  /** Gives the terminal back as it was. */
  readonly close: () => void;
};

/** What a key asks for. */
export type Press = 'next' | 'back' | 'quit' | 'stop';

/** The folders that a command works with, as they are set. */
export type Folders = {
  readonly dataDir: string;
  readonly seedsDir: string;
  /** Where the texts of articles are; null where that is not set. */
  readonly articlesDir: string | null;
};

/** What commands use of an open ledger. */
export type OpenedLedger = {
  readonly views: LedgerViews;
  readonly histories: Histories;
  readonly recorder: Recorder;
  readonly close: () => Promise<void>;
};

/** What the command `copy` uses of the world. */
export type Copying = {
  /** STREAM_PREFIX as it is set. Throws a ConfigError where the settings are wrong. */
  readonly streamPrefix: () => string;
  /** What is wrong with a prefix; null where nothing is. */
  readonly prefixProblem: (prefix: string) => string | null;
  /** The value of an environment variable; undefined where it is not set. */
  readonly variable: (name: string) => string | undefined;
  /** Copies a ledger from one store to another, until the signal is aborted. */
  readonly copy: (
    request: { readonly from: StoreAddress; readonly to: StoreAddress },
    options: { readonly tell: (news: CopyNews) => void; readonly signal: AbortSignal },
  ) => Promise<CopyOutcome>;
};

/** Where a ledger is kept, as a command line names it. */
export type StoreAddress =
  | { readonly engine: 'sqlite'; readonly folder: string }
  | { readonly engine: 'eventstoredb'; readonly connectionString: string; readonly streamPrefix: string };

/** What a copy tells while it works. */
export type CopyNews =
  | {
      readonly kind: 'progress';
      readonly doing: 'comparing' | 'copying' | 'verifying';
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'grown'; readonly by: number }
  | { readonly kind: 'warning'; readonly message: string };

/** How a copy ended. `appended` of its `count` events were not there before; `left` came too late into the source. */
export type CopyOutcome =
  | {
      readonly outcome: 'closed';
      readonly from: string;
      readonly to: string;
      readonly count: number;
      readonly appended: number;
      readonly digest: string;
      readonly left: number;
    }
  | { readonly outcome: 'stopped'; readonly count: number; readonly of: number }
  | { readonly outcome: 'malformed'; readonly problems: readonly string[] }
  | { readonly outcome: 'failed'; readonly message: string };

/** What the commands `verify` and `export` use of the world. */
export type Proving = {
  readonly verifyLedger: (
    request: { readonly earlier: readonly ReadCheckpoint[]; readonly key: VerifierKey | null },
    options: ProvingOptions,
  ) => Promise<LedgerVerdict>;
  readonly exportLedger: (
    request: { readonly file: string; readonly replace: boolean },
    options: ProvingOptions,
  ) => Promise<ExportOutcome>;
};

/** How long works are told of, and what stops them. */
export type ProvingOptions = { readonly tell: (news: ProvingNews) => void; readonly signal: AbortSignal };

/** What an export or a check tells while it works. */
export type ProvingNews = { readonly doing: 'checking' | 'exporting'; readonly done: number; readonly total: number };

/** What a check of the ledger itself came to. */
export type LedgerVerdict =
  | {
      readonly outcome: 'good';
      readonly ledger: string;
      readonly size: number;
      readonly root: Hash;
      /** How many events the kept tree has; null where there is none. */
      readonly tree: number | null;
      /** How many events the checkpoints had that were compared: the kept one, and those that were given. */
      readonly kept: number | null;
      readonly earlier: readonly number[];
      /** What could not be compared, and why. */
      readonly notes: readonly string[];
    }
  | Unsuccessful;

type Unsuccessful =
  | { readonly outcome: 'nothing' }
  | { readonly outcome: 'altered'; readonly fault: Fault }
  | { readonly outcome: 'stopped' }
  | { readonly outcome: 'malformed'; readonly problems: readonly string[] };

/** What an export came to. */
export type ExportOutcome =
  | {
      readonly outcome: 'exported';
      readonly ledger: string;
      readonly size: number;
      readonly root: Hash;
      readonly key: string;
    }
  | Unsuccessful;

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

/** A terminal as a keyboard uses it. */
export type TerminalInput = Readable & {
  readonly isRaw?: boolean;
  readonly setRawMode: (raw: boolean) => unknown;
};

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

// In raw mode the terminal makes no signal of Ctrl-C, and no end of input of Ctrl-D.
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
  q: 'quit',
  escape: 'quit',
};

/** 0: done. 1: it could not be done, or not all of it. 2: it was asked for wrongly. 130: stopped by the user. */
export type ExitCode = 0 | 1 | 2 | 130;
