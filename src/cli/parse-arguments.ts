import { parseArgs } from 'node:util';
import { nearest } from '../domain/nearest.ts';
import { flagOf, type Option } from './option.ts';
import { plainText } from './plain-text.ts';

/** What was given on a command line, options by the name of their parameter, each with its values in order. */
export type ParsedArguments = {
  readonly help: boolean;
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  /** Those of them that stand after an unknown option, and may be its value. */
  readonly doubtful: readonly string[];
  readonly problems: readonly string[];
};

const threeClocks =
  'which clock? --occurred-as-of (what was true in the world by then), --reported-as-of (what a reader could have ' +
  'known by then) or --recorded-as-of (what this ledger held then)';

function unknownOption(rawName: string, options: readonly Option[]): string {
  const name = plainText(rawName);
  if (/^--?as-?of$/i.test(name)) return `${name}: ${threeClocks}`;
  const [near] = nearest(
    name,
    options.map((option) => flagOf(option.name)),
    { limit: 1 },
  );
  if (near !== undefined) return `${name} is not an option here; did you mean ${near}?`;
  const known = options.map((option) => flagOf(option.name)).join(', ');
  return `${name} is not an option here; there are ${known === '' ? 'none but --help' : `${known}, --help`}`;
}

type Given = {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
};

function valueProblem({ name, value: stands }: Option, { value, inlineValue }: Given): string | null {
  const flag = flagOf(name);
  if (stands === null) {
    const isSwitch = value === undefined || value === 'true' || value === 'false';
    return isSwitch ? null : `${flag} is on or off and takes no value; leave out "${plainText(value)}"`;
  }
  const missing = value === undefined || value === '' || (!inlineValue && value.startsWith('-') && value !== '-');
  return missing ? `${flag} needs a value: ${flag} ${stands}` : null;
}

/**
 * Reads a command line. Options are written `--occurred-as-of` or as the parameter, `--occurredAsOf`. Everything that
 * is wrong with them is reported at once, with the nearest name for one that is unknown.
 */
export function parseArguments(given: readonly string[], options: readonly Option[]): ParsedArguments {
  const spellings = new Map(
    options.flatMap((option) => [
      [option.name, option],
      [flagOf(option.name).slice(2), option],
    ]),
  );
  const known = Object.fromEntries(
    [...spellings].map(([spelling, { value }]) => [spelling, { type: value === null ? 'boolean' : 'string' } as const]),
  );
  const { tokens } = parseArgs({
    args: [...given],
    options: { ...known, help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  const doubtful: string[] = [];
  const problems: string[] = [];
  let unknownAt = Number.NaN;
  let help = false;
  for (const token of tokens) {
    if (token.kind === 'positional') {
      positionals.push(token.value);
      if (token.index === unknownAt + 1) doubtful.push(token.value);
    }
    if (token.kind !== 'option') continue;
    const option = spellings.get(token.name);
    if (token.name === 'help') help = true;
    else if (option === undefined) {
      problems.push(unknownOption(token.rawName, options));
      unknownAt = token.index;
    } else {
      const problem = valueProblem(option, token);
      if (problem === null) values.set(option.name, [...(values.get(option.name) ?? []), token.value ?? 'true']);
      else problems.push(problem);
    }
  }
  return { help, options: values, positionals, doubtful, problems };
}
