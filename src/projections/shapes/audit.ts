import * as z from 'zod';

export const effects = [
  'entered',
  'corroborated',
  'advanced',
  'narrowed',
  'contested',
  'corrected',
  'retracted',
  'superseded',
  'resolved',
] as const;

export const effectShape = z
  .enum(effects)
  .describe(
    'entered: first report; corroborated: nothing displayed changed; advanced: new modality or plan; narrowed: more is known; superseded: a newer reading replaces reports',
  );
export type Effect = z.infer<typeof effectShape>;

/** One recorded event: who, when, from where, what it asserted, and what that changed. */
export const auditEntryShape = z.object({
  position: z.int(),
  recordedAt: z.string(),
  recordedBy: z.string(),
  event: z.object({ id: z.string(), type: z.string(), stream: z.string(), revision: z.int() }),
  article: z.string().nullable(),
  revision: z.int().nullable(),
  paragraphs: z.array(z.int()),
  fact: z.string().nullable(),
  asserted: z.record(z.string(), z.unknown()),
  effects: z.array(effectShape).describe('the fact before and after the whole ingest, through no other clock'),
  alsoTouched: z
    .array(z.object({ fact: z.string(), effects: z.array(effectShape) }))
    .describe('of a reading or a retraction: the facts beyond its own reports, such as those that it drops'),
  late: z.boolean().describe('certainly published before a report on the fact that was recorded earlier'),
  supersedes: z.int().nullable().describe('position of the report that this one replaces'),
  supersededBy: z.int().nullable().describe('position of the event through which it no longer counts'),
});
export type AuditEntry = z.infer<typeof auditEntryShape>;
