import type { ReadCheckpoint } from '../proof/checkpoint.ts';
import type { Fault } from '../proof/fault.ts';
import type { Hash } from '../proof/merkle-tree.ts';
import type { VerifierKey } from '../proof/signed-note.ts';

/** What an export or a check tells while it works. */
export type ProvingNews = { readonly doing: 'checking' | 'exporting'; readonly done: number; readonly total: number };

/** How long works are told of, and what stops them. */
export type ProvingOptions = { readonly tell: (news: ProvingNews) => void; readonly signal: AbortSignal };

type Unsuccessful =
  | { readonly outcome: 'nothing' }
  | { readonly outcome: 'altered'; readonly fault: Fault }
  | { readonly outcome: 'stopped' }
  | { readonly outcome: 'malformed'; readonly problems: readonly string[] };

/** What a check of the ledger itself came to. */
export type LedgerVerdict =
  | {
      readonly outcome: 'good';
      readonly ledger: string;
      readonly size: number;
      readonly root: Hash;
      /** How many events the kept tree has; null where there is none. */
      readonly tree: number | null;
      /** How many events the checkpoints had that were compared: the kept one, and those that were given. */
      readonly kept: number | null;
      readonly earlier: readonly number[];
      /** What could not be compared, and why. */
      readonly notes: readonly string[];
    }
  | Unsuccessful;

/** What an export came to. */
export type ExportOutcome =
  | {
      readonly outcome: 'exported';
      readonly ledger: string;
      readonly size: number;
      readonly root: Hash;
      readonly key: string;
    }
  | Unsuccessful;

/** What the commands `verify` and `export` use of the world. */
export type Proving = {
  readonly verifyLedger: (
    request: { readonly earlier: readonly ReadCheckpoint[]; readonly key: VerifierKey | null },
    options: ProvingOptions,
  ) => Promise<LedgerVerdict>;
  readonly exportLedger: (
    request: { readonly file: string; readonly replace: boolean },
    options: ProvingOptions,
  ) => Promise<ExportOutcome>;
};
