import type { Context, ExitCode } from './context.ts';

/** Says that nothing is recorded yet, and how that changes. */
export function nothingYet({ messages, folders }: Pick<Context, 'messages' | 'folders'>): ExitCode {
  messages.write(
    `Nothing is recorded in ${folders().dataDir} yet. "npm start" replays the seeds and serves them; ` +
      '"partnership-ledger ingest <files>" records articles.\n',
  );
  return 1;
}
