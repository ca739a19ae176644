import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { type ReadCheckpoint, readCheckpoint } from './checkpoint.ts';

/** The last checkpoint that was signed here, in a file of its own: it tells even where the kept tree was deleted. */
export type KeptCheckpoint = {
  /** Null where none was signed. Throws MalformedNote where the file holds something else. */
  readonly read: () => Promise<ReadCheckpoint | null>;
  /** Keeps a signed checkpoint, on the disk, unless a later one is kept. */
  readonly keep: (text: string) => Promise<void>;
};

/** The checkpoint that is kept in a file, as it was published. Several processes may use it at once. */
export function keptCheckpoint(file: string): KeptCheckpoint {
  const read = async (): Promise<ReadCheckpoint | null> => {
    try {
      return readCheckpoint(await readFile(file, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };
  return {
    read,
    keep: async (text) => {
      if (((await read())?.size ?? -1) > readCheckpoint(text).size) return;
      const whole = `${file}.${randomUUID()}`;
      await writeFile(whole, text, { flush: true });
      await rename(whole, file);
    },
  };
}
