/** An address with its query. */
export const addressOf = (path: string, ...texts: readonly (readonly [string, string])[]): string =>
  `${path}?${new URLSearchParams(texts.map(([name, text]) => [name, text])).toString()}`;
