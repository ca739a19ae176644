import { slugPattern } from './fact-key.ts';
import { ownWriters } from './writers.ts';

/** The token of a person (or of a program), and the name under which he is recorded. */
export type NamedToken = { readonly name: string; readonly token: string };

/** What a token has to be, and what to say of one that is not; its own text is never told. */
export const tokenRule = { shortest: 16, pattern: /^[\x21-\x7e]*$/ } as const;

const longestName = 64;
const taken: ReadonlySet<string> = new Set(Object.values(ownWriters));

type Entry = { readonly place: number; readonly name: string | null; readonly token: string };

function entryOf(text: string, i: number): Entry {
  const colon = text.indexOf(':');
  return colon < 0
    ? { place: i + 1, name: null, token: text }
    : { place: i + 1, name: text.slice(0, colon), token: text.slice(colon + 1) };
}

// Whatever stands in the place of a name may be a token, so only the place of an entry is told.
function mistakesOf({ place, name, token }: Entry): readonly string[] {
  const { shortest, pattern } = tokenRule;
  if (name === null) return [`entry ${place} is no name:token`];
  return [
    ...(slugPattern.test(name) && name.length <= longestName
      ? []
      : [`the name of entry ${place} is not of small letters, digits, - and . (at most ${longestName})`]),
    ...(taken.has(name) ? [`the name of entry ${place} is one under which the ledger itself records`] : []),
    ...(token.length < shortest ? [`the token of entry ${place} has fewer than ${shortest} characters`] : []),
    ...(pattern.test(token) ? [] : [`the token of entry ${place} has other than visible ASCII characters`]),
  ];
}

function repeated(entries: readonly Entry[], what: 'name' | 'token'): readonly string[] {
  return [...Map.groupBy(entries, (entry) => entry[what])]
    .filter(([value, same]) => value !== null && same.length > 1)
    .map(([, same]) => `entries ${same.map(({ place }) => place).join(' and ')} have the same ${what}`);
}

/**
 * Reads `anna:<token>,ben:<token>`: names are slugs, none of them one of the ledger's own, tokens 16 visible ASCII
 * characters or more without a comma; both occur once. All mistakes are told, none with a token in it.
 */
export function readWriteTokens(text: string): {
  readonly tokens: readonly NamedToken[];
  readonly mistakes: readonly string[];
} {
  const entries = text.split(',').map((entry, i) => entryOf(entry.trim(), i));
  const mistakes = [...entries.flatMap(mistakesOf), ...repeated(entries, 'name'), ...repeated(entries, 'token')];
  const tokens = entries.flatMap(({ name, token }) => (name === null ? [] : [{ name, token }]));
  return { tokens: mistakes.length > 0 ? [] : tokens, mistakes };
}
