import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AnsweredRead, AskedRead, ReaderThreads } from './http/context.ts';
import type { Question, ReaderSettings, Reply } from './reader.ts';
import { Busy } from './recording/turns.ts';

/**
 * At most `most` threads that answer reads of one ledger; each starts when there is something to read, and one that ends
 * is replaced. `report` is told why one ended.
 */
export function readerThreads(settings: ReaderSettings, { most = 1, report }: Options): ReaderThreads {
  const threads = new Set<Thread>();
  const waiting: Job[] = [];
  let isClosed = false;
  let asked = 0;

  async function ask(read: AskedRead, signal: AbortSignal): Promise<AnsweredRead> {
    if (isClosed) throw new Busy('the server is being closed');
    // Whoever asks again for what is being made waits for that.
    const begun = [...threads].flatMap(({ jobs }) => [...jobs.values()]).find((job) => answersToo(job.read, read));
    if (begun !== undefined) return await begun.promise;
    if (waiting.length >= mostWaiting) throw new Busy(`${mostWaiting} reads wait already for a thread`);
    const job: Job = { read, ...Promise.withResolvers<AnsweredRead>() };
    const giveUp = (): void => {
      const index = waiting.indexOf(job);
      if (index === -1) return;
      waiting.splice(index, 1);
      job.reject(new Busy('no thread had time for this read'));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    waiting.push(job);
    giveOut();
    return await job.promise;
  }

  // Gives what waits to threads that have room for it.
  function giveOut(): void {
    while (waiting.length > 0) {
      const thread = freestThread();
      const job = thread === null ? undefined : waiting.shift();
      if (thread === null || job === undefined) return;
      asked += 1;
      thread.jobs.set(asked, job);
      thread.worker.postMessage({ id: asked, read: job.read } satisfies Question, []);
    }
  }

  function freestThread(): Thread | null {
    const [freest] = [...threads].toSorted((a, b) => a.jobs.size - b.jobs.size);
    if (freest === undefined || (freest.jobs.size > 0 && threads.size < most)) return startThread();
    return freest.jobs.size < mostInThread ? freest : null;
  }

  function startThread(): Thread {
    const worker = new Worker(new URL(`./reader${extname(import.meta.filename)}`, import.meta.url), {
      workerData: settings,
    });
    const thread: Thread = { worker, jobs: new Map() };
    threads.add(thread);
    let reason = 'it was ended';
    worker.on('message', ({ id, ...answer }: Reply) => {
      const job = thread.jobs.get(id);
      thread.jobs.delete(id);
      if ('problem' in answer) job?.reject(new Busy(answer.problem));
      else job?.resolve(answer);
      giveOut();
    });
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      threads.delete(thread);
      for (const { reject } of thread.jobs.values()) reject(new Busy(`the thread that read this ended: ${reason}`));
      if (isClosed) return;
      report(`A thread that reads ended, and the next read starts another: ${reason}`);
      giveOut();
    });
    return thread;
  }

  return {
    ask,
    close: async () => {
      isClosed = true;
      for (const { reject } of waiting.splice(0)) reject(new Busy('the server is being closed'));
      await Promise.all([...threads].map(async ({ worker }) => await worker.terminate()));
    },
  };
}

type Options = { readonly most?: number; readonly report: (message: string) => void };

function answersToo(one: AskedRead, other: AskedRead): boolean {
  const isOfSame = one.url === other.url && JSON.stringify(one.headers) === JSON.stringify(other.headers);
  return isOfSame && one.atLeast >= other.atLeast;
}

type Job = { readonly read: AskedRead } & PromiseWithResolvers<AnsweredRead>;

type Thread = { readonly worker: Worker; readonly jobs: Map<number, Job> };

// A thread folds one after another; what waits in it cannot be taken back.
const mostInThread = 4;

const mostWaiting = 100;
