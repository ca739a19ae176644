import { type EventStore, isStoreError } from '../event-store/event-store.ts';
import type { Follower } from '../event-store/follower.ts';
import { passingError } from '../event-store/sqlite-file.ts';
import { checkLog, eventMissing, type Fault, faultAt, faultBetween, type LogReads, notAsSigned } from './check-log.ts';
import {
  type Checkpoint,
  type KeptCheckpoint,
  MalformedNote,
  originOf,
  type SignerKey,
  signCheckpoint,
  signerKey,
} from './checkpoint.ts';
import { type FoundFault, type KeptFault, LedgerAltered } from './kept-fault.ts';
import {
  consistencyProof,
  frontierAt,
  type Hash,
  inclusionProof,
  leafHash,
  rootOf,
  sameHash,
  verifyInclusion,
} from './merkle-tree.ts';
import { growTree, leafOf, TreeDamaged, type TreeFile } from './tree-file.ts';
import { type CheckState, type LogWatch, watchLog } from './watch-log.ts';

/**
 * Starts the proof of a ledger: keeps its tree, signs its checkpoints, gives proofs, and watches the log: first what came
 * after the last checkpoint signed here, then all of it, again and again, against the kept tree and that checkpoint.
 */
export async function proveLedger(parts: ProofParts): Promise<LedgerProof> {
  const { store, ledger, seed, kept, fault: keptFault, share, patienceMs = 5_000, tell, report } = parts;
  const origin = originOf(ledger);
  const key = signerKey(origin, seed);
  const notes: string[] = [];
  const { tree } = parts;
  let growing: Follower | null = null;
  const renewTree = (damage: string): void => {
    const aside = tree.renew(ledger);
    notes.push(`${damage}; it was set aside as ${aside} and is made anew from the ledger`);
    growing?.restart();
  };
  const start = await examineKept(ledger, (await store.head()).position, tree, kept, renewTree);
  const grow = (): void => {
    growing ??= growTree(store, tree, ({ message }) => renewTree(message));
  };
  // What is kept of a ledger that was altered stays as it is: it tells what was recorded.
  if (start.fault === null && keptFault.find() === null) grow();

  const refuseAltered = (): void => {
    const { fault } = check.state();
    if (fault !== null) throw new LedgerAltered(fault);
  };

  const awaitTree = async (size: number): Promise<void> => {
    refuseAltered();
    await growing?.until(size, patienceMs);
  };

  // What meets a damaged tree has it made anew, and is told to come back.
  const withTree = async <Answer>(work: () => Answer | Promise<Answer>): Promise<Answer> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof TreeDamaged) renewTree(error.message);
      throw passingError(error, 'the checkpoint cannot be kept') ?? error;
    }
  };

  const signer = checkpointSigner(key, tree, kept, awaitTree);

  const checkpoint = async (size: number): Promise<string> => {
    refuseAltered();
    return await withTree(async () => await signer.sign(size));
  };

  let isFirst = true;
  const check = watchLog({
    startFault: start.fault,
    kept: keptFault,
    expected: () => expectedTree(tree, start.checkpoints[0] ?? null),
    isReadable: parts.isReadable ?? (async () => true),
    hasGround: start.size > 0 || start.checkpoints.length > 0,
    tail: async (signal) => {
      const [signed] = start.checkpoints;
      const from = signed === undefined ? null : frontierOf(tree, signed);
      if (from === null) return null;
      return await checkLog({ store, tree: sized(tree, start.size), checkpoints: [], share: tailShare, from, signal });
    },
    whole: async (tellChecked, signal) => {
      const signed = isFirst ? start.checkpoints : [await kept.read()].filter((one) => one !== null);
      const expected = start.fault === null ? (keptFault.find()?.expected ?? null) : null;
      const checked = await checkLog({
        store,
        // Leaves that were added since the start come from the store itself, and prove nothing about it yet.
        tree: isFirst ? sized(tree, start.size) : tree,
        checkpoints: [...signed, ...(expected === null ? [] : [{ origin, ...expected }])],
        share,
        tell: (position) => {
          tellChecked(position);
          tell?.(position);
        },
        signal,
      });
      isFirst = false;
      return checked;
    },
    whenGood: async (size, treeDamage) => {
      if (treeDamage !== null) renewTree(treeDamage);
      grow();
      return await signIfReady(checkpoint, size);
    },
    report,
  });

  return {
    key,
    rootAt: (size) => rootAt(tree, size),
    checkpoint,
    inclusion: async (position, size) => {
      await awaitTree(size);
      return await withTree(async () => await proveInclusion(store, tree, position, size));
    },
    consistency: async (from, to) => {
      await awaitTree(to);
      return await withTree(() => consistencyProof(tree.lookup, from, to));
    },
    check,
    notes: () => notes,
    failure: () => growing?.failure() ?? null,
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
  readonly fault: KeptFault;
  /** The share of a processor that the check of the whole log may take, up to 1. */
  readonly share: number;
  /** How long an answer waits for the tree. */
  readonly patienceMs?: number;
  /** Whether the event at a position means something to the views: what they could not read stays a fault until then. */
  readonly isReadable?: (position: number) => Promise<boolean>;
  readonly tell?: (checked: number) => void;
  /** Called when the whole log was checked for the first time, and whenever a fault is found. */
  readonly report: (state: CheckState) => void;
};

// What came after the last checkpoint is little, and is checked before much else happens.
const tailShare = 0.5;

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
  readonly check: LogWatch;
  /** What was wrong with the kept tree, and was mended. */
  readonly notes: () => readonly string[];
  /** What keeps the tree from growing, for good or for a while; null while it grows. */
  readonly failure: () => Error | null;
  readonly stop: () => Promise<void>;
};

function sized(tree: TreeFile, size: number): Pick<TreeFile, 'size' | 'leaves' | 'lookup'> {
  return { leaves: tree.leaves, lookup: tree.lookup, size: () => size };
}

// The tree of the events that a checkpoint signs, as the kept tree has it; null if it has another one, or none.
function frontierOf(tree: TreeFile, { size, root }: Checkpoint) {
  try {
    const frontier = frontierAt(tree.lookup, size);
    return size > 0 && sameHash(rootOf(frontier), root) ? frontier : null;
  } catch (error) {
    if (error instanceof TreeDamaged) return null;
    throw error;
  }
}

/** What the ledger should be, as far as its folder knows: the kept tree, else the kept checkpoint. */
export function expectedTree(
  tree: Pick<TreeFile, 'size' | 'lookup'> | null,
  signed: Checkpoint | null,
): FoundFault['expected'] {
  try {
    const size = tree?.size() ?? 0;
    if (tree !== null && size > 0 && size >= (signed?.size ?? 0)) return { size, root: rootAt(tree, size) };
  } catch (error) {
    if (!(error instanceof TreeDamaged)) throw error;
  }
  return signed && { size: signed.size, root: signed.root };
}

// Examines what the last run kept of a ledger that now holds `head` events. Marks a new tree as that of this ledger.
async function examineKept(
  ledger: string,
  head: number,
  tree: Pick<TreeFile, 'ledger' | 'setLedger' | 'size' | 'lookup'>,
  kept: Pick<KeptCheckpoint, 'read'>,
  renew: (damage: string) => void,
): Promise<KeptAtStart> {
  try {
    // Its size is only worth as much as its last leaf.
    if (tree.ledger() !== null && tree.size() > 0) tree.lookup(0, tree.size() - 1);
  } catch (error) {
    if (!(error instanceof TreeDamaged)) throw error;
    renew(error.message);
  }
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

  const sign = async (size: number): Promise<string> => {
    await awaitTree(size);
    const signed = await kept.read().catch((error: unknown) => {
      if (!(error instanceof MalformedNote)) throw error;
      throw new LedgerAltered(faultBetween(1, size, `the kept checkpoint was changed: ${error.message}`));
    });
    // A tree that is made anew may not reach as far yet.
    if (signed !== null && signed.size > size) await awaitTree(signed.size);
    if (signed !== null && (signed.origin !== origin || !sameHash(rootAt(tree, signed.size), signed.root))) {
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

// A tree that is not there yet is not a fault, nor is a full disk: the first request for a checkpoint signs one.
async function signIfReady(checkpoint: LedgerProof['checkpoint'], size: number): Promise<Fault | null> {
  try {
    if (size > 0) await checkpoint(size);
  } catch (error) {
    if (error instanceof LedgerAltered) return error.fault;
    if (!isStoreError(error)) throw error;
  }
  return null;
}

async function proveInclusion(store: LogReads, tree: TreeFile, position: number, size: number) {
  const keptLeaf = tree.lookup(0, position - 1);
  for await (const event of store.readAll({ after: position - 1, limit: 1 })) {
    const leaf = leafOf(event);
    const proof = inclusionProof(tree.lookup, position - 1, size);
    const inclusion = { leaf: keptLeaf, index: position - 1, size, root: rootAt(tree, size), proof };
    if (!verifyInclusion(inclusion)) throw new TreeDamaged(`the kept tree is damaged around position ${position}`);
    if (event.position !== position || !sameHash(leafHash(leaf), keptLeaf)) break;
    return { leaf, leafHash: keptLeaf, proof };
  }
  throw new LedgerAltered(faultAt(position, `${eventMissing} or was changed`));
}

function rootAt(tree: Pick<TreeFile, 'lookup'>, size: number): Hash {
  return rootOf(frontierAt(tree.lookup, size));
}
