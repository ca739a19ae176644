import * as z from 'zod';
import { dateShape } from './date.ts';
import { statusShape } from './timeline.ts';

const partyShape = z.object({ id: z.string(), name: z.string() });

/** A partnership in short. */
export const partnershipShape = z
  .object({
    id: z.string(),
    name: z.string(),
    partner: partyShape,
    rightsHolder: partyShape,
    status: z
      .enum(['reported', 'announced', 'signed', 'suspended', 'terminated', 'expired'])
      .describe('reported: neither announcement nor signing is reported by then'),
    term: z.object({ start: dateShape.nullable(), end: dateShape.nullable(), years: z.unknown().nullable() }),
    facts: z.int(),
    contested: z.int(),
    articles: z.int(),
    version: z.int(),
    links: z.record(z.string(), z.string()),
  })
  .describe('A partnership in short');
export type Partnership = z.infer<typeof partnershipShape>;

/** A partnership with the number of facts in each status. */
export const partnershipDetailShape = partnershipShape.extend({ byStatus: z.partialRecord(statusShape, z.int()) });
export type PartnershipDetail = z.infer<typeof partnershipDetailShape>;
