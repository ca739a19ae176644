/** Where a ledger is kept, as a command line names it. */
export type StoreAddress =
  | { readonly engine: 'sqlite'; readonly folder: string }
  | { readonly engine: 'eventstoredb'; readonly connectionString: string; readonly streamPrefix: string };

/** What a copy tells while it works. */
export type CopyNews =
  | {
      readonly kind: 'progress';
      readonly doing: 'comparing' | 'copying' | 'verifying';
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'grown'; readonly by: number }
  | { readonly kind: 'warning'; readonly message: string };

/** How a copy ended. `appended` of its `count` events were not there before; `left` came too late into the source. */
export type CopyOutcome =
  | {
      readonly outcome: 'closed';
      readonly from: string;
      readonly to: string;
      readonly count: number;
      readonly appended: number;
      readonly digest: string;
      readonly left: number;
    }
  | { readonly outcome: 'stopped'; readonly count: number; readonly of: number }
  | { readonly outcome: 'malformed'; readonly problems: readonly string[] }
  | { readonly outcome: 'failed'; readonly message: string };

/** What the command `copy` uses of the world. */
export type Copying = {
  /** STREAM_PREFIX as it is set. Throws a ConfigError where the settings are wrong. */
  readonly streamPrefix: () => string;
  /** What is wrong with a prefix; null where nothing is. */
  readonly prefixProblem: (prefix: string) => string | null;
  /** The value of an environment variable; undefined where it is not set. */
  readonly variable: (name: string) => string | undefined;
  /** Copies a ledger from one store to another, until the signal is aborted. */
  readonly copy: (
    request: { readonly from: StoreAddress; readonly to: StoreAddress },
    options: { readonly tell: (news: CopyNews) => void; readonly signal: AbortSignal },
  ) => Promise<CopyOutcome>;
};
