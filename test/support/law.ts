import process from 'node:process';
import * as fc from 'fast-check';
import t from 'tap';

const { LAWS_RUNS, LAWS_SEED, LAWS_PATH } = process.env;

// How many random histories a law is tried on by default.
const lawRuns = Number(LAWS_RUNS ?? 1000);

// In milliseconds. A safety net: a law that runs out of it was not tried on all histories, and fails.
const patience = 300_000 * Math.max(1, lawRuns / 1000);

// The same histories each time, so that a law that breaks is broken by what changed. `random` looks for others.
const chosen = {
  ...(LAWS_SEED === 'random' ? {} : { seed: Number(LAWS_SEED ?? 1) }),
  ...(LAWS_PATH === undefined ? {} : { path: LAWS_PATH, endOnFailure: true }),
};

// How long a whole file of laws may take, in milliseconds. Each law adds to it.
let patienceWithFile = 120_000;

class Broken extends Error {}

type Tried = {
  readonly failed: boolean;
  readonly interrupted: boolean;
  readonly numRuns: number;
  readonly numSkips: number;
  readonly counterexample: unknown;
};

/** Says how many histories of a law were left untried, although none broke it; null if all were tried. */
export const untried = (
  { failed, interrupted, numRuns, numSkips, counterexample }: Tried,
  runs: number,
): string | null => {
  if (failed ? counterexample !== null : !interrupted && numRuns >= runs) return null;
  return `only ${numRuns} of ${runs} histories were tried (${numSkips} were left out)${interrupted ? ': the time ran out' : ''}`;
};

const inWords = (given: unknown): unknown =>
  fc.hasToStringMethod(given) ? given[fc.toStringMethod]().split('\n') : given;

/**
 * Tries a law, which says where it is broken, or null. A broken one tells the smallest history that breaks it in words,
 * an event a line, with its seed and its path: `LAWS_SEED` and `LAWS_PATH` try that very history again. It is tried on
 * 1,000 histories, or `LAWS_RUNS`; one that takes long on a share of them. `LAWS_SEED=random` takes new ones.
 */
export const law = <Given extends [unknown, ...unknown[]]>(
  name: string,
  given: { readonly [Index in keyof Given]: fc.Arbitrary<Given[Index]> },
  broken: (...given: Given) => Promise<string | null> | string | null,
  share = 1,
): void => {
  patienceWithFile += 2 * patience;
  t.setTimeout(patienceWithFile);
  t.test(name, { timeout: 2 * patience }, async (t) => {
    const property = fc.asyncProperty(...given, async (...args) => {
      const where = await broken(...args);
      if (where !== null) throw new Broken(where);
    });
    const numRuns = LAWS_PATH === undefined ? Math.ceil(lawRuns * share) : 1;
    const tried = await fc.check(property, { numRuns, interruptAfterTimeLimit: patience, ...chosen });
    const few = untried(tried, numRuns);
    if (few !== null) return t.fail(few);
    const { failed, counterexample, errorInstance, seed, counterexamplePath } = tried;
    if (!failed) return t.pass(`${tried.numRuns} histories`);
    const again = `LAWS_SEED=${seed} LAWS_PATH=${counterexamplePath}`;
    // The stack of a broken law says nothing about the product; that of any other error does.
    const { message, stack = '' } = errorInstance as Error;
    const thrown = errorInstance instanceof Broken ? {} : { thrown: stack.split('\n') };
    return t.fail(message, { again, given: counterexample?.map(inWords), ...thrown, at: null, stack: '' });
  });
};
