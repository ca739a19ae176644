/**
 * A part of a read model that is compared by itself: what it is, its key, unique in its read model, and what it belongs
 * to. Parts that are the same and belong to the same thing stand in a list, in the order of the answer.
 */
export type Part<Name extends string = string, Value = unknown> = {
  readonly part: Name;
  readonly key: string;
  readonly of: string | null;
  readonly value: Value;
};

/** The list that a part stands in. */
export function listOf({ part, of }: Pick<Part, 'part' | 'of'>): string {
  return `${part} ${of ?? ''}`;
}

/** The values of the parts in each list, in order; who asks knows of which type they are. */
export function valuesIn(parts: readonly Part[]) {
  const lists = Map.groupBy(parts, listOf);
  return <Value>(part: string, of: string | null = null) =>
    (lists.get(listOf({ part, of })) ?? []).map(({ value }) => value as Value);
}
