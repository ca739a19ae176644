import { join } from 'node:path';
import type { Context, Output } from '../../src/cli/context.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { copyStores } from '../../src/event-store/copy-stores.ts';
import { openExistingLedger } from '../../src/open-ledger.ts';
import { openTestLedger, placeOf } from '../support/open-test-ledger.ts';
import { canvas } from './plain-canvas.ts';

/** What a command wrote, and how it ended. */
export type Outcome = { readonly code: number; readonly out: string; readonly messages: string };

type Options = {
  readonly stdin?: string;
  readonly stopAt?: string | null;
  readonly width?: number;
  /** ARTICLES_DIR as it is set. */
  readonly articlesDir?: string | null;
  readonly environment?: Readonly<Record<string, string>>;
};

/**
 * Runs a command line in this process, on the ledger in `dataDir` and without seeds. `stopAt` aborts, as Ctrl-C does,
 * as soon as a message contains it.
 */
export const run = async (
  dataDir: string,
  given: readonly string[],
  { stdin = '', stopAt = null, width = 100, articlesDir = null, environment = {} }: Options = {},
): Promise<Outcome> => {
  const written = { out: '', messages: '' };
  const stopping = new AbortController();
  const output = (to: 'out' | 'messages'): Output => ({
    write: (text) => {
      written[to] += text;
      if (stopAt !== null && text.includes(stopAt)) stopping.abort();
    },
    isTerminal: false,
    ...canvas(width),
  });
  const context: Context = {
    out: output('out'),
    messages: output('messages'),
    readStdin: async () => stdin,
    folders: () => ({ dataDir, seedsDir: join(dataDir, 'no-seeds'), articlesDir }),
    openLedger: () => openTestLedger({ dataDir }),
    openExistingLedger: async () => await openExistingLedger(await placeOf(dataDir)),
    copying: {
      streamPrefix: () => 'ledger_',
      prefixProblem: (prefix) => (prefix.endsWith('_') ? null : 'ends in an underscore'),
      variable: (name) => environment[name],
      copy: copyStores,
    },
    listenForStop: () => stopping.signal,
  };
  const code = await runCommandLine(given, { version: '1.2.3', settings: '  HOST  address' }, context);
  return { code, ...written };
};
