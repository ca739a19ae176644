import process from 'node:process';

/** The first rounds only warm up and do not count. */
const rounds = { warm: 8, counted: 32 };

/** Events per second, and the processor time of this process per event, in microseconds. */
export type Round = { readonly rate: number; readonly cost: number };

const measured = async (events: number, work: () => Promise<unknown>): Promise<Round> => {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { rate: (events / (performance.now() - start)) * 1000, cost: (user + system) / events };
};

/** The value in the middle. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Measures the subjects in turn, in rounds of `events` events each. Gives each subject's rounds, without the warm-up.
 * `prepare` makes what a round needs before the measurement starts.
 */
export const takeTurns = async <Subject>(
  subjects: Readonly<Record<string, Subject>>,
  events: number,
  prepare: (round: number) => (subject: Subject) => Promise<unknown>,
): Promise<Readonly<Record<string, readonly Round[]>>> => {
  const names = Object.keys(subjects);
  const of: Record<string, Round[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds.warm + rounds.counted; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const work = prepare(round);
      const result = await measured(events, () => work(subjects[name] as Subject));
      if (round >= rounds.warm) of[name]?.push(result);
    }
  }
  return of;
};

/** The ratio of the rate of one to that of the other: the median over their rounds. */
export const part = (one: readonly Round[], other: readonly Round[] | undefined): number =>
  median(one.map(({ rate }, round) => rate / (other?.[round]?.rate ?? Number.NaN)));
