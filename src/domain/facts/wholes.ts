import { certainlyBefore, daysBetween, intersect, type UncertainDate, uncertainDate } from '../vocabulary/dates.ts';
import { asText, type FieldValue, type Measure, type Money, type Whole } from '../vocabulary/event-type.ts';
import { intersectQuantities, type Quantity, quantityBounds } from '../vocabulary/quantity.ts';
import type { Merging } from './merge.ts';

/**
 * How the values of fields that are said together merge (docs/adr/0028). Money, measures and words: a report adds a
 * currency, a unit or the like to an amount only if it gives the whole itself, so that somebody said each combination
 * that is shown. A term: reports that do not contradict each other fill it together, since its parts bound the same
 * days.
 */
export function mergingOfWhole(whole: Whole): Merging<Parts> {
  const same = (value: Parts) => JSON.stringify(whole.parts.map((part) => value[part] ?? null));
  if (whole.kind === 'term') {
    return {
      same,
      combine: (displayed, other) => combineTerms(displayed, other, whole),
      fill: (displayed, other) => ({ ...other, ...displayed }),
      joins: 'narrows',
    };
  }
  if (whole.kind === 'words') {
    const combine = (displayed: Parts, other: Parts) => combineParts(displayed, other, ['', ...whole.parts]);
    return { same, combine, joins: 'narrows' };
  }
  const [number = ''] = whole.parts;
  const hasNumber = (value: Parts) => value[number] !== undefined;
  const combine = (displayed: Parts, other: Parts) => combineParts(displayed, other, whole.parts);
  return {
    same,
    combine,
    // What may not narrow the amount may still say in which currency it is.
    fill: (displayed, other) => {
      const filled = combine(displayed, other);
      return filled !== null && isEqual(filled[number], displayed[number]) ? filled : displayed;
    },
    joins: 'narrows',
    leads: hasNumber,
  };
}

/** The fields of a whole that reports give, by name. */
export type Parts = Readonly<Record<string, FieldValue>>;

function isEqual(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

// Null if they contradict each other. What nobody says together leaves the displayed value as it is.
function combineParts(displayed: Parts, other: Parts, [number = '', ...words]: readonly string[]): Parts | null {
  const [a, b] = [displayed[number], other[number]];
  const both = a === undefined || b === undefined ? (a ?? b) : intersectQuantities(a as Quantity, b as Quantity);
  const isContradicted = words.some(
    (word) => displayed[word] !== undefined && other[word] !== undefined && !isEqual(displayed[word], other[word]),
  );
  if (both === null || isContradicted) return null;
  const combined: Parts = { ...displayed, ...other, ...(both === undefined ? {} : { [number]: both }) };
  const saysAll = (value: Parts) => words.every((word) => combined[word] === undefined || value[word] !== undefined);
  return saysAll(other) && (saysAll(displayed) || isEqual(both, b)) ? combined : displayed;
}

function combineTerms(displayed: Parts, other: Parts, { parts: [start = '', end = '', years = ''] }: Whole) {
  const combined: Record<string, FieldValue> = { ...displayed, ...other };
  for (const part of [start, end, years]) {
    const [a, b] = [displayed[part], other[part]];
    if (a === undefined || b === undefined) continue;
    const both =
      part === years
        ? intersectQuantities(a as Quantity, b as Quantity)
        : (intersect(uncertainDate(asText(a)), uncertainDate(asText(b)))?.edtf ?? null);
    if (both === null) return null;
    combined[part] = both;
  }
  const fits = (term: Parts) => {
    const [from, to] = [dateIn(term[start]), dateIn(term[end])];
    if (from !== null && to !== null && certainlyBefore(to, from)) return false;
    return fitsLength(from, to, (term[years] as Quantity | undefined) ?? null);
  };
  return fits(combined) || !fits(displayed) || !fits(other) ? combined : null;
}

function dateIn(value: FieldValue | undefined): UncertainDate | null {
  return value === undefined ? null : uncertainDate(asText(value));
}

/**
 * Whether a length in years agrees with a start and an end: some choice of days makes it so long, give or take half a
 * year, or spans so many calendar years, both ends counted. Without one of them it does.
 */
export function fitsLength(start: UncertainDate | null, end: UncertainDate | null, years: Quantity | null): boolean {
  if (years === null || !start?.earliest || !start.latest || !end?.earliest || !end.latest) return true;
  const { min, max } = quantityBounds(years);
  const shortestDays = daysBetween(start.latest, end.earliest) + 1;
  const longestDays = daysBetween(start.earliest, end.latest) + 1;
  const calendarYears = (from: string, to: string) => yearOf(to) - yearOf(from) + 1;
  return (
    (shortestDays - leewayDays <= max * daysInYear && min * daysInYear <= longestDays + leewayDays) ||
    (calendarYears(start.latest, end.earliest) <= max && min <= calendarYears(start.earliest, end.latest))
  );
}

const daysInYear = 365.2425;
// Half a year, from July to December, and one for leap years.
const leewayDays = 184 + 1;

function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}

/** Whether answers show a whole as one value: money and measures. Anything else they show part by part. */
export function isShownWhole({ kind }: Whole): boolean {
  return kind === 'money' || kind === 'measure';
}

/** Money or a measure as one value; a number of which nothing else is said stands alone. */
export function wholeValue({ kind, parts, given }: Whole, value: Parts): FieldValue {
  const [number, ...words] = parts.map((part) => value[part] ?? null) as [Quantity | null, ...(string | null)[]];
  if (kind === 'measure') {
    return number !== null && words.every((word) => word === null) ? number : measureOf(number, words);
  }
  const [currency = null, per = null, how = null, paidBy = null] = words;
  return {
    amount: number,
    currency,
    per: per ?? given?.per ?? null,
    kind: how,
    ...(paidBy === null ? {} : { paidBy }),
  };
}

/** A number with its unit and of what it is, as one value. */
export function measureOf(number: Quantity | null, [unit = null, of = null]: readonly (string | null)[]): Measure {
  const bounds = typeof number === 'number' ? { value: number } : (number ?? {});
  return { ...bounds, unit, of };
}

/** The fields that a whole stands for, of a decision on the whole. */
export function partsOf({ kind, parts }: Whole, whole: Money | Measure): Parts {
  const values = kind === 'money' ? moneyParts(whole as Money) : measureParts(whole as Measure);
  return Object.fromEntries(
    parts.flatMap((part, i) => (values[i] === null || values[i] === undefined ? [] : [[part, values[i]]])),
  );
}

function moneyParts({ amount, currency, per, kind, paidBy }: Money) {
  return [amount, currency, per, kind, paidBy];
}

function measureParts({ value, unit, of, ...bounds }: Measure) {
  const number = value ?? (Object.keys(bounds).length === 0 ? null : (bounds as Quantity));
  return [number, unit, of];
}

/** Whether a value is a whole, and not one of its parts. */
export function isWholeValue(value: FieldValue): value is Money | Measure {
  return typeof value === 'object' && ('currency' in value || 'unit' in value);
}
