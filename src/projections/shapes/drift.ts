import * as z from 'zod';
import { modality } from '../../domain/events/metadata.ts';
import { dateShape, occurredShape } from './date.ts';
import { flagShape, sourceShape, timingShape, valueShape } from './source.ts';
import { spanShape } from './span.ts';
import { statusShape } from './timeline.ts';

const orderShape = z
  .enum(['certain', 'possible'])
  .nullable()
  .describe('whether it was certainly published after the step before; null: the first step');

// What every step of a drift has.
const stepShape = {
  order: orderShape,
  sameArticle: z.boolean().describe('the step before is of the same article: two mouths, no drift'),
  counts: z.boolean().describe('false: a later publication of the same article replaced it'),
  source: sourceShape,
};

const planStepShape = z.object({
  date: dateShape.nullable().describe('null: told without a date, denied or withdrawn'),
  change: z
    .enum(['first', 'same', 'more-precise', 'vaguer', 'earlier', 'later', 'overlapping', 'denied', 'withdrawn'])
    .describe('against the step before; overlapping: some days fit both; withdrawn: the publisher left it out'),
  days: spanShape.nullable().describe('how much later, negative: earlier; null where it did not move'),
  inForce: z.boolean().describe('the plan that is shown'),
  games: z.array(z.string()),
  withdrawnBy: z
    .object({ revision: z.int(), published: dateShape })
    .nullable()
    .describe('the publication of the same article that leaves it out'),
  ...stepShape,
});
export type PlanStep = z.infer<typeof planStepShape>;

const fieldStepShape = z.object({
  value: valueShape,
  modality,
  change: z
    .enum([
      'first',
      'same',
      'more-precise',
      'vaguer',
      'earlier',
      'later',
      'more',
      'fewer',
      'overlapping',
      'reworded',
      'changed',
      'names-others',
    ])
    .describe('against the step before; names-others: two lists that do not claim to be complete, which is no drift'),
  by: z
    .object({ min: z.number().nullable(), max: z.number().nullable() })
    .nullable()
    .describe('how much more a number, or how many days later a date, as a span; null where it did not move'),
  ...stepShape,
});
export type FieldStep = z.infer<typeof fieldStepShape>;

const fieldDriftShape = z.object({
  field: z.string(),
  kind: z
    .enum(['text', 'word', 'flag', 'quantity', 'date', 'period', 'names'])
    .describe('text: wording, never contested; quantity: a count'),
  changed: z.boolean(),
  steps: z.array(fieldStepShape),
});
export type FieldDrift = z.infer<typeof fieldDriftShape>;

/** How long it took from one clock to the next. */
const lagShape = z.object({
  occurredToReported: spanShape.nullable().describe('null: nothing happened, or it is itself a statement'),
  reportedToRecorded: spanShape,
  occurredToRecorded: spanShape.nullable(),
});
export type Lag = z.infer<typeof lagShape>;

const sourceLagShape = lagShape.extend({
  article: z.string(),
  revision: z.int(),
  publisher: z.string().nullable(),
  published: dateShape,
  recordedAt: z.string(),
});

/** What came of a plan. */
const outcomeShape = z.object({
  kind: z.enum(['happened', 'denied', 'cancelled', 'withdrawn', 'nothing-since']),
  occurred: occurredShape.nullable(),
  variance: spanShape.nullable().describe('days from plan to actual; negative: before the plan'),
  sources: z.array(sourceShape),
});

export const driftEntryShape = z
  .object({
    fact: z.string(),
    type: z.string(),
    summary: z.string(),
    status: statusShape,
    timing: timingShape,
    games: z.array(z.string()),
    told: z.int().describe('how many reports tell of it'),
    articles: z.array(z.string()).describe('in order of publication'),
    changed: z.boolean().describe('whether the plan or a field changed from article to article'),
    plan: z.array(planStepShape).describe('every time it was planned, in order of publication; guesses left out'),
    fields: z.array(fieldDriftShape).describe('fields that were given more than once'),
    outcome: outcomeShape.nullable().describe('what came of the plan; null: it was never planned'),
    lag: lagShape.extend({ sources: z.array(sourceLagShape).describe('one an article, in order of publication') }),
    flags: z.array(flagShape),
    links: z.object({ fact: z.string(), history: z.string() }),
  })
  .describe('How a fact was told: what changed from article to article, what came of it, and how late it was told');
export type DriftEntry = z.infer<typeof driftEntryShape>;

const statisticShape = z.object({
  known: z.int().describe('how many of them are dated'),
  unknown: z.int().describe('how many are not, and are left out'),
  range: spanShape.nullable().describe('the least and the most that it can have been; null where none is dated'),
  median: spanShape.nullable().describe('the bounds of the median; null for fewer than three'),
});
export type Statistic = z.infer<typeof statisticShape>;

export const reportingLagsShape = z
  .object({
    articles: z.array(
      z.object({
        article: z.string(),
        publisher: z.string().nullable(),
        published: dateShape,
        recordedAt: z.string(),
        occurredToReported: statisticShape.describe('over the facts that it tells of'),
        reportedToRecorded: spanShape,
      }),
    ),
    publishers: z
      .array(
        z.object({
          publisher: z.string(),
          articles: z.array(z.string()),
          occurredToReported: statisticShape.describe('over the facts that its articles tell of'),
          reportedToRecorded: statisticShape.describe('over its articles'),
        }),
      )
      .describe('known publishers; an article without one stands for itself'),
  })
  .describe('How late sources tell of what happened, and how late that was recorded, in days');
export type ReportingLags = z.infer<typeof reportingLagsShape>;
