import { isDeepStrictEqual } from 'node:util';
import { align } from './align.ts';
import { memberKeys } from './member-keys.ts';

/**
 * One field that is another than it was, its path as a JSON pointer (RFC 6901). Without `from` it was not there, without
 * `to` it is gone. A path of what is gone leads into the old value, every other one into the new value.
 */
export type Change = { readonly path: string; readonly from?: unknown; readonly to?: unknown };

type Fields = Readonly<Record<string, unknown>>;

/** A field name as a segment of a JSON pointer. */
export function segment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// What is one value to a reader, though it has parts: a date with its bounds, a quantity, a span of days.
function isOneValue(value: Fields): boolean {
  return 'edtf' in value || 'min' in value || 'max' in value || 'about' in value;
}

function isRecord(value: unknown): value is Fields {
  return isFields(value) && !isOneValue(value);
}

type Paths = { readonly from: string; readonly to: string };

function inFields(from: Fields, to: Fields, at: Paths): readonly Change[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return names.flatMap((name) =>
    between(from[name], to[name], { from: `${at.from}/${segment(name)}`, to: `${at.to}/${segment(name)}` }),
  );
}

function inList(from: readonly unknown[], to: readonly unknown[], at: Paths): readonly Change[] {
  const { taken, put, kept } = align(memberKeys(from), memberKeys(to));
  return [
    ...taken.map((index): Change => ({ path: `${at.from}/${index}`, from: from[index] })),
    ...put.map((index): Change => ({ path: `${at.to}/${index}`, to: to[index] })),
    ...kept.flatMap(([old, now]) => between(from[old], to[now], { from: `${at.from}/${old}`, to: `${at.to}/${now}` })),
  ];
}

function between(from: unknown, to: unknown, at: Paths): readonly Change[] {
  if (from === undefined && to === undefined) return [];
  if (from === undefined) return [{ path: at.to, to }];
  if (to === undefined) return [{ path: at.from, from }];
  if (isRecord(from) && isRecord(to)) return inFields(from, to, at);
  if (Array.isArray(from) && Array.isArray(to)) return inList(from, to, at);
  return isDeepStrictEqual(from, to) ? [] : [{ path: at.to, from, to }];
}

/**
 * What differs between two values of an answer, field by field. Dates, quantities and spans are compared whole; members
 * of a list are told apart by what they are about, so that a source that joins is one change wherever it stands.
 */
export function changesBetween(from: unknown, to: unknown): readonly Change[] {
  return between(from, to, { from: '', to: '' });
}
