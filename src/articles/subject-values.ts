import type * as z from 'zod';
import { type EventType, everywhere, type TerritoryDates } from '../domain/vocabulary/event-type.ts';
import { editionAtEnd } from '../domain/vocabulary/fact-parts.ts';
import { olympics, seriesOf } from '../domain/vocabulary/games-editions.ts';
import { isMarket, marketCodes, nearestMarket } from './codes.ts';
import { isList, isMap, nameOf, type SourceValue } from './source.ts';
import {
  authored,
  itemsOf,
  milestoneForms,
  type Refuse,
  readMilestoneDate,
  readSlug,
  readText,
  refuseAt,
  slugSchema,
} from './values.ts';

/** The value of the type's key: a slug or a market code, a list of these, or nothing if the type allows it. */
export function subjects(type: EventType): z.ZodType<AuthoredSubjects> {
  return authored({ anyOf: editorForms(type), description: type.meaning }, (value, refuse) => {
    const isNamed = type.subject === 'named';
    if (value === '' && !isNamed) return [null];
    if (value === '' || (isList(value) && value.length === 0)) {
      return refuse(isNamed ? 'a subject belongs here: a slug, or a list of slugs' : 'no subject');
    }
    if (type.subject === 'none') return refuse(`${type.type} has no subject: nothing stands after its colon`);
    return itemsOf(value).flatMap(({ item, path }) => {
      const refuseItem = refuseAt(refuse, path);
      return (type.markets ? readMarket(item, refuseItem) : readSubject(type, item, refuseItem)) ?? [];
    });
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

function readMarket(value: SourceValue, refuse: Refuse): string | undefined {
  const code = readText(value, refuse);
  if (code === undefined || isMarket(code)) return code;
  return refuse(`"${code}" is not a market: write two capital letters (ISO 3166-1 alpha-2), as in GB`, {
    suggestion: nearestMarket(code),
  });
}

function readSubject({ kind }: EventType, value: SourceValue, refuse: Refuse): string | undefined {
  const slug = readSlug(value, refuse);
  const edition = slug === undefined ? null : editionAtEnd(kind, slug);
  if (slug === undefined || edition === null) return slug;
  const subject = slug.slice(0, -edition.length - 1) || undefined;
  if (seriesOf(edition) === olympics) {
    return refuse(`${slug}: a slug does not name Games: write games: ${edition} instead`, { suggestion: subject });
  }
  const joined = slug.replace(/\.(?=[^.]*$)/, '-');
  return refuse(`${slug}: a slug does not name an edition: write games: ${edition}, or ${joined} for one of several`, {
    suggestion: joined,
  });
}

/** Where something holds: `worldwide`, the code of a market, or a list of codes; sorted. */
export function territories(description: string): z.ZodType<readonly string[]> {
  return authored({ anyOf: oneOrMore({ enum: territoryCodes() }), description }, (value, refuse) => {
    const items = itemsOf(value);
    if (items.length === 0) return refuse('a list without territories');
    const codes = items.flatMap(({ item, path }) => readTerritory(item, refuseAt(refuse, path)) ?? []);
    const twice = codes.find((code, i) => codes.indexOf(code) < i);
    if (twice !== undefined) return refuse(`${twice} is named twice`);
    if (codes.length > 1 && codes.includes(everywhere)) {
      return refuse(`${everywhere} has all the others in it: leave them out`, { suggestion: everywhere });
    }
    return codes.toSorted();
  });
}

function territoryCodes(): readonly string[] {
  return [everywhere, ...marketCodes()];
}

function readTerritory(value: SourceValue, refuse: Refuse): string | undefined {
  if (typeof value === 'string' && /^(?:world-?wide|global(?:ly)?|the world)$/i.test(value.trim())) {
    return value === everywhere ? value : refuse(`"${value}": write ${everywhere}`, { suggestion: everywhere });
  }
  return readMarket(value, refuse);
}

/** Territories and a date for each. */
export function territoryDates(description: string): z.ZodType<TerritoryDates> {
  return authored(
    {
      type: 'object',
      propertyNames: { enum: territoryCodes() },
      additionalProperties: milestoneForms,
      minProperties: 1,
      description,
    },
    (value, refuse) => {
      if (!isMap(value)) return refuse(`a map of territories to days belongs here, not ${nameOf(value)}`);
      const entries = Object.entries(value).flatMap(([code, day]) => {
        const refuseEntry = refuseAt(refuse, [code]);
        const territory = readTerritory(code, refuseEntry);
        const date = readMilestoneDate(day, refuseEntry);
        return territory === undefined || date === undefined ? [] : [[territory, date.edtf] as const];
      });
      if (Object.keys(value).length === 0) return refuse('a map without territories');
      return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    },
  );
}
