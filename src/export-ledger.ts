import type { ExportOutcome, Proving } from './cli/proving.ts';
import { openToCheck } from './open-ledger.ts';
import { proofFiles } from './open-proof.ts';
import { bundleLines, NotAsSigned } from './proof/bundle/write-bundle.ts';
import { writeLines } from './proof/bundle/write-file.ts';
import { faultAt, faultBetween } from './proof/fault.ts';
import { keptCheckpoint } from './proof/kept-checkpoint.ts';
import { LedgerAltered, proveLedger } from './proof/ledger-proof.ts';
import { verifierKeyText } from './proof/signed-note.ts';
import { seedIn, seedOf } from './proof/signing-key.ts';
import { openTreeFile } from './proof/tree-file.ts';
import type { VerifyOptions } from './verify-ledger.ts';

// As long as it takes to make the tree of a large ledger anew, in milliseconds.
const patience = 24 * 60 * 60 * 1_000;

class Stopped extends Error {}

async function* unlessStopped(lines: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<string> {
  for await (const line of lines) {
    if (signal.aborted) throw new Stopped();
    yield line;
  }
}

const withoutKey =
  'SIGNING_KEY must be set with EventStoreDB: what is exported is signed, and several servers share the key';

/**
 * Writes the whole ledger to a file, with the signed checkpoint and what one needs to verify it without this program.
 * The ledger is checked first; one that was changed is not exported. Throws what the store and the system throw.
 */
export async function exportLedger(
  { signingKey, ...options }: VerifyOptions,
  { file, replace }: Parameters<Proving['exportLedger']>[0],
  { tell, signal }: Parameters<Proving['exportLedger']>[1],
): Promise<ExportOutcome> {
  const { dataDir, eventStore = 'sqlite' } = options;
  if (eventStore !== 'sqlite' && signingKey === undefined) return { outcome: 'malformed', problems: [withoutKey] };
  const ledger = await openToCheck(options);
  if (ledger === null) return { outcome: 'nothing' };
  try {
    const { position: size } = await ledger.store.head();
    if (size === 0) return { outcome: 'nothing' };
    const { id, store, readAsCopied } = ledger;
    if (id === null) return { outcome: 'altered', fault: faultAt(1, 'it is not that the ledger was opened') };
    const files = proofFiles(dataDir);
    const proof = await proveLedger({
      store: { ...store, readAll: readAsCopied },
      ledger: id,
      seed: signingKey === undefined ? await seedIn(dataDir) : seedOf(signingKey),
      tree: openTreeFile(files.tree),
      kept: keptCheckpoint(files.checkpoint),
      pause: 0,
      patience,
      tell: (done) => tell({ doing: 'checking', done, total: size }),
      report: () => undefined,
    });
    signal.addEventListener('abort', () => void proof.check.stop(), { once: true });
    try {
      await proof.check.ended;
      if (signal.aborted) return { outcome: 'stopped' };
      const checkpoint = await proof.checkpoint(size);
      const root = proof.rootAt(size);
      const key = verifierKeyText(proof.key);
      const header = { bundle: 'partnership-ledger', format: 1, ledger: id, origin: proof.key.name, size } as const;
      const lines = bundleLines({
        readAll: readAsCopied,
        header: { ...header, verifierKey: key },
        checkpoint,
        root,
        tell: (done, total) => tell({ doing: 'exporting', done, total }),
      });
      await writeLines(file, unlessStopped(lines, signal), { replace });
      return { outcome: 'exported', ledger: id, size, root, key };
    } catch (error) {
      if (error instanceof LedgerAltered) return { outcome: 'altered', fault: error.fault };
      if (error instanceof NotAsSigned) return { outcome: 'altered', fault: faultBetween(1, size, error.message) };
      if (error instanceof Stopped) return { outcome: 'stopped' };
      throw error;
    } finally {
      await proof.stop();
    }
  } finally {
    await ledger.close();
  }
}
