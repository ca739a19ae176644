import * as z from 'zod';
import type { ResolvedCut } from './live/clocks.ts';
import type { LastEvent, PartnershipView } from './partnership-view.ts';
import type { SubjectNames } from './shapes.ts';

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

export type CutShape = z.infer<typeof cutShape>;

/** The clocks as they were resolved, and the last event that bears on the answer. */
export const cutShape = z
  .object({
    occurredAsOf: z.string().describe('day of the world'),
    reportedAsOf: z.string().nullable().describe('what a reader could have known by then; null: no limit'),
    recordedAsOf: z.string().nullable().describe('when the last event that bears on this answer was recorded'),
    position: z.int().describe('the last event that bears on this answer, 0 if there is none'),
    timing: z.enum(['any', 'certain']),
  })
  .describe('The three clocks through which one looks');

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

export type Notice = z.infer<typeof noticeShape>;

/** What a reader could misread, and what to ask instead. */
export const noticeShape = z.object({
  reason: z.enum(['recorded-later', 'published-later', 'occurred-later', 'no-difference']),
  text: z.string(),
  firstRecordedAt: z.string().nullable(),
  try: z.string(),
});

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
export function noticeOf({ view, firstRecordedAt }: Question): Notice | undefined {
  if (view.ground.history.length === 0) return recordedLater(view.cut, firstRecordedAt);
  return view.last === null ? publishedLater(firstRecordedAt) : undefined;
}

/** What every answer on one partnership is made from. */
export type Question = {
  readonly view: PartnershipView;
  readonly names: SubjectNames;
  /** When the first event on what is asked for was recorded; null where nothing ever was. For notices only. */
  readonly firstRecordedAt: string | null;
};

/** How an answer on a partnership begins: its cut, and a notice where there is one. */
export function beginAnswer(asked: Question): { readonly cut: CutShape; readonly notice?: Notice } {
  const cut = cutOf(asked.view.cut, asked.view.last);
  const notice = noticeOf(asked);
  return notice === undefined ? { cut } : { cut, notice };
}

/** The part of a list that a page shows, how many there are in all, and where it goes on. */
export function pageOf<T>(items: readonly T[], { offset, limit, link }: Page, cut: CutShape) {
  return {
    total: items.length,
    items: items.slice(offset, offset + limit),
    next: offset + limit < items.length ? link(offset + limit, cut) : null,
  };
}

/** A part of a list. `link` is where the part from `offset` on is found, through the same cut. */
export type Page = {
  readonly offset: number;
  readonly limit: number;
  readonly link: (offset: number, cut: CutShape) => string | null;
};

/** Every answer echoes its cut. */
export const answerShape = z.object({ cut: cutShape, notice: noticeShape.optional() });

/** How many entries a page has at most, and has where nothing is said. */
export const mostPerPage = 500;

/** The whole list in one. */
export const wholeList: Page = { offset: 0, limit: Number.POSITIVE_INFINITY, link: () => null };

/** What an answer with a list has beside the list. */
export const pageShape = {
  total: z.int().nonnegative().describe('how many there are on all pages'),
  next: z.string().nullable().describe('where the next page is; null on the last one'),
};
