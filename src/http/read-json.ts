import { HttpProblem, type Mistake, mistake } from './problem.ts';

// Where the text ends at which the JSON breaks, as Node words it: "… (line 3 column 5)".
function placeIn(message: string): Partial<Mistake> {
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  return line === undefined || column === undefined ? {} : { line: Number(line), column: Number(column) };
}

/**
 * The JSON of a body; `revive` sees each number as it is written, and may put something in its place. Throws the problem
 * that it is none, with the place where it breaks.
 */
export function readJson(text: string, revive?: (written: string, value: number) => unknown): unknown {
  const reviver = (_key: string, value: unknown, { source = '' }: { readonly source?: string }): unknown =>
    typeof value === 'number' && revive !== undefined ? revive(source, value) : value;
  try {
    return revive === undefined
      ? JSON.parse(text)
      : JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
  } catch (error) {
    const message = `this is no JSON: ${(error as Error).message}`;
    const errors = [{ ...mistake('body', '', message), ...placeIn(message) }];
    throw new HttpProblem('malformed-body', message, { errors });
  }
}
