import * as z from 'zod';
import { dateShape, occurredShape, plannedShape } from './date.ts';
import { decisionShape } from './decision.ts';
import { alternativeShape, flagShape, sourceShape, timingShape, valueShape } from './source.ts';

export const statusShape = z.enum([
  'planned',
  'due',
  'overdue-unconfirmed',
  'happened',
  'denied',
  'cancelled',
  'unsupported',
]);

/** One fact on the timeline, merged from all its reports. */
export const entryShape = z
  .object({
    fact: z.string(),
    type: z.string(),
    summary: z.string(),
    status: statusShape,
    timing: timingShape.describe('whether it is certain that this status had been reached by the clocks'),
    occurred: occurredShape.nullable(),
    planned: plannedShape.nullable(),
    planHistory: z.array(dateShape.extend({ sources: z.array(sourceShape) })).describe('plans that were replaced'),
    variance: z
      .object({ min: z.int().nullable(), max: z.int().nullable() })
      .nullable()
      .describe('days from plan to actual, as a span'),
    data: z.record(z.string(), valueShape),
    contested: z.boolean(),
    reopened: z
      .boolean()
      .describe('a report that a decision did not judge contradicts it, or brings back what was retracted'),
    decisions: z.array(decisionShape).describe('what stewards decided on it, in recorded order'),
    alternatives: z.array(alternativeShape),
    flags: z.array(flagShape),
    games: z.array(z.string()),
    firstReported: z.object({
      edtf: z.string().nullable(),
      articles: z.array(z.string()),
      tie: z.boolean().describe('more than one article may have been the first'),
    }),
    sources: z.array(sourceShape),
    version: z.int().describe('position of the last event that touched it'),
    links: z.object({ fact: z.string(), history: z.string() }),
  })
  .describe('One fact: what is said of it and by whom');
export type Entry = z.infer<typeof entryShape>;
