import type { Command } from './command.ts';
import type { Context, ExitCode } from './context.ts';

/**
 * Runs the command line `given`, without the program's own name, and gives the exit code. Loads what that needs, and no
 * more: most of the time of a short command is the loading of modules.
 */
export async function runCommandLine(
  given: readonly string[],
  { out, messages }: Pick<Context, 'out' | 'messages'>,
  program: Program,
): Promise<ExitCode> {
  const [name, ...rest] = given;
  if (name !== undefined && versionNames.has(name)) {
    out.write(`${program.version}\n`);
    return 0;
  }
  const isHelp = name !== undefined && helpNames.has(name);
  const asked = isHelp ? rest[0] : name;
  if (asked === undefined) {
    (isHelp ? out : messages).write(await helpOf(program));
    return isHelp ? 0 : 2;
  }
  const { commandHelp, fail, parseArguments } = await import('./command.ts');
  const command = await commands.get(asked)?.();
  if (command === undefined) return fail([await unknownCommand(asked)], '', { messages });
  const args = parseArguments(isHelp ? rest.slice(1) : rest, command.options);
  if (isHelp || args.help) {
    out.write(commandHelp(command));
    return 0;
  }
  return await command.run(args, await program.openContext());
}

/** What the program says of itself, and what its commands use of the world. */
type Program = {
  readonly version: string;
  readonly describeSettings: () => Promise<string>;
  readonly openContext: () => Promise<Context>;
};

const versionNames = new Set(['version', '--version', '-v', '-V']);

const helpNames = new Set(['help', '--help', '-h']);

async function helpOf({ describeSettings }: Program): Promise<string> {
  const { programHelp } = await import('./command.ts');
  return programHelp(await loadCommands(), await describeSettings());
}

async function loadCommands(): Promise<readonly Command[]> {
  return await Promise.all([...commands.values()].map((load) => load()));
}

/** Every command, in the order of the help. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map(
  Object.entries({
    ingest: async () => (await import('./ingest.ts')).ingestCommand,
    show: async () => (await import('./show.ts')).showCommand,
    diff: async () => (await import('./diff.ts')).diffCommand,
    replay: async () => (await import('./replay.ts')).replayCommand,
    decide: async () => (await import('./decide.ts')).decideCommand,
    check: async () => (await import('./check.ts')).checkCommand,
    brief: async () => (await import('./brief.ts')).briefCommand,
    draft: async () => (await import('./draft.ts')).draftCommand,
    evidence: async () => (await import('./evidence.ts')).evidenceCommand,
    copy: async () => (await import('./copy.ts')).copyCommand,
    export: async () => (await import('./export.ts')).exportCommand,
    backup: async () => (await import('./backup.ts')).backupCommand,
    restore: async () => (await import('./backup.ts')).restoreCommand,
    accept: async () => (await import('./accept.ts')).acceptCommand,
    verify: async () => (await import('./verify.ts')).verifyCommand,
    token: async () => (await import('./token.ts')).tokenCommand,
    serve: async () => (await import('./serve.ts')).serveCommand,
    completion: async () => (await import('./completion.ts')).completionCommand(loadCommands),
  }),
);

async function unknownCommand(name: string): Promise<string> {
  const [{ nearest }, { plainText }] = await Promise.all([
    import('../domain/vocabulary/nearest.ts'),
    import('./print.ts'),
  ]);
  const names = [...commands.keys()];
  const [near] = nearest(name, [...names, '--help', '--version'], { limit: 1 });
  const instead = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  const what = name.startsWith('-') ? 'not an option before a command' : 'not a command';
  return `${plainText(name)} is ${what}; ${instead}`;
}
