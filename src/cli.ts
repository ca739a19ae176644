import { readFileSync } from 'node:fs';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { styleText } from 'node:util';
import type { Context, ExitCode, Output } from './cli/context.ts';
import { runCommandLine } from './cli/run.ts';

// For a terminal that does not say how wide it is.
const defaultColumns = 100;

function outputTo(stream: NodeJS.WriteStream, width: number): Output {
  return {
    write: (written) => void stream.write(written),
    width,
    isTerminal: stream.isTTY,
    paint: (format, painted) => styleText(format, painted, { stream }),
  };
}

// EPIPE: the reader quit (`… | head`). Not an error; keep recording.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    if (stream === process.stdout) process.stderr.write(`error: cannot write the output: ${error.message}\n`);
    process.exit(1);
  });
}

function listenForStop(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort(signal));
  return stopping.signal;
}

const width = process.stdout.columns ?? process.stderr.columns ?? defaultColumns;
const out = outputTo(process.stdout, width);
const messages = outputTo(process.stderr, width);

/** The outside world as commands see it, with the settings of this process. */
async function openContext(): Promise<Context> {
  const [{ readConfig, readVariable, settings }, { terminalOf }] = await Promise.all([
    import('./config.ts'),
    import('./cli/context.ts'),
  ]);
  const ledgerOptions = async () => {
    const { DATA_DIR, EVENT_STORE: eventStore, STREAM_PREFIX: streamPrefix, SIGNING_KEY: signingKey } = readConfig();
    const onSlowOpen = (message: string) => void process.stderr.write(`${message}\n`);
    return { dataDir: DATA_DIR, eventStore, streamPrefix, signingKey, onSlowOpen };
  };
  return {
    out,
    messages,
    page: async (written) => {
      const { stdout, env } = process;
      if (!stdout.isTTY) return out.write(written);
      const { showPaged } = await import('./cli/pager.ts');
      await showPaged(written, {
        pager: env['PAGER'] ?? 'less',
        rows: stdout.rows,
        write: out.write,
        environment: env,
      });
    },
    readStdin: async () => {
      if (process.stdin.isTTY) process.stderr.write('Reading the article from the keyboard; Ctrl-D ends it.\n');
      return await text(process.stdin);
    },
    confirm: async (question) => {
      if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
      const { createInterface } = await import('node:readline/promises');
      const asking = createInterface({ input: process.stdin, output: process.stderr });
      // Ctrl-D ends the input without an answer.
      const closed = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
      const answer = await Promise.race([asking.question(question), closed]);
      asking.close();
      return /^y(?:es)?$/i.test(answer.trim());
    },
    terminal: () => terminalOf(process.stdin),
    folders: () => {
      const { DATA_DIR, SEEDS_DIR, ARTICLES_DIR, ACCESS_DIR } = readConfig();
      const accessDir = ACCESS_DIR ?? DATA_DIR;
      return { dataDir: DATA_DIR, seedsDir: SEEDS_DIR, articlesDir: ARTICLES_DIR ?? null, accessDir };
    },
    ledgerOptions,
    openLedger: async () => await (await import('./open-ledger.ts')).openLedger(await ledgerOptions()),
    openExistingLedger: async () => await (await import('./open-ledger.ts')).openExistingLedger(await ledgerOptions()),
    environment: {
      streamPrefix: () => readConfig().STREAM_PREFIX,
      prefixProblem: (prefix) => settings.STREAM_PREFIX.safeParse(prefix).error?.issues[0]?.message ?? null,
      variable: readVariable,
    },
    today: () => new Date().toISOString().slice(0, 10),
    serve: async (given) => {
      const code = await (await import('./main.ts')).serve(given);
      // A signal ends the process.
      return code === null ? await new Promise<never>(() => undefined) : (code as ExitCode);
    },
    listenForStop,
  };
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

async function describeSettings(): Promise<string> {
  return (await import('./config.ts')).describeSettings();
}

/** Says what went wrong, with a stack if it is a bug. Returns the exit code. */
async function report(cause: unknown): Promise<ExitCode> {
  const [{ ConfigError }, { isStoreError }, { systemProblem }] = await Promise.all([
    import('./config.ts'),
    import('./event-store/event-store.ts'),
    import('./system-errors.ts'),
  ]);
  const isForeseen = cause instanceof ConfigError || isStoreError(cause) || (cause instanceof Error && 'code' in cause);
  const text = cause instanceof Error ? (isForeseen ? systemProblem(cause) : cause.stack) : String(cause);
  messages.write(`${messages.paint('red', 'error:')} ${text}\n`);
  return cause instanceof ConfigError ? 2 : 1;
}

try {
  process.exitCode = await runCommandLine(
    process.argv.slice(2),
    { out, messages },
    { version, describeSettings, openContext },
  );
} catch (error) {
  process.exitCode = await report(error);
}

// Ends as soon as all is written: Node would first finish a garbage collection that it has begun, which is a twentieth of
// what a short command costs. An error of a stream is still reported by its listener.
process.stdout.write('', (failed) => {
  if (!failed) process.stderr.write('', () => process.exit());
});
