import * as z from 'zod';
import type { Quantity } from './quantity.ts';

/** One kind of milestone that an article can report. The table of these is the vocabulary of the ledger. */
export type EventType = {
  readonly type: string;
  /** First segment of the fact key. */
  readonly kind: string;
  /** Last segment of the fact key. */
  readonly milestone: string;
  readonly meaning: string;
  readonly subject: SubjectRule;
  readonly edition: EditionRule;
  /** The subject lies within a campaign, whose slug comes before it in the key. */
  readonly within?: 'campaign';
  /** The subjects are markets (ISO 3166-1 alpha-2). */
  readonly markets?: true;
  /** The milestone can come again: its key carries the year of its day, unless the article names an instance. */
  readonly recurs?: true;
  /** The milestone is itself a statement, so it is always `happened`. */
  readonly statement?: true;
  readonly fields: Readonly<Record<string, Field>>;
  /** Fields that are one value, since they are said together, by the name of that value (docs/adr/0028). */
  readonly wholes: Readonly<Record<string, Whole>>;
  /** The current schema version is `upcasters.length + 1`; upcaster i lifts version i + 1 to i + 2. */
  readonly upcasters: readonly Upcaster[];
};

/**
 * Where the subject in a fact key comes from. `partnership`: the partnership itself, unless the article names an
 * instance; `named`: a slug that the article gives; `optional`: a slug or nothing; `none`: the edition alone.
 */
type SubjectRule = 'partnership' | 'named' | 'optional' | 'none';

/**
 * What a Games edition is to a fact. `key`: part of its identity (an obligation is a fact per edition);
 * `required`: the same, and mandatory; `field`: a set that is merged; `none`: the type has no Games.
 */
type EditionRule = 'key' | 'required' | 'field' | 'none';

/** A field of an event type, for the schema and for people who write articles; `oneOf`: the words that it takes. */
export type Field = { readonly kind: FieldKind; readonly meaning: string; readonly oneOf?: readonly string[] };

/**
 * One value in several fields. `money`: an amount, its currency and what else is said of it; `measure`: a number, its unit
 * and of what it is; `term`: a start, an end and a length in years; `words`: what says nothing apart, as what changed from
 * what to what. `given`: what its type says of it without a field.
 */
export type Whole = {
  readonly kind: 'money' | 'measure' | 'term' | 'words';
  /** The fields, in the order of `Money`, of `Measure` or of a term. */
  readonly parts: readonly string[];
  readonly given?: Partial<Money>;
};

/**
 * What a field of an event type holds, which decides how it is written, checked and merged. `text`: free, in our own
 * words; `word`: a short value, as a name, that agrees or not, however it is spelled; `currency`: an ISO 4217 code;
 * `flag`: yes or no; `quantity`: a count or an amount, or bounds of one; `date`: EDTF; `period`: EDTF, also with a
 * slash; `edition`: one Games edition; `names`: a set of names or slugs; `territories`: where something holds, ISO
 * 3166-1 alpha-2 codes or `worldwide`; `territoryDates`: a date (EDTF) for each of some territories.
 */
export type FieldKind =
  | 'text'
  | 'word'
  | 'currency'
  | 'flag'
  | 'quantity'
  | 'date'
  | 'period'
  | 'edition'
  | 'names'
  | 'territories'
  | 'territoryDates';

/** What stands for every territory, among codes of ISO 3166-1. */
export const everywhere = 'worldwide';

/** Turns the data of an event stored under schema version n into that of version n + 1. */
type Upcaster = (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** How the values of a field of this kind merge. */
export function mergeOf(kind: FieldKind): FieldMerge {
  return merges[kind];
}

/**
 * How the values of a field from several reports of one fact merge. `exact`: different values contest each other;
 * `range`: bounds intersect, disjoint ones contest; `set`: members unite, contested only against a report marked
 * `complete`; `entries`: entries unite, those with the same key as ranges; `text`: never contested, the best one is shown.
 */
type FieldMerge = 'exact' | 'range' | 'set' | 'entries' | 'text';

const merges: Readonly<Record<FieldKind, FieldMerge>> = {
  text: 'text',
  word: 'exact',
  currency: 'exact',
  flag: 'exact',
  quantity: 'range',
  date: 'range',
  period: 'range',
  edition: 'exact',
  names: 'set',
  // Each list is the whole of what an article says: two that differ contest each other.
  territories: 'exact',
  territoryDates: 'entries',
};

/** The value of one field of an event, as it is stored. */
export type FieldValue = string | boolean | Quantity | readonly string[] | Money | Measure | TerritoryDates;

/** Dates (EDTF) by territory. */
export type TerritoryDates = Readonly<Record<string, string>>;

/** An amount of money as one value; null where nobody who gives the amount says so. */
export type Money = z.infer<typeof money>;

/** A number with its unit and of what it is. */
export type Measure = z.infer<typeof measure>;

/** The schema of a stored value of a field of this kind; dates are EDTF, which the reader of articles checks. */
export function storedValue(kind: FieldKind): z.ZodType<FieldValue> {
  return storedValues[kind];
}

const storedText = z.string().min(1);

const quantity = z.union([
  z.number(),
  z.strictObject({ min: z.number().optional(), max: z.number().optional() }),
  z.strictObject({ about: z.number() }),
]);

/** The schema of money as one value. */
export const money = z.strictObject({
  amount: quantity.nullable(),
  currency: storedText.nullable().describe('ISO 4217 code'),
  per: storedText.nullable().describe('total, year, games or season'),
  kind: storedText.nullable().describe('cash, in-kind or both'),
  paidBy: storedText.optional().describe('who pays it, where told'),
});

/** The schema of a number with its unit and of what it is. */
export const measure = z.strictObject({
  value: z.number().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  about: z.number().optional(),
  unit: storedText.nullable(),
  of: storedText.nullable(),
});

const territory = z.string().regex(/^(?:[A-Z]{2}|worldwide)$/);

const storedValues: Readonly<Record<FieldKind, z.ZodType<FieldValue>>> = {
  text: storedText,
  word: storedText,
  currency: storedText,
  flag: z.boolean(),
  quantity,
  date: storedText,
  period: storedText,
  edition: storedText,
  names: z.array(storedText).min(1),
  territories: z.array(storedText).min(1),
  territoryDates: z.record(territory, storedText),
};

/**
 * A name as names are compared: without case, accents and punctuation, so that "McDonald's" is `mcdonalds` and "Coca-Cola"
 * `coca-cola`. A name that has no letter or digit stands for itself.
 */
export function plainName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[\p{M}'’.]/gu, '')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return plain === '' ? name : plain;
}

/** Whether a value is dates by territory. */
export function isTerritoryDates(value: FieldValue): value is TerritoryDates {
  return storedValues.territoryDates.safeParse(value).success;
}

/** A value as text: a text as it is, anything else as JSON. */
export function asText(value: FieldValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
