import { nearest } from '../domain/vocabulary/nearest.ts';
import { checkCommand } from './check.ts';
import { type Command, clockOptions, commandHelp, fail, parseArguments, programHelp } from './command.ts';
import type { Context, ExitCode } from './context.ts';
import { copyCommand } from './copy.ts';
import { diffCommand } from './diff.ts';
import { evidenceCommand } from './evidence.ts';
import { exportCommand } from './export.ts';
import { ingestCommand } from './ingest.ts';
import { plainText } from './print.ts';
import { replayCommand } from './replay.ts';
import { showCommand } from './show.ts';
import { verifyCommand } from './verify.ts';

/** Runs the command line `given`, without the program's own name, and gives the exit code. */
export async function runCommandLine(given: readonly string[], program: Program, context: Context): Promise<ExitCode> {
  const [name, ...rest] = given;
  const help = () => programHelp(commands, clockOptions, program.settings);
  if (name === undefined) {
    context.messages.write(help());
    return 2;
  }
  if (versionNames.has(name)) {
    context.out.write(`${program.version}\n`);
    return 0;
  }
  const isHelp = helpNames.has(name);
  const asked = isHelp ? rest[0] : name;
  if (asked === undefined) {
    context.out.write(help());
    return 0;
  }
  const command = commands.find((one) => one.name === asked);
  if (command === undefined) return fail([unknownCommand(asked)], '', context);
  const args = parseArguments(isHelp ? rest.slice(1) : rest, command.options);
  if (isHelp || args.help) {
    context.out.write(commandHelp(command));
    return 0;
  }
  return await command.run(args, context);
}

/** What the program says of itself. */
export type Program = { readonly version: string; readonly settings: string };

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  ingestCommand,
  showCommand,
  diffCommand,
  replayCommand,
  checkCommand,
  evidenceCommand,
  copyCommand,
  exportCommand,
  verifyCommand,
];

const versionNames = new Set(['version', '--version', '-v', '-V']);

const helpNames = new Set(['help', '--help', '-h']);

function unknownCommand(name: string): string {
  const names = commands.map((command) => command.name);
  const [near] = nearest(name, [...names, '--help', '--version'], { limit: 1 });
  const instead = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  const what = name.startsWith('-') ? 'not an option before a command' : 'not a command';
  return `${plainText(name)} is ${what}; ${instead}`;
}
