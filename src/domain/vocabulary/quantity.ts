/** A count as a source gives it: exact, or with a lower bound, an upper bound, both, or "about". */
export type Quantity =
  | number
  | { readonly min?: number | undefined; readonly max?: number | undefined }
  | { readonly about: number };

/** The lowest and the highest number that a quantity allows. "About n" allows a tenth to both sides. */
export function quantityBounds(quantity: Quantity): { readonly min: number; readonly max: number } {
  if (typeof quantity === 'number') return { min: quantity, max: quantity };
  if ('about' in quantity) {
    const leeway = Math.abs(quantity.about) / 10;
    return { min: quantity.about - leeway, max: quantity.about + leeway };
  }
  return { min: quantity.min ?? -Infinity, max: quantity.max ?? Infinity };
}

/** What both quantities allow, in the form of one of them if possible; null if they exclude each other. */
export function intersectQuantities(a: Quantity, b: Quantity): Quantity | null {
  const [x, y] = [quantityBounds(a), quantityBounds(b)];
  const [min, max] = [Math.max(x.min, y.min), Math.min(x.max, y.max)];
  if (min > max) return null;
  if (min === max) return min;
  if (min === x.min && max === x.max) return a;
  if (min === y.min && max === y.max) return b;
  return { ...(Number.isFinite(min) ? { min } : {}), ...(Number.isFinite(max) ? { max } : {}) };
}

/** How a quantity changed, and by how much; null if it did not move. One within the one before it is more precise. */
export function quantityChange(before: Quantity, now: Quantity): QuantityChange {
  const [a, b] = [quantityBounds(before), quantityBounds(now)];
  if (a.min === b.min && a.max === b.max) return { change: 'same', by: null };
  if (a.min <= b.min && b.max <= a.max) return { change: 'more-precise', by: null };
  if (b.min <= a.min && a.max <= b.max) return { change: 'vaguer', by: null };
  const finite = (count: number) => (Number.isFinite(count) ? count : null);
  const by = { min: finite(b.min - a.max), max: finite(b.max - a.min) };
  if (b.min > a.max) return { change: 'more', by };
  return { change: b.max < a.min ? 'fewer' : 'overlapping', by };
}

type QuantityChange = {
  readonly change: 'same' | 'more-precise' | 'vaguer' | 'more' | 'fewer' | 'overlapping';
  readonly by: { readonly min: number | null; readonly max: number | null } | null;
};

/**
 * Why a number cannot be recorded as it is written: its JSON form has another decimal value, or none. Null for a number
 * that keeps its value, however it is spelled (`1e9`, `1.50`).
 */
export function inexactNumber(text: string): string | null {
  const value = Number(text);
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  if (!Number.isFinite(value)) return `${shown} is too large to be kept`;
  if (normalize(text) === normalize(String(value))) return null;
  return `${shown} cannot be kept with its value, it would become ${value}: write at most 15 significant digits`;
}

// A decimal as its digits without zeros at either end, and the power of ten of the last one: one value, one text.
function normalize(text: string): string | null {
  const [, whole, fraction = '', power = '0'] = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  if (whole === undefined) return null;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  if (end === 0) return '0';
  const sign = text.startsWith('-') ? '-' : '';
  return `${sign}${digits.slice(0, end)}e${Number(power) - fraction.length + digits.length - end}`;
}

/** A count in months, exact or a bound, in years. */
export function inYears(months: unknown): unknown {
  if (typeof months === 'number') return months / 12;
  // Any other value was damaged when it was stored: it stays as it is, and decoding names it.
  if (typeof months !== 'object' || months === null) return months;
  return Object.fromEntries(Object.entries(months).map(([bound, count]) => [bound, inYears(count)]));
}
