/** Something wrong in what a person wrote: where, what, and what to write instead if that is clear. */
export type Problem<Path = string> = {
  /** A JSON pointer (RFC 6901), as in `/reports/3/planned`, or the name of a parameter; '' is the whole text. */
  readonly path: Path;
  readonly message: string;
  readonly suggestion?: string;
};

/** A problem; leaves an undefined suggestion out. */
export function problem<Path>(path: Path, message: string, suggestion?: string): Problem<Path> {
  return suggestion === undefined ? { path, message } : { path, message, suggestion };
}

/** Whether reading a text gave a problem instead of a value. */
export function isProblem(result: unknown): result is Problem {
  return typeof result === 'object' && result !== null && 'message' in result;
}
