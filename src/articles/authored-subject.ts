import type * as z from 'zod';
import { fromSlug } from '../domain/edition.ts';
import type { EventType } from '../domain/events/event-type.ts';
import { authored, itemsOf, type Refuse, readText, refuseAt } from './authored.ts';
import { readSlug, slugSchema } from './authored-text.ts';
import { isMarket, marketCodes, nearestMarket } from './markets.ts';
import type { SourceValue } from './source-value.ts';

/** The subjects of one statement: a fact each. null is the partnership itself, or no subject. */
export type AuthoredSubjects = readonly (string | null)[];

function readMarket(value: SourceValue, refuse: Refuse): string | undefined {
  const code = readText(value, refuse);
  if (code === undefined || isMarket(code)) return code;
  return refuse(`"${code}" is no market: ISO 3166-1 alpha-2 has two capital letters, as in GB`, {
    suggestion: nearestMarket(code),
  });
}

function readNamed(value: SourceValue, refuse: Refuse): string | undefined {
  const slug = readSlug(value, refuse);
  const last = slug?.split('.').at(-1) ?? '';
  const edition = fromSlug(last);
  if (slug === undefined || edition === null) return slug;
  return refuse(`${slug}: Games are no part of a slug, they are given as games: ${edition}`, {
    suggestion: slug.slice(0, -last.length - 1) || undefined,
  });
}

function oneOrMore(one: object) {
  return [one, { type: 'array', items: one, minItems: 1, uniqueItems: true }];
}

function editorForms(type: EventType): readonly object[] {
  if (type.subject === 'none') return [{ type: 'null' }];
  const forms = oneOrMore(type.markets ? { enum: marketCodes } : slugSchema);
  return type.subject === 'named' ? forms : [{ type: 'null' }, ...forms];
}

const needs: Readonly<Record<EventType['subject'], string>> = {
  none: '',
  named: 'a subject belongs here: a slug, or a list of slugs',
  optional: '',
  partnership: '',
};

/** The value of the type's key: a slug or a market code, a list of these, or nothing where the type allows it. */
export function subjects(type: EventType): z.ZodType<AuthoredSubjects> {
  return authored({ anyOf: editorForms(type), description: type.says }, (value, refuse) => {
    if (value === '' && needs[type.subject] === '') return [null];
    if (value === '' || (Array.isArray(value) && value.length === 0))
      return refuse(needs[type.subject] || 'no subject');
    if (type.subject === 'none') return refuse(`${type.type} has no subject: nothing stands after its colon`);
    const read = type.markets ? readMarket : readNamed;
    return itemsOf(value).flatMap(({ item, path }) => read(item, refuseAt(refuse, path)) ?? []);
  });
}
