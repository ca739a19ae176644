import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Shows a text on a terminal: through a pager where it is longer than the screen, else as it is. PAGER names the pager,
 * `less` by default; an empty one, or `cat`, is none.
 */
export async function showPaged(text: string, screen: Screen): Promise<void> {
  const { pager, rows, write, environment } = screen;
  const lines = text.split('\n').length;
  if (pager === '' || pager === 'cat' || lines <= rows) {
    write(text);
    return;
  }
  // As git does: leave a short text on the screen, keep the colours, do not wrap lines anew.
  const less = environment['LESS'] === undefined ? { LESS: 'FRX' } : {};
  const process = spawn(pager, {
    shell: true,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...environment, ...less },
  });
  // The reader quits before the end: no error.
  process.stdin.on('error', () => undefined);
  process.stdin.end(text);
  const [code] = (await once(process, 'close').catch(() => [commandNotFound])) as [number | null];
  if (code === commandNotFound) write(text);
}

// What a shell answers for a command that it does not find.
const commandNotFound = 127;

/** A terminal: its pager, its height in lines, and how to write on it. */
type Screen = {
  readonly pager: string;
  readonly rows: number;
  readonly write: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
};
