import * as z from 'zod';

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
export type CutShape = z.infer<typeof cutShape>;

/** What a reader could misread, and what to ask instead. */
export const noticeShape = z.object({
  reason: z.enum(['recorded-later', 'published-later', 'occurred-later', 'no-difference']),
  text: z.string(),
  firstRecordedAt: z.string().nullable(),
  try: z.string(),
});
export type Notice = z.infer<typeof noticeShape>;

/** Every answer echoes its cut. */
export const answerShape = z.object({ cut: cutShape, notice: noticeShape.optional() });
