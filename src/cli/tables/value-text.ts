import type { Entry } from '../../projections/shapes/timeline.ts';

type Value = Entry['data'][string];

const number = new Intl.NumberFormat('en');

/** The value of a field for people: `{ min: 3 }` is "at least 3". */
export function valueText(value: Value): string {
  if (value === null) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return number.format(value);
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.join(', ');
  const { min, max, about } = value as { readonly min?: number; readonly max?: number; readonly about?: number };
  if (about !== undefined) return `about ${number.format(about)}`;
  if (min === undefined) return `at most ${number.format(max ?? 0)}`;
  return max === undefined ? `at least ${number.format(min)}` : `${number.format(min)} to ${number.format(max)}`;
}
