import * as z from 'zod';
import { measure, money, storedValue } from './event-type.ts';
import { namedSubject } from './subjects.ts';

/** Who makes a statement, in order of weight. */
export const attributions = ['joint-statement', 'party', 'outlet', 'second-hand', 'inference'] as const;

export const attribution = z.enum(attributions);

export type Attribution = z.infer<typeof attribution>;

/** How the source reports the milestone: as done, as intended, or as not so. */
export const modalities = ['happened', 'planned', 'denied'] as const;

export const modality = z.enum(modalities);

export type Modality = z.infer<typeof modality>;

const text = z.string().min(1);

/** A person with a role, or the outlet behind a second-hand report. */
export const speaker = z.strictObject({ name: text, role: text.nullable() });

export type Speaker = z.infer<typeof speaker>;

const provenance = {
  recordedBy: z.string(),
  correlationId: z.uuid().describe('the ingest'),
  causationId: z.uuid().nullable(),
  schema: z.int().positive().describe('schema version of the data'),
};

const paragraphs = z.array(z.int().positive()).min(1);

/** Metadata of a report from an article. */
export const reportMetadata = z.strictObject({
  ...provenance,
  article: z.string(),
  revision: z.int().positive(),
  paragraphs,
  attribution,
  speaker: speaker.nullable(),
  implied: z.boolean().describe('the article names no Games; its coverage does'),
  identityAssumed: z.string().nullable().describe('why this is taken to be the same fact'),
});

export type ReportMetadata = z.infer<typeof reportMetadata>;

/** Metadata of an event from a reference, which counts by itself. */
export const referenceMetadata = z.strictObject({
  ...provenance,
  reference: z.string(),
  publisher: z.string().nullable(),
  title: z.string().nullable().describe('the document that says so'),
  published: z.string().describe('EDTF; when it became public'),
});

export type ReferenceMetadata = z.infer<typeof referenceMetadata>;

/** Metadata of an ArticleRead. */
export const readingMetadata = z.strictObject(provenance);

/** Metadata of a decision. */
export const decisionMetadata = z.strictObject({
  ...provenance,
  request: z.string().optional().describe('SHA-256 of the canonical JSON (RFC 8785) of an HTTP request'),
});

/** Why an article is read again: our reading was wrong, or the publisher changed it. */
export const because = z.enum(['reread', 'republished']);

/** What helps a reader to find the text again; an article has what its file says. */
const citation = {
  url: text.optional().describe('where it can be read'),
  author: text.optional(),
  accessed: text.optional().describe('EDTF; when we read it there'),
  language: text.optional().describe('BCP 47'),
  copyOf: text.optional().describe('the article of which this is a copy'),
  extent: z.literal('beginning').optional().describe('paragraphs and hash are of the beginning of the text alone'),
};

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
  ...citation,
  subjects: z.array(namedSubject).optional().describe('names that the file registers'),
  textSha256: z.string(),
  paragraphs: z.int().positive().describe('non-blank lines of the text, headline included'),
  omitted: z.array(z.strictObject({ reason: text, paragraphs })).describe('paragraphs that gave no report, and why'),
  reports: z.array(z.uuid()).describe('ids of all reports of this revision on this partnership'),
  partnerships: z
    .array(text)
    .optional()
    .describe('all partnerships that this revision is about, unless it is that of the stream alone'),
});

export type ArticleRead = z.infer<typeof articleRead>;

/** What helps a reader to find the text of an article again. */
export type Citation = Pick<ArticleRead, keyof typeof citation>;

const withdrawnOn = text
  .optional()
  .describe('EDTF; when the publisher withdrew it: who read it before still had it. Absent: it never counted');

/** An article no longer counts, up to the revision that the steward judged. */
export const articleRetracted = z.strictObject({
  article: z.string(),
  revision: z.int().positive(),
  withdrawnOn,
  reason: text,
});

export type ArticleRetracted = z.infer<typeof articleRetracted>;

/** A value that a decision stores. */
export const decidedValue = z.union([
  storedValue('text'),
  storedValue('flag'),
  storedValue('quantity'),
  storedValue('names'),
  storedValue('territoryDates'),
  money,
  measure,
]);

/** A published document that a decision rests on, and when it became public (EDTF). */
export const reference = z.strictObject({ title: text, published: text });

/**
 * Why a value is replaced. `misread`: we misread the article, which holds at every `reportedAsOf`;
 * `publisher-corrected` and `better-evidence`: from the day on which the reference was published.
 */
export const correctionBasis = z.enum(['misread', 'publisher-corrected', 'better-evidence']);

const judged = { fact: z.string(), reports: z.array(z.uuid()).min(1) };

const grounds = { basis: correctionBasis, reason: text, reference: reference.nullable() };

/** A field (or `date`) of certain reports is wrong; the event keeps what the article said beside what is right. */
export const factCorrected = z.strictObject({
  ...judged,
  field: text,
  said: decidedValue.nullable(),
  value: decidedValue,
  ...grounds,
});

export type FactCorrected = z.infer<typeof factCorrected>;

/** Certain reports of a fact no longer count. */
export const factRetracted = z.strictObject({
  ...judged,
  whole: z.boolean().optional().describe('these were all that counted: the fact itself was retracted'),
  withdrawnOn,
  reason: text,
});

export type FactRetracted = z.infer<typeof factRetracted>;

/** A contest on a field (or `date`) is settled for the reports that the steward judged. */
export const contestResolved = z.strictObject({ ...judged, field: text, value: decidedValue, ...grounds });

export type ContestResolved = z.infer<typeof contestResolved>;

/** Two keys turn out to name one fact: the reports of `from` count under `fact`. */
export const factsMerged = z.strictObject({ fact: z.string(), from: z.string(), reason: text });

export type FactsMerged = z.infer<typeof factsMerged>;

/** A merge was a mistake: from now on the reports of `from` count under their own key again. */
export const mergeUndone = factsMerged.extend({});

export type MergeUndone = z.infer<typeof mergeUndone>;
