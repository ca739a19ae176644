import { nearest } from '../domain/vocabulary/nearest.ts';

/** The codes of all markets, ISO 3166-1 alpha-2, in alphabetical order. */
export function marketCodes(): readonly string[] {
  return [...marketNames().keys()];
}

// Built on first use: trying all pairs of letters takes a tenth of the time of a short command.
function marketNames(): ReadonlyMap<string, string> {
  if (namesByMarket === null) {
    const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    const pairs = letters.flatMap((first) => letters.map((second) => first + second));
    const assigned = pairs.filter((code) => currentCode(code) === code && !notAssigned.has(code));
    namesByMarket = new Map(
      assigned.flatMap((code) => {
        const name = regions.of(code);
        return name === undefined ? [] : [[code, name]];
      }),
    );
  }
  return namesByMarket;
}

// Codes that CLDR knows and ISO 3166-1 does not assign: exceptionally reserved, and for private use.
const notAssigned = new Set('AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ'.split(' '));

const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

let namesByMarket: ReadonlyMap<string, string> | null = null;

// The code that replaces a withdrawn or reserved one: DE for DD, GB for UK.
function currentCode(code: string): string | undefined {
  return new Intl.Locale(`und-${code}`).region;
}

/** Whether a text is a code that ISO 3166-1 alpha-2 assigns, in capitals. */
export function isMarket(code: string): boolean {
  return marketNames().has(code);
}

/** The code that `cn`, `UK` or `China` may mean; undefined if none is near. */
export function nearestMarket(text: string): string | undefined {
  const capitals = text.toUpperCase();
  const usual = usualNames.get(capitals.replace(/^THE /, ''));
  if (usual !== undefined) return usual;
  const replaced = /^[A-Z]{2}$/.test(capitals) ? currentCode(capitals) : undefined;
  if (replaced && isMarket(replaced)) return replaced;
  // Names of countries resemble each other; a mistyped one still has its first letter.
  const codes = new Map([...marketNames()].map(([code, name]) => [name, code]));
  const name = nearest(text, codes.keys()).find((near) => text.length > 3 && near.startsWith(capitals.charAt(0)));
  return name && codes.get(name);
}

// Names of countries in the press that differ from those of the standard.
const usualNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    KR: ['KOREA', 'REPUBLIC OF KOREA'],
    US: ['USA', 'U.S.', 'U.S.A.', 'AMERICA', 'UNITED STATES OF AMERICA'],
    GB: ['U.K.', 'BRITAIN', 'GREAT BRITAIN', 'ENGLAND', 'SCOTLAND', 'WALES', 'NORTHERN IRELAND'],
    NL: ['HOLLAND', 'THE NETHERLANDS'],
    AE: ['UAE', 'U.A.E.', 'EMIRATES'],
    TR: ['TURKEY'],
    CZ: ['CZECH REPUBLIC'],
    CI: ['IVORY COAST'],
    MM: ['BURMA'],
    HK: ['HONG KONG'],
    MO: ['MACAU', 'MACAO'],
    VN: ['VIET NAM'],
  }).flatMap(([code, names]) => names.map((name) => [name, code] as const)),
);

/** A language (BCP 47) in its canonical form, or the code that `English`, `zh_CN` or `jp` may mean. */
export function languageCode(written: string): {
  readonly code: string | null;
  readonly suggestion?: string | undefined;
} {
  const code = canonicalLanguage(written);
  if (code !== null) return { code };
  const hyphened = canonicalLanguage(written.replaceAll('_', '-'));
  if (hyphened !== null) return { code: null, suggestion: hyphened };
  const inRegion = /^[A-Za-z]{2}$/.test(written) ? new Intl.Locale(`und-${written}`).maximize().language : 'und';
  if (inRegion !== 'und') return { code: null, suggestion: inRegion };
  const codes = letters.flatMap((first) => letters.map((second) => (first + second).toLowerCase()));
  const byName = new Map(
    codes.flatMap((one) => (languageName(one) === undefined ? [] : [[languageName(one) ?? '', one]])),
  );
  const [near = ''] = nearest(written, byName.keys(), { limit: 1 });
  return { code: null, suggestion: byName.get(near) };
}

function canonicalLanguage(written: string): string | null {
  try {
    const [code = ''] = Intl.getCanonicalLocales(written);
    return languageName(new Intl.Locale(code).language) === undefined ? null : code;
  } catch {
    return null;
  }
}

function languageName(code: string): string | undefined {
  return new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(code);
}
