import { parseArgs } from 'node:util';
import type { SubjectRegistry } from '../articles/register.ts';
import { readRegistry } from '../articles/seeds.ts';
import { formatProblems } from '../articles/source.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import type { CutShape, Notice } from '../projections/answer.ts';
import { type FilterRules, type FilterTexts, filterNames } from '../projections/filters.ts';
import { type ComparisonTexts, movingClocks } from '../projections/live/clocks.ts';
import type { Context, ExitCode, Folders } from './context.ts';
import { plainLines, plainText } from './print.ts';

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

/** An option of a command; `name` is that of the parameter of the same meaning in the REST interface. */
export type Option = {
  readonly name: string;
  /** What stands for the value in the help; null for an option that is on or off. */
  readonly value: string | null;
  readonly says: string;
};

/** What was given on a command line, options by the name of their parameter, each with its values in order. */
export type ParsedArguments = {
  readonly help: boolean;
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  /** Those of them that stand after an unknown option, and may be its value. */
  readonly doubtful: readonly string[];
  readonly problems: readonly string[];
};

/** How an option is written: `occurredAsOf` as `--occurred-as-of`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
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

const threeClocks =
  'which clock? --occurred-as-of (what was true in the world by then), --reported-as-of (what a reader could have ' +
  'known by then) or --recorded-as-of (what this ledger held then)';

function valueProblem({ name, value: stands }: Option, { value, inlineValue }: Given): string | null {
  const flag = flagOf(name);
  if (stands === null) {
    const isSwitch = value === undefined || value === 'true' || value === 'false';
    return isSwitch ? null : `${flag} is on or off and takes no value; leave out "${plainText(value)}"`;
  }
  const missing = value === undefined || value === '' || (!inlineValue && value.startsWith('-') && value !== '-');
  return missing ? `${flag} needs a value: ${flag} ${stands}` : null;
}

type Given = {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
};

/** The help of one command. */
export function commandHelp({ usage, says, explains, options }: Command): string {
  const listed = twoColumns([...options.map(describe), ['-h, --help', 'this text']]);
  const isOfRest = options.some(({ name }) => name === 'occurredAsOf');
  const spelling = isOfRest ? '\n\nOptions may also be written as the REST parameters, such as --occurredAsOf.' : '';
  return `partnership-ledger ${usage}\n\n${says[0]?.toUpperCase()}${says.slice(1)}.\n\n${explains}\n\nOptions:\n${listed}${spelling}\n`;
}

function listed(ids: readonly string[], subjects: SubjectRegistry): string {
  return ids.map((id) => `\n  ${id}  ${subjects.name('partnership', id) ?? ''}`.trimEnd()).join('');
}

function twoColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

function describe({ name, value, says }: Option): readonly [string, string] {
  return [value === null ? flagOf(name) : `${flagOf(name)} ${value}`, says];
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

/** Says on stderr everything that is wrong with how a command was called, and where its help is. Gives exit code 2. */
export function fail(problems: readonly string[], command: string, { messages }: Pick<Context, 'messages'>): 2 {
  const lines = problems.map((problem) => `${messages.paint('red', 'error:')} ${plainLines(problem)}`);
  const call = ['partnership-ledger', command, '--help'].filter(Boolean).join(' ');
  messages.write(`${[...lines, messages.paint('dim', `"${call}" tells more.`)].join('\n')}\n`);
  return 2;
}

/** Says that nothing is recorded yet, and how that changes. */
export function nothingYet({ messages, folders }: Pick<Context, 'messages' | 'folders'>): ExitCode {
  messages.write(
    `Nothing is recorded in ${folders().dataDir} yet. "npm start" replays the seeds and serves them; ` +
      '"partnership-ledger ingest <files>" records articles.\n',
  );
  return 1;
}

/** The problem in the words of the command line, with the option and what may be meant. */
export function parameterProblem({ parameter, message, suggestion }: ParameterProblem): string {
  const flag = flagOf(parameter);
  const said = inFlags(message);
  const place = said.startsWith(flag) ? '' : `${flag}: `;
  const meant = suggestion === undefined || message.includes(suggestion) ? '' : ` (did you mean ${suggestion}?)`;
  return `${place}${said}${meant}`;
}

/** Something that is wrong with the value of a parameter. */
export type ParameterProblem = {
  readonly parameter: string;
  readonly message: string;
  readonly suggestion?: string | undefined;
};

/** A text that names clocks by their parameters, in the words of the command line. */
export function inFlags(text: string): string {
  return text.replaceAll(clockNames, flagOf);
}

const clockNames = /\b(?:occurredAsOf|reportedAsOf|recordedAsOf|atPosition|(?:clock|from|to)(?==))\b/g;

/** The three clocks of an answer in one line. */
export function cutLine({ occurredAsOf, reportedAsOf, recordedAsOf, position, timing }: CutShape): string {
  return [
    `occurred ≤ ${occurredAsOf}`,
    `reported ${reportedAsOf === null ? 'at any time' : `≤ ${reportedAsOf}`}`,
    recordedAsOf === null
      ? 'no event bears on it'
      : `recorded ≤ #${position}, ${recordedAsOf.slice(0, 16).replace('T', ' ')}`,
    ...(timing === 'certain' ? ['certain only'] : []),
  ].join(' · ');
}

/** What a reader could misread, and what to try instead. */
export function noticeText({ text, try: attempt }: Notice): string {
  const options = [...new URLSearchParams(attempt)].map(([name, value]) => `${flagOf(name)} ${value}`);
  return options.length === 0 ? inFlags(text) : `${inFlags(text)} Try ${options.join(' ')}.`;
}

/** The clocks that were given; one that was given twice is a problem. */
export function clocksOf({ options }: ParsedArguments): Clocks {
  const given = [...comparisonOptions, ...clockOptions].flatMap(({ name }) => {
    const values = options.get(name);
    return values === undefined ? [] : [{ name, values }];
  });
  return {
    clocks: Object.fromEntries(given.map(({ name, values }) => [name, values[0]])),
    problems: given
      .filter(({ values }) => values.length > 1)
      .map(({ name, values }) => `${flagOf(name)} is given ${values.length} times; a clock stands at one day`),
  };
}

type Clocks = { readonly clocks: ComparisonTexts; readonly problems: readonly string[] };

/** The clock that moves, and from where to where, as options. */
export const comparisonOptions: readonly Option[] = [
  { name: 'clock', value: movingClocks.join('|'), says: 'which clock moves (default: occurred)' },
  { name: 'from', value: '<date>', says: 'where it moves from; on the recorded clock also an instant, or position:12' },
  { name: 'to', value: '<date>', says: 'where it moves to (default: where the clock stands that is not set)' },
];

/** The clocks, as options. */
export const clockOptions: readonly Option[] = [
  {
    name: 'occurredAsOf',
    value: '<date>',
    says: 'what was true in the world by then (default: the earliest of the others, else today)',
  },
  { name: 'reportedAsOf', value: '<date>', says: 'what a reader could have known by then (default: no limit)' },
  { name: 'recordedAsOf', value: '<date>', says: 'what this ledger held then, a date or an instant (default: now)' },
  { name: 'atPosition', value: '<n>', says: 'the same, exactly: the first n events' },
  { name: 'timing', value: 'any|certain', says: 'certain leaves out what the dates make possible only (default: any)' },
];

/** The filters that the view takes, as given; one that it does not take is a problem. */
export function filtersOf(
  { options }: ParsedArguments,
  view: string,
  rules: FilterRules,
): { readonly texts: FilterTexts; readonly problems: readonly string[] } {
  const given = filterNames.filter((name) => options.has(name));
  const taken = filterNames.filter((name) => rules[name] !== undefined).map(flagOf);
  const instead = taken.length === 0 ? 'it is always shown whole' : `it takes ${taken.join(', ')}`;
  return {
    texts: Object.fromEntries(
      given.filter((name) => rules[name] !== undefined).map((name) => [name, options.get(name)]),
    ),
    problems: given
      .filter((name) => rules[name] === undefined)
      .map((name) => `"show ${view}" takes no ${flagOf(name)}; ${instead}`),
  };
}

/**
 * The partnership of this id, or the only one where none is named. `recorded` are the ids that the ledger knows; the
 * nearest is found by id, name and alias.
 */
export function choosePartnership(
  given: string | undefined,
  recorded: readonly string[],
  subjects: SubjectRegistry,
): Choice {
  const [only] = recorded;
  if (given === undefined) {
    if (only !== undefined && recorded.length === 1) return { id: only, problem: null };
    return refuse(`several partnerships are recorded; name one of them:${listed(recorded, subjects)}`);
  }
  if (recorded.includes(given)) return { id: given, problem: null };
  const called = new Map(recorded.flatMap((id) => namesOf(id, subjects).map((name) => [name, id])));
  const [near] = nearest(given, called.keys(), { limit: 1 });
  const meant = near === undefined ? undefined : called.get(near);
  const unknown = `no partnership ${plainText(given)} is recorded`;
  return refuse(
    meant === undefined ? `${unknown}; there are:${listed(recorded, subjects)}` : `${unknown}; did you mean ${meant}?`,
  );
}

/** The partnership that is meant, or why none is. */
export type Choice = { readonly id: string; readonly problem: null } | { readonly id: null; readonly problem: string };

function refuse(problem: string): Choice {
  return { id: null, problem };
}

function namesOf(id: string, subjects: SubjectRegistry): readonly string[] {
  const registered = subjects.known('partnership').find(({ slug }) => slug === id);
  return registered === undefined ? [id] : [id, registered.name, ...registered.aliases];
}

/** The register of subjects of the seeds; one that cannot be read stops nothing: it is said, and slugs are used. */
export async function registeredSubjects(
  { seedsDir }: Folders,
  { messages }: Pick<Context, 'messages'>,
): Promise<SubjectRegistry> {
  const { subjects, problems } = await readRegistry(seedsDir);
  if (problems.length > 0) {
    const said = 'the register of subjects cannot be used, so slugs stand for names:';
    messages.write(`${messages.paint('yellow', 'warning:')} ${said}\n${plainLines(formatProblems(problems))}\n`);
  }
  return subjects;
}

/** The filters of lists, as options. */
export const filterOptions: readonly Option[] = [
  { name: 'type', value: '<type>', says: 'event types, such as CampaignLaunched' },
  { name: 'status', value: '<status>', says: 'such as due, happened, overdue-unconfirmed' },
  { name: 'games', value: '<edition>', says: 'Games editions, such as 2022W' },
  { name: 'article', value: '<id>', says: 'articles that are among the sources' },
  { name: 'contested', value: null, says: 'only that on which reports disagree (--contested=false: only the rest)' },
  { name: 'include', value: 'unsupported', says: 'also what no report supports any more (drift: told-once as well)' },
  { name: 'actor', value: '<name>', says: 'what these recorded' },
  { name: 'fact', value: '<key>', says: 'what touched these facts, such as campaign/greatness-of-small/launched' },
  { name: 'effect', value: '<effect>', says: 'such as entered, contested, superseded' },
  { name: 'late', value: null, says: 'only late arrivals (--late=false: only the rest)' },
  { name: 'recordedFrom', value: '<date>', says: 'recorded from then on, a date or an instant' },
  { name: 'recordedTo', value: '<date>', says: 'recorded by then, a date or an instant' },
];
