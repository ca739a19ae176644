import type * as z from 'zod';
import { authored, itemsOf, type Refuse, readText, refuseAt } from './authored.ts';

/** More than any article has. */
export const mostParagraphs = 10_000;

const one = {
  type: ['integer', 'string'],
  minimum: 1,
  pattern: '^ *\\d+( *[-,–] *\\d+)* *$',
  examples: [5, '5-7', '5, 7-9'],
};

const rangeOf = (part: string, refuse: Refuse): readonly number[] => {
  const [, from = '', to = from] = /^([1-9]\d{0,4})(?: *[-–] *([1-9]\d{0,4}))?$/.exec(part) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === '' || last > mostParagraphs) {
    refuse(`"${part}": a paragraph is a number from 1, several are 5-7`);
    return [];
  }
  if (first > last) refuse(`${part}: ${first} comes after ${last}`, { suggestion: `${last}-${first}` });
  return first > last ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
};

/** Paragraphs: a number, a range `5-7`, several with commas, or a list of these; in order, each once. */
export const paragraphs = (description: string): z.ZodType<readonly number[]> =>
  authored({ anyOf: [one, { type: 'array', items: one, minItems: 1 }], description }, (value, refuse) => {
    const numbers = itemsOf(value).flatMap(({ item, path }) => {
      const refuseItem = refuseAt(refuse, path);
      const parts = readText(item, refuseItem)?.split(',') ?? [];
      return parts.flatMap((part) => rangeOf(part.trim(), refuseItem));
    });
    return numbers.length > 0 ? [...new Set(numbers)].sort((a, b) => a - b) : refuse('paragraphs are missing here');
  });
