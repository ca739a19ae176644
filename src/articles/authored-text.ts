import type * as z from 'zod';
import { slugPattern } from '../domain/fact-key.ts';
import { nearest } from '../domain/nearest.ts';
import { authored, type Refuse, readText, scalar } from './authored.ts';
import type { SourceValue } from './source-value.ts';

const limits = { word: 300, slug: 100 } as const;

/** A text of one or more sentences. */
export function text(description: string): z.ZodType<string> {
  return authored({ ...scalar, description }, readText);
}

/** A short text, such as a name. */
export function word(description: string): z.ZodType<string> {
  return authored({ ...scalar, description }, (value, refuse) => readText(value, refuse, limits.word));
}

/** A short text, or nothing for null. */
export function wordOrNull(description: string): z.ZodType<string | null> {
  return authored({ type: ['string', 'number', 'null'], description }, (value, refuse) =>
    value === '' ? null : readText(value, refuse, limits.word),
  );
}

function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '');
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

/** JSON Schema of a slug. */
export const slugSchema = { type: ['string', 'integer'], pattern: slugPattern.source };

/** A slug, the name of a subject in keys. */
export function slug(description: string): z.ZodType<string> {
  return authored({ ...slugSchema, description }, readSlug);
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

function flagOf(written: string): string | undefined {
  const [word] = nearest(written, ['true', 'false', 'yes', 'no'], { limit: 1 });
  return word === 'yes' ? 'true' : word === 'no' ? 'false' : word;
}

/** Yes or no, written `true` or `false`. */
export function flag(description: string): z.ZodType<boolean> {
  return authored({ type: 'boolean', description }, (value, refuse) => {
    if (value === 'true' || value === 'false') return value === 'true';
    const suggestion = typeof value === 'string' ? flagOf(value) : undefined;
    return refuse('true or false belongs here', { suggestion });
  });
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
