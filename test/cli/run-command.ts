import { join } from 'node:path';
import type { Context, Output, Press } from '../../src/cli/context.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { openExistingLedger } from '../../src/open-ledger.ts';
import { onEventStoreDb, openTestLedger, placeOf, signingKeyOfTests } from '../support/open-test-ledger.ts';
import { canvas } from './plain-canvas.ts';

/** The output and exit code of a command. */
export type Outcome = { readonly code: number; readonly out: string; readonly messages: string };

type Options = {
  readonly stdin?: string;
  readonly stopAt?: string | null;
  readonly width?: number;
  /** SEEDS_DIR; without it there are no seeds. */
  readonly seedsDir?: string;
  /** ARTICLES_DIR as it is set. */
  readonly articlesDir?: string | null;
  readonly environment?: Readonly<Record<string, string>>;
  /** What is answered to the question of `decide`; null: there is nobody to ask. */
  readonly confirms?: boolean | null;
  /** A keyboard with the keys that are pressed one after another; with it data goes to a terminal. */
  readonly keys?: { readonly pressed: readonly Press[]; taken: number; givenBack: number };
  /** Takes the pauses, in milliseconds, which are over at once; with it data goes to a terminal. */
  readonly waits?: number[];
};

/**
 * Runs a command line in this process, on the ledger in `dataDir`. `stopAt` aborts, as Ctrl-C does,
 * as soon as a message contains it.
 */
export const run = async (
  dataDir: string,
  given: readonly string[],
  {
    stdin = '',
    seedsDir = join(dataDir, 'no-seeds'),
    stopAt = null,
    width = 100,
    articlesDir = null,
    environment = {},
    confirms = null,
    keys,
    waits,
  }: Options = {},
): Promise<Outcome> => {
  const written = { out: '', messages: '' };
  const stopping = new AbortController();
  const output = (to: 'out' | 'messages'): Output => ({
    write: (text) => {
      written[to] += text;
      if (stopAt !== null && text.includes(stopAt)) stopping.abort();
    },
    isTerminal: to === 'out' && (keys !== undefined || waits !== undefined),
    ...canvas(width),
  });
  const context: Context = {
    out: output('out'),
    messages: output('messages'),
    page: async (text) => output('out').write(text),
    serve: async () => 1,
    readStdin: async () => stdin,
    folders: () => ({ dataDir, seedsDir, articlesDir, accessDir: dataDir }),
    confirm: async () => confirms,
    terminal: () => ({
      hasKeyboard: keys !== undefined,
      keyboard: () => {
        if (keys === undefined) throw new Error('there is no keyboard');
        const pressed = [...keys.pressed];
        keys.taken += 1;
        return {
          press: async () => pressed.shift() ?? 'quit',
          close: () => {
            keys.givenBack += 1;
          },
        };
      },
      wait: async (milliseconds) => void waits?.push(milliseconds),
    }),
    openLedger: () => openTestLedger({ dataDir }),
    openExistingLedger: async () => await openExistingLedger(await placeOf(dataDir)),
    ledgerOptions: async () => ({
      ...(await placeOf(dataDir)),
      signingKey: onEventStoreDb ? signingKeyOfTests : undefined,
    }),
    environment: {
      streamPrefix: () => 'ledger_',
      prefixProblem: (prefix) => (prefix.endsWith('_') ? null : 'ends in an underscore'),
      variable: (name) => environment[name],
    },
    today: () => new Date().toISOString().slice(0, 10),
    listenForStop: () => stopping.signal,
  };
  const code = await runCommandLine(given, context, {
    version: '1.2.3',
    describeSettings: async () => '  HOST  address',
    openContext: async () => context,
  });
  return { code, ...written };
};
