import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { openToCheck, proofFiles } from '../open-ledger.ts';
import { fileLines, LineTooLong } from '../proof/bundle-file.ts';
import { checkLog, type Fault, faultBetween } from '../proof/check-log.ts';
import {
  checkSignature,
  cosignersOf,
  keptCheckpoint,
  MalformedNote,
  NotSigned,
  originOf,
  type ReadCheckpoint,
  readCheckpoint,
  readVerifierKey,
  signerKey,
  type VerifierKey,
} from '../proof/checkpoint.ts';
import { type FoundFault, keptFault } from '../proof/kept-fault.ts';
import { expectedTree } from '../proof/ledger-proof.ts';
import { type Hash, toBase64 } from '../proof/merkle-tree.ts';
import { readTreeFile } from '../proof/tree-file.ts';
import { verifyBundle } from '../proof/verify-bundle.ts';
import { findSigningSeed } from '../secrets.ts';
import { reasonOf } from '../system-errors.ts';
import { type Command, fail, type ParsedArguments } from './command.ts';
import type { Context, ExitCode, SigningLedgerOptions } from './context.ts';
import { counted, type ProgressBar, plainLines, progressBar } from './print.ts';

/** Verifies the ledger, or the given exported file, and says what came of it. */
export async function verify(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const request = await readRequest(args);
  if (request.problems.length > 0) return fail(request.problems, 'verify', context);
  const [file] = args.positionals;
  if (file === undefined) return await verifyOwnLedger(request, context);
  try {
    return await verifyFile(file, request, context);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return fail([`${file}: ${reasonOf(error)}`], 'verify', context);
    throw error;
  }
}

async function readRequest({ options, positionals, problems }: ParsedArguments): Promise<VerifyRequest> {
  const [key, ...more] = options.get('key') ?? [];
  const read = readKey(key);
  const earlier = await Promise.all((options.get('checkpoint') ?? []).map(readCheckpointFile));
  const named = (options.get('witness') ?? []).map((text) => readKey(text, 'witness'));
  const witnesses = named.filter((one) => typeof one === 'object' && one !== null);
  const quorum = readQuorum(options.get('quorum'), witnesses);
  return {
    earlier: earlier.filter((checkpoint) => typeof checkpoint !== 'string'),
    witnesses,
    quorum: typeof quorum === 'number' ? quorum : 0,
    key: typeof read === 'string' ? null : read,
    problems: [
      ...problems,
      ...(positionals.length > 1 ? [`verify takes one file, not ${positionals.length}`] : []),
      ...(more.length > 0 ? ['--key is given more than once'] : []),
      ...(typeof read === 'string' ? [read] : []),
      ...named.filter((one) => typeof one === 'string'),
      ...(typeof quorum === 'string' ? [quorum] : []),
      ...earlier.filter((checkpoint) => typeof checkpoint === 'string'),
    ],
  };
}

type VerifyRequest = {
  readonly earlier: readonly ReadCheckpoint[];
  readonly key: VerifierKey | null;
  readonly witnesses: readonly VerifierKey[];
  /** How many of them must have cosigned. */
  readonly quorum: number;
  readonly problems: readonly string[];
};

function readKey(text: string | undefined, role: 'signer' | 'witness' = 'signer'): VerifierKey | null | string {
  try {
    return text === undefined ? null : readVerifierKey(text, role);
  } catch (error) {
    return `--${role === 'signer' ? 'key' : 'witness'}: ${messageOf(error)}`;
  }
}

// All that are named, unless it is said. One witness counts once, however often it is named.
function readQuorum(given: readonly string[] = [], witnesses: readonly VerifierKey[]): number | string {
  const different = new Set(witnesses.map(({ publicKey }) => publicKey.export({ format: 'jwk' }).x)).size;
  if (different < witnesses.length) return '--witness names a witness twice';
  const [text = String(different), ...more] = given;
  if (more.length > 0) return '--quorum is given more than once';
  const isInRange = /^\d+$/.test(text) && Number(text) <= different && (Number(text) > 0 || given.length === 0);
  return isInRange
    ? Number(text)
    : `--quorum ${text}: write a whole number from 1 to the number of --witness, ${different}`;
}

// The largest checkpoint that enough of the witnesses cosigned, in words; a fault if there is none; null if none is asked.
function witnessRows(
  checkpoints: readonly ReadCheckpoint[],
  { witnesses, quorum }: VerifyRequest,
): readonly (readonly [string, string])[] | Fault {
  if (witnesses.length === 0) return [];
  const fault = (message: string): Fault => ({ first: 0, last: 0, message });
  try {
    const cosigned = checkpoints.map(({ size, note }) => ({ size, by: cosignersOf(note, witnesses) }));
    const [best] = cosigned.filter(({ by }) => by.length >= quorum).toSorted((a, b) => b.size - a.size);
    if (best !== undefined) {
      const at = (seconds: number) => new Date(Math.min(seconds, 8.64e12) * 1_000).toISOString();
      return best.by.map(({ name, seconds }) => [
        'witness',
        `${name} cosigned ${counted(best.size, 'event')} at ${at(seconds)}`,
      ]);
    }
    const most = Math.max(0, ...cosigned.map(({ by }) => by.length));
    return fault(`only ${most} of ${quorum} witnesses cosigned a checkpoint of it, so nobody else vouches for it`);
  } catch (error) {
    if (error instanceof NotSigned) return fault(error.message);
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function readCheckpointFile(file: string): Promise<ReadCheckpoint | string> {
  try {
    return readCheckpoint(await readFile(file, 'utf8'));
  } catch (error) {
    const isExpected = error instanceof MalformedNote || (error instanceof Error && 'code' in error);
    if (!isExpected) throw error;
    return `--checkpoint ${file}: ${messageOf(error)}`;
  }
}

async function verifyOwnLedger(request: VerifyRequest, context: Context): Promise<ExitCode> {
  const bar = progressBar(context.messages);
  const options = { tell: bar.show, signal: context.listenForStop() };
  const verdict = await verifyLedger(await context.ledgerOptions(), request, options).finally(bar.erase);
  return verdict.outcome === 'good'
    ? sayLedger(verdict, context)
    : sayUnproved(verdict, 'the ledger', 'verify', context);
}

// So that nothing is recorded until that is settled. Nobody can write to a folder that is only there to be read.
function keepFault(fault: Fault, expected: FoundFault['expected'], dataDir: string): void {
  try {
    keptFault(proofFiles(dataDir).fault).keep({ foundAt: new Date().toISOString(), fault, expected });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

function sayLedger(verdict: LedgerVerdict & { readonly outcome: 'good' }, { out, messages }: Context): ExitCode {
  const { ledger, size, root, tree, kept, earlier, witnessed, notes } = verdict;
  const head = out.paint('bold', `${counted(size, 'event')}: none was changed, removed, inserted or moved.`);
  const rows: readonly (readonly [string, string])[] = [
    ['ledger', ledger],
    ['root', toBase64(root)],
    ...(tree === null ? [] : [['tree', `${counted(tree, 'event')} compared with the kept tree`] as const]),
    ...(kept === null ? [] : [['signed', `continues the kept checkpoint of ${counted(kept, 'event')}`] as const]),
    ...earlierRows(earlier),
    ...witnessed,
  ];
  out.write(`${head}\n${rowLines(rows)}`);
  for (const note of notes) messages.write(`${messages.paint('yellow', 'warning:')} ${plainLines(note)}\n`);
  return 0;
}

function earlierRows(sizes: readonly number[]): readonly (readonly [string, string])[] {
  return sizes.map((size) => ['earlier', `continues the checkpoint of ${counted(size, 'event')}`]);
}

function rowLines(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([name, value]) => `  ${name.padEnd(10)} ${plainLines(value)}\n`).join('');
}

/** Says why `what` is not proved. Returns the exit code. */
export function sayUnproved(outcome: Unproved, what: string, command: string, context: Context): ExitCode {
  const { messages } = context;
  const error = (text: string): 1 => {
    messages.write(`${messages.paint('red', 'error:')} ${plainLines(text)}\n`);
    return 1;
  };
  if (outcome.outcome === 'malformed') return fail(outcome.problems, command, context);
  if (outcome.outcome === 'nothing') return error('there is no ledger: nothing is recorded');
  if (outcome.outcome === 'altered') return error(`${what} is not what was recorded: ${outcome.fault.message}`);
  messages.write('Stopped.\n');
  return 130;
}

export type Unproved =
  | { readonly outcome: 'nothing' }
  | { readonly outcome: 'altered'; readonly fault: Fault }
  | { readonly outcome: 'stopped' }
  | { readonly outcome: 'malformed'; readonly problems: readonly string[] };

async function verifyFile(file: string, request: VerifyRequest, context: Context): Promise<ExitCode> {
  const { earlier, key } = request;
  const { out, messages } = context;
  if (!(await stat(file)).isFile()) return fail([`${file} is not a file`], 'verify', context);
  const bar = progressBar(messages);
  const tell = (done: number, total: number): void => bar.show({ doing: 'checking', done, total });
  try {
    const verdict = await verifyBundle({ lines: fileLines(file), key, earlier, tell }).finally(bar.erase);
    const { fault, origin, size, root, key: brought, checkpoint } = verdict;
    if (fault !== null) return sayUnproved({ outcome: 'altered', fault }, file, 'verify', context);
    const witnessed = witnessRows([...(checkpoint === null ? [] : [checkpoint]), ...earlier], request);
    if ('message' in witnessed) return sayUnproved({ outcome: 'altered', fault: witnessed }, file, 'verify', context);
    const signer = key === null ? `${brought} (it came with the file: compare it with one from elsewhere)` : brought;
    const head = `${file}: ${counted(size, 'event')}, none of them changed, removed, inserted or moved.`;
    const rows: readonly (readonly [string, string])[] = [
      ['ledger', origin],
      ['root', toBase64(root)],
      ['signed by', signer],
    ];
    out.write(
      `${out.paint('bold', plainLines(head))}\n${rowLines([...rows, ...earlierRows(earlier.map(({ size: earlierSize }) => earlierSize)), ...witnessed])}`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof LineTooLong)) throw error;
    const fault = { first: 0, last: 0, message: error.message };
    return sayUnproved({ outcome: 'altered', fault }, file, 'verify', context);
  }
}

/**
 * Checks the ledger itself: its events against the kept tree, and both against the last checkpoint signed here and
 * against earlier ones. A server may keep running. Throws what the store throws.
 */
async function verifyLedger(
  { signingKey, ...options }: SigningLedgerOptions,
  request: VerifyRequest,
  { tell, signal }: CheckOptions,
): Promise<LedgerVerdict> {
  const { earlier, key: givenKey } = request;
  // Read the proof files first: a running server only makes the ledger longer.
  const { tree, checkpoint, fault, notes } = await readKept(options.dataDir);
  const ledger = await openToCheck(options);
  try {
    const id = tree?.ledger() ?? ledger?.id ?? null;
    if (ledger === null && id === null && checkpoint === null) return { outcome: 'nothing' };
    if (fault !== null) return { outcome: 'altered', fault };
    const origin = id === null ? (checkpoint?.origin ?? '') : originOf(id);
    const seed = await findSigningSeed(options.dataDir, signingKey);
    const ownKey = seed === null || origin === '' ? null : signerKey(origin, seed);
    const key = givenKey ?? ownKey;
    if (earlier.length > 0 && key === null) {
      return { outcome: 'malformed', problems: ['the checkpoint needs a key: give it with --key'] };
    }
    for (const given of earlier) {
      const distrusted = signatureFault(given, `the checkpoint of ${given.size} events`, origin, key);
      if (distrusted !== null) return { outcome: 'altered', fault: distrusted };
    }
    const distrusted = checkpoint && signatureFault(checkpoint, 'the kept checkpoint', origin, ownKey);
    if (distrusted) return { outcome: 'altered', fault: distrusted };
    const emptyStore = {
      head: async () => ({ position: 0, recordedAt: null }),
      readAll: async function* () {},
      readStream: async function* () {},
    };
    const {
      checked,
      root,
      fault: logFault,
      treeDamage,
    } = await checkLog({
      store: ledger === null ? emptyStore : { ...ledger.store, readAll: ledger.readAsCopied },
      tree,
      checkpoints: [...(checkpoint === null ? [] : [checkpoint]), ...earlier],
      share: 1,
      tell: (done, total) => tell({ doing: 'checking', done, total }),
      signal,
    });
    if (logFault !== null) {
      // A checkpoint that somebody brings says less about the ledger than what is kept beside it.
      if (earlier.length === 0) keepFault(logFault, expectedTree(tree, checkpoint), options.dataDir);
      return { outcome: 'altered', fault: logFault };
    }
    if (signal.aborted) return { outcome: 'stopped' };
    const witnessed = witnessRows([...(checkpoint === null ? [] : [checkpoint]), ...earlier], request);
    if ('message' in witnessed) return { outcome: 'altered', fault: witnessed };
    const sizes = {
      tree: tree?.size() ?? null,
      kept: checkpoint?.size ?? null,
      earlier: earlier.map(({ size }) => size),
    };
    const damage = treeDamage === null ? [] : [`${treeDamage}: a server sets it aside and makes it anew`];
    return {
      outcome: 'good',
      ledger: id ?? '',
      size: checked,
      root,
      ...sizes,
      witnessed,
      notes: [...notes, ...damage],
    };
  } finally {
    tree?.close();
    await ledger?.close();
  }
}

export type CheckOptions = { readonly tell: ProgressBar['show']; readonly signal: AbortSignal };

type LedgerVerdict =
  | {
      readonly outcome: 'good';
      readonly ledger: string;
      readonly size: number;
      readonly root: Hash;
      /** The number of events in the kept tree, or null without one. */
      readonly tree: number | null;
      /** The sizes of the kept checkpoint and of the given ones. */
      readonly kept: number | null;
      readonly earlier: readonly number[];
      /** The witnesses that cosigned, for the list. */
      readonly witnessed: readonly (readonly [string, string])[];
      /** What could not be compared, and why. */
      readonly notes: readonly string[];
    }
  | Unproved;

async function readKept(dataDir: string): Promise<Kept> {
  const files = proofFiles(dataDir);
  const notes: string[] = [];
  let tree: Tree | null = null;
  try {
    if (existsSync(files.tree)) tree = readTreeFile(files.tree);
    else notes.push(`there is no kept tree (${files.tree}): a server makes one`);
  } catch (error) {
    notes.push(`the kept tree cannot be read: ${String(error)}`);
  }
  try {
    const checkpoint = await keptCheckpoint(files.checkpoint).read();
    if (checkpoint === null) notes.push(`there is no kept checkpoint (${files.checkpoint}): a server signs one`);
    return { tree, checkpoint, fault: null, notes };
  } catch (error) {
    if (!(error instanceof MalformedNote)) throw error;
    const what = `the kept checkpoint was changed, so it proves nothing about them: ${error.message}`;
    return { tree, checkpoint: null, fault: faultBetween(1, Math.max(1, tree?.size() ?? 1), what), notes };
  }
}

/** The proof files beside a ledger, and what is wrong with them before anything is compared. */
type Kept = {
  readonly tree: Tree | null;
  readonly checkpoint: ReadCheckpoint | null;
  readonly fault: Fault | null;
  readonly notes: readonly string[];
};

type Tree = ReturnType<typeof readTreeFile>;

function signatureFault(
  checkpoint: ReadCheckpoint,
  which: string,
  origin: string,
  key: VerifierKey | null,
): Fault | null {
  const { size, note } = checkpoint;
  try {
    if (checkpoint.origin !== origin) throw new NotSigned(`it belongs to ${checkpoint.origin}, not to ${origin}`);
    if (key !== null) checkSignature(note, key);
    return null;
  } catch (error) {
    if (!(error instanceof NotSigned)) throw error;
    return faultBetween(1, Math.max(1, size), `${which} proves nothing about them: ${error.message}`);
  }
}

/** `verify`: proves that nothing in a ledger or in an exported file was changed. */
export const verifyCommand: Command = {
  name: 'verify',
  usage: 'verify [file]',
  says: 'check that nobody changed the ledger, or an exported file, behind its back',
  explains: `Without a file it checks the ledger itself: every event against the tree that the server keeps (proof.sqlite in
DATA_DIR) and against the last checkpoint that it signed. With a file that "export" wrote it needs no server, no
ledger and no network.

It names the first position that was changed, removed, inserted or moved, or the narrowest range that it can tell
(exit code 1), and from then on nothing is recorded until that is settled. An earlier checkpoint (curl …/api/audit/checkpoint > checkpoint) proves more: that nothing before it
was changed since, not even by someone who has the key. Without --key it uses the key that comes with the file, which
proves that the file is whole, but not whose it is. With --witness, one of the checkpoints (that of the file, or one given
with --checkpoint, as from …/api/audit/witnessed) must have the cosignatures of --quorum of these witnesses.`,
  options: [
    { name: 'checkpoint', value: '<file>', says: 'an earlier checkpoint; may be given several times' },
    { name: 'key', value: '<verifier key>', says: 'the key that must have signed, as in GET /api/audit/public-key' },
    {
      name: 'witness',
      value: '<verifier key>',
      says: 'a witness whose cosignature counts; may be given several times',
    },
    {
      name: 'quorum',
      value: '<n>',
      says: 'how many of these witnesses must have cosigned one of the checkpoints (all)',
    },
  ],
  run: verify,
};
