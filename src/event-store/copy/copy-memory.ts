import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import type { CheckedLedger } from './check-copy.ts';

/** Remembers what a look at a ledger has shown, so that a large one need not be read at each start. */
export type CopyMemory = {
  /** What was shown last, and whether by the store that is asked about; null where nothing is remembered. */
  readonly recall: () => Promise<{ readonly checked: CheckedLedger; readonly isHere: boolean } | null>;
  readonly remember: (checked: CheckedLedger) => Promise<void>;
};

// Raised whenever what is remembered changes its meaning.
const version = 1;

const remembered = z.strictObject({
  version: z.literal(version),
  store: z.string(),
  first: z.string(),
  last: z.strictObject({ position: z.int().positive(), id: z.string() }),
  copy: z
    .strictObject({ count: z.int().positive(), digest: z.string(), lastRecordedAt: z.iso.datetime({ precision: 3 }) })
    .nullable(),
  mismatch: z.string().nullable(),
  strays: z.array(z.int().positive()),
});

/**
 * A memory in a file, about the store that is described, which can be deleted: then the ledger is read once more.
 * Several processes may use it at once; what is not as it was written is as good as nothing.
 */
export function copyMemory(file: string, store: string): CopyMemory {
  return {
    recall: async () => {
      try {
        const { store: where, version: _, ...checked } = remembered.parse(JSON.parse(await readFile(file, 'utf8')));
        return { checked, isHere: where === store };
      } catch {
        return null;
      }
    },
    remember: async (checked) => {
      const whole = `${file}.${randomUUID()}`;
      await writeFile(whole, `${JSON.stringify({ version, store, ...checked }, null, 2)}\n`);
      await rename(whole, file);
    },
  };
}
