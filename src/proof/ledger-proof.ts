import { setTimeout as after } from 'node:timers/promises';
import { type EventStore, isStoreError, StoreBehind } from '../event-store/event-store.ts';
import { checkLog, type Fault, faultAt, faultBetween, type LogChecked, type LogReads } from './check-log.ts';
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
import { growTree, leafOf, type TreeFile } from './tree.ts';

/** What proves that nothing in a ledger was changed. Sizes are numbers of events, so that size n ends at position n. */
export type LedgerProof = {
  readonly key: SignerKey;
  /** The root of the tree of the first `size` events. */
  readonly rootAt: (size: number) => Hash;
  /** The checkpoint of the first `size` events, signed and kept. Waits for the tree; throws StoreBehind, LedgerAltered. */
  readonly checkpoint: (size: number) => Promise<string>;
  /** That the event at a position is among the first `size`, and its leaf. Throws as `checkpoint`. */
  readonly inclusion: (position: number, size: number) => Promise<Included>;
  /** That the first `to` events begin with the first `from`. Throws as `checkpoint`. */
  readonly consistency: (from: number, to: number) => Promise<readonly Hash[]>;
  /** The check of the log that runs since the start. */
  readonly check: RunningCheck;
  readonly stop: () => Promise<void>;
};

/** An event in a tree: its leaf as text, the hash of it, and the proof. */
export type Included = { readonly leaf: string; readonly leafHash: Hash; readonly proof: readonly Hash[] };

/** A check that runs beside everything else. */
export type RunningCheck = {
  readonly state: () => CheckState;
  /** Resolves when it has come to its end, good or not. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
};

/** How far the log was checked since the start. A fault that is known from the beginning may turn out to begin earlier. */
export type CheckState = {
  readonly state: 'checking' | 'good' | 'altered' | 'stopped';
  readonly checked: number;
  readonly fault: Fault | null;
};

/**
 * Keeps the tree of a ledger, signs its checkpoints, gives proofs, and checks the whole log once, beside everything else:
 * its events against the tree as it was left, both against the last checkpoint that was signed here.
 */
export async function proveLedger({
  store,
  ledger,
  seed,
  tree,
  kept,
  pause,
  patience = 5_000,
  tell: told,
  report,
}: ProofParts): Promise<LedgerProof> {
  const origin = originOf(ledger);
  const key = signerKey(origin, seed);
  const start = await lookAtStart(ledger, (await store.head()).position, tree, kept);
  // What is kept of a ledger that is not this one any more stays as it is, for whoever looks into it.
  const growing = start.fault === null ? growTree(store, tree) : null;
  let last: { readonly size: number; readonly text: string } | null = null;
  let signing: Promise<unknown> = Promise.resolve();

  const refuseAltered = (): void => {
    const { fault } = check.state();
    if (fault !== null) throw new LedgerAltered(fault);
  };

  const rootAt = (size: number): Hash => rootOf(frontierAt(tree.lookup, size));

  const ready = async (size: number): Promise<void> => {
    refuseAltered();
    await growing?.until(size, patience);
  };

  // Nothing is signed that does not go on from what was signed before.
  const contradicts = (signed: Checkpoint, size: number): boolean =>
    signed.size > size ? signed.size > tree.size() : !sameHash(rootAt(signed.size), signed.root);

  const sign = async (size: number): Promise<string> => {
    await ready(size);
    const signed = await kept.read().catch((error: unknown) => {
      if (!(error instanceof MalformedNote)) throw error;
      throw new LedgerAltered(faultBetween(1, size, `the kept checkpoint was changed: ${error.message}`));
    });
    if (signed !== null && (signed.origin !== origin || contradicts(signed, size))) {
      const what = `the first ${signed.size} events are not those of the checkpoint that was signed of them`;
      throw new LedgerAltered(faultBetween(1, Math.max(1, signed.size), what));
    }
    const text = signCheckpoint({ origin, size, root: rootAt(size) }, key);
    await kept.keep(text);
    last = { size, text };
    return text;
  };

  const checkpoint = async (size: number): Promise<string> => {
    refuseAltered();
    if (last?.size === size) return last.text;
    const signed = signing.then(() => (last?.size === size ? last.text : sign(size)));
    signing = signed.catch(() => undefined);
    return await signed;
  };

  // A tree that is still being made is no fault: a checkpoint is signed when somebody asks for one.
  const signWhatIsGood = async (size: number): Promise<Fault | null> => {
    try {
      if (size > 0) await checkpoint(size);
    } catch (error) {
      if (error instanceof LedgerAltered) return error.fault;
      if (!(error instanceof StoreBehind)) throw error;
    }
    return null;
  };

  const check = startCheck({
    known: start.fault,
    check: async (tell, signal) => {
      const asLeft = { ...tree, size: () => start.size };
      const tellBoth = (checked: number): void => {
        tell(checked);
        told?.(checked);
      };
      return await checkLog({ store, tree: asLeft, checkpoints: start.checkpoints, pause, tell: tellBoth, signal });
    },
    whenGood: signWhatIsGood,
    report,
  });

  return {
    key,
    rootAt,
    checkpoint,
    inclusion: async (position, size) => {
      await ready(size);
      const kept = tree.lookup(0, position - 1);
      for await (const event of store.readAll({ after: position - 1, limit: 1 })) {
        const leaf = leafOf(event);
        if (event.position !== position || !sameHash(leafHash(leaf), kept)) break;
        return { leaf, leafHash: kept, proof: inclusionProof(tree.lookup, position - 1, size) };
      }
      throw new LedgerAltered(faultAt(position, 'what was recorded here is missing or was changed'));
    },
    consistency: async (from, to) => {
      await ready(to);
      return consistencyProof(tree.lookup, from, to);
    },
    check,
    stop: async () => {
      await check.stop();
      await signWhatIsGood(tree.size()).catch(() => undefined);
      await growing?.stop();
      await signing;
      tree.close();
    },
  };
}

/** What a proof is made of. Times are milliseconds. */
export type ProofParts = {
  readonly store: LogReads & Pick<EventStore, 'subscribe'>;
  readonly ledger: string;
  readonly seed: Uint8Array;
  readonly tree: TreeFile;
  readonly kept: KeptCheckpoint;
  /** What is left to others after each slice of the check. */
  readonly pause: number;
  /** How long an answer waits for the tree. */
  readonly patience?: number;
  readonly tell?: (checked: number) => void;
  /** Is told how the check ended. */
  readonly report: (state: CheckState) => void;
};

/** Looks at what is kept of a ledger of so many events, and takes a new tree as that of this ledger. */
export async function lookAtStart(
  ledger: string,
  head: number,
  tree: Pick<TreeFile, 'ledger' | 'setLedger' | 'size'>,
  kept: Pick<KeptCheckpoint, 'read'>,
): Promise<AtStart> {
  const size = tree.size();
  const of = tree.ledger();
  if (of === null) tree.setLedger(ledger);
  const nothing = { size: 0, checkpoints: [] };
  if (of !== null && of !== ledger) return { ...nothing, fault: anotherLedger(of, ledger) };
  const checkpoint = await kept.read().catch((error: unknown) => keptFault(error, head));
  if (checkpoint !== null && 'message' in checkpoint) return { ...nothing, size, fault: checkpoint };
  if (checkpoint !== null && checkpoint.origin !== originOf(ledger)) {
    return { ...nothing, size, fault: anotherLedger(checkpoint.origin, ledger) };
  }
  const most = Math.max(size, checkpoint?.size ?? 0);
  const missing = `what was recorded here is missing: there were ${most} events, now there are ${head}`;
  const fault = head < most ? faultAt(head + 1, missing) : null;
  return { size, checkpoints: checkpoint === null ? [] : [checkpoint], fault };
}

/** What a start finds: the tree and the checkpoint as they were left, and what is wrong before a single event is read. */
export type AtStart = {
  /** How many leaves the tree had. Later ones come from the store itself, and show nothing. */
  readonly size: number;
  readonly checkpoints: readonly Checkpoint[];
  readonly fault: Fault | null;
};

function anotherLedger(of: string, ledger: string): Fault {
  return faultAt(
    1,
    `the event that opens the ledger names it ${ledger}, and what is kept here is of ${of}: ` +
      'that event was changed, or this is another ledger, which needs another DATA_DIR',
  );
}

function keptFault(error: unknown, head: number): Fault {
  if (!(error instanceof MalformedNote)) throw error;
  const what = `the kept checkpoint was changed, so that it is unknown whether they were: ${error.message}`;
  return faultBetween(1, Math.max(1, head), what);
}

/** The ledger is not what was recorded, so nothing is signed and nothing proved. */
export class LedgerAltered extends Error {
  override readonly name = 'LedgerAltered';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Starts a check, which is begun anew as long as the store cannot be reached. */
export function startCheck({ known, check, whenGood, report }: CheckParts): RunningCheck {
  const stopping = new AbortController();
  let state: CheckState = { state: known === null ? 'checking' : 'altered', checked: 0, fault: known };

  const ending = (checked: number, fault: Fault | null): CheckState => {
    if (stopping.signal.aborted) return { ...state, state: state.fault === null ? 'stopped' : 'altered', checked };
    return { state: fault === null ? 'good' : 'altered', checked, fault };
  };

  const once = async (): Promise<CheckState> => {
    const tell = (checked: number): void => {
      state = { ...state, checked };
    };
    const { checked, fault } = await check(tell, stopping.signal);
    const found = fault ?? known;
    if (found !== null || stopping.signal.aborted) return ending(checked, found);
    return ending(checked, await whenGood(checked));
  };

  const failed = async (cause: unknown): Promise<CheckState | null> => {
    const { checked } = state;
    if (stopping.signal.aborted) return ending(checked, null);
    if (!isStoreError(cause)) {
      const what = `they could not be checked: ${String(cause)}`;
      return ending(checked, known ?? faultBetween(checked + 1, checked + 1, what));
    }
    await after(retryAfter, undefined, { signal: stopping.signal }).catch(() => undefined);
    return null;
  };

  const run = async (): Promise<void> => {
    for (;;) {
      const end = await once().catch(failed);
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

/** What is checked, and who is told how it ended. */
export type CheckParts = {
  /** What was wrong before it began. */
  readonly known: Fault | null;
  readonly check: (tell: (checked: number) => void, signal: AbortSignal) => Promise<LogChecked>;
  /** What is done with a ledger of which so many events are good; gives a fault that shows only then. */
  readonly whenGood: (checked: number) => Promise<Fault | null>;
  readonly report: (state: CheckState) => void;
};

// How long a store that cannot be reached is left alone before the check begins anew, in milliseconds.
const retryAfter = 1_000;
