import * as z from 'zod';
import { parseMilestoneDate, parsePeriod, type UncertainDate } from '../domain/vocabulary/dates.ts';
import type { Speaker } from '../domain/vocabulary/event-data.ts';
import type { EventType } from '../domain/vocabulary/event-type.ts';
import { slugPattern } from '../domain/vocabulary/fact-key.ts';
import { compareEditions, type Edition, editionOfSlug, expandGames } from '../domain/vocabulary/games-editions.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { isProblem, type Problem } from '../domain/vocabulary/problem.ts';
import { inexactNumber, type Quantity } from '../domain/vocabulary/quantity.ts';
import { isList, isMap, nameOf, type Path, type SourceMap, type SourceValue, sourceLimits } from './source.ts';

/** The schema of a value as authors write it: `read` turns it into what it means, or refuses it. */
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
 * JSON Schema of a value as an editor sees it. Editors read YAML by its core schema, so that `3` is a number to them
 * and `null` is null, whereas here every scalar is a text.
 */
export type EditorSchema = Readonly<Record<string, unknown>>;

function read(parse: (text: string) => UncertainDate | Problem) {
  return (value: SourceValue, refuse: Refuse): UncertainDate | undefined => {
    const text = textOf(value, refuse);
    const date = text === undefined ? undefined : parse(text);
    return date && isProblem(date) ? refuse(date.message, { suggestion: date.suggestion }) : date;
  };
}

/** A text of one or more sentences. */
export function text(description: string): z.ZodType<string> {
  return authored({ ...scalar, description }, readText);
}

/** Scalars that to an editor may be of any type. */
export const scalar: EditorSchema = { type: ['string', 'number', 'boolean'] };

/** Reads a text that must not be empty, without the spaces around it. */
export function readText(value: SourceValue, refuse: Refuse, limit: number = sourceLimits.value): string | undefined {
  if (typeof value !== 'string') return refuse(`a text belongs here, not ${nameOf(value)}`);
  const text = value.trim();
  if (text === '') return refuse('a text is missing here');
  return text.length > limit ? refuse(`${text.length} characters are too long, ${limit} are the limit`) : text;
}

/** Refuses a value, or a part of it. Can be called several times; what is read then does not count. */
export type Refuse = (message: string, refusal?: Refusal) => undefined;

/** What may be said of a refused value beside the message: what to write instead, and where within the value it is. */
export type Refusal = { readonly suggestion?: string | undefined; readonly path?: Path };

function textOf(value: SourceValue, refuse: Refuse): string | undefined {
  if (!Array.isArray(value)) return readText(value, refuse);
  const texts = value.filter((item) => typeof item === 'string');
  if (texts.length === 1 && value.length === 1) return `[${texts[0]}]`;
  const [from, to] = texts;
  const suggestion = texts.length === 2 && value.length === 2 ? `[${from}..${to}]` : undefined;
  return refuse('one date belongs here; a span of days is written [a..b]', { suggestion });
}

/** The items of a list, or a single value as a list of one, each with its place. */
export function itemsOf(value: SourceValue): readonly { readonly item: SourceValue; readonly path: Path }[] {
  return Array.isArray(value) ? value.map((item, index) => ({ item, path: [index] })) : [{ item: value, path: [] }];
}

/** The same as `refuse`, for a part of the value. */
export function refuseAt(refuse: Refuse, at: Path): Refuse {
  return (message, { suggestion, path = [] } = {}) => refuse(message, { suggestion, path: [...at, ...path] });
}

/** A short text, such as a name. */
export function word(description: string): z.ZodType<string> {
  return authored({ ...scalar, description }, (value, refuse) => readText(value, refuse, limits.word));
}

const limits = { word: 300, slug: 100 } as const;

/** A short text, or nothing for null. */
export function wordOrNull(description: string): z.ZodType<string | null> {
  return authored({ type: ['string', 'number', 'null'], description }, (value, refuse) =>
    value === '' ? null : readText(value, refuse, limits.word),
  );
}

/** Reads a slug; refuses any other text with the slug that would be made from it. */
export function readSlug(value: SourceValue, refuse: Refuse): string | undefined {
  const name = readText(value, refuse, limits.slug);
  if (name === undefined || slugPattern.test(name)) return name;
  const slug = slugOf(name);
  return refuse(`"${name}": a slug has small letters and digits, joined by - or .`, {
    suggestion: slugPattern.test(slug) ? slug : undefined,
  });
}

/** A slug, the name of a subject in keys. */
export function slug(description: string): z.ZodType<string> {
  return authored({ ...slugSchema, description }, readSlug);
}

/** JSON Schema of a slug. */
export const slugSchema = { type: ['string', 'integer'], pattern: slugPattern.source };

/** The kinds of subjects that fields of these names name by slug. */
export const subjectFields: Readonly<Record<string, string>> = { campaign: 'campaign', obligation: 'obligation' };

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
    const known = words.find((one) => one === chosen);
    if (known !== undefined || chosen === undefined) return known;
    return refuse(`"${chosen}" is none of ${words.join(', ')}`, {
      suggestion: nearest(chosen, words, { limit: 1 })[0],
    });
  });
}

const one = {
  type: 'string',
  pattern: '^ *\\d{4}[SWsw]( *(\\.\\.|,) *\\d{4}[SWsw])* *$',
  examples: ['2020S', '2018W..2028S', '2018W, 2022W'],
};

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

/** A text of a given form; where it only lacks small letters, these are suggested. */
export function ofForm(form: RegExp, says: string, description: string): z.ZodType<string> {
  return authored({ ...scalar, pattern: form.source, description }, (value, refuse) => {
    const written = readText(value, refuse, limits.word);
    if (written === undefined || form.test(written)) return written;
    const small = written.toLowerCase();
    return refuse(`"${written}": ${says}`, { suggestion: form.test(small) ? small : undefined });
  });
}

/** Names or slugs: a list, or a single one. */
export function names(description: string): z.ZodType<readonly string[]> {
  return authored(
    { anyOf: [scalar, { type: 'array', items: scalar, minItems: 1, uniqueItems: true }], description },
    (value, refuse) => {
      const items: readonly SourceValue[] = Array.isArray(value) ? value : [value];
      if (items.length === 0) return refuse('a list without names');
      return items.flatMap((item, index) => {
        const path = Array.isArray(value) ? [index] : [];
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

const milestoneForms: EditorSchema = { ...periodForms, pattern: '^[^/]*$' };

const readMilestoneDate = read(parseMilestoneDate);

/** The date of a milestone, or nothing for one without a date (null). */
export function milestoneDateOrNull(description: string): z.ZodType<UncertainDate | null> {
  return authored({ ...milestoneForms, type: ['string', 'integer', 'array', 'null'], description }, (value, refuse) =>
    value === '' ? null : readMilestoneDate(value, refuse),
  );
}

/** A period: EDTF, also with a slash. */
export function period(description: string): z.ZodType<UncertainDate> {
  return authored({ ...periodForms, description }, read(parsePeriod));
}

/** When something was published: a date of a milestone that has a last day, since it is known to be published. */
export function publicationDate(description: string): z.ZodType<UncertainDate> {
  return authored({ ...milestoneForms, description }, (value, refuse) => {
    const date = readMilestoneDate(value, refuse);
    if (date?.latest !== null) return date;
    return refuse(`${date.edtf}: a publication needs a day by which it was published, as in [a..b] or [..b]`);
  });
}

/** Games editions: one, a span `2018W..2028S`, several with commas, or a list of these; in calendar order. */
export function games(description: string): z.ZodType<readonly Edition[]> {
  return authored({ anyOf: [one, { type: 'array', items: one, minItems: 1 }], description }, (value, refuse) => {
    if (isList(value) && value.length === 0) return refuse('a list without Games');
    const seen = new Set<Edition>();
    for (const { item, path } of itemsOf(value)) {
      const refuseItem = refuseAt(refuse, path);
      const text = readText(item, refuseItem, longest);
      const editions = text === undefined ? [] : expandGames(text);
      if (isProblem(editions)) {
        refuseItem(editions.message, { suggestion: editions.suggestion });
        continue;
      }
      for (const edition of editions) {
        if (seen.has(edition)) refuseItem(`${edition} is named twice`);
        seen.add(edition);
      }
    }
    return [...seen].toSorted(compareEditions);
  });
}

/** Far more than a list of Games with spans has. */
const longest = 500;

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

const oneOfAuthoredParagraphs = {
  type: ['integer', 'string'],
  minimum: 1,
  pattern: '^ *\\d+( *[-,–] *\\d+)* *$',
  examples: [5, '5-7', '5, 7-9'],
};

/** JSON Schema of paragraphs. */
export const paragraphsSchema = {
  anyOf: [oneOfAuthoredParagraphs, { type: 'array', items: oneOfAuthoredParagraphs, minItems: 1 }],
};

function rangeOf(part: string, refuse: Refuse): readonly number[] {
  const [, from = '', to = from] = /^([1-9]\d{0,4})(?: *[-–] *([1-9]\d{0,4}))?$/.exec(part) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === '' || last > mostParagraphs) {
    refuse(`"${part}": a paragraph is a number from 1, several are 5-7`);
    return [];
  }
  if (first > last) refuse(`${part}: ${first} comes after ${last}`, { suggestion: `${last}-${first}` });
  return first > last ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** More than any article has. */
export const mostParagraphs = 10_000;

/** A count or an amount: `3`, `{ min: 3 }`, `{ max: 3 }`, both, or `{ about: 3 }`. */
export function quantity(description: string): z.ZodType<Quantity> {
  return authored({ anyOf: forms, description }, (value, refuse) =>
    isMap(value) ? readBounds(value, refuse) : readNumber(value, refuse),
  );
}

const amount = { type: 'number', minimum: 0 };

const forms = [
  amount,
  { type: 'object', properties: { min: amount, max: amount }, minProperties: 1, additionalProperties: false },
  { type: 'object', properties: { about: amount }, required: ['about'], additionalProperties: false },
];

function readBounds(value: SourceMap, refuse: Refuse): Quantity | undefined {
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const at = refuseAt(refuse, [key]);
    if (!bounds.includes(key)) at(`${key} is none of min, max, about`, { suggestion: nearest(key, bounds)[0] });
    const read = readNumber(item, at);
    return read === undefined ? [] : [[key, read] as const];
  });
  // What was refused is not missing.
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
  if (!number.test(text)) {
    return refuse(`"${text}": a number belongs here, or { min: 3 }, { max: 3 }, { about: 3 }`, {
      suggestion: insteadOf(text),
    });
  }
  const inexact = inexactNumber(text);
  return inexact === null ? Number(text) : refuse(inexact);
}

const number = /^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,2})?$/;

/** `{ min: 3 }` for "at least 3", `12` for "12 years", `1000` for "1,000"; nothing where there is not one number. */
function insteadOf(text: string): string | undefined {
  const numbers = text.replace(/(?<=\d)[,_' ](?=\d{3}\b)/g, '').match(/\d+(?:\.\d+)?/g) ?? [];
  const [value] = numbers;
  if (value === undefined || numbers.length > 1 || /-\d|\d *(?:k|m|b|million|billion|%)\b/i.test(text))
    return undefined;
  const bound = worded.find(([words]) => words.test(text))?.[1];
  return bound ? `{ ${bound}: ${Number(value)} }` : String(Number(value));
}

const worded: readonly (readonly [RegExp, string])[] = [
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
  const text = readText(value, refuse, longestOfAuthoredSpeaker);
  if (text === undefined) return undefined;
  const comma = text.indexOf(',');
  const name = (comma < 0 ? text : text.slice(0, comma)).trim();
  const role = comma < 0 ? '' : text.slice(comma + 1).trim();
  return name === '' ? refuse('a name comes before the comma') : { name, role: role === '' ? null : role };
}

const longestOfAuthoredSpeaker = 300;

/** Short names and whom they stand for. */
export function speakers(description: string): z.ZodType<ReadonlyMap<string, Speaker>> {
  return authored(
    { type: 'object', propertyNames: { pattern: slugPattern.source }, additionalProperties: scalar, description },
    (value, refuse) => {
      if (!isMap(value)) return refuse(`a map of short names to "Name, role" belongs here, not ${nameOf(value)}`);
      const entries = Object.entries(value).flatMap(([short, who]) => {
        const at = refuseAt(refuse, [short]);
        if (!slugPattern.test(short)) at(`"${short}": a short name has small letters and digits, joined by - or .`);
        const read = readSpeaker(who, at);
        return read ? [[short, read] as const] : [];
      });
      return new Map(entries);
    },
  );
}

/** The value of the type's key: a slug or a market code, a list of these, or nothing where the type allows it. */
export function subjects(type: EventType): z.ZodType<AuthoredSubjects> {
  return authored({ anyOf: editorForms(type), description: type.meaning }, (value, refuse) => {
    if (value === '' && needs[type.subject] === '') return [null];
    if (value === '' || (Array.isArray(value) && value.length === 0))
      return refuse(needs[type.subject] || 'no subject');
    if (type.subject === 'none') return refuse(`${type.type} has no subject: nothing stands after its colon`);
    const read = type.markets ? readMarket : readNamed;
    return itemsOf(value).flatMap(({ item, path }) => read(item, refuseAt(refuse, path)) ?? []);
  });
}

/** The subjects of one statement: a fact each. null is the partnership itself, or no subject. */
export type AuthoredSubjects = readonly (string | null)[];

function editorForms(type: EventType): readonly object[] {
  if (type.subject === 'none') return [{ type: 'null' }];
  const forms = oneOrMore(type.markets ? { enum: marketCodes() } : slugSchema);
  return type.subject === 'named' ? forms : [{ type: 'null' }, ...forms];
}

function oneOrMore(one: object) {
  return [one, { type: 'array', items: one, minItems: 1, uniqueItems: true }];
}

// Codes that CLDR knows and ISO 3166-1 does not assign: exceptionally reserved, and for private use.
const notAssigned = new Set('AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ'.split(' '));

const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

/** The codes of all markets, ISO 3166-1 alpha-2, in alphabetical order. */
export function marketCodes(): readonly string[] {
  return [...marketNames().keys()];
}

// Made when it is first asked for: going through all pairs of letters is a tenth of what a short command costs.
function marketNames(): ReadonlyMap<string, string> {
  if (namesByMarket === null) {
    const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    const pairs = letters.flatMap((first) => letters.map((second) => first + second));
    const assigned = pairs.filter((code) => today(code) === code && !notAssigned.has(code));
    namesByMarket = new Map(
      assigned.flatMap((code) => {
        const name = regions.of(code);
        return name === undefined ? [] : [[code, name]];
      }),
    );
  }
  return namesByMarket;
}

let namesByMarket: ReadonlyMap<string, string> | null = null;

// Withdrawn and reserved codes such as DD or UK have a code that stands for them today.
function today(code: string): string | undefined {
  return new Intl.Locale(`und-${code}`).region;
}

const needs: Readonly<Record<EventType['subject'], string>> = {
  none: '',
  named: 'a subject belongs here: a slug, or a list of slugs',
  optional: '',
  partnership: '',
};

function readMarket(value: SourceValue, refuse: Refuse): string | undefined {
  const code = readText(value, refuse);
  if (code === undefined || isMarket(code)) return code;
  return refuse(`"${code}" is no market: ISO 3166-1 alpha-2 has two capital letters, as in GB`, {
    suggestion: nearestMarket(code),
  });
}

/** Whether a text is a code that ISO 3166-1 alpha-2 assigns, in capitals. */
export function isMarket(code: string): boolean {
  return marketNames().has(code);
}

/** The code that someone may have meant who wrote `cn`, `UK` or `China`; undefined if none comes near. */
export function nearestMarket(text: string): string | undefined {
  const capitals = text.toUpperCase();
  const replaced = /^[A-Z]{2}$/.test(capitals) ? today(capitals) : undefined;
  if (replaced && isMarket(replaced)) return replaced;
  // Names of countries resemble each other; a mistyped one still has its first letter.
  const codes = new Map([...marketNames()].map(([code, name]) => [name, code]));
  const name = nearest(text, codes.keys()).find((near) => text.length > 3 && near.startsWith(capitals.charAt(0)));
  return name && codes.get(name);
}

function readNamed(value: SourceValue, refuse: Refuse): string | undefined {
  const slug = readSlug(value, refuse);
  const last = slug?.split('.').at(-1) ?? '';
  const edition = editionOfSlug(last);
  if (slug === undefined || edition === null) return slug;
  return refuse(`${slug}: Games are no part of a slug, they are given as games: ${edition}`, {
    suggestion: slug.slice(0, -last.length - 1) || undefined,
  });
}
