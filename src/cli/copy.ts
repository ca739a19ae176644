import { basename, dirname } from 'node:path';
import { type Command, fail, flagOf, type ParsedArguments } from './command.ts';
import type { Context, CopyNews, CopyOutcome, ExitCode, Output, StoreAddress } from './context.ts';
import { counted, drawBar, eraseBar, plainLines } from './print.ts';

/** Copies the ledger in the store `--from` into the one `--to`, and says how it ended. */
export async function copy(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const [from, to] = [addressOf(given, 'from', context), addressOf(given, 'to', context)];
  const surplus = given.positionals.length > 0 ? ['copy takes options only: write --from <store> --to <store>'] : [];
  const problems = [...given.problems, ...surplus, ...from.problems, ...to.problems];
  if (from.value === null || to.value === null || problems.length > 0) return fail(problems, 'copy', context);
  const progress = copyProgress(context.messages);
  const options = { tell: progress.tell, signal: context.listenForStop() };
  const outcome = await context.copying.copy({ from: from.value, to: to.value }, options).finally(progress.end);
  return say(outcome, context);
}

function addressOf(given: ParsedArguments, name: 'from' | 'to', context: Context): Read<StoreAddress | null> {
  const text = onlyValue(given, name);
  const prefix = prefixOf(given, `${name}Prefix`, context);
  const problems = [...text.problems, ...prefix.problems];
  if (text.value === undefined) {
    // An option without its value is told already.
    const isGiven = given.problems.some((problem) => problem.startsWith(`${flagOf(name)} `));
    return {
      value: null,
      problems: isGiven ? problems : [...problems, `${flagOf(name)} is missing: ${flagOf(name)} <store>`],
    };
  }
  const address = readStoreAddress(text.value, {
    prefix: prefix.value,
    streamPrefix: context.copying.streamPrefix,
    dataDir: () => context.folders().dataDir,
    variable: context.copying.variable,
  });
  if (typeof address !== 'string') return { value: address, problems };
  return { value: null, problems: [...problems, `${flagOf(name)}: ${address}`] };
}

type Read<Value> = { readonly value: Value; readonly problems: readonly string[] };

// Positional arguments and values are not repeated: they may hold a password.
function onlyValue({ options }: ParsedArguments, name: string): Read<string | undefined> {
  const [value, ...more] = options.get(name) ?? [];
  return { value, problems: more.length > 0 ? [`${flagOf(name)} is given more than once`] : [] };
}

function prefixOf(given: ParsedArguments, name: string, { copying }: Context): Read<string | undefined> {
  const { value, problems } = onlyValue(given, name);
  const wrong = value === undefined ? null : copying.prefixProblem(value);
  return { value, problems: wrong === null ? problems : [...problems, `${flagOf(name)} ${wrong}`] };
}

/**
 * Reads where a ledger is kept; `env:NAME` is what that environment variable says, so that a password need not stand on
 * the command line. Gives a text that says what is wrong where it cannot, which holds no password.
 */
export function readStoreAddress(text: string, defaults: AddressDefaults): StoreAddress | string {
  const [, name] = variableName.exec(text) ?? [];
  if (name === undefined) return readAddress(text, defaults);
  const value = defaults.variable(name) ?? '';
  if (value === '') return `the environment variable ${name} is not set`;
  const address = readAddress(value, defaults);
  return typeof address === 'string' ? `${name}: ${address}` : address;
}

/** What a store is read with: the prefix that was given, the one that is set, DATA_DIR, and the environment. */
export type AddressDefaults = {
  readonly prefix: string | undefined;
  readonly streamPrefix: () => string;
  readonly dataDir: () => string;
  /** The value of an environment variable; undefined where it is not set. */
  readonly variable: (name: string) => string | undefined;
};

const variableName = /^env:([a-z_][a-z0-9_]*)$/i;

function readAddress(text: string, defaults: AddressDefaults): StoreAddress | string {
  const [, scheme = '', rest = ''] = schemes.exec(text) ?? [];
  const name = scheme.toLowerCase();
  if (name === 'esdb' || name === 'esdb+discover') {
    return { engine: 'eventstoredb', connectionString: text, streamPrefix: defaults.prefix ?? defaults.streamPrefix() };
  }
  if (scheme !== '' && name !== 'sqlite') return `it names no store that is known here: ${known}`;
  if (defaults.prefix !== undefined) return 'an embedded ledger has no prefix of streams';
  if (text === 'sqlite') return { engine: 'sqlite', folder: defaults.dataDir() };
  const path = scheme === '' ? text : rest;
  if (path === '') return `the folder is missing: ${known}`;
  return { engine: 'sqlite', folder: basename(path) === 'ledger.sqlite' ? dirname(path) : path };
}

// Two letters or more: one is the drive of a path. Nothing of the text is repeated: it may hold a password.
const schemes = /^([a-z][a-z0-9+.-]+):(.*)$/is;

const known =
  'a store is sqlite:<folder>, a folder (the DATA_DIR of a ledger), esdb://…, esdb+discover://… or env:<variable>';

/** A bar on a terminal, a line where something begins otherwise. */
export function copyProgress(output: Output): CopyProgress {
  let doing: string | undefined;
  let drawn = -Infinity;
  const end = (): void => {
    if (output.isTerminal) eraseBar(output);
  };
  const say = (text: string): void => {
    end();
    output.write(`${text}\n`);
  };
  return {
    end,
    tell: (news) => {
      if (news.kind === 'warning') return say(`${output.paint('yellow', 'warning:')} ${news.message}`);
      if (news.kind === 'grown') return say(`The source has grown by ${counted(news.by, 'event')} meanwhile.`);
      const { done, total } = news;
      const isNew = doing !== news.doing;
      doing = news.doing;
      if (!output.isTerminal) {
        if (isNew) say(`${inWords[news.doing]}, position ${done + 1} to ${total}`);
        return;
      }
      const now = performance.now();
      if (!isNew && now - drawn < drawEvery && done < total) return;
      drawn = now;
      drawBar({ done, total, what: inWords[news.doing] }, output);
    },
  };
}

/** Shows how far a copy has come. */
export type CopyProgress = { readonly tell: (news: CopyNews) => void; readonly end: () => void };

function say(outcome: CopyOutcome, context: Context): ExitCode {
  const { messages } = context;
  if (outcome.outcome === 'closed') return sayClosed(outcome, context);
  if (outcome.outcome === 'malformed') return fail(outcome.problems, 'copy', context);
  if (outcome.outcome === 'failed') {
    messages.write(`${messages.paint('red', 'error:')} ${plainLines(outcome.message)}\n`);
    return 1;
  }
  const { count, of } = outcome;
  messages.write(`Stopped at position ${count} of ${of}. Run the same command again to go on from there.\n`);
  return 130;
}

function sayClosed(
  { from, to, count, appended, digest, left }: CopyOutcome & { readonly outcome: 'closed' },
  { out, messages }: Context,
): ExitCode {
  const before = appended === count ? '' : ` (${counted(appended, 'event')} now, the others before)`;
  const head = out.paint('bold', `${counted(count, 'event')} copied${before}, and all compared with the original.`);
  out.write(
    `${head}\n  from    ${plainLines(from)}\n  to      ${plainLines(to)}, closed at position ${count + 1}\n` +
      `  SHA-256 ${digest}\n`,
  );
  if (left === 0) return 0;
  const lost = `${from} got ${counted(left, 'event')} while the copy was being closed, which the copy lacks`;
  const instead = 'stop what writes there, and copy into another, empty store';
  messages.write(`${messages.paint('red', 'error:')} ${plainLines(`${lost}: ${instead}`)}\n`);
  return 1;
}

const inWords = {
  comparing: 'comparing what is there',
  copying: 'copying',
  verifying: 'verifying',
} as const;

// Drawing more often than this, in milliseconds, costs more than it shows.
const drawEvery = 40;

/** `copy`: moves a ledger from one store to another. */
export const copyCommand: Command = {
  name: 'copy',
  usage: 'copy --from <store> --to <store>',
  says: 'copy a ledger into another, empty store',
  explains: `A store is sqlite:<folder> or just the folder (the DATA_DIR of an embedded ledger; "sqlite" alone is the one that
is set), or esdb://… or esdb+discover://… for EventStoreDB or KurrentDB. Its password is never printed, but
whoever can list the processes of this machine can read it on the command line while the command runs: with
env:<variable> the store is what that environment variable says, as in --to env:EVENT_STORE.

Events keep their ids, order, streams and positions, and what the ledger says of when they were recorded. At the
end all events of both are compared, and the copy is closed: from then on a server can use it. The target must
be empty. Ctrl-C stops after the append at hand; run again with the same stores it goes on from there.

Stop what writes to the source first. What it gets while the copy runs is copied too; what it gets in the moment
in which the copy is closed is not, and is told (exit code 1).`,
  options: [
    { name: 'from', value: '<store>', says: 'where the ledger is; it stays as it is' },
    { name: 'to', value: '<store>', says: 'where it is copied to: empty, or an unfinished copy of the same' },
    { name: 'fromPrefix', value: '<prefix>', says: 'STREAM_PREFIX there, if not the one that is set' },
    { name: 'toPrefix', value: '<prefix>', says: 'STREAM_PREFIX there, if not the one that is set' },
  ],
  run: copy,
};
