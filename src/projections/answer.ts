import * as z from 'zod';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import type { ClockDoubt, ResolvedCut } from './live/clocks.ts';
import type { LastEvent, PartnershipView } from './partnership-view.ts';

/** The beginning of an answer on a partnership: its cut, and a notice if the answer is empty. */
export function beginAnswer(question: Question): { readonly cut: CutShape; readonly notice?: Notice } {
  const cut = cutOf(question.view.cut, question.view.last);
  const notice = noticeOf(question);
  return notice === undefined ? { cut } : { cut, notice };
}

/** What an answer on one partnership is built from. */
export type Question = {
  readonly view: PartnershipView;
  readonly names: SubjectNames;
  /** When the first event on the subject was recorded, or null. Only notices use it. */
  readonly firstRecordedAt: string | null;
};

/** The cut as an answer echoes it: the resolved clocks, and the last event that the answer depends on. */
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

export const cutShape = z
  .object({
    occurredAsOf: z.string().describe('day of the world'),
    reportedAsOf: z.string().nullable().describe('what a reader could have known by then; null: no limit'),
    recordedAsOf: z.string().nullable().describe('when the last event that this answer depends on was recorded'),
    position: z.int().describe('the last event that this answer depends on, 0 if there is none'),
    timing: z.enum(['any', 'certain']),
  })
  .describe('The three clocks through which one looks');

/** Explains an empty answer on a partnership; undefined if the answer is not empty. */
export function noticeOf({ view, firstRecordedAt }: Question): Notice | undefined {
  const { cut, ground, last } = view;
  return last === null ? emptyNotice(cut, ground.history.length > 0, firstRecordedAt) : undefined;
}

export type Notice = z.infer<typeof noticeShape>;

/** Why an answer is empty or rests on a doubtful clock, and what to ask instead. */
export const noticeShape = z.object({
  reason: z.enum([
    'recorded-later',
    'published-later',
    'occurred-later',
    'no-difference',
    'recorded-in-future',
    'long-unrecorded',
  ]),
  text: z.string(),
  firstRecordedAt: z.string().nullable(),
  try: z.string(),
});

/**
 * Adds a doubt about the clock to an answer that rests on the clock, beside the notice that it may have. An answer at a
 * position rests on no clock; that nothing was recorded for long concerns only what rests on today.
 */
export function withClockDoubt<Answer extends { readonly cut: CutShape; readonly notice?: unknown }>(
  answer: Answer,
  doubt: ClockDoubt | null,
): Answer {
  if (doubt === null) return answer;
  const { cut, notice, ...rest } = answer;
  const own = notice as Notice | undefined;
  const beside = own ? { ...own, text: `${own.text} ${doubt.text}` } : { ...doubt, firstRecordedAt: null, try: '?' };
  return { cut, notice: beside, ...rest } as unknown as Answer;
}

/** The doubt about the clock, if it concerns an answer to a question with these parameters. */
export function doubtOn(
  doubt: ClockDoubt | null,
  { atPosition, recordedAsOf, occurredAsOf, to, cursor }: Readonly<Record<string, unknown>>,
): ClockDoubt | null {
  if (atPosition !== undefined || cursor !== undefined || String(to).startsWith('position:')) return null;
  const isOfToday = [recordedAsOf, occurredAsOf, to].every((clock) => clock === undefined);
  return doubt?.reason === 'long-unrecorded' && !isOfToday ? null : doubt;
}

/** Explains an empty answer: nothing was recorded by the cut or, with `isRecorded`, nothing was published by then. */
export function emptyNotice(
  { occurredAsOf }: ResolvedCut,
  isRecorded: boolean,
  firstRecordedAt: string | null,
): Notice {
  if (isRecorded) {
    return {
      reason: 'published-later',
      text: 'Nothing on it had been published by reportedAsOf. Leave the clock out, or set it later.',
      firstRecordedAt,
      try: '?',
    };
  }
  return {
    reason: 'recorded-later',
    text:
      'This ledger had recorded nothing on it at this cut. To see what was true or known at an earlier time, use ' +
      'occurredAsOf or reportedAsOf; recordedAsOf and atPosition ask what this ledger held.',
    firstRecordedAt,
    try: `?reportedAsOf=${occurredAsOf.slice(0, 4)}`,
  };
}

/**
 * The end of an answer that spans partnerships: a notice if it is empty, but the ledger holds some of its events by
 * now.
 */
export function endAnswer(
  { cut, firstRecordedAt }: ListQuestion,
  last: LastEvent,
  isRecorded: boolean,
): { readonly notice?: Notice } {
  return firstRecordedAt === null || last !== null ? {} : { notice: emptyNotice(cut, isRecorded, firstRecordedAt) };
}

/** What a list across partnerships is asked through. */
export type ListQuestion = Pick<Question, 'firstRecordedAt'> & { readonly cut: ResolvedCut };

/** One page of a list across partnerships. */
export type Listed<Item> = {
  /** How many there are on all pages. */
  readonly total: number;
  readonly items: readonly Item[];
  /** The last event that the list depends on, or null. */
  readonly last: LastEvent;
  /** Whether the ledger holds what the list is about, even if no reader could know of it at the cut. */
  readonly isRecorded: boolean;
};

/** What an answer that spans partnerships is built from. */
export type SpanningQuestion = ListQuestion & {
  /** The partnerships that the answer is about, in order of id. */
  readonly views: readonly PartnershipView[];
};

/** The items on a page, the number of items on all pages, and the link to the next page. */
export function pageOf<T>(items: readonly T[], page: Page, cut: CutShape) {
  const { offset, limit } = page;
  return {
    total: items.length,
    items: items.slice(offset, offset + limit),
    next: nextPage(items.length, page, cut),
  };
}

/** The link to the page after one of a list of `total` items; null on the last page. */
export function nextPage(total: number, { offset, limit, link }: Page, cut: CutShape): string | null {
  return offset + limit < total ? link(offset + limit, cut) : null;
}

/** `link` gives the address of the page from `offset` on, through the same cut. */
export type Page = {
  readonly offset: number;
  readonly limit: number;
  readonly link: (offset: number, cut: CutShape) => string | null;
};

export const wholeList: Page = { offset: 0, limit: Number.POSITIVE_INFINITY, link: () => null };

/** The largest number of entries on a page, and the default. */
export const mostPerPage = 500;

export const answerShape = z.object({ cut: cutShape, notice: noticeShape.optional() });

export const pageShape = {
  total: z.int().nonnegative().describe('how many there are on all pages'),
  next: z.string().nullable().describe('where the next page is; null on the last one'),
};
