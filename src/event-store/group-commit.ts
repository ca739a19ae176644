import { rm, writeFile } from 'node:fs/promises';
import { appendLimit, StoreUnavailable } from './event-store.ts';
import { type DatabaseSync, inTransaction, isBusy, passingError } from './sqlite-file.ts';

/**
 * Gathers the writes of one turn of the event loop in one transaction: they share the wait for the disk. A task that
 * returns an Error must leave nothing behind. If a task throws, or the commit fails, the whole group is rolled back and
 * rejected with StoreUnavailable. While another process writes, the group grows, for `patienceMs` at most. `committed`
 * is called after each commit, `failed` when one fails.
 */
export function groupCommit(
  database: DatabaseSync,
  patienceMs: number,
  { committed, failed }: { readonly committed: () => void; readonly failed: (error: StoreUnavailable) => void },
): {
  /** Runs a task in the next commit. An Error that the task returns rejects this task alone. */
  readonly submit: <Answer>(run: () => Answer) => Promise<Exclude<Answer, Error>>;
} {
  let queue: Task[] = [];
  let deadline = 0;

  const flush = (): void => {
    let group: readonly Task[] = [];
    try {
      const answers = inTransaction(database, () => {
        [group, queue] = [queue, []];
        return group.map(({ run }) => run());
      });
      for (const [index, { settle }] of group.entries()) settle(answers[index]);
      committed();
    } catch (cause) {
      if (group.length === 0 && isBusy(cause) && performance.now() < deadline) {
        setTimeout(flush, retryDelayMs);
        return;
      }
      if (group.length === 0) [group, queue] = [queue, []];
      const unavailable = passingError(cause, whatFails) ?? new StoreUnavailable(whatFails, { cause });
      failed(unavailable);
      for (const { settle } of group) settle(unavailable);
    }
  };

  return {
    submit<Answer>(run: () => Answer): Promise<Exclude<Answer, Error>> {
      return new Promise((resolve, reject) => {
        const settle = (answer: unknown): void =>
          answer instanceof Error ? reject(answer) : resolve(answer as Exclude<Answer, Error>);
        if (queue.push({ run, settle }) > 1) return;
        deadline = performance.now() + patienceMs;
        setImmediate(flush);
      });
    },
  };
}

type Task = { readonly run: () => unknown; readonly settle: (answer: unknown) => void };

/** The time between two attempts while another process writes. */
export const retryDelayMs = 5;

/** Remembers that a write to a file failed, until one works again. */
export function writeHealth(file: string): {
  readonly work: () => void;
  readonly fail: (error: StoreUnavailable) => void;
  /** If the last write failed: tries whether the disk has room for an append, and writes. Throws StoreUnavailable. */
  readonly retry: (write: () => Promise<void>) => Promise<void>;
} {
  let failure: StoreUnavailable | null = null;
  const tryRoom = async (): Promise<void> => {
    if (file === ':memory:') return;
    const probe = `${file}.probe`;
    try {
      await writeFile(probe, Buffer.alloc(appendLimit), { flush: true });
    } catch (cause) {
      throw passingError(cause, whatFails) ?? new StoreUnavailable(whatFails, { cause });
    } finally {
      await rm(probe, { force: true });
    }
  };
  return {
    work: () => {
      failure = null;
    },
    fail: (error) => {
      failure = error;
    },
    retry: async (write) => {
      if (failure === null) return;
      await tryRoom();
      await write();
    },
  };
}

const whatFails = 'the events could not be written';
