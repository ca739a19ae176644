import type { Quantity } from './events/field.ts';

/** Lowest and highest number that a quantity leaves open. "About n" leaves a tenth to both sides. */
export function quantityBounds(quantity: Quantity): { readonly min: number; readonly max: number } {
  if (typeof quantity === 'number') return { min: quantity, max: quantity };
  if ('about' in quantity) {
    const leeway = Math.abs(quantity.about) / 10;
    return { min: quantity.about - leeway, max: quantity.about + leeway };
  }
  return { min: quantity.min ?? -Infinity, max: quantity.max ?? Infinity };
}

function sameBounds(a: Quantity, b: Quantity): boolean {
  const [x, y] = [quantityBounds(a), quantityBounds(b)];
  return x.min === y.min && x.max === y.max;
}

/** What both quantities leave open, in the form of one of them where it can be; null where they exclude each other. */
export function intersectQuantities(a: Quantity, b: Quantity): Quantity | null {
  const [x, y] = [quantityBounds(a), quantityBounds(b)];
  const [min, max] = [Math.max(x.min, y.min), Math.min(x.max, y.max)];
  if (min > max) return null;
  if (min === max) return min;
  const both = { ...(Number.isFinite(min) ? { min } : {}), ...(Number.isFinite(max) ? { max } : {}) };
  return [a, b].find((one) => sameBounds(one, both)) ?? both;
}
