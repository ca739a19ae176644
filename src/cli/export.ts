import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { isOnlyRead } from '../event-store/open-store.ts';
import { openToCheck, proofFiles } from '../open-ledger.ts';
import { bundleLines, NotAsSigned, writeLines } from '../proof/bundle-file.ts';
import { faultAt, faultBetween } from '../proof/check-log.ts';
import { keptCheckpoint, readCheckpoint, signatureLine, verifierKeyText, withSignatures } from '../proof/checkpoint.ts';
import { keptFault, LedgerAltered } from '../proof/kept-fault.ts';
import { proveLedger } from '../proof/ledger-proof.ts';
import { type Hash, toBase64 } from '../proof/merkle-tree.ts';
import { openTreeFile } from '../proof/tree-file.ts';
import { loadSigningSeed } from '../secrets.ts';
import { type Command, fail, type ParsedArguments } from './command.ts';
import type { Context, ExitCode, SigningLedgerOptions } from './context.ts';
import { counted, plainLines, progressBar } from './print.ts';
import { type CheckOptions, sayUnproved, type Unproved } from './verify.ts';

/** Writes the ledger to a file. */
async function exportTo(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const { out, messages } = context;
  const [file, ...surplus] = args.positionals;
  const replace = args.options.has('force');
  const existsText = (name: string): string => `${name} already exists: --force replaces it`;
  const problems = [
    ...args.problems,
    ...(file === undefined ? ['the file is missing: export <file>'] : []),
    ...(surplus.length > 0 ? [`export writes one file, not ${args.positionals.length}`] : []),
  ];
  if (file === undefined || problems.length > 0) return fail(problems, 'export', context);
  if (!replace && existsSync(file)) return fail([existsText(file)], 'export', context);
  const bar = progressBar(messages);
  const options = { tell: bar.show, signal: context.listenForStop() };
  try {
    const exported = await exportLedger(await context.ledgerOptions(), { file, replace }, options).finally(bar.erase);
    if (exported.outcome !== 'exported') return sayUnproved(exported, 'the ledger', 'export', context);
    const { ledger, size, root, key } = exported;
    const head = out.paint('bold', `${counted(size, 'event')} exported to ${plainLines(file)}.`);
    out.write(
      `${head}\n  ledger     ${plainLines(ledger)}\n  root       ${toBase64(root)}\n` +
        `  signed by  ${plainLines(key)}\n`,
    );
    return 0;
  } catch (error) {
    if (fileExists(error)) return fail([existsText(file)], 'export', context);
    if (hasNoFolder(error))
      return fail([`${dirname(file)}: there is no such folder; make it first`], 'export', context);
    throw error;
  }
}

function fileExists(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

function hasNoFolder(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/**
 * Writes the whole ledger to a file, with the signed checkpoint and everything needed to verify it without this program.
 * Checks the ledger first, and does not export an altered one. Throws what the store and the system throw.
 */
async function exportLedger(
  { signingKey, ...options }: SigningLedgerOptions,
  { file, replace }: { readonly file: string; readonly replace: boolean },
  { tell, signal }: CheckOptions,
): Promise<Exported> {
  const { dataDir, eventStore = 'sqlite' } = options;
  if (eventStore !== 'sqlite' && signingKey === undefined) return { outcome: 'malformed', problems: [withoutKey] };
  const ledger = await openToCheck(options);
  if (ledger === null) return { outcome: 'nothing' };
  try {
    const { position: size } = await ledger.store.head();
    if (size === 0) return { outcome: 'nothing' };
    const { id, store, readAsCopied } = ledger;
    if (id === null) return { outcome: 'altered', fault: faultAt(1, 'it is not the opening of the ledger') };
    const files = proofFiles(dataDir);
    const kept = keptCheckpoint(files.checkpoint);
    // In a read-only folder the tree is kept in memory, and the new checkpoint stands in the exported file alone.
    const isToRead = isOnlyRead(dataDir);
    const proof = await proveLedger({
      store: { ...store, readAll: readAsCopied },
      ledger: id,
      seed: await loadSigningSeed(dataDir, signingKey),
      tree: openTreeFile(isToRead ? ':memory:' : files.tree),
      kept: isToRead ? { ...kept, keep: async () => undefined } : kept,
      fault: keptFault(files.fault),
      share: 1,
      patienceMs: rebuildPatienceMs,
      tell: (done) => tell({ doing: 'checking', done, total: size }),
      report: () => undefined,
    });
    signal.addEventListener('abort', () => void proof.check.stop(), { once: true });
    try {
      await proof.check.ended;
      if (signal.aborted) return { outcome: 'stopped' };
      const checkpoint = await withCosignatures(await proof.checkpoint(size), files.witnessed);
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

// With the cosignatures that a server was given for the same checkpoint.
async function withCosignatures(checkpoint: string, file: string): Promise<string> {
  const witnessed = await keptCheckpoint(file)
    .read()
    .catch(() => null);
  const isSame = witnessed !== null && witnessed.note.text === readCheckpoint(checkpoint).note.text;
  return isSame ? withSignatures(checkpoint, witnessed.note.signatures.map(signatureLine)) : checkpoint;
}

type Exported =
  | {
      readonly outcome: 'exported';
      readonly ledger: string;
      readonly size: number;
      readonly root: Hash;
      readonly key: string;
    }
  | Unproved;

const withoutKey = 'set SIGNING_KEY with EventStoreDB: the export is signed, and several servers share the key';

// Long enough to rebuild the tree of a large ledger.
const rebuildPatienceMs = 24 * 60 * 60 * 1_000;

async function* unlessStopped(lines: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<string> {
  for await (const line of lines) {
    if (signal.aborted) throw new Stopped();
    yield line;
  }
}

class Stopped extends Error {}

/** `export`: writes the ledger to a file that proves itself. */
export const exportCommand: Command = {
  name: 'export',
  usage: 'export <file> [--force]',
  says: 'write the ledger to a file that anyone can verify, without a server and without this ledger',
  explains: `The file has a line for each event (a CloudEvent 1.0, as JSON), hashes between them, and at the end the signed
checkpoint of all. "partnership-ledger verify <file>" checks it; docs/proof.md says how to do that with other tools.

The command checks the ledger first, and does not export an altered one (exit code 1). The file appears whole or not
at all, and replaces another only with --force. A server may keep running. With EventStoreDB set SIGNING_KEY.`,
  options: [{ name: 'force', value: null, says: 'replace a file of this name' }],
  run: exportTo,
};
