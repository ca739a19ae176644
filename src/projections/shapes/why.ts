import * as z from 'zod';
import { stageRules } from '../../domain/fact-state.ts';
import { outcomes, rankRules } from '../../domain/trail.ts';
import { statusRules } from '../status.ts';
import { sourceShape, timingShape, valueShape } from './source.ts';
import { statusShape } from './timeline.ts';

/** Why a value is the displayed one. */
export const valueRules = [
  'only-one',
  'all-agree',
  'intersection',
  'union',
  'resolution',
  'latest-published-plan',
  'window-of-the-games',
  'first-publication',
  ...stageRules,
  ...rankRules,
] as const;

/** Why a report does not count. */
export const exclusionRules = [
  'published-later',
  'not-certainly-published',
  'republished',
  'reread',
  'not-read-yet',
  'article-retracted',
  'retracted',
] as const;

const lossShape = z.object({
  rule: z.enum(rankRules).describe('the rule of the ranking by which it lost a place'),
  to: z.array(z.uuid()).describe('the reports that took the place'),
  against: z.array(z.uuid()).describe('every report that was still in the running by that rule'),
});

const weighedShape = z.object({
  report: z.uuid().describe('one of `considered`; of `excluded` where the fact is unsupported'),
  article: z.string(),
  value: valueShape.describe('as it counts: corrections applied, a date cut off at its publication'),
  outcome: z.enum(outcomes),
  lost: z.array(lossShape).describe('each place that it lost in the ranking, the first one first'),
  text: z.string(),
});
export type Weighed = z.infer<typeof weighedShape>;

const valueWhyShape = z.object({
  field: z
    .string()
    .describe('as in the timeline: modality, occurred, planned, summary, or data. and the name of a field'),
  value: valueShape.describe('the displayed value; a date as EDTF'),
  rule: z.enum(valueRules).describe('the rule that chose it'),
  text: z.string(),
  contested: z.boolean(),
  reports: z.array(weighedShape),
});
export type ValueWhy = z.infer<typeof valueWhyShape>;

const consideredShape = sourceShape.extend({
  mergedFrom: z.string().nullable().describe('the key under which it was reported, where facts were merged'),
});

const excludedShape = sourceShape.extend({
  rule: z.enum(exclusionRules),
  by: z.int().nullable().describe('position of the event that did it; null where a clock did'),
  text: z.string(),
});
export type Excluded = z.infer<typeof excludedShape>;

const decisionShape = z.object({
  position: z.int(),
  recordedAt: z.string(),
  recordedBy: z.string(),
  type: z.string(),
  field: z.string().nullable(),
  value: valueShape,
  reason: z.string(),
  inForce: z.boolean(),
  text: z.string(),
});
export type DecisionWhy = z.infer<typeof decisionShape>;

/** Why a fact says what it says at a cut. */
export const whyShape = z.object({
  fact: z.string(),
  status: z
    .object({
      value: statusShape,
      timing: timingShape,
      certainly: statusShape.nullable().describe('the status by what was certainly so; null: not certainly any'),
      rule: z.enum(statusRules),
      by: z.string().nullable().describe('the fact that called it off'),
      text: z.string(),
    })
    .nullable()
    .describe('null where nothing of it is visible through the cut'),
  values: z.array(valueWhyShape).describe('every displayed value, the rule that chose it and every report on it'),
  considered: z.array(consideredShape).describe('every report that counts at the cut'),
  excluded: z.array(excludedShape).describe('every report up to the position that does not count, and why'),
  decisions: z.array(decisionShape).describe("stewards' decisions on it up to the position"),
  links: z.object({ fact: z.string(), history: z.string() }),
});
export type Why = z.infer<typeof whyShape>;
