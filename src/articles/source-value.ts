/** What a file holds, every scalar a text, whether it was written as YAML or as JSON. */
export type SourceValue = string | SourceList | SourceMap;
export type SourceList = readonly SourceValue[];
export type SourceMap = { readonly [key: string]: SourceValue };

/** Whether a value is a list. */
export function isList(value: SourceValue): value is SourceList {
  return Array.isArray(value);
}

/** Whether a value is a map of keys to values. */
export function isMap(value: SourceValue): value is SourceMap {
  return typeof value === 'object' && !isList(value);
}

/** What a value is, for messages. */
export function nameOf(value: SourceValue): string {
  if (isList(value)) return 'a list';
  if (isMap(value)) return 'a map';
  return value === '' ? 'nothing' : 'a text';
}
