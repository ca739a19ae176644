/** What a file may hold at most: far more than an article needs, far less than would occupy a server. */
export const sourceLimits = {
  /** UTF-16 units of the whole text. */
  characters: 256 * 1024,
  /** Lists and maps within each other. */
  depth: 12,
  /** Values, lists and maps. */
  nodes: 10_000,
  /** Problems of one file that are listed; the last one then says how many more there are. */
  problems: 500,
  /** Reports of one article after short forms are expanded: one append has to hold them. */
  facts: 1000,
  /** UTF-16 units of one value and of one key. */
  value: 4000,
  key: 200,
} as const;
