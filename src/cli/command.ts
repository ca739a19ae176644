import { parseArgs } from 'node:util';
import type { SubjectRegistry } from '../articles/registry.ts';
import type { Day } from '../domain/vocabulary/dates.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { toSpokenDay } from '../domain/vocabulary/spoken-periods.ts';
import type { CutShape, Notice } from '../projections/answer.ts';
import { type FilterRules, type FilterTexts, filterNames, filterParameters } from '../projections/filters.ts';
import {
  type ComparisonTexts,
  clockParameters,
  comparisonParameters,
  movingClocks,
  type ParameterText,
} from '../projections/live/clocks.ts';
import type { Context, ExitCode, OpenLedger } from './context.ts';
import { plainLines, plainText } from './print.ts';

export type Command = {
  readonly name: string;
  readonly usage: string;
  /** A line for the list of commands. */
  readonly says: string;
  /** The rest of its own help. */
  readonly explains: string;
  readonly options: readonly Option[];
  /** Words that may follow its name, for a shell to complete. */
  readonly words?: readonly string[];
  readonly run: (given: ParsedArguments, context: Context) => Promise<ExitCode>;
};

/** An option of a command, named as the REST parameter of the same meaning. */
export type Option = {
  readonly name: string;
  /** The placeholder of the value in the help, or null for a switch. */
  readonly value: string | null;
  /** The values that it may have, for a shell to complete, where the placeholder does not list them. */
  readonly values?: readonly string[];
  /** Null: an older spelling, which works and is not listed. */
  readonly says: string | null;
  /** What is wrong with a value; null if nothing is. */
  readonly refuse?: (value: string) => string | null;
};

/** `options` has the values of each option, in order, by the name of its parameter. */
export type ParsedArguments = {
  readonly help: boolean;
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  /** Positionals after an unknown option: each may be its value. */
  readonly doubtful: readonly string[];
  readonly problems: readonly string[];
};

/** How an option is written: `occurredAsOf` as `--occurred-as-of`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Reads a command line. An option may be written `--occurred-as-of` or as the parameter, `--occurredAsOf`. Reports every
 * problem at once, and suggests the nearest name for an unknown option.
 */
export function parseArguments(given: readonly string[], options: readonly Option[]): ParsedArguments {
  const spellings = new Map(
    options.flatMap((option) => [
      [option.name, option],
      [flagOf(option.name).slice(2), option],
    ]),
  );
  const accepted = Object.fromEntries(
    [...spellings].map(([spelling, { value }]) => [spelling, { type: value === null ? 'boolean' : 'string' } as const]),
  );
  const { tokens } = parseArgs({
    args: [...given],
    options: { ...accepted, help: { type: 'boolean', short: 'h' } },
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
  const flags = options.map((option) => flagOf(option.name));
  const [near] = nearest(name, flags, { limit: 1 });
  if (near !== undefined) return `${name} is not an option here; did you mean ${near}?`;
  return `${name} is not an option here; there ${flags.length === 0 ? 'is only' : `are ${flags.join(', ')},`} --help`;
}

const threeClocks =
  'which clock? --occurred-as-of (what was true in the world by then), --reported-as-of (what a reader could have ' +
  'known by then) or --recorded-as-of (what this ledger held then)';

function valueProblem(
  { name, value: placeholder, refuse }: Option,
  { value, inlineValue }: { readonly value: string | undefined; readonly inlineValue: boolean | undefined },
): string | null {
  const flag = flagOf(name);
  if (placeholder === null) {
    const isSwitch = value === undefined || value === 'true' || value === 'false';
    return isSwitch ? null : `${flag} is on or off and takes no value; leave out "${plainText(value)}"`;
  }
  const isMissing = value === undefined || value === '' || (!inlineValue && value.startsWith('-') && value !== '-');
  if (isMissing) return `${flag} needs a value: ${flag} ${placeholder}`;
  const refusal = refuse?.(value) ?? null;
  return refusal === null ? null : `${flag} ${plainText(value)}: ${refusal}`;
}

/** The help of one command. */
export function commandHelp({ usage, says, explains, options }: Command): string {
  const rows = twoColumns([...listed(options), ['-h, --help', 'this text']]);
  const hasClocks = options.some(({ name }) => name === 'occurredAsOf');
  const spelling = hasClocks ? '\n\nOptions may also be written as the REST parameters, such as --occurredAsOf.' : '';
  return `partnership-ledger ${usage}\n\n${says[0]?.toUpperCase()}${says.slice(1)}.\n\n${explains}\n\nOptions:\n${rows}${spelling}\n`;
}

function twoColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

function listed(options: readonly Option[]): readonly (readonly [string, string])[] {
  return options.flatMap(({ name, value, says }) =>
    says === null ? [] : [[value === null ? flagOf(name) : `${flagOf(name)} ${value}`, says] as const],
  );
}

/** The help of the program; `settings` describes the settings. */
export function programHelp(commands: readonly Command[], settings: string): string {
  return `partnership-ledger: what was promised, planned and done in a sponsorship deal, as of any date and by whose word

Commands:
${twoColumns(commands.map(({ usage, says }) => [usage, says]))}

  "partnership-ledger <command> --help" says more. Data goes to stdout, messages to stderr.
  Exit code 0: done; 1: not done, or not all of it; 2: wrong usage, or a mistake in a file.

Clocks of "show", "diff" and "replay":
${twoColumns(listed(clockOptions))}

Settings (environment variables):
${settings}

  NO_COLOR turns colours off, FORCE_COLOR turns them on.

  --help, --version
`;
}

/** Writes usage problems and a pointer to the help to stderr. Returns exit code 2. */
export function fail(problems: readonly string[], command: string, { messages }: Pick<Context, 'messages'>): 2 {
  const lines = problems.map((problem) => `${messages.paint('red', 'error:')} ${plainLines(problem)}`);
  const call = ['partnership-ledger', command, '--help'].filter(Boolean).join(' ');
  messages.write(`${[...lines, messages.paint('dim', `"${call}" says more.`)].join('\n')}\n`);
  return 2;
}

/** Of `ingest` and `check`: the writer says that a partnership is new. */
export const newPartnershipOption: Option = {
  name: 'newPartnership',
  value: null,
  says: 'a file may be about a partnership on which nothing is recorded yet',
};

export const textOption: Option = {
  name: 'text',
  value: '<file>',
  says: 'the text of the article, to compare the file with; for several files give one each, in their order',
};

/** What to do about an article that is refused by a rule, as the end of its message. */
export function remedyOf(rule: string): string {
  return rule === 'unknown-partnership' ? ` (if the partnership is new, add ${flagOf(newPartnershipOption.name)})` : '';
}

/** Says that nothing is recorded yet, and how to record something. */
export function nothingYet({ messages, folders }: Pick<Context, 'messages' | 'folders'>): ExitCode {
  messages.write(
    `Nothing is recorded in ${folders().dataDir} yet. "npm start" replays the seeds and serves them; ` +
      '"partnership-ledger ingest <files>" records articles.\n',
  );
  return 1;
}

/** A problem with a parameter, in the words of the command line. */
export function parameterProblem({ parameter, message, suggestion }: ParameterProblem): string {
  const flag = flagOf(parameter);
  const text = inFlags(message);
  const place = text.startsWith(flag) ? '' : `${flag}: `;
  const meant = suggestion === undefined || message.includes(suggestion) ? '' : ` (did you mean ${suggestion}?)`;
  return `${place}${text}${meant}`;
}

type ParameterProblem = {
  readonly parameter: string;
  readonly message: string;
  readonly suggestion?: string | undefined;
};

// Replaces the names of clock parameters by their options.
function inFlags(text: string): string {
  return text.replaceAll(clockNames, flagOf);
}

const clockNames =
  /\b(?:occurredAsOf|reportedAsOf|recordedAsOf|atPosition|(?:clock|from|to)(?==)|from(?= is missing)|since(?= \(|:))/g;

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

/** A notice of an answer, with the options to try instead. */
export function noticeText({ text, try: attempt }: Notice): string {
  const options = [...new URLSearchParams(attempt)].map(([name, value]) => `${flagOf(name)} ${value}`);
  return options.length === 0 ? inFlags(text) : `${inFlags(text)} Try ${options.join(' ')}.`;
}

/**
 * The clocks on a command line: a period as people say it becomes the day that it means, as seen from today. A clock given
 * twice is a problem.
 */
export function clocksOf(
  { options }: ParsedArguments,
  today: Day,
  names: readonly Option[] = clockOptions,
): {
  readonly clocks: ComparisonTexts;
  /** What periods mean, a line each. */
  readonly meant: readonly string[];
  readonly problems: readonly string[];
} {
  const given = names.flatMap(({ name }) => {
    const values = options.get(name);
    return values === undefined ? [] : [{ name, values }];
  });
  const clocks = given.map(({ name, values: [text = ''] }) => {
    return { name, text, day: datedClocks.has(name) ? toSpokenDay(text, today, 'ends') : text };
  });
  return {
    clocks: Object.fromEntries(clocks.map(({ name, day }) => [name, day])),
    meant: clocks
      .filter(({ text, day }) => text !== day)
      .map(({ name, text, day }) => `${flagOf(name)} "${plainText(text)}" means ${day}`),
    problems: given
      .filter(({ values }) => values.length > 1)
      .map(({ name, values }) => `${flagOf(name)} is given ${values.length} times; a clock stands at one day`),
  };
}

const datedClocks: ReadonlySet<string> = new Set(['occurredAsOf', 'reportedAsOf', 'recordedAsOf', 'from', 'to']);

export const comparisonOptions = optionsOf(comparisonParameters, {
  clock: movingClocks.join('|'),
  from: '<date>',
  to: '<date>',
});

export const clockOptions = optionsOf(clockParameters, {
  occurredAsOf: '<date>',
  reportedAsOf: '<date>',
  recordedAsOf: '<date>',
  atPosition: '<n>',
  timing: 'any|certain',
});

export const filterOptions = optionsOf(filterParameters, {
  type: '<type>',
  status: '<status>',
  games: '<edition>',
  article: '<id>',
  contested: null,
  include: 'unsupported',
  party: '<slug>',
  actor: '<name>',
  fact: '<key>',
  effect: '<effect>',
  late: null,
  recordedFrom: '<date>',
  recordedTo: '<date>',
  from: '<date>',
  to: '<date>',
});

function optionsOf<Name extends string>(
  parameters: Readonly<Record<Name, ParameterText>>,
  placeholders: Readonly<Record<Name, string | null>>,
): readonly Option[] {
  return (Object.keys(placeholders) as Name[]).map((name) => {
    const { means, fallback } = parameters[name];
    return {
      name,
      value: placeholders[name],
      says: `${means}${fallback === undefined ? '' : ` (default: ${fallback})`}`,
    };
  });
}

const periodEnds: Readonly<Partial<Record<string, 'begins' | 'ends'>>> = {
  recordedFrom: 'begins',
  recordedTo: 'ends',
  from: 'begins',
  to: 'ends',
};

/** The filters on a command line. A filter that the view does not take is a problem. */
export function filtersOf(
  { options }: ParsedArguments,
  { view, rules, today }: { readonly view: string; readonly rules: FilterRules; readonly today: Day },
): { readonly texts: FilterTexts; readonly problems: readonly string[] } {
  const given = filterNames.filter((name) => options.has(name));
  const accepted = filterNames.filter((name) => rules[name] !== undefined).map(flagOf);
  const instead = accepted.length === 0 ? 'it is always shown whole' : `it takes ${accepted.join(', ')}`;
  return {
    texts: Object.fromEntries(
      given
        .filter((name) => rules[name] !== undefined)
        .map((name) => {
          const end = periodEnds[name];
          const texts = options.get(name);
          return [name, end === undefined ? texts : texts?.map((text) => toSpokenDay(text, today, end))];
        }),
    ),
    problems: given
      .filter((name) => rules[name] === undefined)
      .map((name) => `"show ${view}" takes no ${flagOf(name)}; ${instead}`),
  };
}

/**
 * Chooses a recorded partnership: by its id, or the only one if none is named. Suggests the nearest by id, name and alias.
 */
export function choosePartnership(
  id: string | undefined,
  recorded: readonly string[],
  subjects: SubjectRegistry,
): Choice {
  const [only] = recorded;
  if (id === undefined) {
    if (only !== undefined && recorded.length === 1) return { id: only, problem: null };
    return refuse(`several partnerships are recorded; name one of them:${listOf(recorded, subjects)}`);
  }
  if (recorded.includes(id)) return { id, problem: null };
  const idsByName = new Map(recorded.flatMap((known) => namesOf(known, subjects).map((name) => [name, known])));
  const [near] = nearest(id, idsByName.keys(), { limit: 1 });
  const meant = near === undefined ? undefined : idsByName.get(near);
  const unknown = `no partnership ${plainText(id)} is recorded`;
  return refuse(
    meant === undefined ? `${unknown}; there are:${listOf(recorded, subjects)}` : `${unknown}; did you mean ${meant}?`,
  );
}

function listOf(ids: readonly string[], subjects: SubjectRegistry): string {
  return ids.map((id) => `\n  ${id}  ${subjects.name('partnership', id) ?? ''}`.trimEnd()).join('');
}

type Choice = { readonly id: string; readonly problem: null } | { readonly id: null; readonly problem: string };

function refuse(problem: string): Choice {
  return { id: null, problem };
}

function namesOf(id: string, subjects: SubjectRegistry): readonly string[] {
  const registered = subjects.subjectsOf('partnership').find(({ slug }) => slug === id);
  return registered === undefined ? [id] : [id, registered.name, ...registered.aliases];
}

/** Warns if the last event was recorded later than now, or so long ago that the clock may be ahead. */
export async function warnOfClock(
  { views }: Pick<OpenLedger, 'views'>,
  { messages }: Pick<Context, 'messages'>,
): Promise<void> {
  const doubt = views.clockDoubt(await views.head());
  if (doubt !== null) messages.write(`${messages.paint('yellow', 'warning:')} ${doubt.text}\n`);
}
