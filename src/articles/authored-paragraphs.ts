import type * as z from 'zod';
import { authored, itemsOf, type Refuse, readText, refuseAt } from './authored.ts';
import { isList } from './source-value.ts';

/** More than any article has. */
export const mostParagraphs = 10_000;

const one = {
  type: ['integer', 'string'],
  minimum: 1,
  pattern: '^ *\\d+( *[-,–] *\\d+)* *$',
  examples: [5, '5-7', '5, 7-9'],
};

/** JSON Schema of paragraphs. */
export const paragraphsSchema = { anyOf: [one, { type: 'array', items: one, minItems: 1 }] };

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
