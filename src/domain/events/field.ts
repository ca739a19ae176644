import * as z from 'zod';

/**
 * How the values of a field from several reports of one fact are brought together:
 * `exact`: differing values contest each other; `range`: bounds are intersected, disjoint ones contest;
 * `set`: members are united, contested only against a report marked `complete`;
 * `text`: never contested, the best one is shown.
 */
export type FieldMerge = 'exact' | 'range' | 'set' | 'text';

/** A count as a source gives it: exact, or with a lower bound, an upper bound, both, or "about". */
export type Quantity =
  | number
  | { readonly min?: number | undefined; readonly max?: number | undefined }
  | { readonly about: number };

/** The value of one field of an event, as it is stored. */
export type FieldValue = string | boolean | Quantity | readonly string[];

/** A value as text: of one that is a text itself, that. */
export function asText(value: FieldValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a field of an event type holds, which decides how it is written, checked and merged. */
export type FieldKind = 'text' | 'word' | 'flag' | 'quantity' | 'date' | 'period' | 'names';

/** A field of an event type: its kind and what it says, for the schema and for people who write articles. */
export type Field = { readonly kind: FieldKind; readonly says: string };

const merges: Readonly<Record<FieldKind, FieldMerge>> = {
  text: 'text',
  word: 'exact',
  flag: 'exact',
  quantity: 'range',
  date: 'range',
  period: 'range',
  names: 'set',
};

/** How values of a field of this kind merge. */
export function mergeOf(kind: FieldKind): FieldMerge {
  return merges[kind];
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

/** The schema of a stored value of a field of this kind; dates are EDTF, checked where articles are read. */
export function storedValue(kind: FieldKind): z.ZodType<FieldValue> {
  return stored[kind];
}

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
