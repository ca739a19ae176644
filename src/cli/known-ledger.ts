import type { Recorder } from '../articles/record.ts';
import type { OpenedLedger } from './context.ts';
import type { KnownFact } from './fact-matches.ts';

/** What a check compares with: the facts of a partnership, and a recorder that tells what would become of an article. */
export type KnownLedger = {
  readonly factsOf: (partnership: string) => Promise<readonly KnownFact[]>;
  readonly rehearsal: Recorder;
};

// It takes everything, and keeps nothing.
const store: Recorder['store'] = {
  append: async () => ({ revision: 0, position: 0, recordedAt: '' }),
};

/** Where there is no ledger: nothing is known, and everything would be recorded. */
export const emptyLedger: KnownLedger = {
  factsOf: async () => [],
  rehearsal: { store, read: async () => ({ events: [], revision: -1 }), partnershipOf: async () => null },
};

/** What an open ledger knows, through no clock: whatever was reported, for whatever day. Nothing is recorded in it. */
export function knownLedger({ views, recorder }: OpenedLedger): KnownLedger {
  return {
    factsOf: async (partnership) => {
      const { cut } = await views.resolve({ occurredAsOf: '9999' });
      if (cut === null) return [];
      const view = await views.partnership(partnership, cut);
      return [...view.facts().facts, ...view.unsupported()].map(({ key, status, evidence }) => ({
        key,
        status,
        articles: [...new Set(evidence.map(({ report }) => report.metadata.article))],
      }));
    },
    rehearsal: { store, read: recorder.read, partnershipOf: recorder.partnershipOf },
  };
}
