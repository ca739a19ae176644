import type { ResolvedCut } from '../clocks.ts';
import type { PartnershipView } from '../partnership-view.ts';
import type { CutShape, Notice } from '../shapes/cut.ts';
import type { Asked } from './asked.ts';

/** The last event that bears on an answer. */
export type LastEvent = PartnershipView['last'];

/** The cut as an answer echoes it: the clocks as resolved, and the last event that bears on the answer. */
export function cutOf({ occurredAsOf, reportedAsOf, timing }: ResolvedCut, last: LastEvent): CutShape {
  return {
    occurredAsOf,
    reportedAsOf,
    recordedAsOf: last?.recordedAt ?? null,
    position: last?.position ?? 0,
    timing,
  };
}

/** The latest of several last events. */
export function latestOf(events: readonly LastEvent[]): LastEvent {
  return events.reduce<LastEvent>((a, b) => (a === null || (b !== null && b.position > a.position) ? b : a), null);
}

/** Nothing was recorded yet at this cut, though it was later: the reader may have meant another clock. */
export function recordedLater({ occurredAsOf }: ResolvedCut, firstRecordedAt: string | null): Notice {
  return {
    reason: 'recorded-later',
    text:
      'This ledger had recorded nothing on it at this cut. To see what was true or known at an earlier time, use ' +
      'occurredAsOf or reportedAsOf; recordedAsOf and atPosition ask what this ledger held.',
    firstRecordedAt,
    try: `?reportedAsOf=${occurredAsOf.slice(0, 4)}`,
  };
}

/** Something was recorded, but nothing of it had been published by `reportedAsOf`. */
export function publishedLater(firstRecordedAt: string | null): Notice {
  return {
    reason: 'published-later',
    text: 'Nothing on it had been published by reportedAsOf. Leave the clock out, or set it later.',
    firstRecordedAt,
    try: '?',
  };
}

/** Something was published, but nothing of it had happened or been planned by `occurredAsOf`. */
export function occurredLater(firstRecordedAt: string | null): Notice {
  return {
    reason: 'occurred-later',
    text: 'It had neither happened nor been planned or denied by occurredAsOf. Leave the clock out, or set it later.',
    firstRecordedAt,
    try: '?',
  };
}

/** What these clocks show is only possible, and the answer leaves that out. */
export function notCertain({ occurredAsOf, reportedAsOf }: ResolvedCut, firstRecordedAt: string | null): Notice {
  return {
    reason: 'occurred-later',
    text: 'By these clocks it was not certain. Leave timing out to see what possibly was, or set the clocks later.',
    firstRecordedAt,
    try: `?occurredAsOf=${occurredAsOf}${reportedAsOf === null ? '' : `&reportedAsOf=${reportedAsOf}`}&timing=any`,
  };
}

/** What a reader of an empty answer on a partnership could misread; undefined where there is nothing to misread. */
export function noticeOf({ view, firstRecordedAt }: Asked): Notice | undefined {
  if (view.ground.history.length === 0) return recordedLater(view.cut, firstRecordedAt);
  return view.last === null ? publishedLater(firstRecordedAt) : undefined;
}

/** How an answer on a partnership begins: its cut, and a notice where there is one. */
export function beginning(asked: Asked): { readonly cut: CutShape; readonly notice?: Notice } {
  const cut = cutOf(asked.view.cut, asked.view.last);
  const notice = noticeOf(asked);
  return notice === undefined ? { cut } : { cut, notice };
}
