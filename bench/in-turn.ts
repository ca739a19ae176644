import type { Measured } from './measured.ts';
import { median } from './rounds.ts';
import { OutOfTime, type Subject, startSubject } from './subject.ts';

/**
 * The median cost of the one side over that of the other, or over `per` times that. Both sides take turns, in reverse
 * order every other round, after one round that does not count. A side that is slow has fewer rounds; one that is not
 * done in time counts as if it had been at the deadline.
 */
export async function inTurn(
  sides: { readonly large: Side; readonly small: Side },
  { rounds, detail, per = 1 }: { rounds: number; detail: Readonly<Record<string, unknown>>; per?: number },
): Promise<Measured> {
  const names = ['small', 'large'] as const;
  const all = { small: await startSide(sides.small), large: await startSide(sides.large) };
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const name of round % 2 === 0 ? names : names.toReversed()) await all[name].take();
    }
  } finally {
    await Promise.all([all.small.stop(), all.large.stop()]);
  }
  const [large, small] = [all.large.cost(), all.small.cost()];
  const isOutOfTime = all.large.isOutOfTime() || all.small.isOutOfTime();
  return {
    value: large / small / per,
    detail: { ...detail, largeMs: large, smallMs: small, ...(isOutOfTime ? { isOutOfTime } : {}) },
  };
}

async function startSide(side: Side) {
  const subject = startSubject();
  const costs: number[] = [];
  let late: OutOfTime | null = null;
  let round: ((subject: Subject) => Promise<number>) | null = null;
  const unlessLate = async (work: () => Promise<void>): Promise<void> => {
    try {
      if (late === null) await work();
    } catch (error) {
      await subject.stop();
      if (!(error instanceof OutOfTime)) throw error;
      late = error;
    }
  };
  await unlessLate(async () => {
    ({ round } = await side(subject));
  });
  return {
    take: async () => {
      const spent = costs.reduce((sum, cost) => sum + cost, 0);
      if (spent > slowMs) return;
      await unlessLate(async () => {
        costs.push((await round?.(subject)) ?? Number.NaN);
      });
    },
    cost: () => late?.deadlineMs ?? median(costs.length > 1 ? costs.slice(1) : costs),
    isOutOfTime: () => late !== null,
    stop: subject.stop,
  };
}

// A side that took so long is not asked again.
const slowMs = 30_000;

/** Prepares a side in its process; then each round gives a cost in milliseconds. */
export type Side = (subject: Subject) => Promise<{ readonly round: (subject: Subject) => Promise<number> }>;
