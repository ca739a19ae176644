import * as z from 'zod';
import { effects } from './audit.ts';
import { dateShape } from './date.ts';

const revisionShape = z.object({
  revision: z.int(),
  because: z.string().nullable(),
  published: dateShape,
  recordedAt: z.string(),
  position: z.int(),
  counts: z.boolean().describe('whether this reading counts at the cut'),
});

const retractedShape = z.object({
  revision: z.int(),
  reason: z.string(),
  recordedAt: z.string(),
  recordedBy: z.string(),
  position: z.int(),
});

/** An article: what it is, when it was published and how that is known. */
export const articleShape = z.object({
  id: z.string(),
  revision: z.int(),
  title: z.string().nullable(),
  publisher: z.string().nullable(),
  published: dateShape.extend({ basis: z.string().nullable().describe('how these bounds are known') }),
  textSha256: z.string(),
  partnerships: z.array(z.string()),
  retracted: retractedShape.nullable(),
  revisions: z.array(revisionShape),
  version: z.int(),
});
export type Article = z.infer<typeof articleShape>;

/** What an article did to the facts, by effect: the keys of the facts, an empty list where it had none. */
export const effectsShape = z.record(z.enum(effects), z.array(z.string()));
export type EffectsShape = z.infer<typeof effectsShape>;

/** An article with its effects, and with what each paragraph gave or why it was left out. */
export const articleDetailShape = articleShape.extend({
  effects: effectsShape,
  paragraphs: z.array(z.object({ paragraph: z.int(), reports: z.array(z.string()), omitted: z.string().nullable() })),
});
export type ArticleDetail = z.infer<typeof articleDetailShape>;
