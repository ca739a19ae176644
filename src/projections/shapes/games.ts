import * as z from 'zod';
import { dateShape } from './date.ts';
import { rowShape } from './obligations.ts';

/** A statement of a reference on a Games edition. */
const referenceShape = z.object({
  reference: z.string(),
  publisher: z.string().nullable(),
  title: z.string().nullable(),
  published: dateShape.describe('when it became public'),
  type: z.string(),
  values: z.record(z.string(), z.unknown()),
  position: z.int(),
  id: z.string(),
});

/** A Games edition: what is known of it, and from which reference. */
export const gamesShape = z.object({
  edition: z.string(),
  name: z.string(),
  host: z.string().nullable(),
  window: dateShape.nullable(),
  status: z
    .enum(['scheduled', 'rescheduled', 'cancelled', 'unscheduled'])
    .describe('unscheduled: no reference gives its dates by then'),
  sources: z.array(referenceShape),
});
export type GamesShape = z.infer<typeof gamesShape>;

/** What every partnership owes for one edition. */
export const gamesObligationsShape = z.object({
  edition: z.string(),
  name: z.string(),
  host: z.string().nullable(),
  window: dateShape.nullable(),
  partnerships: z.array(
    z.object({
      partnership: z.string(),
      name: z.string(),
      ...rowShape.pick({ implied: true, timing: true, coverage: true, qualifications: true, cells: true }).shape,
    }),
  ),
});
