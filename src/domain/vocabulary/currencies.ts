import { nearest } from './nearest.ts';

/**
 * The ISO 4217 code that a text is, in capitals however it is written; undefined if it is none. Codes that ISO 4217 has
 * withdrawn count: a contract of 1998 is in DEM.
 */
export function currencyCode(text: string): string | undefined {
  const code = text.toUpperCase();
  return /^[A-Z]{3}$/.test(code) && !notMoney.has(code) && names().of(code) !== undefined ? code : undefined;
}

// Codes for testing and for no currency, and the offshore yuan, which CLDR knows and ISO 4217 does not.
const notMoney = new Set(['XTS', 'XXX', 'CNH']);

function names(): Intl.DisplayNames {
  displayNames ??= new Intl.DisplayNames('en', { type: 'currency', fallback: 'none' });
  return displayNames;
}

let displayNames: Intl.DisplayNames | null = null;

/** The code that `€`, `euros`, `RMB` or `UDS` may mean; undefined if none is near. */
export function nearestCurrency(text: string): string | undefined {
  const codes = Intl.supportedValuesOf('currency').filter((code) => currencyCode(code) === code);
  const called = new Map([
    ...codes.filter((code) => symbolOf(code) !== code).map((code): [string, string] => [symbolOf(code), code]),
    ...codes.map((code): [string, string] => [names().of(code) ?? code, code]),
    ...commonNames,
  ]);
  const letters = (code: string) => Array.from(code.toUpperCase()).toSorted().join('');
  const [name = ''] = called.has(text) ? [text] : nearest(text, called.keys(), { limit: 1 });
  const swapped = codes.find((code) => letters(code) === letters(text));
  return called.get(name) ?? swapped ?? nearest(text, codes, { limit: 1 })[0];
}

const commonNames: readonly (readonly [string, string])[] = [
  ['RMB', 'CNY'],
  ['renminbi', 'CNY'],
  ['dollars', 'USD'],
  ['pounds', 'GBP'],
  ['sterling', 'GBP'],
];

function symbolOf(code: string): string {
  const parts = new Intl.NumberFormat('en', { style: 'currency', currency: code }).formatToParts(0);
  return parts.find(({ type }) => type === 'currency')?.value ?? code;
}
