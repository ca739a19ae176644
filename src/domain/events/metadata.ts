import * as z from 'zod';

/** Who makes a statement, in order of weight. */
export const attributions = ['joint-statement', 'party', 'outlet', 'second-hand', 'inference'] as const;
export const attribution = z.enum(attributions);
export type Attribution = z.infer<typeof attribution>;

/** How the source reports the milestone: as done, as intended, or as not so. */
export const modalities = ['happened', 'planned', 'denied'] as const;
export const modality = z.enum(modalities);
export type Modality = z.infer<typeof modality>;

/** A person with a role, or the outlet behind a second-hand report. */
export const speaker = z.strictObject({ name: z.string().min(1), role: z.string().min(1).nullable() });
export type Speaker = z.infer<typeof speaker>;

const provenance = {
  recordedBy: z.string(),
  correlationId: z.uuid().describe('the ingest'),
  causationId: z.uuid().nullable(),
  schema: z.int().positive().describe('schema version of the data'),
};

/** Metadata of a report from an article. */
export const reportMetadata = z.strictObject({
  ...provenance,
  article: z.string(),
  revision: z.int().positive(),
  paragraphs: z.array(z.int().positive()).min(1),
  attribution,
  speaker: speaker.nullable(),
  implied: z.boolean().describe('the article names no Games; its coverage does'),
  identityAssumed: z.string().nullable().describe('why this is taken to be the same fact'),
});

/** Metadata of an event from a reference, which counts by itself. */
export const referenceMetadata = z.strictObject({
  ...provenance,
  reference: z.string(),
  publisher: z.string().nullable(),
  title: z.string().nullable().describe('the document that says so'),
  published: z.string().describe('EDTF; when it became public'),
});

/** Metadata of what carries nothing but its provenance: ArticleRead. */
export const plainMetadata = z.strictObject(provenance);

/** Metadata of a decision: one that was asked for over HTTP says what was asked. */
export const decisionMetadata = z.strictObject({
  ...provenance,
  request: z.string().optional().describe('SHA-256 of the canonical JSON (RFC 8785) of what was asked'),
});

export type ReportMetadata = z.infer<typeof reportMetadata>;
export type ReferenceMetadata = z.infer<typeof referenceMetadata>;
