import { nearest } from '../domain/nearest.ts';

// Codes that CLDR knows and ISO 3166-1 does not assign: exceptionally reserved, and for private use.
const notAssigned = new Set('AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ'.split(' '));
const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const nameOfRegion = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
// Withdrawn and reserved codes such as DD or UK have a code that stands for them today.
function today(code: string): string | undefined {
  return new Intl.Locale(`und-${code}`).region;
}

const assigned = letters
  .flatMap((first) => letters.map((second) => first + second))
  .filter((code) => nameOfRegion.of(code) !== undefined && today(code) === code && !notAssigned.has(code));

const codes = new Set(assigned);
const codesByName = new Map(assigned.map((code) => [nameOfRegion.of(code) ?? code, code]));

/** The codes of all markets, ISO 3166-1 alpha-2, in alphabetical order. */
export const marketCodes: readonly string[] = assigned;

/** Whether a text is a code that ISO 3166-1 alpha-2 assigns, in capitals. */
export function isMarket(code: string): boolean {
  return codes.has(code);
}

/** The code that someone may have meant who wrote `cn`, `UK` or `China`; undefined if none comes near. */
export function nearestMarket(text: string): string | undefined {
  const capitals = text.toUpperCase();
  const replaced = /^[A-Z]{2}$/.test(capitals) ? today(capitals) : undefined;
  if (replaced && isMarket(replaced)) return replaced;
  // Names of countries resemble each other; a mistyped one still has its first letter.
  const name = nearest(text, codesByName.keys()).find((near) => text.length > 3 && near.startsWith(capitals.charAt(0)));
  return name && codesByName.get(name);
}
