import * as z from 'zod';
import { auditEntryShape, effects } from './audit.ts';
import { occurredShape, plannedShape } from './date.ts';
import { cellShape, obligationsShape, rowShape } from './obligations.ts';
import { rolloutShape } from './rollout.ts';
import { timingShape } from './source.ts';
import { entryShape } from './timeline.ts';

/** What a difference means. The words of the audit trail mean here what they mean there. */
export const meanings = [
  ...effects,
  'settled',
  'reopened',
  'became-certain',
  'became-uncertain',
  'closed',
  'flagged',
  'cleared',
  'merged',
  'redated',
] as const;
export const meaningShape = z
  .enum(meanings)
  .describe(
    'as in the audit trail; besides: settled: no longer contested; reopened: ' +
      'a report goes against what a steward decided; became-certain, became-uncertain: the same status is, ' +
      'or is no more, certain; closed: the Games have closed without a report of delivery; flagged, cleared: a flag ' +
      'is new, or is gone; merged: its reports are now, or were, those of another fact; redated: its reports now tell of a later ' +
      'day than the clocks show',
  );
export type Meaning = z.infer<typeof meaningShape>;

/** One field that is another than it was. */
export const changeShape = z
  .object({
    path: z.string().describe('JSON pointer (RFC 6901); into the new value, of what is gone into the old one'),
    from: z.unknown().optional().describe('left out: it was not there'),
    to: z.unknown().optional().describe('left out: it is gone'),
  })
  .describe('One field that is another than it was');

/** Where something stands on one side of a comparison. */
export const standingShape = z
  .object({
    status: z.string().nullable(),
    timing: timingShape,
    occurred: occurredShape.nullable(),
    planned: plannedShape.nullable(),
  })
  .describe('Where something stands');
export type Standing = z.infer<typeof standingShape>;

function itemShape<Name extends string, Value extends z.ZodType>(part: readonly [Name, ...Name[]], value: Value) {
  return z.object({
    part: z.enum(part).describe('what it is'),
    key: z.string().describe('unique in its read model'),
    of: z.string().nullable().describe('the key of what it belongs to'),
    title: z.string(),
    what: z.enum(['appeared', 'changed', 'disappeared']),
    means: z.array(meaningShape),
    was: standingShape.nullable().describe('null where it was not there, or has no status'),
    is: standingShape.nullable().describe('null where it is gone, or has no status'),
    changes: z.array(changeShape).describe('of what changed: field by field'),
    value: value.nullable().describe('of what appeared or disappeared: all of it'),
    at: z.int().nullable().describe('its place, from 0, in the new list of such parts; null where it stays in order'),
  });
}

const { campaigns, coActivations, storefronts } = rolloutShape.shape;
const campaign = campaigns.element.shape;
const steps = ['announcement', 'launch', 'end', 'cancellation', 'opening', 'suspension', 'closing'] as const;

const factItem = itemShape(['fact'], entryShape);
const obligationItem = z.discriminatedUnion('part', [
  itemShape(['row'], rowShape.omit({ cells: true })),
  itemShape(['programme'], obligationsShape.shape.programme.omit({ cells: true })),
  itemShape(['cell'], cellShape),
]);
const rolloutItem = z.discriminatedUnion('part', [
  itemShape(
    ['campaign'],
    campaigns.element
      .pick({ campaign: true, name: true })
      .extend({ creatives: campaign.creatives.omit({ named: true }) }),
  ),
  itemShape(steps, campaign.launch.unwrap()),
  itemShape(['creative'], campaign.creatives.shape.named.element),
  itemShape(['market'], campaign.markets.element),
  itemShape(['phase'], campaign.phases.element),
  itemShape(['activation'], campaign.activations.element),
  itemShape(['co-activation'], coActivations.element),
  itemShape(['storefront'], storefronts.element.pick({ storefront: true, name: true, platform: true, games: true })),
]);
const auditItem = itemShape(['entry'], auditEntryShape);

/** What differs between two views of a partnership, in each of its read models. */
export const diffShape = z.object({
  timeline: z.array(factItem),
  obligations: z.array(obligationItem),
  rollout: z.array(rolloutItem),
  audit: z.array(auditItem),
});
export type Diff = z.infer<typeof diffShape>;

/** One part of a read model that differs. */
export type DiffItem = Diff['timeline' | 'obligations' | 'rollout' | 'audit'][number];
