import type { Context, ExitCode } from './context.ts';
import type { Option } from './option.ts';
import type { ParsedArguments } from './parse-arguments.ts';

/** A command: how it is called, what it says of itself, and what it does. */
export type Command = {
  readonly name: string;
  readonly usage: string;
  /** One line, for the list of commands. */
  readonly says: string;
  /** The rest, for its own help. */
  readonly explains: string;
  readonly options: readonly Option[];
  readonly run: (given: ParsedArguments, context: Context) => Promise<ExitCode>;
};
