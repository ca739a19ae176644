/**
 * The path of a resource, from the pattern of its route and the parameters that the router decoded. However a client
 * writes an address (`%74imemap` for `timemap`), it stands for one resource, which has one path.
 */
export function pathOf(pattern: string, params: unknown): string {
  return pattern.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent((params as Readonly<Record<string, string>>)[name] ?? ''),
  );
}

/** An address with its query. */
export function addressOf(path: string, ...texts: readonly (readonly [string, string])[]): string {
  return `${path}?${new URLSearchParams(texts.map(([name, text]) => [name, text])).toString()}`;
}
