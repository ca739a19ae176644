import { type EventStore, StoreBehind } from '../event-store/event-store.ts';
import { lookAtStart } from './at-start.ts';
import { checkLog, type LogReads } from './check-log.ts';
import { type Checkpoint, originOf, signCheckpoint } from './checkpoint.ts';
import { type Fault, faultAt, faultBetween } from './fault.ts';
import { growTree } from './grow-tree.ts';
import type { KeptCheckpoint } from './kept-checkpoint.ts';
import { leafOf } from './ledger-leaf.ts';
import { consistencyProof, frontierAt, type Hash, inclusionProof, leafHash, rootOf, sameHash } from './merkle-tree.ts';
import { MalformedNote, type SignerKey, signerKey } from './signed-note.ts';
import { type CheckState, type RunningCheck, startCheck } from './start-check.ts';
import type { TreeFile } from './tree-file.ts';

/** The ledger is not what was recorded, so nothing is signed and nothing proved. */
export class LedgerAltered extends Error {
  override readonly name = 'LedgerAltered';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** An event in a tree: its leaf as text, the hash of it, and the proof. */
export type Included = { readonly leaf: string; readonly leafHash: Hash; readonly proof: readonly Hash[] };

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
