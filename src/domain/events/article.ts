import * as z from 'zod';

/** Why an article is read anew: our reading was wrong, or the publisher changed it. */
export const because = z.enum(['reread', 'republished']);

/** Paragraphs that gave no report, and why. */
export const omission = z.strictObject({
  reason: z.string().min(1),
  paragraphs: z.array(z.int().positive()).min(1),
});

/** Closes the reading of one revision of an article: a report counts from the ArticleRead that lists it. */
export const articleRead = z.strictObject({
  article: z.string(),
  revision: z.int().positive(),
  digest: z.string().describe('SHA-256 of the canonical JSON (RFC 8785) of the file as parsed'),
  because: because.nullable().describe('null for the first revision'),
  publisher: z.string().nullable().describe('null: the text names none'),
  title: z.string().nullable().describe('null: the text has no headline'),
  published: z.string().nullable().describe('EDTF; null: inherited from the preceding revision'),
  publishedBasis: z.string().nullable(),
  textSha256: z.string(),
  paragraphs: z.int().positive().describe('non-blank lines of the text, headline included'),
  omitted: z.array(omission),
  reports: z.array(z.uuid()).describe('ids of all reports of this revision'),
});

/** An article no longer counts, up to the revision that was judged. */
export const articleRetracted = z.strictObject({
  article: z.string(),
  revision: z.int().positive(),
  reason: z.string().min(1),
});

export type ArticleRead = z.infer<typeof articleRead>;
export type ArticleRetracted = z.infer<typeof articleRetracted>;
