import { type Checkpoint, originOf } from './checkpoint.ts';
import { type Fault, faultAt, faultBetween } from './fault.ts';
import type { KeptCheckpoint } from './kept-checkpoint.ts';
import { MalformedNote } from './signed-note.ts';
import type { TreeFile } from './tree-file.ts';

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

/** Looks at what is kept of a ledger of so many events, and takes a new tree as that of this ledger. */
export async function lookAtStart(
  ledger: string,
  head: number,
  tree: Pick<TreeFile, 'ledger' | 'belongsTo' | 'size'>,
  kept: Pick<KeptCheckpoint, 'read'>,
): Promise<AtStart> {
  const size = tree.size();
  const of = tree.ledger();
  if (of === null) tree.belongsTo(ledger);
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
