import type { Command } from './command.ts';
import { flagOf, type Option } from './option.ts';

function twoColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

function describe({ name, value, says }: Option): readonly [string, string] {
  return [value === null ? flagOf(name) : `${flagOf(name)} ${value}`, says];
}

/** The help of one command. */
export function commandHelp({ usage, says, explains, options }: Command): string {
  const listed = twoColumns([...options.map(describe), ['-h, --help', 'this text']]);
  const isOfRest = options.some(({ name }) => name === 'occurredAsOf');
  const spelling = isOfRest ? '\n\nOptions may also be written as the REST parameters, such as --occurredAsOf.' : '';
  return `partnership-ledger ${usage}\n\n${says[0]?.toUpperCase()}${says.slice(1)}.\n\n${explains}\n\nOptions:\n${listed}${spelling}\n`;
}

/** The help of the program. `clocks` are the options that set them, `settings` a description of the settings. */
export function programHelp(commands: readonly Command[], clocks: readonly Option[], settings: string): string {
  return `partnership-ledger: what was promised, planned and done in a sponsorship deal, as of any date and by whose word

Commands:
${twoColumns(commands.map(({ usage, says }) => [usage, says]))}

  "partnership-ledger <command> --help" tells more. Data goes to stdout, messages to stderr.
  Exit code 0: done; 1: not done, or not all of it; 2: asked for wrongly, or a mistake in a file.

Clocks of "show", "diff" and "replay":
${twoColumns(clocks.map(describe))}

Settings (environment variables):
${settings}

  NO_COLOR turns colours off, FORCE_COLOR turns them on.

  --help, --version
`;
}
