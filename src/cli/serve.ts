import { type Command, fail, flagOf, type ParsedArguments } from './command.ts';
import type { Context, ExitCode } from './context.ts';
import { withOption } from './registered-subjects.ts';

/** Starts a server, as `npm start` does, and serves until a signal ends the process. */
async function serve(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const surplus = args.positionals.length > 0 ? [`unexpected argument "${args.positionals.join(' ')}"`] : [];
  const problems = [...args.problems, ...surplus];
  if (problems.length > 0) return fail(problems, 'serve', context);
  const folders = (args.options.get(withOption.name) ?? []).flatMap((folder) => [flagOf(withOption.name), folder]);
  return await context.serve(folders);
}

/** `serve`: a server of the API and the pages. */
export const serveCommand: Command = {
  name: 'serve',
  usage: 'serve',
  says: 'start a server of the API and the pages, as "npm start" does',
  explains: `Replays the seeds (SEEDS_DIR, and the folders of --with) and serves on HOST and PORT until Ctrl-C. The settings are
environment variables; "partnership-ledger --help" lists them.`,
  options: [withOption],
  run: serve,
};
