import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { seedsFolder } from './seeds.ts';

const main = join(import.meta.dirname, '../../dist/main.js');

/** A server process. */
export type ServerProcess = {
  /** Waits until its output matches, and gives the first group of the pattern or the whole match. */
  readonly until: (pattern: RegExp) => Promise<string>;
  /** Waits until it serves, and gives its origin. */
  readonly origin: () => Promise<string>;
  /** What it has printed so far. */
  readonly output: () => string;
  /** Everything it wrote to standard error, once it has ended. */
  readonly errors: Promise<string>;
  readonly ended: () => Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }>;
  /** Sends a signal, and gives the exit code once it has ended. */
  readonly stop: (signal: NodeJS.Signals) => Promise<number | null>;
};

/** Starts the server in a folder, on any free port, with these settings and none of this process. */
export const startServerProcess = (
  cwd: string,
  settings: Readonly<Record<string, string>>,
  given: readonly string[] = [],
): ServerProcess => {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, PORT: '0', SEEDS_DIR: seedsFolder, LOG_LEVEL: 'warn', ...settings };
  const child = spawn(process.execPath, ['--enable-source-maps', main, ...given], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const errors = text(child.stderr);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const until = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(output);
      if (found !== null) return found[1] ?? found[0];
      const ended = await Promise.race([once(child.stdout, 'data').then(() => false), exited.then(() => true)]);
      if (ended && !pattern.test(output)) throw new Error(`it ended:\n${output}\n${await errors}`);
    }
  };
  return {
    until,
    origin: () => until(/serves on (http:\/\/127\.0\.0\.1:\d+)/),
    output: () => output,
    errors,
    ended: async () => ({ code: (await exited)[0] as number | null, output, errors: await errors }),
    stop: async (signal) => {
      child.kill(signal);
      return (await exited)[0] as number | null;
    },
  };
};
