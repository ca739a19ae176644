import * as z from 'zod';
import { correctionBasis, reference } from '../../domain/events/steward.ts';
import { valueShape } from './source.ts';

/** What a steward decided on a fact: who, why, and what holds by it. */
export const decisionShape = z
  .object({
    decision: z.string().describe('id of the event'),
    type: z.enum(['FactCorrected', 'FactRetracted', 'ContestResolved', 'FactsMerged']),
    position: z.int().describe('of the event; its entry of the audit trail tells when'),
    recordedBy: z.string(),
    reports: z.array(z.string()).describe('ids of the reports that were judged; of a merge none are'),
    field: z.string().nullable().describe('a field, date or modality'),
    value: valueShape.describe('what is right'),
    basis: correctionBasis.nullable(),
    from: z.string().nullable().describe('the key that was merged into this fact'),
    reason: z.string(),
    reference: reference.nullable(),
  })
  .describe('What a steward decided on a fact');
export type DecisionShape = z.infer<typeof decisionShape>;
