import type { Context, ExitCode } from './context.ts';
import { copyProgress } from './copy-progress.ts';
import type { CopyOutcome, StoreAddress } from './copying.ts';
import { counted } from './counted.ts';
import { fail } from './fail.ts';
import { flagOf } from './option.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { plainLines } from './plain-text.ts';
import { readStoreAddress } from './store-address.ts';

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
