import * as z from 'zod';
import { occurredShape, plannedShape } from './date.ts';
import { alternativeShape, flagShape, sourceShape, timingShape, valueShape } from './source.ts';
import { statusShape } from './timeline.ts';

const stepShape = z.object({
  fact: z.string(),
  status: statusShape,
  timing: timingShape,
  planned: plannedShape.nullable(),
  occurred: occurredShape.nullable(),
  summary: z.string(),
  contested: z.boolean(),
  reopened: z.boolean(),
  alternatives: z.array(alternativeShape),
  flags: z.array(flagShape),
  games: z.array(z.string()),
  sources: z.array(sourceShape),
});
export type Step = z.infer<typeof stepShape>;

const activationShape = stepShape.extend({ activation: z.string(), name: z.string(), campaign: z.string().nullable() });

const campaignShape = z.object({
  campaign: z.string(),
  name: z.string(),
  announcement: stepShape.nullable(),
  launch: stepShape.nullable(),
  end: stepShape.nullable(),
  cancellation: stepShape.nullable(),
  creatives: z.object({
    stated: z
      .object({
        value: valueShape,
        contested: z.boolean(),
        alternatives: z.array(alternativeShape),
        sources: z.array(sourceShape),
      })
      .nullable(),
    named: z.array(stepShape.extend({ creative: z.string(), name: z.string() })),
    unidentified: z.int().nullable().describe('stated less named; null where no number is stated'),
  }),
  markets: z.array(stepShape.extend({ market: z.string().describe('ISO 3166-1 alpha-2') })),
  phases: z.array(stepShape.extend({ phase: z.string(), name: z.string() })),
  activations: z.array(activationShape),
});

export const rolloutShape = z.object({
  campaigns: z.array(campaignShape),
  activations: z.array(activationShape).describe('activations that no report ties to a campaign'),
  coActivations: z.array(
    stepShape.omit({ status: true }).extend({
      with: z.string(),
      name: z.string(),
      status: z.string().describe('discussed, agreed, or the status of the milestone where it is not done'),
    }),
  ),
  storefronts: z.array(
    z.object({
      storefront: z.string(),
      name: z.string(),
      platform: z.string().nullable(),
      games: z.array(z.string()),
      opening: stepShape.nullable(),
      suspension: stepShape.nullable(),
      closing: stepShape.nullable(),
    }),
  ),
});
export type Rollout = z.infer<typeof rolloutShape>;
