import type { styleText } from 'node:util';
import type { Recorder } from '../articles/record.ts';
import type { Histories } from '../projections/histories.ts';
import type { LedgerViews } from '../projections/ledger-views.ts';
import type { Copying } from './copying.ts';
import type { Proving } from './proving.ts';
import type { Terminal } from './terminal.ts';

/** A colour or a weight, as node:util names them. */
export type Format = Parameters<typeof styleText>[0];

/** Gives a text a colour or a weight, or leaves it as it is where the output has none. */
export type Paint = (format: Format, text: string) => string;

/** Where a command writes: `width` in columns; on a terminal a progress bar may be drawn. */
export type Output = {
  readonly write: (text: string) => void;
  readonly width: number;
  readonly isTerminal: boolean;
  readonly paint: Paint;
};

/** What commands use of an open ledger. */
export type OpenedLedger = {
  readonly views: LedgerViews;
  readonly histories: Histories;
  readonly recorder: Recorder;
  readonly close: () => Promise<void>;
};

/** The folders that a command works with, as they are set. */
export type Folders = {
  readonly dataDir: string;
  readonly seedsDir: string;
  /** Where the texts of articles are; null where that is not set. */
  readonly articlesDir: string | null;
};

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

/** 0: done. 1: it could not be done, or not all of it. 2: it was asked for wrongly. 130: stopped by the user. */
export type ExitCode = 0 | 1 | 2 | 130;
