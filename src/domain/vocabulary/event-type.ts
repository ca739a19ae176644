import * as z from 'zod';

/** One kind of milestone that an article can report. The table of these is the vocabulary of the ledger. */
export type EventType = {
  readonly type: string;
  /** First segment of the fact key. */
  readonly kind: string;
  /** Last segment of the fact key. */
  readonly milestone: string;
  readonly says: string;
  readonly subject: SubjectRule;
  readonly edition: EditionRule;
  /** The subject lies within a campaign, whose slug comes before it in the key. */
  readonly within?: 'campaign';
  /** The subjects are markets (ISO 3166-1 alpha-2). */
  readonly markets?: true;
  /** The milestone is itself a statement, so it is always `happened`. */
  readonly statement?: true;
  readonly fields: Readonly<Record<string, Field>>;
  /** The current schema version is `upcasters.length + 1`; upcaster i lifts version i + 1 to i + 2. */
  readonly upcasters: readonly Upcaster[];
};

/**
 * Where the subject in a fact key comes from. `partnership`: the partnership itself, unless the article names an
 * instance; `named`: a slug that the article gives; `optional`: a slug or nothing; `none`: the edition alone.
 */
export type SubjectRule = 'partnership' | 'named' | 'optional' | 'none';

/**
 * What a Games edition is to a fact. `key`: part of its identity (an obligation is a fact per edition);
 * `required`: the same, and it must be there; `field`: a set that is merged; `none`: the type knows no Games.
 */
export type EditionRule = 'key' | 'required' | 'field' | 'none';

/** A field of an event type: its kind and what it says, for the schema and for people who write articles. */
export type Field = { readonly kind: FieldKind; readonly says: string };

/** What a field of an event type holds, which decides how it is written, checked and merged. */
export type FieldKind = 'text' | 'word' | 'flag' | 'quantity' | 'date' | 'period' | 'names';

/** Turns the data of an event stored under schema version n into that of version n + 1. */
export type Upcaster = (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Defines the milestones of one aggregate; what a definition leaves out is taken from `defaults`. */
export function eventTypes(
  defaults: Pick<EventType, 'kind' | 'subject' | 'edition'>,
  definitions: readonly Definition[],
): readonly EventType[] {
  return definitions.map((definition) => ({ ...defaults, fields: {}, upcasters: [], ...definition }));
}

type Definition = Omit<EventType, 'kind' | 'fields' | 'upcasters' | 'subject' | 'edition'> &
  Partial<Pick<EventType, 'fields' | 'upcasters' | 'subject' | 'edition' | 'kind'>>;

/** A value as text: of one that is a text itself, that. */
export function asText(value: FieldValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The value of one field of an event, as it is stored. */
export type FieldValue = string | boolean | Quantity | readonly string[];

/** A count as a source gives it: exact, or with a lower bound, an upper bound, both, or "about". */
export type Quantity =
  | number
  | { readonly min?: number | undefined; readonly max?: number | undefined }
  | { readonly about: number };

/** How values of a field of this kind merge. */
export function mergeOf(kind: FieldKind): FieldMerge {
  return merges[kind];
}

/**
 * How the values of a field from several reports of one fact are brought together:
 * `exact`: differing values contest each other; `range`: bounds are intersected, disjoint ones contest;
 * `set`: members are united, contested only against a report marked `complete`;
 * `text`: never contested, the best one is shown.
 */
export type FieldMerge = 'exact' | 'range' | 'set' | 'text';

const merges: Readonly<Record<FieldKind, FieldMerge>> = {
  text: 'text',
  word: 'exact',
  flag: 'exact',
  quantity: 'range',
  date: 'range',
  period: 'range',
  names: 'set',
};

/** The schema of a stored value of a field of this kind; dates are EDTF, checked where articles are read. */
export function storedValue(kind: FieldKind): z.ZodType<FieldValue> {
  return stored[kind];
}

const quantity = z.union([
  z.number(),
  z.strictObject({ min: z.number().optional(), max: z.number().optional() }),
  z.strictObject({ about: z.number() }),
]);

const stored: Readonly<Record<FieldKind, z.ZodType<FieldValue>>> = {
  text: z.string().min(1),
  word: z.string().min(1),
  flag: z.boolean(),
  quantity,
  date: z.string().min(1),
  period: z.string().min(1),
  names: z.array(z.string().min(1)).min(1),
};

/** A free text in our own words. */
export function text(says: string): Field {
  return { kind: 'text', says };
}

/** A short value that either agrees or does not, such as a name. */
export function word(says: string): Field {
  return { kind: 'word', says };
}

/** Yes or no. */
export function flag(says: string): Field {
  return { kind: 'flag', says };
}

/** A count or an amount, possibly a bound only. */
export function quantityOf(says: string): Field {
  return { kind: 'quantity', says };
}

/** An uncertain date (EDTF). */
export function date(says: string): Field {
  return { kind: 'date', says };
}

/** From one day to another (EDTF with a slash), or an uncertain date. */
export function period(says: string): Field {
  return { kind: 'period', says };
}

/** A set of names or slugs. */
export function names(says: string): Field {
  return { kind: 'names', says };
}

/** Lowest and highest number that a quantity leaves open. "About n" leaves a tenth to both sides. */
export function quantityBounds(quantity: Quantity): { readonly min: number; readonly max: number } {
  if (typeof quantity === 'number') return { min: quantity, max: quantity };
  if ('about' in quantity) {
    const leeway = Math.abs(quantity.about) / 10;
    return { min: quantity.about - leeway, max: quantity.about + leeway };
  }
  return { min: quantity.min ?? -Infinity, max: quantity.max ?? Infinity };
}

/** What both quantities leave open, in the form of one of them where it can be; null where they exclude each other. */
export function intersectQuantities(a: Quantity, b: Quantity): Quantity | null {
  const [x, y] = [quantityBounds(a), quantityBounds(b)];
  const [min, max] = [Math.max(x.min, y.min), Math.min(x.max, y.max)];
  if (min > max) return null;
  if (min === max) return min;
  const both = { ...(Number.isFinite(min) ? { min } : {}), ...(Number.isFinite(max) ? { max } : {}) };
  return [a, b].find((one) => sameBounds(one, both)) ?? both;
}

function sameBounds(a: Quantity, b: Quantity): boolean {
  const [x, y] = [quantityBounds(a), quantityBounds(b)];
  return x.min === y.min && x.max === y.max;
}

/**
 * Says why a number cannot be recorded as it is written: its JSON form is another decimal value, or it has none. Null
 * for one that keeps its value, however it is spelt (`1e9`, `1.50`).
 */
export function inexactNumber(text: string): string | null {
  const value = Number(text);
  if (!Number.isFinite(value)) return `${shown(text)} is too large to be kept`;
  if (normalized(text) === normalized(String(value))) return null;
  return `${shown(text)} cannot be kept with its value, it would become ${value}: write at most 15 significant digits`;
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

// A decimal as its digits without zeros at either end, and the power of ten of the last one: one value, one text.
function normalized(text: string): string | null {
  const [, whole, fraction = '', power = '0'] = decimal.exec(text) ?? [];
  if (whole === undefined) return null;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  if (end === 0) return '0';
  const sign = text.startsWith('-') ? '-' : '';
  return `${sign}${digits.slice(0, end)}e${Number(power) - fraction.length + digits.length - end}`;
}

const decimal = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

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
