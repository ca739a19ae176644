import * as z from 'zod';

/** An uncertain date: EDTF, and the first and last day that it leaves open. */
export const dateShape = z
  .object({
    edtf: z.string().nullable(),
    earliest: z.string().nullable().describe('first possible day; null where nothing bounds it'),
    latest: z.string().nullable().describe('last possible day; null where nothing bounds it'),
  })
  .describe('An uncertain date (EDTF, ISO 8601-2) with its bounds as calendar days');
export type DateShape = z.infer<typeof dateShape>;

/** When something happened, and what that rests on. */
export const occurredShape = dateShape.extend({
  basis: z.enum(['stated', 'derived', 'publication']).describe('publication: no report dates it, it happened by then'),
});

/** When something is to happen. */
export const plannedShape = dateShape.extend({
  basis: z.enum(['stated', 'games']).describe('games: no report dates it, it is for these Games'),
});
