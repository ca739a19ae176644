import type { Hash } from './merkle-tree.ts';
import { MalformedNote, type Note, readNote, type SignerKey, signNote } from './signed-note.ts';

/** The head of a tree: which ledger it is of, how many leaves it has, and its root. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Hash };

/** A checkpoint as it was read, with the note that signs it, of which no signature was checked. */
export type ReadCheckpoint = Checkpoint & { readonly note: Note };

/** The origin of the checkpoints of a ledger, which is the name of the key that signs them, too. */
export function originOf(ledger: string): string {
  return `partnership-ledger/${ledger}`;
}

/** A checkpoint as it is signed and published (C2SP tlog-checkpoint), under the name of its origin. */
export function signCheckpoint({ origin, size, root }: Checkpoint, key: SignerKey): string {
  return signNote(`${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`, key);
}

const hashLength = 32;

/**
 * Reads a checkpoint, and checks no signature. Lines beyond the third are extensions, which are signed and ignored.
 * Throws MalformedNote.
 */
export function readCheckpoint(text: string): ReadCheckpoint {
  const note = readNote(text);
  const lines = note.text.slice(0, -1).split('\n');
  const [origin, size, root] = lines;
  if (origin === undefined || size === undefined || root === undefined || lines.includes('')) {
    throw new MalformedNote('a checkpoint has three lines or more, none of them empty: origin, size and root');
  }
  if (!/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new MalformedNote('the second line of a checkpoint is the size of the tree, a whole number');
  }
  const hash = Buffer.from(root, 'base64');
  if (hash.length !== hashLength || hash.toString('base64') !== root) {
    throw new MalformedNote('the third line of a checkpoint is the root of the tree, base64 of 32 bytes');
  }
  return { origin, size: Number(size), root: hash, note };
}
