import { setTimeout as wait } from 'node:timers/promises';
import { type EventStore, isStoreError, StoreBehind } from '../event-store/event-store.ts';
import {
  checkLog,
  eventMissing,
  type Fault,
  faultAt,
  faultBetween,
  type LogChecked,
  type LogReads,
  notAsSigned,
} from './check-log.ts';
import {
  type Checkpoint,
  type KeptCheckpoint,
  MalformedNote,
  originOf,
  type SignerKey,
  signCheckpoint,
  signerKey,
} from './checkpoint.ts';
import { consistencyProof, frontierAt, type Hash, inclusionProof, leafHash, rootOf, sameHash } from './merkle-tree.ts';
import { growTree, leafOf, type TreeFile } from './tree-file.ts';

/**
 * Starts the proof of a ledger: keeps its tree, signs its checkpoints and gives proofs. Also checks the whole log once:
 * the events against the tree that the last run left, and both against the last checkpoint signed here.
 */
export async function proveLedger({
  store,
  ledger,
  seed,
  tree,
  kept,
  pauseMs,
  patienceMs = 5_000,
  tell,
  report,
}: ProofParts): Promise<LedgerProof> {
  const origin = originOf(ledger);
  const key = signerKey(origin, seed);
  const start = await examineKept(ledger, (await store.head()).position, tree, kept);
  // If this is another ledger, keep the files of the old one as they are, for an investigation.
  const growing = start.fault === null ? growTree(store, tree) : null;
  const refuseAltered = (): void => {
    const { fault } = check.state();
    if (fault !== null) throw new LedgerAltered(fault);
  };

  const awaitTree = async (size: number): Promise<void> => {
    refuseAltered();
    await growing?.until(size, patienceMs);
  };

  const signer = checkpointSigner(key, tree, kept, awaitTree);

  const checkpoint = async (size: number): Promise<string> => {
    refuseAltered();
    return await signer.sign(size);
  };

  const check = startCheck({
    startFault: start.fault,
    check: async (tellChecked, signal) =>
      await checkLog({
        store,
        // Leaves that were added since the start come from the store itself, and prove nothing about it.
        tree: { ...tree, size: () => start.size },
        checkpoints: start.checkpoints,
        pauseMs,
        tell: (checked) => {
          tellChecked(checked);
          tell?.(checked);
        },
        signal,
      }),
    whenGood: async (size) => await signIfReady(checkpoint, size),
    report,
  });

  return {
    key,
    rootAt: (size) => rootAt(tree, size),
    checkpoint,
    inclusion: async (position, size) => {
      await awaitTree(size);
      return await proveInclusion(store, tree, position, size);
    },
    consistency: async (from, to) => {
      await awaitTree(to);
      return consistencyProof(tree.lookup, from, to);
    },
    check,
    stop: async () => {
      await check.stop();
      await signIfReady(checkpoint, tree.size()).catch(() => undefined);
      await growing?.stop();
      await signer.idle();
      tree.close();
    },
  };
}

/** What a proof is made of. */
export type ProofParts = {
  readonly store: LogReads & Pick<EventStore, 'subscribe'>;
  readonly ledger: string;
  readonly seed: Uint8Array;
  readonly tree: TreeFile;
  readonly kept: KeptCheckpoint;
  /** The pause after each slice of the check, in which others have their turn. */
  readonly pauseMs: number;
  /** How long an answer waits for the tree. */
  readonly patienceMs?: number;
  readonly tell?: (checked: number) => void;
  /** Called once, when the check has ended. */
  readonly report: (state: CheckState) => void;
};

/** Proves that nobody changed a ledger. A size is a number of events: size n ends at position n. */
export type LedgerProof = {
  readonly key: SignerKey;
  /** The root of the tree of the first `size` events. */
  readonly rootAt: (size: number) => Hash;
  /**
   * Signs and keeps the checkpoint of the first `size` events. Waits for the tree. Throws StoreBehind, LedgerAltered.
   */
  readonly checkpoint: (size: number) => Promise<string>;
  /** Proves that the event at a position is among the first `size`; `leaf` is text. Throws as `checkpoint` does. */
  readonly inclusion: (
    position: number,
    size: number,
  ) => Promise<{ readonly leaf: string; readonly leafHash: Hash; readonly proof: readonly Hash[] }>;
  /** Proves that the first `to` events begin with the first `from`. Throws as `checkpoint` does. */
  readonly consistency: (from: number, to: number) => Promise<readonly Hash[]>;
  /** The check of the log, which starts at once. */
  readonly check: RunningCheck;
  readonly stop: () => Promise<void>;
};

// Examines what the last run kept of a ledger that now holds `head` events. Marks a new tree as that of this ledger.
async function examineKept(
  ledger: string,
  head: number,
  tree: Pick<TreeFile, 'ledger' | 'setLedger' | 'size'>,
  kept: Pick<KeptCheckpoint, 'read'>,
): Promise<KeptAtStart> {
  const size = tree.size();
  const treeLedger = tree.ledger();
  if (treeLedger === null) tree.setLedger(ledger);
  else if (treeLedger !== ledger) return { size: 0, checkpoints: [], fault: anotherLedger(treeLedger, ledger) };
  const checkpoint = await kept.read().catch((error: unknown) => unreadableCheckpoint(error, head));
  if (checkpoint === null) return { size, checkpoints: [], fault: missingEvents(size, head) };
  if ('message' in checkpoint) return { size, checkpoints: [], fault: checkpoint };
  if (checkpoint.origin !== originOf(ledger)) {
    return { size, checkpoints: [], fault: anotherLedger(checkpoint.origin, ledger) };
  }
  return { size, checkpoints: [checkpoint], fault: missingEvents(Math.max(size, checkpoint.size), head) };
}

type KeptAtStart = {
  /** The number of leaves of the tree. */
  readonly size: number;
  readonly checkpoints: readonly Checkpoint[];
  /** What is wrong before a single event is read. */
  readonly fault: Fault | null;
};

function anotherLedger(keptLedger: string, ledger: string): Fault {
  return faultAt(
    1,
    `the event that opens the ledger names it ${ledger}, but the kept proof is of ${keptLedger}: ` +
      'that event was changed, or this is another ledger, which needs another DATA_DIR',
  );
}

function unreadableCheckpoint(error: unknown, head: number): Fault {
  if (!(error instanceof MalformedNote)) throw error;
  const what = `the kept checkpoint was changed, so it cannot show whether these events were: ${error.message}`;
  return faultBetween(1, Math.max(1, head), what);
}

function missingEvents(before: number, head: number): Fault | null {
  return head < before
    ? faultAt(head + 1, `${eventMissing}: there were ${before} events, now there are ${head}`)
    : null;
}

// Signs one checkpoint at a time: each must continue the one signed before.
function checkpointSigner(
  key: SignerKey,
  tree: TreeFile,
  kept: KeptCheckpoint,
  awaitTree: (size: number) => Promise<void>,
): { readonly sign: (size: number) => Promise<string>; readonly idle: () => Promise<unknown> } {
  let last: { readonly size: number; readonly text: string } | null = null;
  let signing: Promise<unknown> = Promise.resolve();
  const origin = key.name;

  const contradicts = (signed: Checkpoint, size: number): boolean =>
    signed.size > size ? signed.size > tree.size() : !sameHash(rootAt(tree, signed.size), signed.root);

  const sign = async (size: number): Promise<string> => {
    await awaitTree(size);
    const signed = await kept.read().catch((error: unknown) => {
      if (!(error instanceof MalformedNote)) throw error;
      throw new LedgerAltered(faultBetween(1, size, `the kept checkpoint was changed: ${error.message}`));
    });
    if (signed !== null && (signed.origin !== origin || contradicts(signed, size))) {
      throw new LedgerAltered(faultBetween(1, Math.max(1, signed.size), notAsSigned(signed.size)));
    }
    const text = signCheckpoint({ origin, size, root: rootAt(tree, size) }, key);
    await kept.keep(text);
    last = { size, text };
    return text;
  };

  return {
    sign: async (size) => {
      if (last?.size === size) return last.text;
      const signed = signing.then(() => (last?.size === size ? last.text : sign(size)));
      signing = signed.catch(() => undefined);
      return await signed;
    },
    idle: () => signing,
  };
}

// A tree that is not there yet is not a fault: the first request for a checkpoint signs one.
async function signIfReady(checkpoint: LedgerProof['checkpoint'], size: number): Promise<Fault | null> {
  try {
    if (size > 0) await checkpoint(size);
  } catch (error) {
    if (error instanceof LedgerAltered) return error.fault;
    if (!(error instanceof StoreBehind)) throw error;
  }
  return null;
}

async function proveInclusion(store: LogReads, tree: TreeFile, position: number, size: number) {
  const keptLeaf = tree.lookup(0, position - 1);
  for await (const event of store.readAll({ after: position - 1, limit: 1 })) {
    const leaf = leafOf(event);
    if (event.position !== position || !sameHash(leafHash(leaf), keptLeaf)) break;
    return { leaf, leafHash: keptLeaf, proof: inclusionProof(tree.lookup, position - 1, size) };
  }
  throw new LedgerAltered(faultAt(position, `${eventMissing} or was changed`));
}

function rootAt(tree: TreeFile, size: number): Hash {
  return rootOf(frontierAt(tree.lookup, size));
}

/** The ledger is not what was recorded, so nothing is signed and nothing is proved. */
export class LedgerAltered extends Error {
  override readonly name = 'LedgerAltered';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

// Starts a check, and starts it again whenever the store fails.
function startCheck({
  startFault,
  check,
  whenGood,
  report,
}: {
  readonly startFault: Fault | null;
  readonly check: (tell: (checked: number) => void, signal: AbortSignal) => Promise<LogChecked>;
  /** Called when all events are checked and good. Returns a fault that shows only then. */
  readonly whenGood: (checked: number) => Promise<Fault | null>;
  readonly report: (state: CheckState) => void;
}): RunningCheck {
  const stopping = new AbortController();
  const { signal } = stopping;
  let state: CheckState = { state: startFault === null ? 'checking' : 'altered', checked: 0, fault: startFault };

  const endState = (checked: number, fault: Fault | null): CheckState => {
    if (signal.aborted) return { ...state, state: state.fault === null ? 'stopped' : 'altered', checked };
    return { state: fault === null ? 'good' : 'altered', checked, fault };
  };

  const checkOnce = async (): Promise<CheckState> => {
    const tell = (checked: number): void => {
      state = { ...state, checked };
    };
    const result = await check(tell, signal);
    const { checked } = result;
    const fault = result.fault ?? startFault;
    if (fault !== null || signal.aborted) return endState(checked, fault);
    return endState(checked, await whenGood(checked));
  };

  // Null: check again.
  const afterFailure = async (cause: unknown): Promise<CheckState | null> => {
    const { checked } = state;
    if (signal.aborted) return endState(checked, null);
    if (!isStoreError(cause)) {
      const what = `the events from here on could not be checked: ${String(cause)}`;
      return endState(checked, startFault ?? faultAt(checked + 1, what));
    }
    await wait(retryDelayMs, undefined, { signal }).catch(() => undefined);
    return null;
  };

  const run = async (): Promise<void> => {
    for (;;) {
      const end = await checkOnce().catch(afterFailure);
      if (end === null) continue;
      state = end;
      report(state);
      return;
    }
  };

  const ended = run();
  return {
    state: () => state,
    ended,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/** A check that runs in the background. */
type RunningCheck = {
  readonly state: () => CheckState;
  /** Resolves when the check has ended, whatever it found. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
};

/** How much of the log the check has read. A fault that is found at the start may turn out to begin earlier. */
export type CheckState = {
  readonly state: 'checking' | 'good' | 'altered' | 'stopped';
  readonly checked: number;
  readonly fault: Fault | null;
};

// Between a failure of the store and the next check.
const retryDelayMs = 1_000;
