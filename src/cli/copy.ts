import { basename, dirname } from 'node:path';
import { type CopyEnd, copyStores, type StoresCopied, type StoresNews } from '../event-store/copying/copy.ts';
import type { StorePlace } from '../event-store/open-store.ts';
import { type Command, fail, flagOf, type ParsedArguments } from './command.ts';
import type { Context, Environment, ExitCode, Output } from './context.ts';
import { counted, type ProgressBar, plainLines, progressBar } from './print.ts';

/** Copies a ledger from one store to another. */
export async function copy(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const [from, to] = [addressOf(args, 'from', context), addressOf(args, 'to', context)];
  const surplus = args.positionals.length > 0 ? ['copy takes options only: write --from <store> --to <store>'] : [];
  const problems = [...args.problems, ...surplus, ...from.problems, ...to.problems];
  if (from.value === null || to.value === null || problems.length > 0) return fail(problems, 'copy', context);
  const bar = progressBar(context.messages);
  const options = { tell: copyTeller(bar, context.messages), signal: context.listenForStop() };
  const end = await copyStores({ from: from.value, to: to.value }, options).finally(bar.erase);
  return sayEnd(end, context);
}

function addressOf(args: ParsedArguments, name: 'from' | 'to', context: Context): Read<StorePlace | null> {
  const text = onlyValue(args, name);
  const prefix = prefixOf(args, `${name}Prefix`, context);
  const problems = [...text.problems, ...prefix.problems];
  if (text.value === undefined) {
    // Do not report an option without its value as missing too.
    const isGiven = args.problems.some((problem) => problem.startsWith(`${flagOf(name)} `));
    return {
      value: null,
      problems: isGiven ? problems : [...problems, `${flagOf(name)} is missing: ${flagOf(name)} <store>`],
    };
  }
  const address = readStoreAddress(text.value, {
    ...context.environment,
    prefix: prefix.value,
    dataDir: () => context.folders().dataDir,
  });
  if (typeof address !== 'string') return { value: address, problems };
  return { value: null, problems: [...problems, `${flagOf(name)}: ${address}`] };
}

type Read<Value> = { readonly value: Value; readonly problems: readonly string[] };

// The message repeats no value: it may hold a password.
function onlyValue({ options }: ParsedArguments, name: string): Read<string | undefined> {
  const [value, ...more] = options.get(name) ?? [];
  return { value, problems: more.length > 0 ? [`${flagOf(name)} is given more than once`] : [] };
}

function prefixOf(args: ParsedArguments, name: string, { environment }: Context): Read<string | undefined> {
  const { value, problems } = onlyValue(args, name);
  const wrong = value === undefined ? null : environment.prefixProblem(value);
  return { value, problems: wrong === null ? problems : [...problems, `${flagOf(name)} ${wrong}`] };
}

/**
 * Reads the address of a store. `env:NAME` stands for the value of that environment variable, which keeps a password off
 * the command line. Returns the place, or what is wrong, free of credentials.
 */
function readStoreAddress(text: string, defaults: AddressDefaults): StorePlace | string {
  const [, name] = variableName.exec(text) ?? [];
  if (name === undefined) return readAddress(text, defaults);
  const value = defaults.variable(name) ?? '';
  if (value === '') return `the environment variable ${name} is not set`;
  const address = readAddress(value, defaults);
  return typeof address === 'string' ? `${name}: ${address}` : address;
}

/** `prefix` is the one on the command line. */
type AddressDefaults = Pick<Environment, 'streamPrefix' | 'variable'> & {
  readonly prefix: string | undefined;
  readonly dataDir: () => string;
};

const variableName = /^env:([a-z_][a-z0-9_]*)$/i;

function readAddress(text: string, defaults: AddressDefaults): StorePlace | string {
  const [, scheme = '', rest = ''] = schemes.exec(text) ?? [];
  const name = scheme.toLowerCase();
  if (name === 'esdb' || name === 'esdb+discover') {
    return { engine: 'eventstoredb', connectionString: text, streamPrefix: defaults.prefix ?? defaults.streamPrefix() };
  }
  if (scheme !== '' && name !== 'sqlite') return `there is no such store: ${stores}`;
  if (defaults.prefix !== undefined) return 'an embedded ledger has no stream prefix';
  if (text === 'sqlite') return { engine: 'sqlite', folder: defaults.dataDir() };
  const path = scheme === '' ? text : rest;
  if (path === '') return `the folder is missing: ${stores}`;
  return { engine: 'sqlite', folder: basename(path) === 'ledger.sqlite' ? dirname(path) : path };
}

// Two letters or more: a single one is the drive of a path.
const schemes = /^([a-z][a-z0-9+.-]+):(.*)$/is;

const stores =
  'a store is sqlite:<folder>, a folder (the DATA_DIR of a ledger), esdb://…, esdb+discover://… or env:<variable>';

// A bar on a terminal; elsewhere a line for each stage.
function copyTeller(bar: ProgressBar, { isTerminal, paint }: Output): (news: StoresNews) => void {
  let stage: string | undefined;
  return (news) => {
    if (news.kind === 'warning') return bar.say(`${paint('yellow', 'warning:')} ${news.message}`);
    if (news.kind === 'grown') return bar.say(`The source has grown by ${counted(news.by, 'event')} meanwhile.`);
    const { done, total } = news;
    const doing = stages[news.doing];
    if (!isTerminal && doing !== stage) bar.say(`${doing}, position ${done + 1} to ${total}`);
    stage = doing;
    return bar.show({ done, total, doing });
  };
}

const stages = { comparing: 'comparing what is there', copying: 'copying', verifying: 'verifying' } as const;

function sayEnd(end: StoresCopied, context: Context): ExitCode {
  const { messages } = context;
  if (end.outcome === 'closed') return sayClosed(end, context);
  if (end.outcome === 'malformed') return fail(end.problems, 'copy', context);
  if (end.outcome === 'failed') {
    messages.write(`${messages.paint('red', 'error:')} ${plainLines(end.message)}\n`);
    return 1;
  }
  const { count, total } = end;
  messages.write(`Stopped at position ${count} of ${total}. Run the same command again to continue.\n`);
  return 130;
}

function sayClosed(
  { from, to, count, appended, digest, left }: CopyEnd & { outcome: 'closed'; from: string; to: string },
  { out, messages }: Context,
): ExitCode {
  const before = appended === count ? '' : ` (${counted(appended, 'event')} now, the others before)`;
  const head = out.paint('bold', `${counted(count, 'event')} copied${before}, and all compared with the original.`);
  out.write(
    `${head}\n  from    ${plainLines(from)}\n  to      ${plainLines(to)}, closed at position ${count + 1}\n` +
      `  SHA-256 ${digest}\n`,
  );
  if (left === 0) return 0;
  const lost = `${from} received ${counted(left, 'event')} while the copy was being closed, which the copy lacks`;
  const instead = 'stop what writes there, and copy to another, empty store';
  messages.write(`${messages.paint('red', 'error:')} ${plainLines(`${lost}: ${instead}`)}\n`);
  return 1;
}

/** `copy`: moves a ledger from one store to another. */
export const copyCommand: Command = {
  name: 'copy',
  usage: 'copy --from <store> --to <store>',
  says: 'copy a ledger to another, empty store',
  explains: `A store is sqlite:<folder> or just the folder (the DATA_DIR of an embedded ledger; "sqlite" alone is the one that
is set), or esdb://… or esdb+discover://… for EventStoreDB or KurrentDB. The password is never printed, but
anyone who can list the processes of this machine can read the command line while the command runs. With
env:<variable> the store is the value of that environment variable, as in --to env:EVENT_STORE.

Events keep their ids, order, streams and positions, and the times at which they were recorded. At the end the
command compares all events and closes the copy: from then on a server can use it. The target must be empty.
Ctrl-C stops after the append at hand; run the command again with the same stores to continue.

Stop what writes to the source first. What the source receives while the copy runs is copied too. What it receives
in the moment in which the copy is closed is not, and the command says so (exit code 1).`,
  options: [
    { name: 'from', value: '<store>', says: 'where the ledger is; it stays as it is' },
    {
      name: 'to',
      value: '<store>',
      says: 'where to copy it: an empty store, or an unfinished copy of the same ledger',
    },
    { name: 'fromPrefix', value: '<prefix>', says: 'STREAM_PREFIX of the source, if not the one that is set' },
    { name: 'toPrefix', value: '<prefix>', says: 'STREAM_PREFIX of the target, if not the one that is set' },
  ],
  run: copy,
};
