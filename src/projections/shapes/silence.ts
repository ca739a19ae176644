import * as z from 'zod';
import { dateShape, plannedShape } from './date.ts';
import { obligationStatusShape } from './obligations.ts';
import { flagShape, sourceShape, timingShape } from './source.ts';
import { spanShape } from './span.ts';

/** A promise whose day has passed and of which nothing has been reported since. */
export const silentShape = z
  .object({
    fact: z.string().describe('the plan, or the undertaking of the obligation'),
    type: z.string(),
    summary: z.string(),
    status: z
      .enum(['due', 'overdue-unconfirmed', 'closedWithoutReport'])
      .describe('as on the timeline, or as in the cell of the obligation; none of them is a breach'),
    timing: timingShape.describe('whether it is certain that this is so by the clocks'),
    cell: z
      .object({ obligation: z.string(), name: z.string(), edition: z.string(), status: obligationStatusShape })
      .nullable()
      .describe('where the obligation stands; null for a plan'),
    promisedFor: plannedShape,
    overdue: spanShape.describe('days from what was promised to occurredAsOf'),
    normalUntil: z.string().nullable().describe('until then a plan is due and silence is normal; null: an obligation'),
    games: z.array(z.string()),
    lastReported: dateShape
      .extend({ articles: z.array(z.string()), tie: z.boolean().describe('more than one article may have been last') })
      .describe('the last report of any kind on it; repeating a promise does not end the silence'),
    flags: z.array(flagShape),
    sources: z.array(sourceShape).describe('who promised it'),
    links: z.object({ fact: z.string(), history: z.string() }),
  })
  .describe('A promise whose day has passed and of which nothing has been reported since: silence, not a breach');
export type Silent = z.infer<typeof silentShape>;
