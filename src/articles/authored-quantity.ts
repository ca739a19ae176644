import type * as z from 'zod';
import type { Quantity } from '../domain/events/field.ts';
import { inexactNumber } from '../domain/exact-number.ts';
import { nearest } from '../domain/nearest.ts';
import { authored, type Refuse, readText, refuseAt } from './authored.ts';
import { isMap, type SourceMap, type SourceValue } from './source-value.ts';

const bounds = ['min', 'max', 'about'];
const number = /^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,2})?$/;
const worded: readonly (readonly [RegExp, string])[] = [
  [/\b(?:at least|more than|over|from)\b|\+|>/i, 'min'],
  [/\b(?:at most|up to|less than|under|fewer than)\b|</i, 'max'],
  [/\b(?:about|around|some|circa|nearly|almost|roughly)\b|~/i, 'about'],
];

/** `{ min: 3 }` for "at least 3", `12` for "12 years", `1000` for "1,000"; nothing where there is not one number. */
function insteadOf(text: string): string | undefined {
  const numbers = text.replace(/(?<=\d)[,_' ](?=\d{3}\b)/g, '').match(/\d+(?:\.\d+)?/g) ?? [];
  const [value] = numbers;
  if (value === undefined || numbers.length > 1 || /-\d|\d *(?:k|m|b|million|billion|%)\b/i.test(text))
    return undefined;
  const bound = worded.find(([words]) => words.test(text))?.[1];
  return bound ? `{ ${bound}: ${Number(value)} }` : String(Number(value));
}

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

const amount = { type: 'number', minimum: 0 };
const forms = [
  amount,
  { type: 'object', properties: { min: amount, max: amount }, minProperties: 1, additionalProperties: false },
  { type: 'object', properties: { about: amount }, required: ['about'], additionalProperties: false },
];

/** A count or an amount: `3`, `{ min: 3 }`, `{ max: 3 }`, both, or `{ about: 3 }`. */
export function quantity(description: string): z.ZodType<Quantity> {
  return authored({ anyOf: forms, description }, (value, refuse) =>
    isMap(value) ? readBounds(value, refuse) : readNumber(value, refuse),
  );
}
