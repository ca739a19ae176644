import { existsSync } from 'node:fs';
import type { LedgerVerdict, Proving } from './cli/proving.ts';
import { type LedgerOptions, openToCheck } from './open-ledger.ts';
import { proofFiles } from './open-proof.ts';
import { checkLog } from './proof/check-log.ts';
import { originOf, type ReadCheckpoint } from './proof/checkpoint.ts';
import { type Fault, faultBetween } from './proof/fault.ts';
import { keptCheckpoint } from './proof/kept-checkpoint.ts';
import { checkSignature, MalformedNote, NotSigned, signerKey, type VerifierKey } from './proof/signed-note.ts';
import { keptSeedIn, seedOf } from './proof/signing-key.ts';
import { readTreeFile } from './proof/tree-file.ts';

type Tree = ReturnType<typeof readTreeFile>;

/** What is kept of a ledger: its tree and its last checkpoint, and what is wrong with that before anything is compared. */
type Kept = {
  readonly tree: Tree | null;
  readonly checkpoint: ReadCheckpoint | null;
  readonly fault: Fault | null;
  readonly notes: readonly string[];
};

async function keptIn(dataDir: string): Promise<Kept> {
  const files = proofFiles(dataDir);
  const notes: string[] = [];
  let tree: Tree | null = null;
  try {
    if (existsSync(files.tree)) tree = readTreeFile(files.tree);
    else notes.push(`there is no kept tree (${files.tree}): a server makes it`);
  } catch (error) {
    notes.push(`the kept tree cannot be read: ${String(error)}`);
  }
  try {
    const checkpoint = await keptCheckpoint(files.checkpoint).read();
    if (checkpoint === null) notes.push(`there is no kept checkpoint (${files.checkpoint}): a server signs it`);
    return { tree, checkpoint, fault: null, notes };
  } catch (error) {
    if (!(error instanceof MalformedNote)) throw error;
    const what = `the kept checkpoint was changed, so that it is unknown whether they were: ${error.message}`;
    return { tree, checkpoint: null, fault: faultBetween(1, Math.max(1, tree?.size() ?? 1), what), notes };
  }
}

function untrusted(checkpoint: ReadCheckpoint, which: string, origin: string, key: VerifierKey | null): Fault | null {
  const { size, note } = checkpoint;
  try {
    if (checkpoint.origin !== origin) throw new NotSigned(`it is of ${checkpoint.origin}, and this is ${origin}`);
    if (key !== null) checkSignature(note, key);
    return null;
  } catch (error) {
    if (!(error instanceof NotSigned)) throw error;
    return faultBetween(1, Math.max(1, size), `${which} says nothing of them: ${error.message}`);
  }
}

/** The ledger as it is set up: where it is, and the signing key if one is set. */
export type VerifyOptions = LedgerOptions & { readonly signingKey?: string | undefined };

/**
 * Checks the ledger itself: its events against the kept tree, both against the last checkpoint that was signed here and
 * against earlier ones. Nothing is written; a server may go on beside it. Throws what the store throws.
 */
export async function verifyLedger(
  { signingKey, ...options }: VerifyOptions,
  { earlier, key: given }: Parameters<Proving['verifyLedger']>[0],
  { tell, signal }: Parameters<Proving['verifyLedger']>[1],
): Promise<LedgerVerdict> {
  // What is kept is looked at first: a server that goes on only makes the ledger longer.
  const { tree, checkpoint, fault, notes } = await keptIn(options.dataDir);
  const ledger = await openToCheck(options);
  try {
    const id = tree?.ledger() ?? ledger?.id ?? null;
    if (ledger === null && id === null && checkpoint === null) return { outcome: 'nothing' };
    if (fault !== null) return { outcome: 'altered', fault };
    const origin = id === null ? (checkpoint?.origin ?? '') : originOf(id);
    const seed = signingKey === undefined ? await keptSeedIn(options.dataDir) : seedOf(signingKey);
    const own = seed === null || origin === '' ? null : signerKey(origin, seed);
    const key = given ?? own;
    if (earlier.length > 0 && key === null) {
      return { outcome: 'malformed', problems: ['no key is known to check the checkpoint with: give it with --key'] };
    }
    for (const one of earlier) {
      const wrong = untrusted(one, `the checkpoint of ${one.size} events`, origin, key);
      if (wrong !== null) return { outcome: 'altered', fault: wrong };
    }
    const distrusted = checkpoint && untrusted(checkpoint, 'the kept checkpoint', origin, own);
    if (distrusted) return { outcome: 'altered', fault: distrusted };
    const nothing = {
      head: async () => ({ position: 0, recordedAt: null }),
      readAll: async function* () {},
      readStream: async function* () {},
    };
    const { checked, root, ...found } = await checkLog({
      store: ledger === null ? nothing : { ...ledger.store, readAll: ledger.readAsCopied },
      tree,
      checkpoints: [...(checkpoint === null ? [] : [checkpoint]), ...earlier],
      pause: 0,
      tell: (done, total) => tell({ doing: 'checking', done, total }),
      signal,
    });
    if (found.fault !== null) return { outcome: 'altered', fault: found.fault };
    if (signal.aborted) return { outcome: 'stopped' };
    const sizes = {
      tree: tree?.size() ?? null,
      kept: checkpoint?.size ?? null,
      earlier: earlier.map(({ size }) => size),
    };
    return { outcome: 'good', ledger: id ?? '', size: checked, root, ...sizes, notes };
  } finally {
    tree?.close();
    await ledger?.close();
  }
}
