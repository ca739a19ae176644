import type * as z from 'zod';
import { compareEditions, type Edition, expandGames, isEditionProblem } from '../domain/edition.ts';
import { authored, itemsOf, readText, refuseAt } from './authored.ts';
import { isList } from './source-value.ts';

/** Far more than a list of Games with spans has. */
const longest = 500;

const one = {
  type: 'string',
  pattern: '^ *\\d{4}[SWsw]( *(\\.\\.|,) *\\d{4}[SWsw])* *$',
  examples: ['2020S', '2018W..2028S', '2018W, 2022W'],
};

/** Games editions: one, a span `2018W..2028S`, several with commas, or a list of these; in calendar order. */
export function games(description: string): z.ZodType<readonly Edition[]> {
  return authored({ anyOf: [one, { type: 'array', items: one, minItems: 1 }], description }, (value, refuse) => {
    if (isList(value) && value.length === 0) return refuse('a list without Games');
    const seen = new Set<Edition>();
    for (const { item, path } of itemsOf(value)) {
      const refuseItem = refuseAt(refuse, path);
      const text = readText(item, refuseItem, longest);
      const editions = text === undefined ? [] : expandGames(text);
      if (isEditionProblem(editions)) {
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
