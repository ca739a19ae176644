import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Given, Work, works } from './works.ts';

/** Starts a process of its own for one side of a measurement: neither heap nor compiled code is shared with another side. */
export function startSubject(): Subject {
  const child = fork(join(import.meta.dirname, 'works.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    pid: child.pid ?? 0,
    ask: async (work, given, deadlineMs = defaultDeadlineMs) => {
      const answered = new AbortController();
      const { signal } = answered;
      child.send({ work, given });
      try {
        const replies = [once(child, 'message', { signal }), end(child, signal), deadline(deadlineMs, signal)];
        // Those that lose are aborted.
        for (const each of replies) each.catch(() => undefined);
        const [reply] = (await Promise.race(replies)) as [Reply];
        if ('problem' in reply) throw new Error(`${work}: ${reply.problem}`);
        return reply.answer as never;
      } finally {
        answered.abort();
      }
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** A process that works when it is asked. */
export type Subject = {
  readonly pid: number;
  /** Rejects with OutOfTime if there is no answer in time; then stop the process. */
  readonly ask: <Name extends Work>(
    work: Name,
    given: Given<Name>,
    deadlineMs?: number,
  ) => Promise<Awaited<ReturnType<(typeof works)[Name]>>>;
  readonly stop: () => Promise<void>;
};

type Reply = { readonly answer: unknown } | { readonly problem: string };

const defaultDeadlineMs = 300_000;

async function end(child: ChildProcess, signal: AbortSignal): Promise<[Reply]> {
  await once(child, 'exit', { signal });
  return [{ problem: `the process ended with ${child.exitCode ?? child.signalCode}` }];
}

async function deadline(milliseconds: number, signal: AbortSignal): Promise<never> {
  await wait(milliseconds, undefined, { signal });
  throw new OutOfTime(milliseconds);
}

/** A side of a measurement took too long. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
  readonly deadlineMs: number;

  constructor(deadlineMs: number) {
    super(`no answer within ${deadlineMs / 1000} s`);
    this.deadlineMs = deadlineMs;
  }
}
