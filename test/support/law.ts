import process from 'node:process';
import * as fc from 'fast-check';
import t from 'tap';

const { LAWS_RUNS, LAWS_SEED, LAWS_PATH } = process.env;

// How many random histories a law is tried on, unless it says otherwise.
const lawRuns = Number(LAWS_RUNS ?? 1000);

// In milliseconds: looking for the smallest history takes long, and must come to an end before the test is given up.
const patience = 80_000 * Math.max(1, lawRuns / 1000);

const triedAgain = {
  ...(LAWS_SEED === undefined ? {} : { seed: Number(LAWS_SEED) }),
  ...(LAWS_PATH === undefined ? {} : { path: LAWS_PATH, endOnFailure: true }),
};

class Broken extends Error {}

const inWords = (given: unknown): unknown =>
  fc.hasToStringMethod(given) ? given[fc.toStringMethod]().split('\n') : given;

/**
 * Tries a law, which says where it is broken, or null. A broken one tells the smallest history that breaks it in words,
 * an event a line, with its seed and its path: `LAWS_SEED` and `LAWS_PATH` try that very history again. It is tried on
 * 1,000 histories, or `LAWS_RUNS`; one that takes long on a share of them.
 */
export const law = <Given extends [unknown, ...unknown[]]>(
  name: string,
  given: { readonly [Index in keyof Given]: fc.Arbitrary<Given[Index]> },
  broken: (...given: Given) => Promise<string | null> | string | null,
  share = 1,
): void => {
  t.test(name, { timeout: 2 * patience }, async (t) => {
    const property = fc.asyncProperty(...given, async (...args) => {
      const where = await broken(...args);
      if (where !== null) throw new Broken(where);
    });
    const { failed, counterexample, errorInstance, seed, counterexamplePath, numRuns } = await fc.check(property, {
      numRuns: Math.ceil(lawRuns * share),
      interruptAfterTimeLimit: patience,
      ...triedAgain,
    });
    if (!failed) return t.pass(`${numRuns} histories`);
    const again = `LAWS_SEED=${seed} LAWS_PATH=${counterexamplePath}`;
    // Where a law is broken says nothing of the product; where an error was thrown does.
    const { message, stack = '' } = errorInstance as Error;
    const thrown = errorInstance instanceof Broken ? {} : { thrown: stack.split('\n') };
    return t.fail(message, { again, given: counterexample?.map(inWords), ...thrown, at: null, stack: '' });
  });
};
