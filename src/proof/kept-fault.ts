import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import type { Fault } from './check-log.ts';
import { fromBase64 } from './checkpoint.ts';
import { type Hash, toBase64 } from './merkle-tree.ts';

/**
 * Keeps the fault of a ledger in a file, so that it outlives a restart and stops every process on the folder. While a
 * fault is kept, nothing is recorded: either a check passes what was recorded, or a person accepts what is there.
 */
export function keptFault(file: string): KeptFault {
  // Holds even if the file cannot be written, as on a full disk.
  let ownFault: FoundFault | null = null;

  const read = (): FoundFault | null => {
    return existsSync(file) ? toFound(readFileSync(file, 'utf8'), file) : ownFault;
  };

  const write = (found: FoundFault): void => {
    const { expected } = found;
    const kept = { ...found, expected: expected && { size: expected.size, root: toBase64(expected.root) } };
    writeFileSync(`${file}.draft`, `${JSON.stringify(kept, null, 2)}\n`, { flush: true });
    renameSync(`${file}.draft`, file);
  };

  return {
    find: read,
    refuse: () => {
      const found = read();
      if (found !== null) throw new LedgerAltered(found.fault);
    },
    keep: (found) => {
      if (read() !== null) return;
      ownFault = found;
      write(found);
    },
    clear: () => {
      ownFault = null;
      rmSync(file, { force: true });
    },
  };
}

/** The fault that keeps a ledger from recording, wherever it was found. */
export type KeptFault = {
  /** Null if there is none. */
  readonly find: () => FoundFault | null;
  /** Throws LedgerAltered if there is one. */
  readonly refuse: () => void;
  /** Keeps a fault, unless one is kept already. Throws what the system throws; this process knows the fault even then. */
  readonly keep: (found: FoundFault) => void;
  readonly clear: () => void;
};

/** A fault, when it was found, and the tree that the ledger should have: what a later check compares it with. */
export type FoundFault = {
  readonly foundAt: string;
  readonly fault: Fault;
  readonly expected: { readonly size: number; readonly root: Hash } | null;
};

// Somebody who can write the file can also remove it; a file that says nothing still says that there was a fault.
function toFound(text: string, file: string): FoundFault {
  try {
    const { expected, ...found } = foundShape.parse(JSON.parse(text));
    const root = expected === null ? null : fromBase64(expected.root);
    return { ...found, expected: expected === null || root === null ? null : { size: expected.size, root } };
  } catch {
    const message = `${file} says that this ledger is not what was recorded, and was changed since`;
    return { foundAt: '', fault: { first: 0, last: 0, message }, expected: null };
  }
}

const foundShape = z.object({
  foundAt: z.string(),
  fault: z.object({ first: z.int(), last: z.int(), message: z.string() }),
  expected: z.object({ size: z.int().nonnegative(), root: z.string() }).nullable(),
});

/** The ledger is not what was recorded: nothing is recorded, signed or proved until somebody has looked at it. */
export class LedgerAltered extends Error {
  override readonly name = 'LedgerAltered';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}
