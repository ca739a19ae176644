import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from './event-store.ts';
import { isBusy } from './sqlite-busy.ts';

type Task = { readonly run: () => unknown; readonly settle: (answer: unknown) => void };

export type GroupCommit = {
  /** Runs a task within the next commit. An Error that the task returns rejects this task alone. */
  readonly submit: <Answer>(run: () => Answer) => Promise<Exclude<Answer, Error>>;
};

/** Milliseconds between two attempts while another process writes. */
const retryEvery = 5;

/**
 * Gathers the writes of one turn of the event loop into one transaction, so that they share the wait for the disk.
 * A task must leave nothing behind where it returns an Error; where one throws, or the commit fails, the whole group
 * is rolled back and rejected with StoreUnavailable. While another process holds the file the group grows, for
 * `patience` milliseconds at most. `committed` is called after each commit.
 */
export function groupCommit(database: DatabaseSync, patience: number, committed: () => void): GroupCommit {
  let waiting: Task[] = [];
  let deadline = 0;

  const settleAll = (group: readonly Task[], answer: (index: number) => unknown): void => {
    for (const [index, { settle }] of group.entries()) settle(answer(index));
  };

  const commit = (group: readonly Task[]): readonly unknown[] => {
    try {
      const answers = group.map(({ run }) => run());
      database.exec('COMMIT');
      return answers;
    } finally {
      if (database.isTransaction) database.exec('ROLLBACK');
    }
  };

  const flush = (): void => {
    let group: readonly Task[] = [];
    try {
      database.exec('BEGIN IMMEDIATE');
      [group, waiting] = [waiting, []];
      const answers = commit(group);
      settleAll(group, (index) => answers[index]);
      committed();
    } catch (cause) {
      if (group.length === 0 && isBusy(cause) && performance.now() < deadline) {
        setTimeout(flush, retryEvery);
        return;
      }
      if (group.length === 0) [group, waiting] = [waiting, []];
      const unavailable = new StoreUnavailable('the events could not be written', { cause });
      settleAll(group, () => unavailable);
    }
  };

  return {
    submit<Answer>(run: () => Answer): Promise<Exclude<Answer, Error>> {
      return new Promise((resolve, reject) => {
        const settle = (answer: unknown): void =>
          answer instanceof Error ? reject(answer) : resolve(answer as Exclude<Answer, Error>);
        if (waiting.push({ run, settle }) > 1) return;
        deadline = performance.now() + patience;
        setImmediate(flush);
      });
    },
  };
}
