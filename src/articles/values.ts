import * as z from 'zod';
import { currencyCode, nearestCurrency } from '../domain/vocabulary/currencies.ts';
import { parseMilestoneDate, parsePeriod, type UncertainDate } from '../domain/vocabulary/dates.ts';
import type { Speaker } from '../domain/vocabulary/event-data.ts';
import { slugPattern } from '../domain/vocabulary/fact-key.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { isProblem, type Problem } from '../domain/vocabulary/problem.ts';
import { inexactNumber, type Quantity } from '../domain/vocabulary/quantity.ts';
import { languageCode } from './codes.ts';
import { isList, isMap, nameOf, type Path, type SourceMap, type SourceValue, sourceLimits } from './source.ts';

/** Makes the schema of a value as authors write it: `read` turns it into its meaning, or refuses it. */
export function authored<Value>(
  editor: EditorSchema,
  read: (value: SourceValue, refuse: Refuse) => Value | undefined,
): z.ZodType<Value> {
  return z
    .unknown()
    .transform((value, context): Value => {
      const refuse: Refuse = (message, { suggestion, path = [] } = {}) => {
        context.addIssue({ code: 'custom', message, path: [...path], params: { suggestion } });
      };
      return read(value as SourceValue, refuse) as Value;
    })
    .meta(editor);
}

/**
 * JSON Schema of a value as an editor sees it. Editors read YAML by its core schema: to them `3` is a number and `null`
 * is null. Here every scalar is a text.
 */
type EditorSchema = Readonly<Record<string, unknown>>;

/** A text of one or more sentences. */
export function text(description: string): z.ZodType<string> {
  return authored({ ...scalar, description }, readText);
}

/** A scalar, which an editor takes for any of these types. */
const scalar: EditorSchema = { type: ['string', 'number', 'boolean'] };

/** Reads a text that is not empty, without the spaces around it. */
export function readText(value: SourceValue, refuse: Refuse, limit: number = sourceLimits.value): string | undefined {
  if (typeof value !== 'string') return refuse(`a text belongs here, not ${nameOf(value)}`);
  const text = value.trim();
  if (text === '') return refuse('a text is missing here');
  return text.length > limit ? refuse(`this text has ${text.length} characters: write at most ${limit}`) : text;
}

/** Refuses a value, or a part of it; may be called several times. The reader's result is then ignored. */
export type Refuse = (message: string, refusal?: Refusal) => undefined;

/** What to write instead of a refused value, and the place of the refused part within it. */
type Refusal = { readonly suggestion?: string | undefined; readonly path?: Path };

/** The items of a list, or a single value as a list of one, each with its place. */
export function itemsOf(value: SourceValue): readonly { readonly item: SourceValue; readonly path: Path }[] {
  return isList(value) ? value.map((item, index) => ({ item, path: [index] })) : [{ item: value, path: [] }];
}

/** The same as `refuse`, for a part of the value. */
export function refuseAt(refuse: Refuse, at: Path): Refuse {
  return (message, { suggestion, path = [] } = {}) => refuse(message, { suggestion, path: [...at, ...path] });
}

/** A short text: a name, a place. */
export function word(description: string): z.ZodType<string> {
  return authored({ ...scalar, description }, (value, refuse) => readText(value, refuse, limits.word));
}

const limits = { word: 300, slug: 100, address: 2_000 } as const;

/** A short text, or nothing for null. */
export function wordOrNull(description: string): z.ZodType<string | null> {
  return authored({ type: ['string', 'number', 'null'], description }, (value, refuse) =>
    value === '' ? null : readText(value, refuse, limits.word),
  );
}

/** Reads a slug; suggests the slug to make of any other text. */
export function readSlug(value: SourceValue, refuse: Refuse): string | undefined {
  const name = readText(value, refuse, limits.slug);
  if (name === undefined || slugPattern.test(name)) return name;
  const slug = slugOf(name);
  return refuse(`"${name}": write a slug: lower-case letters and digits, joined by - or .`, {
    suggestion: slugPattern.test(slug) ? slug : undefined,
  });
}

/** A slug, the name of a subject in keys. */
export function slug(description: string): z.ZodType<string> {
  return authored({ ...slugSchema, description }, readSlug);
}

/** JSON Schema of a slug. */
export const slugSchema = { type: ['string', 'integer'], pattern: slugPattern.source };

/** The fields whose value is the slug of a subject, with the kind of that subject. */
export const subjectFields: Readonly<Record<string, string>> = {
  campaign: 'campaign',
  obligation: 'obligation',
  predecessor: 'organisation',
};

function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '');
}

/** One of several words; a mistyped one is refused with the nearest. */
export function choice<Word extends string>(words: readonly Word[], description: string): z.ZodType<Word> {
  return authored({ enum: words, description }, (value, refuse) => {
    const chosen = readText(value, refuse, limits.word);
    const word = words.find((candidate) => candidate === chosen);
    if (word !== undefined || chosen === undefined) return word;
    return refuse(`"${chosen}" is none of ${words.join(', ')}`, {
      suggestion: nearest(chosen, words, { limit: 1 })[0],
    });
  });
}

/** An ISO 4217 code, in capitals however it is written. */
export function currency(description: string): z.ZodType<string> {
  return authored({ ...scalar, pattern: '^[A-Za-z]{3}$', description }, (value, refuse) => {
    const written = readText(value, refuse, limits.word);
    const code = written === undefined ? undefined : currencyCode(written);
    if (code !== undefined || written === undefined) return code;
    return refuse(`"${written}" is not a currency: write its ISO 4217 code, as in EUR`, {
      suggestion: nearestCurrency(written),
    });
  });
}

/** Yes or no, written `true` or `false`. */
export function flag(description: string): z.ZodType<boolean> {
  return authored({ type: 'boolean', description }, (value, refuse) => {
    if (value === 'true' || value === 'false') return value === 'true';
    const suggestion = typeof value === 'string' ? flagOf(value) : undefined;
    return refuse('true or false belongs here', { suggestion });
  });
}

function flagOf(written: string): string | undefined {
  const [word] = nearest(written, ['true', 'false', 'yes', 'no'], { limit: 1 });
  return word === 'yes' ? 'true' : word === 'no' ? 'false' : word;
}

/** A whole number from 1 to `limit`. */
export function count(limit: number, description: string): z.ZodType<number> {
  return authored({ type: 'integer', minimum: 1, maximum: limit, description }, (value, refuse) => {
    const digits = readText(value, refuse);
    if (digits === undefined) return undefined;
    return /^[1-9]\d*$/.test(digits) && Number(digits) <= limit
      ? Number(digits)
      : refuse(`"${digits}": a whole number from 1 to ${limit} belongs here`);
  });
}

/** A text that matches a pattern; suggests lower case if nothing else is wrong. */
export function pattern(form: RegExp, rule: string, description: string): z.ZodType<string> {
  return authored({ ...scalar, pattern: form.source, description }, (value, refuse) => {
    const written = readText(value, refuse, limits.word);
    if (written === undefined || form.test(written)) return written;
    const small = written.toLowerCase();
    return refuse(`"${written}": ${rule}`, { suggestion: form.test(small) ? small : undefined });
  });
}

/** Names or slugs: a list, or a single one. */
export function names(description: string): z.ZodType<readonly string[]> {
  return authored(
    { anyOf: [scalar, { type: 'array', items: scalar, minItems: 1, uniqueItems: true }], description },
    (value, refuse) => {
      const items: readonly SourceValue[] = isList(value) ? value : [value];
      if (items.length === 0) return refuse('a list without names');
      return items.flatMap((item, index) => {
        const path = isList(value) ? [index] : [];
        const name = readText(item, (message) => refuse(message, { path }), limits.word);
        if (name !== undefined && items.indexOf(item) < index) refuse(`${name} is named twice`, { path });
        return name ?? [];
      });
    },
  );
}

/** A map, still as written; `description` is what it holds. */
export function mapOf(description: string): z.ZodType<SourceMap> {
  return authored({}, (value, refuse) =>
    isMap(value) ? value : refuse(`a map of ${description} belongs here, not ${nameOf(value)}`),
  );
}

/** The date of a milestone: EDTF without a slash, a span as `[a..b]`. */
export function milestoneDate(description: string): z.ZodType<UncertainDate> {
  return authored({ ...milestoneForms, description }, readMilestoneDate);
}

// YAML takes `[a..b]` without quotes for a list of one text.
const periodForms: EditorSchema = {
  type: ['string', 'integer', 'array'],
  items: { type: ['string', 'integer'] },
  minItems: 1,
  maxItems: 1,
};

export const milestoneForms: EditorSchema = { ...periodForms, pattern: '^[^/]*$' };

export const readMilestoneDate = dateReader(parseMilestoneDate);

function dateReader(parse: (text: string) => UncertainDate | Problem) {
  return (value: SourceValue, refuse: Refuse): UncertainDate | undefined => {
    const text = readDateText(value, refuse);
    const date = text === undefined ? undefined : parse(text);
    return date && isProblem(date) ? refuse(date.message, { suggestion: date.suggestion }) : date;
  };
}

// YAML reads `[a..b]` without quotes as a list of one text.
function readDateText(value: SourceValue, refuse: Refuse): string | undefined {
  if (!isList(value)) return readText(value, refuse);
  const texts = value.filter((item) => typeof item === 'string');
  if (texts.length === 1 && value.length === 1) return `[${texts[0]}]`;
  const [from, to] = texts;
  const suggestion = texts.length === 2 && value.length === 2 ? `[${from}..${to}]` : undefined;
  return refuse('one date belongs here; a span of days is written [a..b]', { suggestion });
}

/** The date of a milestone, or nothing for one without a date (null). */
export function milestoneDateOrNull(description: string): z.ZodType<UncertainDate | null> {
  return authored({ ...milestoneForms, type: ['string', 'integer', 'array', 'null'], description }, (value, refuse) =>
    value === '' ? null : readMilestoneDate(value, refuse),
  );
}

/** A period: EDTF, also with a slash. */
export function period(description: string): z.ZodType<UncertainDate> {
  return authored({ ...periodForms, description }, dateReader(parsePeriod));
}

/** When something was published: a date of a milestone that has a last day, since it is known to be published. */
export function publicationDate(description: string): z.ZodType<UncertainDate> {
  return authored({ ...milestoneForms, description }, (value, refuse) => {
    const date = readMilestoneDate(value, refuse);
    if (date?.latest !== null) return date;
    return refuse(`${date.edtf}: a publication needs a day by which it was published, as in [a..b] or [..b]`);
  });
}

/** The address of a page: http or https, as it is written. */
export function webAddress(description: string): z.ZodType<string> {
  return authored({ type: 'string', pattern: '^https?://', description }, (value, refuse) => {
    const address = readText(value, refuse, limits.address);
    if (address === undefined || isWebAddress(address)) return address;
    const completed = `https://${address}`;
    return refuse(`"${address}" is no address of a page: write it whole, from https:// on`, {
      suggestion: isWebAddress(completed) ? completed : undefined,
    });
  });
}

function isWebAddress(address: string): boolean {
  const { protocol, hostname } = URL.parse(address) ?? {};
  return /^https?:$/.test(protocol ?? '') && /[^.]\.[^.]/.test(hostname ?? '') && !/\s/.test(address);
}

/** A language: BCP 47, in its canonical form. */
export function language(description: string): z.ZodType<string> {
  return authored({ type: 'string', examples: ['en', 'zh-Hans', 'pt-BR'], description }, (value, refuse) => {
    const written = readText(value, refuse, limits.word);
    if (written === undefined) return undefined;
    const { code, suggestion } = languageCode(written);
    return code ?? refuse(`"${written}" is no language: write its code (BCP 47), as in en or pt-BR`, { suggestion });
  });
}

/** Paragraphs: a number, a range `5-7`, several with commas, or a list of these; in order, each once. */
export function paragraphs(description: string): z.ZodType<readonly number[]> {
  return authored({ ...paragraphsSchema, description }, (value, refuse) => {
    if (isList(value) && value.length === 0) return refuse('a list without paragraphs');
    const numbers = itemsOf(value).flatMap(({ item, path }) => {
      const refuseItem = refuseAt(refuse, path);
      const parts = readText(item, refuseItem)?.split(',') ?? [];
      return parts.flatMap((part) => rangeOf(part.trim(), refuseItem));
    });
    return [...new Set(numbers)].toSorted((a, b) => a - b);
  });
}

const paragraphForm = {
  type: ['integer', 'string'],
  minimum: 1,
  pattern: '^ *\\d+( *[-,–] *\\d+)* *$',
  examples: [5, '5-7', '5, 7-9'],
};

/** JSON Schema of paragraphs. */
export const paragraphsSchema = {
  anyOf: [paragraphForm, { type: 'array', items: paragraphForm, minItems: 1 }],
};

function rangeOf(part: string, refuse: Refuse): readonly number[] {
  const [, from = '', to = from] = /^([1-9]\d{0,4})(?: *[-–] *([1-9]\d{0,4}))?$/.exec(part) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === '' || last > maxParagraphs) {
    refuse(`"${part}": write a number from 1, or a range, as in 5-7`);
    return [];
  }
  if (first > last) refuse(`${part}: ${first} comes after ${last}`, { suggestion: `${last}-${first}` });
  return first > last ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Numbers in order, runs as ranges: `7, 9-11`. */
export function numberRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && number <= last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}

/** More paragraphs than any article has. */
export const maxParagraphs = 10_000;

/** A count or an amount: `3`, `{ min: 3 }`, `{ max: 3 }`, both, or `{ about: 3 }`. */
export function quantity(description: string): z.ZodType<Quantity> {
  return authored({ anyOf: quantityForms, description }, (value, refuse) =>
    isMap(value) ? readBounds(value, refuse) : readNumber(value, refuse),
  );
}

const amount = { type: 'number', minimum: 0 };

const quantityForms = [
  amount,
  { type: 'object', properties: { min: amount, max: amount }, minProperties: 1, additionalProperties: false },
  { type: 'object', properties: { about: amount }, required: ['about'], additionalProperties: false },
];

function readBounds(value: SourceMap, refuse: Refuse): Quantity | undefined {
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const refusePart = refuseAt(refuse, [key]);
    if (!bounds.includes(key)) refusePart(`${key} is none of min, max, about`, { suggestion: nearest(key, bounds)[0] });
    const read = readNumber(item, refusePart);
    return read === undefined ? [] : [[key, read] as const];
  });
  // A refused number is not missing.
  if (entries.length === 0 && Object.keys(value).some((key) => bounds.includes(key))) return undefined;
  const { min, max, about } = Object.fromEntries(entries);
  if (about !== undefined) return entries.length === 1 ? { about } : refuse('about stands alone');
  if (min === undefined && max === undefined) return refuse('a number, min, max or about is missing here');
  if (min !== undefined && max !== undefined && min > max) return refuse(`min ${min} is more than max ${max}`);
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

const bounds = ['min', 'max', 'about'];

function readNumber(value: SourceValue, refuse: Refuse): number | undefined {
  const text = readText(value, refuse);
  if (text === undefined) return undefined;
  if (!numberForm.test(text)) {
    return refuse(`"${text}": a number belongs here, or { min: 3 }, { max: 3 }, { about: 3 }`, {
      suggestion: suggestNumber(text),
    });
  }
  const inexact = inexactNumber(text);
  return inexact === null ? Number(text) : refuse(inexact);
}

const numberForm = /^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,2})?$/;

/**
 * `{ min: 3 }` for "at least 3", `12` for "12 years", `1000` for "1,000", `6000000` for "6 million"; undefined unless the
 * text has exactly one number.
 */
function suggestNumber(text: string): string | undefined {
  const numbers = text.replace(/(?<=\d)[,_' ](?=\d{3}\b)/g, '').match(/\d+(?:\.\d+)?/g) ?? [];
  const [digits] = numbers;
  if (digits === undefined || numbers.length > 1 || /-\d|\d *(?:k|m|b|%)\b/i.test(text)) return undefined;
  const [, scale = ''] = /\d *(thousand|million|billion|mn|bn)\b/i.exec(text) ?? [];
  // 1.1 times a million has a remainder that nobody wrote.
  const value = Number((Number(digits) * (scales[scale.toLowerCase()] ?? 1)).toPrecision(15));
  const bound = boundWords.find(([words]) => words.test(text))?.[1];
  return bound ? `{ ${bound}: ${value} }` : String(value);
}

const scales: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, mn: 1e6, billion: 1e9, bn: 1e9 };

const boundWords: readonly (readonly [RegExp, string])[] = [
  [/\b(?:at least|more than|over|from)\b|\+|>/i, 'min'],
  [/\b(?:at most|up to|less than|under|fewer than)\b|</i, 'max'],
  [/\b(?:about|around|some|circa|nearly|almost|roughly)\b|~/i, 'about'],
];

/** A short name, or `Name, role`. A text that has the form of a slug is a short name. */
export function speaker(description: string): z.ZodType<AuthoredSpeaker> {
  return authored({ ...scalar, description }, (value, refuse) =>
    typeof value === 'string' && slugPattern.test(value) ? { short: value } : readSpeaker(value, refuse),
  );
}

/** Who speaks: a short name of the file's `speakers` (still to be looked up), or a person or an outlet. */
export type AuthoredSpeaker = { readonly short: string } | Speaker;

/** `Name, role`: what comes before the first comma is the name; without a comma there is no role. */
function readSpeaker(value: SourceValue, refuse: Refuse): Speaker | undefined {
  const text = readText(value, refuse, limits.word);
  if (text === undefined) return undefined;
  const comma = text.indexOf(',');
  const name = (comma < 0 ? text : text.slice(0, comma)).trim();
  const role = comma < 0 ? '' : text.slice(comma + 1).trim();
  return name === '' ? refuse('a name comes before the comma') : { name, role: role === '' ? null : role };
}

/** Short names and the speakers that they stand for. */
export function speakers(description: string): z.ZodType<ReadonlyMap<string, Speaker>> {
  return authored(
    { type: 'object', propertyNames: { pattern: slugPattern.source }, additionalProperties: scalar, description },
    (value, refuse) => {
      if (!isMap(value)) return refuse(`a map of short names to "Name, role" belongs here, not ${nameOf(value)}`);
      const entries = Object.entries(value).flatMap(([short, who]) => {
        const refusePart = refuseAt(refuse, [short]);
        if (!slugPattern.test(short))
          refusePart(`"${short}": write a short name: lower-case letters and digits, joined by - or .`);
        const read = readSpeaker(who, refusePart);
        return read ? [[short, read] as const] : [];
      });
      return new Map(entries);
    },
  );
}
