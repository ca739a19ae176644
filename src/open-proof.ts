import { join } from 'node:path';
import type { Ledger } from './open-ledger.ts';
import { keptCheckpoint } from './proof/kept-checkpoint.ts';
import { type LedgerProof, type ProofParts, proveLedger } from './proof/ledger-proof.ts';
import { seedIn, seedOf } from './proof/signing-key.ts';
import { openTreeFile } from './proof/tree-file.ts';

/** The files of a ledger's proof: the kept tree, and the last checkpoint that was signed. */
export function proofFiles(dataDir: string): { readonly tree: string; readonly checkpoint: string } {
  return {
    tree: join(dataDir, 'proof.sqlite'),
    checkpoint: join(dataDir, 'checkpoint'),
  };
}

// Between two slices of its check the log is left alone for so many milliseconds: requests come first.
const pause = 5;

/** How the proof of a ledger is opened: where its files are, the signing key if one is set, and who is told of the check. */
export type ProofOptions = { readonly dataDir: string; readonly signingKey?: string | undefined } & Pick<
  ProofParts,
  'report'
>;

/** Opens the proof of an open ledger: begins to keep its tree, and to check its log. Stop it before the ledger is closed. */
export async function openProof(
  { id, store, readAsCopied }: Pick<Ledger, 'id' | 'store' | 'readAsCopied'>,
  { dataDir, signingKey, report }: ProofOptions,
): Promise<LedgerProof> {
  const files = proofFiles(dataDir);
  return await proveLedger({
    store: { ...store, readAll: readAsCopied },
    ledger: id,
    seed: signingKey === undefined ? await seedIn(dataDir) : seedOf(signingKey),
    tree: openTreeFile(files.tree),
    kept: keptCheckpoint(files.checkpoint),
    pause,
    report,
  });
}
