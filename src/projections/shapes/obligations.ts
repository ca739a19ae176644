import * as z from 'zod';
import { dateShape } from './date.ts';
import { flagShape, sourceShape, timingShape } from './source.ts';
import { entryShape, statusShape } from './timeline.ts';

export const obligationStatusShape = z.enum([
  'undertaken',
  'confirmed',
  'in-progress',
  'delivered',
  'partly-delivered',
  'postponed',
  'waived',
  'breached',
]);

const milestoneShape = entryShape
  .pick({
    fact: true,
    type: true,
    summary: true,
    timing: true,
    occurred: true,
    planned: true,
    sources: true,
  })
  .extend({ status: statusShape });

const qualificationShape = z.object({
  fact: z.string(),
  text: z.string(),
  timing: timingShape,
  sources: z.array(sourceShape),
});

/** One obligation for one edition, or of the whole programme. */
export const cellShape = z.object({
  obligation: z.string(),
  name: z.string(),
  status: obligationStatusShape.nullable().describe('null: only planned or qualified so far'),
  timing: timingShape,
  otherStatuses: z.array(obligationStatusShape).describe('where another order within the bounds of the dates ends'),
  closedWithoutReport: z.boolean().describe('the Games have closed and no report tells of delivery; no breach'),
  lastReport: dateShape.nullable().describe('publication of the last report'),
  scope: z.string().nullable(),
  qualifications: z.array(qualificationShape),
  milestones: z.array(milestoneShape),
  contested: z.boolean(),
  reopened: z.boolean(),
  flags: z.array(flagShape),
  sources: z.array(sourceShape),
  links: z.object({ facts: z.array(z.string()) }),
});
export type Cell = z.infer<typeof cellShape>;

/** What is owed for one edition. */
export const rowShape = z.object({
  edition: z.string(),
  name: z.string(),
  host: z.string().nullable(),
  window: dateShape.nullable(),
  implied: z.boolean().describe('no source names these Games; the span of the agreement covers them'),
  timing: timingShape,
  coverage: z.array(sourceShape).describe('sources that say these Games are covered'),
  qualifications: z.array(qualificationShape),
  cells: z.record(z.string(), cellShape),
});
export type Row = z.infer<typeof rowShape>;

export const obligationsShape = z.object({
  columns: z.array(z.object({ obligation: z.string(), name: z.string() })),
  rows: z.array(rowShape),
  programme: z.object({ qualifications: z.array(qualificationShape), cells: z.record(z.string(), cellShape) }),
});
export type Obligations = z.infer<typeof obligationsShape>;
