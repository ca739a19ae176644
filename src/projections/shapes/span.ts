import * as z from 'zod';

/** A number of days of which only the bounds are known. */
export const spanShape = z
  .object({
    min: z.int().nullable().describe('at least so many; null where a date has no such bound'),
    max: z.int().nullable().describe('at most so many; null where a date has no such bound'),
  })
  .describe('Days as a span, since dates are uncertain');
export type Span = z.infer<typeof spanShape>;
