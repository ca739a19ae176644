/**
 * What an address stands for in RFC 7089; `page`: a page of a list, which keeps the cut of the first one; `comparison`: a
 * comparison of two recorded states, which names both itself.
 */
export type MementoAddress = {
  readonly kind: 'original' | 'memento' | 'page' | 'comparison';
  /** The address without a recorded clock: the original resource, which is its own TimeGate. */
  readonly original: string;
  readonly timemap: string;
  /** Where the state after a position is found for good. */
  readonly at: (position: number) => string;
  readonly path: string;
  readonly query: URLSearchParams;
};

const recordedClock = ['atPosition', 'recordedAsOf', 'atLeast'];

/** A path with its query, if it has one. */
export function joined(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

function kindOf(query: URLSearchParams): MementoAddress['kind'] {
  if (query.has('cursor')) return 'page';
  if (query.get('clock') === 'recorded') return 'comparison';
  return query.has('atPosition') ? 'memento' : 'original';
}

/** A query as the router decoded it. */
export function toSearchParams(query: unknown): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query as Readonly<Record<string, string | readonly string[]>>).flatMap(([name, texts]) =>
      [texts].flat().map((text) => [name, text]),
    ),
  );
}

/** The address of a resource, from its path (see `pathOf`) and its query; both escape what could end a link in a header. */
export function mementoAddress(path: string, query: URLSearchParams): MementoAddress {
  const rest = new URLSearchParams(query);
  for (const name of recordedClock) rest.delete(name);
  return {
    kind: kindOf(query),
    original: joined(path, rest),
    timemap: joined(path.replace(/^\/api/, '/api/timemap'), rest),
    at: (of) => joined(path, new URLSearchParams([...rest, ['atPosition', String(of)]])),
    path,
    query,
  };
}
