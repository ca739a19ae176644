import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreUnavailable } from './event-store/event-store.ts';
import { ledgerOfCatalogue } from './projections/live/catalogue.ts';
import { readTreeFile } from './proof/tree-file.ts';

/**
 * What a ledger has left in a folder that holds no ledger any more, or an empty one: its proof, its last checkpoint, its
 * index. Null if there is nothing of the kind. Changes nothing.
 */
export function traceOfLedger(dataDir: string): string | null {
  const checkpoint = join(dataDir, 'checkpoint');
  if (existsSync(checkpoint)) {
    const [origin = ''] = readFileSync(checkpoint, 'utf8').split('\n');
    return `${checkpoint} signs events of ${origin.slice(0, 100)}`;
  }
  for (const [name, read] of [
    ['proof.sqlite', ledgerOfTree],
    ['catalogue.sqlite', ledgerOfCatalogue],
  ] as const) {
    const file = join(dataDir, name);
    const ledger = existsSync(file) ? ledgerOf(() => read(file)) : null;
    if (ledger !== null) return `${file} belongs to ledger ${ledger}`;
  }
  return null;
}

function ledgerOfTree(file: string): string | null {
  const tree = readTreeFile(file);
  try {
    return tree.ledger();
  } finally {
    tree.close();
  }
}

// A file that cannot be read names no ledger.
function ledgerOf(read: () => string | null): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** There was a ledger here, and it is gone: a new one in its place would look as if nothing had ever been recorded. */
export class LedgerMissing extends StoreUnavailable {
  override readonly name = 'LedgerMissing';

  constructor(trace: string) {
    super(
      `the ledger is missing or empty, though ${trace}. Put the ledger back (partnership-ledger restore), or name ` +
        'another DATA_DIR for a new ledger; nothing was started and nothing was changed',
    );
  }
}
