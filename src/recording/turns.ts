/**
 * Runs works with the same key one after another, in the order in which they came. At most `mostWaiting` wait for a key: a
 * request waits with its whole body in memory.
 */
export function turns(mostWaiting = 1_000): Turns {
  const queues = new Map<string, { last: Promise<unknown>; waiting: number }>();
  const inTurn: InTurn = async (key, work) => {
    const queue = queues.get(key) ?? { last: Promise.resolve(), waiting: 0 };
    if (queue.waiting > mostWaiting) throw new Busy(`${mostWaiting} requests wait already to write to the same place`);
    queues.set(key, queue);
    queue.waiting += 1;
    const mine = queue.last.then(work);
    queue.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      queue.waiting -= 1;
      if (queue.waiting === 0) queues.delete(key);
    }
  };
  const waiting = (): number => [...queues.values()].reduce((sum, queue) => sum + queue.waiting, 0);
  return { inTurn, waiting };
}

/** The turns of a process, and how many works wait for theirs or are under way. */
type Turns = { readonly inTurn: InTurn; readonly waiting: () => number };

/**
 * Waits until what this process began under the same key has ended, and begins then. Throws Busy if too many wait
 * already.
 */
export type InTurn = <Done>(key: string, work: () => Promise<Done>) => Promise<Done>;

/** Too much is wanted at once: try again later. */
export class Busy extends Error {
  override readonly name = 'Busy';
}

/** Takes no turns, for whoever writes alone. */
export async function atOnce<Done>(_key: string, work: () => Promise<Done>): Promise<Done> {
  return await work();
}
