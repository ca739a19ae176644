import { flagOf } from './option.ts';
import { inFlags } from './tables/cut-line.ts';

/** Something that is wrong with the value of a parameter. */
export type ParameterProblem = {
  readonly parameter: string;
  readonly message: string;
  readonly suggestion?: string | undefined;
};

/** The problem in the words of the command line, with the option and what may be meant. */
export function parameterProblem({ parameter, message, suggestion }: ParameterProblem): string {
  const flag = flagOf(parameter);
  const said = inFlags(message);
  const place = said.startsWith(flag) ? '' : `${flag}: `;
  const meant = suggestion === undefined || message.includes(suggestion) ? '' : ` (did you mean ${suggestion}?)`;
  return `${place}${said}${meant}`;
}
