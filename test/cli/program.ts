import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const bin = join(import.meta.dirname, '../../bin/partnership-ledger.js');

/** The exit code and output of a program. */
export type Ended = { readonly code: number | null; readonly out: string; readonly errors: string };

/** Runs the program itself in a process of its own. With `hangUp` nobody reads what it writes. */
export const program = async (
  given: readonly string[],
  {
    environment = {},
    stdin = '',
    hangUp = false,
  }: { environment?: Record<string, string>; stdin?: string; hangUp?: boolean } = {},
): Promise<Ended> => {
  const { FORCE_COLOR: _forced, NODE_OPTIONS: _options, ...inherited } = process.env;
  const child = spawn(process.execPath, [bin, ...given], { env: { ...inherited, ...environment } });
  if (hangUp) child.stdout.destroy();
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const [out, errors, [code]] = await Promise.all([
    hangUp ? '' : text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, out, errors };
};
