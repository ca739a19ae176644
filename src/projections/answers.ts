import type { ResolvedCut } from './clocks.ts';
import type { PartnershipView } from './partnership-view.ts';
import type { CutShape, Notice } from './shapes/cut.ts';

/** The last event that bears on an answer. */
export type LastEvent = { readonly position: number; readonly recordedAt: string } | null;

/** The cut as an answer echoes it: the clocks as resolved, and the last event that bears on the answer. */
export const cutOf = ({ occurredAsOf, reportedAsOf, timing }: ResolvedCut, last: LastEvent): CutShape => ({
  occurredAsOf,
  reportedAsOf,
  recordedAsOf: last?.recordedAt ?? null,
  position: last?.position ?? 0,
  timing,
});

/** The latest of several last events. */
export const latestOf = (events: readonly LastEvent[]): LastEvent =>
  events.reduce<LastEvent>((a, b) => (a === null || (b !== null && b.position > a.position) ? b : a), null);

/**
 * What a reader of an empty answer could misread: that nothing was known, where it was only recorded or published
 * later. `firstRecordedAt` is when the first event on the subject was recorded.
 */
export const noticeOf = (view: PartnershipView, firstRecordedAt: string | null): Notice | undefined => {
  const { cut, ground, last } = view;
  if (ground.history.length === 0) {
    const year = cut.occurredAsOf.slice(0, 4);
    return {
      reason: 'recorded-later',
      text:
        'This ledger had recorded nothing on it at this cut. To see what was true or known at an earlier time, use ' +
        'occurredAsOf or reportedAsOf; recordedAsOf and atPosition ask what this ledger held.',
      firstRecordedAt,
      try: `?reportedAsOf=${year}`,
    };
  }
  if (last !== null) return undefined;
  return {
    reason: 'published-later',
    text: 'Nothing on it had been published by reportedAsOf. Leave the clock out, or set it later.',
    firstRecordedAt,
    try: '?',
  };
};
