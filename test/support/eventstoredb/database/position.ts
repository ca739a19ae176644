/** A place in the log as clients name it. Places compare by commit, then by prepare; prepare is never the larger. */
export type Position = { readonly commit: number; readonly prepare: number };
