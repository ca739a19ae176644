/** Where something stands in the content of a file: keys and indices, from the root. */
export type Path = readonly (string | number)[];

/** A mistake, or a doubt, in a file: where, what is wrong, and what to write instead where that is clear. */
export type ArticleProblem = {
  readonly file: string;
  /** From 1, as editors count. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** JSON pointer (RFC 6901) such as `/reports/3/planned`; '' is the whole file. */
  readonly path: string;
  readonly message: string;
  readonly suggestion?: string;
};

/** A problem before its line is known. Where nothing stands at the path, the nearest thing around it is meant. */
export type Finding = {
  readonly path: Path;
  readonly message: string;
  readonly suggestion?: string;
  /** The key at the path is meant, not its value. */
  readonly ofKey?: true;
};

/** A finding; a suggestion that is undefined is left out. */
export function finding(path: Path, message: string, suggestion?: string): Finding {
  return suggestion === undefined ? { path, message } : { path, message, suggestion };
}

/** The same finding, meant of the key. */
export function ofKey(one: Finding): Finding {
  return { ...one, ofKey: true };
}

/** A path as JSON pointer (RFC 6901). */
export function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Problems in the order of the file; of more than `limit`, one at the end says how many there are. */
export function inOrder(problems: readonly ArticleProblem[], limit: number): readonly ArticleProblem[] {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const next = sorted[limit];
  if (!next) return sorted;
  return [...sorted.slice(0, limit), { ...next, path: '', message: `${sorted.length - limit} more from here on` }];
}

function formatProblem({ file, line, column, path, message, suggestion }: ArticleProblem): string {
  return `${file}:${line}:${column}${path && ` ${path}`}: ${message}${suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`}`;
}

// What a file holds, and messages quote, must not move the cursor or break the line.
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** Problems for a terminal, a line each: `file:line:column path: message (did you mean X?)`. */
export function formatProblems(problems: readonly ArticleProblem[]): string {
  return problems.map((problem) => onOneLine(formatProblem(problem))).join('\n');
}
